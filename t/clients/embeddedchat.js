// SPDX-License-Identifier: ISC
// @embeddedchat/api (npm), a chat for other people's pages.  What it does by
// REST; it hears of new messages over a WebSocket only.
'use strict';
const { EmbeddedChatApi } = require('@embeddedchat/api');
let kept = null;

async function step(what, promise) {
	const got = await promise.catch((e) => ({ failed: String(e) }));
	console.log(JSON.stringify([what, got ?? null]));
	return got;
}

async function read(chat) {
	await step('app info', chat.getRCAppInfo());
	await step('channelInfo', chat.channelInfo());
	await step('permissionInfo', chat.permissionInfo());
	await step('getChannelRoles', chat.getChannelRoles());
	await step('getUsersInRole', chat.getUsersInRole('admin'));
	await step('getChannelMembers', chat.getChannelMembers());
	await step('getMessageLimit', chat.getMessageLimit());
	await step('getCommandsList', chat.getCommandsList());
	await step('getMessages', chat.getMessages());
	await step('getMessages, anonymous', chat.getMessages(true));
	await step('by query', chat.getMessages(false,
		{ query: { 'msg': { $regex: 'stea' } } }));
}

async function write(chat, me) {
	const { message } = await step('sendMessage', chat.sendMessage('steam'));
	const id = message._id;
	await step('in a thread', chat.sendMessage('and more', id));
	await step('getThreadMessages', chat.getThreadMessages(id));
	await step('updateMessage', chat.updateMessage(id, 'steam, @admin'));
	await step('starMessage', chat.starMessage(id));
	await step('getStarredMessages', chat.getStarredMessages());
	await step('unstarMessage', chat.unstarMessage(id));
	await step('pinMessage', chat.pinMessage(id));
	await step('getPinnedMessages', chat.getPinnedMessages());
	await step('unpinMessage', chat.unpinMessage(id));
	await step('getMentionedMessages', chat.getMentionedMessages());
	await step('reactToMessage', chat.reactToMessage(':tada:', id, true));
	await step('reportMessage', chat.reportMessage(id, 'too hot'));
	await step('getSearchMessages', chat.getSearchMessages('steam'));
	await step('sendAttachment', chat.sendAttachment(
		new File(['one'], 'one.txt', { type: 'text/plain' }), 'one.txt', 'a'));
	await step('getAllFiles', chat.getAllFiles());
	await step('execCommand', chat.execCommand(
		{ command: 'shrug', params: 'so what' }));
	await step('getUserStatus', chat.getUserStatus(me._id));
	await step('userInfo', chat.userInfo(me._id));
	await step('deleteMessage', chat.deleteMessage(id));
}

async function main() {
	const chat = new EmbeddedChatApi(process.env.URL, process.env.ROOM, {
		getToken: async () => kept, deleteToken: async () => { kept = null; },
		saveToken: async (token) => { kept = token; } });
	await step('wrong password', chat.login(process.env.LOGIN, 'wrong'));
	const { me } = await step('login',
		chat.login(process.env.LOGIN, process.env.PASSWORD));
	await step('me', chat.me());
	await read(chat);
	await write(chat, me);
	// a page is loaded again: the token it kept is a login
	const again = new EmbeddedChatApi(process.env.URL, process.env.ROOM, {
		getToken: async () => kept, deleteToken: async () => { kept = null; },
		saveToken: async (token) => { kept = token; } });
	await again.autoLogin({ flow: 'PASSWORD' });
	await step('autoLogin', again.me());
	await step('logout', again.logout());
	await step('the other page', chat.me());
	process.exit(0);
}
main().catch((e) => { console.error(e); process.exit(1); });
