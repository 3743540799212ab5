#!/usr/bin/perl
# The Rocket.Chat node of n8n-nodes-base (npm)
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('n8n-nodes-base', 'n8n-workflow');
my $chat = v1();
my $bob = $chat->user('bob');
my $bot = $chat->user('n8n', roles => ['bot', 'user']);
my $dev = $bob->room('dev', members => [$bot]);
my $direct = $bot->post('im.create', { username => 'bob' })->{room}{_id};
$bob->post('chat.postMessage', { roomId => $direct, text => "no. $_" })
	for 1 .. 120;
$bob->post('chat.postMessage', { roomId => $dev, text => 'to all' });
my $got = steps($chat, 'n8n.js', { LOGIN_ID => $bot->id, ROOM => $dev,
	TOKEN => $bot->token, DIRECT => $direct });

sub json { return map { $_->{json} } @{ $got->{$_[0]}[0] } }

is_deeply $got->{credentials}, { accounts => [], success => JSON::PP::true },
	'its credentials are good';
my ($m) = map { $_->{message} } json('post');
is_deeply [@$m{qw(msg alias emoji)}, $m->{attachments}[0]{fields}],
	['from n8n', 'Flow', ':gear:',
	[{ short => JSON::PP::true, title => 'a', value => 'b' }]],
	'a message with all that it knows of';
is +(json('post json'))[0]{message}{attachments}[0]{text}, 'more',
	'to a person, with attachments in JSON';
like +(json('post nowhere'))[0]{error}, qr/400.*invalid-channel/,
	'to nowhere: it goes on with the error';
is_deeply [sort map { $_->{update}{name} } json('subscriptions')],
	[qw(bob dev general)], 'its rooms';
ok +(json('read'))[0]{success}, 'a room is read';
is $bot->get('subscriptions.getOne', { roomId => $dev })
	->{subscription}{alert}, JSON::PP::false, 'and is so';
is scalar(() = json('direct')), 121, 'all pages of a talk';
is_deeply [map { $_->{msg} } json('direct, some')], ['to you', 'no. 120'],
	'the newest of it';
done_testing;
