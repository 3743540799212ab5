// SPDX-License-Identifier: ISC
// A peer to measure beside: Node's own HTTP server and better-sqlite3, with
// the same rows, durable, one COMMIT for all posts of a turn of its loop.
//   node peer.js PORT FILE
const http = require('http');
const { randomBytes } = require('crypto');
const Database = require('better-sqlite3');

const [port, file] = process.argv.slice(2);
const db = new Database(file);
for (const set of ['journal_mode=WAL', 'synchronous=FULL', 'cache_size=-1024'])
	db.pragma(set);
db.exec(`CREATE TABLE IF NOT EXISTS room(row INTEGER PRIMARY KEY, seq INTEGER,
	messages INTEGER, last INTEGER);
	INSERT OR IGNORE INTO room VALUES(1, 0, 0, 0);
	CREATE TABLE IF NOT EXISTS message(pk INTEGER PRIMARY KEY, id TEXT UNIQUE,
	author INTEGER, text TEXT, sent INTEGER);
	CREATE VIRTUAL TABLE IF NOT EXISTS message_search USING fts5(text,
	content='message', content_rowid='pk', prefix='3')`);
const move = db.prepare('UPDATE room SET seq = seq + 1, messages = ' +
	'messages + 1, last = ? WHERE row = 1 RETURNING seq');
const add = db.prepare('INSERT INTO message VALUES(?, ?, 1, ?, ?)');
const index = db.prepare('INSERT INTO message_search(rowid, text) VALUES(?, ?)');

let waiting = [];
const commit = db.transaction((all) => {
	for (const one of all) {
		const now = Date.now();
		const pk = 2 ** 40 + move.get(now).seq;
		one.id = now.toString(36) + randomBytes(6).toString('base64url');
		add.run(pk, one.id, one.text, now);
		index.run(pk, one.text);
	}
});

function turn() {
	const all = waiting;
	waiting = [];
	commit(all);
	for (const { res, id, text } of all) {
		const body = JSON.stringify({ status: 'success',
			message: { _id: id, rid: 'GENERAL', msg: text } });
		res.writeHead(200, { 'Content-Type': 'application/json',
			'Content-Length': Buffer.byteLength(body) });
		res.end(body);
	}
}

http.createServer((req, res) => {
	let body = '';
	req.on('data', (piece) => { body += piece; });
	req.on('end', () => {
		const text = new URLSearchParams(body).get('msg');
		if (waiting.push({ res, text }) === 1)
			setImmediate(turn);
	});
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
