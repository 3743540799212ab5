// SPDX-License-Identifier: ISC
// The Rocket.Chat node of n8n-nodes-base (npm), with only as much of n8n
// around it as it asks for: its parameters, and a request with a login.
'use strict';
const base = 'n8n-nodes-base/dist/';
const { Rocketchat } = require(base + 'nodes/Rocketchat/Rocketchat.node.js');
const { RocketchatApi } = require(base + 'credentials/RocketchatApi.credentials.js');
const mine = { userId: process.env.LOGIN_ID, authKey: process.env.TOKEN,
	domain: process.env.URL };

async function send(options) {
	const at = new URL(options.uri || options.baseURL + options.url);
	for (const [name, value] of Object.entries(options.qs || {}))
		at.searchParams.set(name, value);
	const text = new RocketchatApi().authenticate.properties.headers;
	const headers = { 'Content-Type': 'application/json' };
	for (const [name, value] of Object.entries(text))
		headers[name] = mine[value.match(/credentials\.(\w+)/)[1]];
	const r = await fetch(at, { method: options.method || 'GET', headers,
		body: options.body && JSON.stringify(options.body) });
	if (!r.ok)
		throw new Error(`${r.status} ${await r.text()}`);
	return r.json();
}

async function run(what, parameters, goOn) {
	const context = {
		getInputData: () => [{ json: {} }],
		getNodeParameter: (name, item, usual) => parameters[name] ?? usual,
		getCredentials: async () => mine,
		getNode: () => ({ name: 'RocketChat' }),
		continueOnFail: () => goOn,
		helpers: {
			requestWithAuthentication: (name, options) => send(options),
			returnJsonArray: (data) => [data].flat().map((json) => ({ json })),
			constructExecutionMetaData: (data) => data,
		},
	};
	const got = await new Rocketchat().execute.call(context)
		.catch((e) => ({ failed: e.message }));
	console.log(JSON.stringify([what, got]));
}

async function main() {
	const { request } = new RocketchatApi().test;
	const tried = await send({ baseURL: mine.domain, url: request.url })
		.catch((e) => ({ failed: e.message }));
	console.log(JSON.stringify(['credentials', tried]));
	const post = { resource: 'chat', operation: 'postMessage' };
	await run('post', { ...post, channel: '#dev', text: 'from n8n',
		options: { alias: 'Flow', emoji: ':gear:' }, jsonParameters: false,
		attachments: [{ color: '#0000ff', title: 'run 5', fields:
			{ fieldsValues: [{ short: true, title: 'a', value: 'b' }] } }] });
	await run('post json', { ...post, channel: '@bob', text: 'to you',
		options: {}, jsonParameters: true,
		attachmentsJson: '[{"text":"more"}]' });
	await run('post nowhere', { ...post, channel: '#nowhere', text: 'x',
		options: {}, jsonParameters: true, attachmentsJson: '[]' }, true);
	await run('subscriptions', { resource: 'subscriptions',
		operation: 'get' });
	await run('read', { resource: 'subscriptions', operation: 'read',
		roomId: process.env.ROOM });
	const direct = { resource: 'dm', operation: 'messages',
		roomId: process.env.DIRECT };
	await run('direct', { ...direct, returnAll: true });
	await run('direct, some', { ...direct, returnAll: false, limit: 2 });
}
main().catch((e) => { console.error(e); process.exit(1); });
