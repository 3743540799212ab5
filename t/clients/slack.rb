# SPDX-License-Identifier: ISC
# ruby-slack-notifier of Debian: the same from Ruby, as a form with "payload".
require 'slack-notifier'

notifier = Slack::Notifier.new ENV['HOOK'], username: 'Cron', channel: '#dev'
said = [notifier.ping('the night is over'),
	notifier.ping('with more', icon_emoji: ':clock1:', attachments:
		[{ fallback: 'x', title: 'job 7', text: 'took 3 hours' }]),
	Slack::Notifier.new("#{ENV['HOOK']}x").ping('nobody hears it')]
puts said.map(&:code).join(' ')
