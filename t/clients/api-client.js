// SPDX-License-Identifier: ISC
// @rocket.chat/api-client (npm) is the client of Rocket.Chat's own web page:
// a room from its beginning to its end, with what a page asks for.
'use strict';
const { RestClient } = require('@rocket.chat/api-client');
const rc = new RestClient({ baseUrl: process.env.URL });

async function step(what, promise) {
	const got = await promise.catch(async (r) => ({ failed: r.status ?
		[r.status, await r.json().catch(() => null)] : String(r) }));
	console.log(JSON.stringify([what, got]));
	return got;
}
const get = (what, path, query) => step(what, rc.get(path, query));
const post = (what, path, body) => step(what, rc.post(path, body));

async function enter() {
	await get('settings', '/v1/settings.public',
		{ query: JSON.stringify({ _id: { $in: ['Site_Name'] } }) });
	const { data } = await post('login', '/v1/login', {
		user: process.env.LOGIN, password: process.env.PASSWORD });
	await get('nobody yet', '/v1/me');
	rc.setCredentials({ 'X-User-Id': data.userId,
		'X-Auth-Token': data.authToken });
	await get('me', '/v1/me');
	await get('permissions', '/v1/permissions.listAll');
	await get('subscriptions', '/v1/subscriptions.get');
	await get('rooms', '/v1/rooms.get');
}

async function talk(id) {
	const { message } = await post('send', '/v1/chat.sendMessage',
		{ message: { rid: id, msg: 'what a day, @bob', _id: 'MadeByTheClient' } });
	await post('answer', '/v1/chat.sendMessage',
		{ message: { rid: id, msg: 'in a thread', tmid: message._id } });
	await post('react', '/v1/chat.react',
		{ messageId: message._id, emoji: ':smile:' });
	await post('star', '/v1/chat.starMessage', { messageId: message._id });
	await post('pin', '/v1/chat.pinMessage', { messageId: message._id });
	await post('edit', '/v1/chat.update',
		{ roomId: id, msgId: message._id, text: 'what a night' });
	await get('message', '/v1/chat.getMessage', { msgId: message._id });
	await get('thread', '/v1/chat.getThreadMessages', { tmid: message._id });
	await get('history', '/v1/channels.history', { roomId: id, count: 50 });
	await get('search', '/v1/chat.search',
		{ roomId: id, searchText: 'night' });
	return message._id;
}

// A form of its own: of an object it makes one without any field.
function form(fields) {
	const data = new FormData();
	data.append('file', new File(['a,b\n1,2\n'], 'table.csv',
		{ type: 'text/csv' }));
	for (const [name, value] of Object.entries(fields))
		data.append(name, value);
	return data;
}

async function files(id) {
	await post('upload', `/v1/rooms.upload/${id}`,
		form({ msg: 'look', description: 'a table' }));
	const made = await post('media', `/v1/rooms.media/${id}`, form({}));
	await post('confirm', `/v1/rooms.mediaConfirm/${id}/${made.file._id}`,
		{ msg: 'again' });
	await get('files', '/v1/channels.files', { roomId: id });
}

async function main() {
	await enter();
	const { channel } = await post('create', '/v1/channels.create',
		{ name: 'steam', members: ['bob'] });
	const id = channel._id;
	await get('directory', '/v1/directory', { text: 'ste', type: 'channels',
		query: JSON.stringify({ text: 'ste', type: 'channels' }) });
	await get('spotlight', '/v1/spotlight', { query: '@bo' });
	const message = await talk(id);
	await files(id);
	await post('read', '/v1/subscriptions.read', { rid: id });
	await post('favourite', '/v1/rooms.favorite',
		{ roomId: id, favorite: true });
	await get('nothing there', '/v1/rooms.info', { roomId: 'nowhere' });
	await post('delete', '/v1/chat.delete', { roomId: id, msgId: message });
	await post('archive', '/v1/channels.archive', { roomId: id });
	await post('delete the room', '/v1/channels.delete', { roomId: id });
	await post('logout', '/v1/logout');
	await get('nobody any more', '/v1/me');
}
main().catch((e) => { console.error(e); process.exit(1); });
