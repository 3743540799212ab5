#!/usr/bin/perl
# node-red-contrib-rocketchat of npm: messages from a flow, and what came
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('node-red-contrib-rocketchat');
my $chat = v1();
my $bob = $chat->user('bob');
my $bot = $chat->user('flow-bot', roles => ['bot', 'user']);
my $dev = $bob->room('dev', members => [$bot]);
$bob->post('chat.postMessage', { roomId => $dev, text => 'hello, @flow-bot' });
my $got = steps($chat, 'node-red.js', { LOGIN_ID => $bot->id,
	TOKEN => $bot->token, ROOM => $dev, OTHER_ID => $bob->id });

for my $step (grep { !/^out/ } sort keys %$got) {
	ok $got->{$step}{success}, $step or diag explain $got->{$step};
}
is scalar(keys %$got), 13, 'no step is left out';
is_deeply $got->{$_}, [], $_ for 'out', 'out to a user';
like $got->{'out to nowhere'}[0], qr/error-processing/, 'a room not there';
my ($m) = grep { $_->{msg} eq 'from a flow' }
	@{ $bob->get('channels.history', { roomId => $dev })->{messages} };
is_deeply [@$m{qw(alias emoji)}, $m->{attachments}[0]{title}],
	['Flow', ':ghost:', 'a'], 'the message of the flow';
my ($direct) = @{ $bob->get('im.list')->{ims} };
is $direct->{lastMessage}{msg}, 'for you', 'that to a user';
is $got->{spotlight}{users}[0]{username}, 'bob', 'somebody found';
my ($before, $after) = map { $got->{$_}{subscription} }
	'getSubscription', 'getSubscription later';
is_deeply [@$before{qw(unread alert)}], [1, JSON::PP::true],
	'one message is unread';
is_deeply [map { $_->{msg} } grep { !$_->{t} }
	@{ $got->{getUnreadMessages}{messages} }], ['hello, @flow-bot'],
	'it is fetched';
is_deeply [@$after{qw(unread alert)}], [0, JSON::PP::false], 'and read';
is_deeply [sort map { $_->{name} } grep { $_->{t} ne 'd' }
	@{ $got->{getSubscriptions}{update} }], [qw(dev flow flows general)],
	'all its rooms';
done_testing;
