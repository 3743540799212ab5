#!/usr/bin/perl
# ruby-slack-notifier of Debian
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs('/usr/bin/ruby', '/usr/lib/ruby/vendor_ruby/slack-notifier.rb');
my $chat = v1();
my $ada = $chat->user('ada');
my $dev = $ada->room('dev');
my ($hook) = hook($chat, 'general', '--as', 'ada');
my ($status, $said) = client($chat, { HOOK => $hook }, '/usr/bin/ruby',
	't/clients/slack.rb');
is $status, 0, 'it runs' or diag $said;
is $said, "200 200 404\n", 'two are taken, a wrong address fails';
my ($more, $text) = @{ $ada->get('channels.history',
	{ roomId => $dev })->{messages} };
is_deeply [@$text{qw(msg alias)}], ['the night is over', 'Cron'],
	'a text, in the room that it names';
is_deeply [@$more{qw(msg emoji)}, $more->{attachments}[0]{title}],
	['with more', ':clock1:', 'job 7'], 'a text with more';
done_testing;
