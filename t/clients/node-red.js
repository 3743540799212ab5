// SPDX-License-Identifier: ISC
// node-red-contrib-rocketchat (npm): its nodes in a flow that is only as much
// of Node-RED as they ask for.  Its "in" node listens on a WebSocket; what it
// fetches before that is REST.
'use strict';
const dir = 'node-red-contrib-rocketchat/';
const api = require(dir + 'rocketchat');
const { LOGIN_ID: user, TOKEN: token, URL: host, ROOM: room } = process.env;
const says = [];

const types = {};
const RED = {
	_: (text, more) => `${text} ${more || ''}`,
	nodes: {
		registerType: (name, type) => { types[name] = type; },
		createNode: (node) => {
			node.on = (event, run) => { node['on ' + event] = run; };
			node.error = node.warn = (text) => says.push(text);
			node.status = () => {};
			node.send = (message) => says.push(message);
		},
		getNode: () => ({ host, user, token }),
	},
	util: { evaluateNodeProperty: (value, type) =>
		type === 'json' ? JSON.parse(value) : value },
	httpAdmin: { get: () => {} },
};

async function step(what, promise) {
	const got = await promise.catch((e) => ({ failed: String(e) }));
	console.log(JSON.stringify([what, got ?? null]));
	return got;
}

async function out(text, more) {
	const node = {};
	types['rocketchat-out'].call(node, { server: 'x', room,
		roomType: 'str', messageText: text, messageTextType: 'str',
		aliasText: 'Flow', avatarText: '', emojiText: ':ghost:',
		attachments: '[{"title":"a","text":"b"}]', attachmentsType: 'json',
		...more });
	await node['on input']({});
	return says.splice(0);
}

async function main() {
	const rc = api({ host, user, token });
	await step('spotlight', rc.spotlight('@bo'));
	await step('getUserInfo', rc.getUserInfo(process.env.OTHER_ID));
	await step('createIM', rc.createIM({ username: 'bob' }));
	await step('createChannel', rc.createChannel({ name: 'flow',
		members: ['bob'], readOnly: true }));
	await step('createGroup', rc.createGroup({ name: 'flows',
		members: ['bob'] }));
	await step('getSubscriptions', rc.getSubscriptions());
	const { subscription } = await step('getSubscription',
		rc.getSubscription({ roomId: room }));
	await step('getUnreadMessages', rc.getUnreadMessages({ roomId: room,
		oldest: subscription.ls, type: subscription.t }));
	await step('markAsRead', rc.markAsRead({ rid: room }));
	await step('getSubscription later', rc.getSubscription({ roomId: room }));
	require(dir + 'rocketchat-out')(RED);
	await step('out', out('from a flow', {}));
	await step('out to a user', out('for you', { destination: 'users',
		room: process.env.OTHER_ID }));
	await step('out to nowhere', out('lost', { room: 'nowhere' }));
}
main().catch((e) => { console.error(e); process.exit(1); });
