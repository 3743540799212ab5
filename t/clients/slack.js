// SPDX-License-Identifier: ISC
// @slack/webhook (npm): what was made to tell Slack tells a room.
'use strict';
const { IncomingWebhook } = require('@slack/webhook');

async function step(what, promise) {
	const got = await promise.catch((e) => ({ failed: e.message }));
	console.log(JSON.stringify([what, got]));
}

async function main() {
	const hook = new IncomingWebhook(process.env.HOOK,
		{ username: 'CI', icon_emoji: ':robot:' });
	await step('text', hook.send('build 42 is <http://ci.example/42|green>'));
	await step('attachment', hook.send({ channel: '#general', attachments: [
		{ fallback: 'red', color: 'danger', title: 'build 43',
			title_link: 'http://ci.example/43', text: 'it broke',
			fields: [{ title: 'by', value: 'ada', short: true }] }] }));
	await step('wrong', new IncomingWebhook(process.env.HOOK + 'x')
		.send('nobody hears it'));
}
main().catch((e) => { console.error(e); process.exit(1); });
