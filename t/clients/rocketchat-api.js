// SPDX-License-Identifier: ISC
// Everything that rocketchat-api (npm) offers over REST, in the order in
// which somebody who looks after a place would do it.
'use strict';
const RocketChatClient = require('rocketchat-api');
const at = new URL(process.env.URL);
const name = process.env.LOGIN;

async function step(what, promise) {
	const got = await promise.catch((e) => ({ failed: String(e) }));
	console.log(JSON.stringify([what, got]));
	return got;
}
const called = (run) => new Promise((yes, no) =>
	run((error, got) => error ? no(error) : yes(got)));

async function channels(rc, other, hook) {
	const { channel } = await step('channels.create',
		rc.channels.create('engine'));
	const id = channel._id;
	await step('channels.invite', rc.channels.invite(id, other));
	await step('channels.addModerator', rc.channels.addModerator(id, other));
	await step('channels.removeModerator',
		rc.channels.removeModerator(id, other));
	await step('channels.addOwner', rc.channels.addOwner(id, other));
	await step('channels.removeOwner', rc.channels.removeOwner(id, other));
	await step('channels.kick', rc.channels.kick(id, other));
	await step('channels.addAll', rc.channels.addAll(id));
	await step('channels.setTopic', rc.channels.setTopic(id, 'steam'));
	await step('channels.setDescription',
		rc.channels.setDescription(id, 'all about it'));
	await step('channels.setPurpose', rc.channels.setPurpose(id, 'power'));
	await step('channels.setJoinCode', rc.channels.setJoinCode(id, 'sesame'));
	await step('channels.setReadOnly', rc.channels.setReadOnly(id, true));
	await step('channels.rename', rc.channels.rename(id, 'engines'));
	const { message } = await step('chat.postMessage', rc.chat.postMessage({
		roomId: id, text: 'first', alias: 'Bot',
		attachments: [{ title: 'a title', text: 'more' }] }));
	await step('chat.update', rc.chat.update({ roomId: id,
		msgId: message._id, text: 'second' }));
	await step('channels.history', rc.channels.history({ roomId: id },
		{ count: 10 }));
	await step('integrations.create', rc.integration.create({ ...hook,
		username: name, channel: '#engines' }));
	await step('channels.getIntegrations', rc.channels.getIntegrations(id, {}));
	await step('chat.delete', rc.chat.delete({ roomId: id,
		msgId: message._id }));
	await step('channels.cleanHistory', rc.channels.cleanHistory(id,
		'2100-01-01T00:00:00.000Z', '2000-01-01T00:00:00.000Z', true));
	await step('channels.list', rc.channels.list({
		offset: 0, count: 5, sort: { name: 1 }, fields: { name: 1 },
		query: { name: { $in: ['engines', 'general'] } } }));
	await step('channels.list.joined', rc.channels.listJoined({ count: 0 }));
	await step('channels.archive', rc.channels.archive(id));
	await step('channels.unarchive', rc.channels.unarchive(id));
	await step('channels.close', rc.channels.close(id));
	await step('channels.open', rc.channels.open(id));
	await step('channels.setType', rc.channels.setType(id, 'p'));
	await step('groups.addOwner of a channel made private',
		rc.groups.addOwner(id, other));
	await step('groups.leave', rc.groups.leave(id));
	await step('channels.info', rc.channels.info('GENERAL'));
}

async function groups(rc, other) {
	const { group } = await step('groups.create',
		rc.groups.create('cellar', [process.env.OTHER]));
	const id = group._id;
	await step('groups.addOwner', rc.groups.addOwner(id, other));
	await step('groups.removeOwner', rc.groups.removeOwner(id, other));
	await step('groups.addModerator', rc.groups.addModerator(id, other));
	await step('groups.roles', rc.groups.roles(id));
	await step('groups.removeModerator', rc.groups.removeModerator(id, other));
	await step('groups.kick', rc.groups.kick(id, other));
	await step('groups.invite', rc.groups.invite(id, other));
	await step('groups.addAll', rc.groups.addAll(id, true));
	await step('groups.members', rc.groups.listMembers(id));
	await step('groups.setTopic', rc.groups.setTopic(id, 'wine'));
	await step('groups.setDescription', rc.groups.setDescription(id, 'old'));
	await step('groups.setPurpose', rc.groups.setPurpose(id, 'to drink'));
	await step('groups.setReadOnly', rc.groups.setReadOnly(id, true));
	await step('groups.rename', rc.groups.rename(id, 'cave'));
	await step('groups.info', rc.groups.info(id));
	await step('groups.history', rc.groups.history({ roomId: id }));
	await step('groups.list', rc.groups.list({ count: 5 }));
	await step('groups.getIntegrations', rc.groups.getIntegrations(id));
	await step('groups.archive', rc.groups.archive(id));
	await step('groups.unarchive', rc.groups.unarchive(id));
	await step('groups.close', rc.groups.close(id));
	await step('groups.open', rc.groups.open(id));
	await step('groups.setType', rc.groups.setType(id, 'c'));
}

async function users(rc) {
	const { user } = await step('users.create', rc.users.create({
		name: 'Carol', email: 'carol@example.org', username: 'carol',
		password: 'carols-own-pass-1', verified: true }));
	await step('users.update', rc.users.update(user._id, { name: 'Carola' }));
	await step('users.info', rc.users.info({ username: 'carol' }));
	await step('users.getPresence', rc.users.getPresence(user._id));
	await step('users.list', called((f) => rc.users.list(0, 2, f)));
	const { data } = await step('users.createToken',
		rc.users.createToken({ userId: user._id }));
	await step('users.setAvatar', rc.users.setAvatar(
		'http://127.0.0.1:1/none.png'));
	await step('users.delete', rc.users.delete(user._id));
	return data;
}

async function direct(rc, id) {
	await rc.chat.postMessage({ roomId: id, text: 'just us' });
	await step('im.history', rc.im.history({ roomId: id, count: 5 }));
	await step('im.list', rc.im.list({ count: 5 }));
	await step('im.list.everyone', rc.im.listEveryone({ count: 5 }));
	await step('im.setTopic', rc.im.setTopic(id, 'secrets'));
	await step('im.close', rc.im.close(id));
	await step('im.open', rc.im.open(id));
	await step('im.messages.others', rc.im.messagesOthers(id));
}

async function main() {
	const rc = new RocketChatClient(at.protocol.slice(0, -1), at.hostname,
		at.port, '', '');
	await step('info', called((f) => rc.miscellaneous.info(f)));
	await step('wrong password', rc.login(name, 'wrong'));
	await step('login', rc.login(name, process.env.PASSWORD));
	await step('me', called((f) => rc.authentication.me(f)));
	const hook = { type: 'webhook-incoming', name: 'ci', enabled: true,
		scriptEnabled: false };
	await channels(rc, process.env.OTHER_ID, hook);
	await groups(rc, process.env.OTHER_ID);
	await direct(rc, process.env.DIRECT);
	await users(rc);
	const { integrations } = await step('integrations.list',
		rc.integration.list({ offset: 0, count: 5, sort: { _createdAt: -1 },
			fields: { _id: 1 } }));
	await step('integrations.remove', rc.integration.remove({
		type: hook.type, integrationId: integrations[0]._id }));
	await step('settings.get', rc.settings.get('Site_Name'));
	await step('settings.update', rc.settings.update('Site_Name', 'Here'));
	await step('logout', rc.logout());
	await step('me again', called((f) => rc.authentication.me(f)));
	process.exit(0); // its WebSocket would go on trying
}
main().catch((e) => { console.error(e); process.exit(1); });
