#!/usr/bin/perl
# @rocket.chat/api-client of npm: what a page does in a room
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('@rocket.chat/api-client');
my $chat = v1();
$chat->user('bob');
my $got = steps($chat, 'api-client.js', { LOGIN => $Chat::ADMIN,
	PASSWORD => $Chat::ADMIN_PASS });
my %fails = ('nobody yet' => 401, 'nobody any more' => 401,
	'nothing there' => 400);
for my $step (sort keys %$got) {
	my $failed = ref $got->{$step} eq 'HASH' && $got->{$step}{failed};
	is $failed ? ref $failed ? $failed->[0] : $failed : undef, $fails{$step},
		$step or diag explain $failed;
}
is scalar(keys %$got), 32, 'no step is left out';
is $got->{settings}{settings}[0]{_id}, 'Site_Name', 'one setting was asked for';
is $got->{me}{username}, $Chat::ADMIN, 'who one is';
is_deeply [map { $_->{fname} // $_->{name} } @{ $got->{directory}{result} }],
	['steam'], 'the directory';
is_deeply [map { $_->{username} } @{ $got->{spotlight}{users} }], ['bob'],
	'the spotlight';
is $got->{send}{message}{_id}, 'MadeByTheClient', 'an id of its own';
my $m = $got->{message}{message};
is_deeply [@$m{qw(msg tcount pinned)}, $m->{reactions}{':smile:'}{usernames}],
	['what a night', 1, JSON::PP::true, ['admin']],
	'a message with all that was done to it';
is $got->{thread}{messages}[0]{msg}, 'in a thread', 'its thread';
is_deeply [sort map { $_->{name} } @{ $got->{files}{files} }],
	['table.csv', 'table.csv'], 'both uploads';
like $got->{'nothing there'}{failed}[1]{errorType}, qr/^error-room-not-found/,
	'what went wrong';
done_testing;
