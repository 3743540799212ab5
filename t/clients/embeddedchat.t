#!/usr/bin/perl
# @embeddedchat/api of npm: a chat in somebody's page, as far as it is REST
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('@embeddedchat/api', 'esbuild');
my $chat = v1();
my $room = $chat->admin->post('channels.create',
	{ name => 'dev' })->{channel}{_id};
my $got = steps($chat, bundle($chat, 'embeddedchat.js'), {
	LOGIN => $Chat::ADMIN, PASSWORD => $Chat::ADMIN_PASS, ROOM => $room });

# nobody reads without a login, as long as a setting does not allow it
my %other = map { ($_ => 1) } 'getMessages, anonymous', 'app info',
	'wrong password', 'login', 'logout', 'the other page';
for my $step (grep { !$other{$_} } sort keys %$got) {
	ok $got->{$step}{success}, $step or diag explain $got->{$step};
}
is $got->{'getMessages, anonymous'}{errorType}, 'error-not-allowed',
	'nothing without a login';
is scalar(keys %$got), 37, 'no step is left out';
is $got->{'app info'}, undef, 'no app is there';
is_deeply $got->{'wrong password'}, { error => 'Unauthorized' },
	'a wrong password';
is $got->{login}{me}{username}, $Chat::ADMIN, 'the right one';
is $got->{'the other page'}{status}, 'error', 'who left is out everywhere';
is $got->{getMessageLimit}{value}, 5000, 'how long a message may be';
is_deeply [map { $_->{msg} } @{ $got->{getThreadMessages}{messages} }],
	['and more'], 'a thread by query';
for my $list (qw(Starred Pinned Mentioned Search)) {
	my $m = $got->{"get${list}Messages"}{messages};
	is_deeply [map { $_->{msg} } @$m], ['steam, @admin'],
		"get${list}Messages finds the one";
}
is $got->{getAllFiles}{files}[0]{name}, 'one.txt', 'a file';
done_testing;
