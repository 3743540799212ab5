#!/usr/bin/perl
# @slack/webhook of npm, which has only ever heard of Slack
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('@slack/webhook');
my $chat = v1();
my $ada = $chat->user('ada');
my $dev = $ada->room('dev');
my ($hook) = hook($chat, 'dev', '--as', 'ada');
my $got = steps($chat, 'slack.js', { HOOK => $hook });

sub newest {
	return $ada->get('channels.history',
		{ roomId => $_[0], count => 1 })->{messages}[0];
}

is_deeply $got->{$_}, { text => '{"success":true}' }, $_
	for 'text', 'attachment';
like $got->{wrong}{failed}, qr/404/, 'a wrong address fails';
my $m = newest($dev);
is_deeply [@$m{qw(alias emoji)}], ['CI', ':robot:'], 'in the name of CI';
like $m->{msg}, qr{build 42.*http://ci\.example/42}, 'a text with a link';
is_deeply { %{ newest('GENERAL')->{attachments}[0] }{qw(color title title_link
	text fields)} }, { color => 'danger', title => 'build 43', title_link =>
	'http://ci.example/43', text => 'it broke', fields =>
	[{ title => 'by', value => 'ada', short => JSON::PP::true }] },
	'an attachment, in another room';
done_testing;
