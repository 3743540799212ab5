// SPDX-License-Identifier: ISC
// @rocket.chat/sdk (npm, 1.0 alpha): its REST half; bots of its other half
// live on a WebSocket.
'use strict';
const Api = require('@rocket.chat/sdk/lib/api/RocketChat').default;

async function step(what, promise) {
	const got = await promise.catch((e) => ({ failed: e.status || String(e) }));
	console.log(JSON.stringify([what, got ?? null]));
	return got;
}

async function talk(rc, rid) {
	const sent = await step('sendMessage', rc.sendMessage('hello', rid));
	await step('sendMessage with more', rc.sendMessage({ msg: 'with a colour',
		attachments: [{ text: 'red', color: '#f00' }] }, rid));
	await step('setReaction', rc.setReaction(':thumbsup:', sent._id));
	await step('editMessage', rc.editMessage(
		{ rid, _id: sent._id, msg: 'hello, all' }));
	await step('loadHistory', rc.loadHistory(rid, new Date(0)));
	await step('react by post', rc.post('chat.react',
		{ messageId: sent._id, emoji: 'tada' }));
	await step('unread', rc.get('channels.counters', { roomId: rid }));
	return sent;
}

async function main() {
	const rc = new Api({ host: process.env.URL });
	rc.logger = null; // it prints what it logs, tokens too
	await step('wrong password', rc.login({ username: process.env.LOGIN,
		password: 'wrong' }));
	await step('login', rc.login({ username: process.env.LOGIN,
		password: process.env.PASSWORD }));
	await step('info', rc.info());
	await step('users.all', rc.users.all());
	await step('users.allNames', rc.users.allNames());
	await step('users.allIDs', rc.users.allIDs());
	await step('users.onlineNames', rc.users.onlineNames());
	await step('users.onlineIds', rc.users.onlineIds());
	await step('users.info', rc.users.info('bob'));
	const rid = process.env.ROOM;
	await step('channelInfo', rc.channelInfo({ roomName: 'dev' }));
	await step('privateInfo', rc.privateInfo({ roomName: 'cellar' }));
	await step('joinRoom', rc.joinRoom({ rid }));
	await talk(rc, rid);
	const dm = await step('createDirectMessage', rc.createDirectMessage('bob'));
	await step('sendMessage to one', rc.sendMessage('psst', dm._id));
	await step('leaveRoom', rc.leaveRoom(rid));
	await step('logout', rc.logout());
}
main().catch((e) => { console.error(e); process.exit(1); });
