#!/usr/bin/perl
# GET /api/joinedRooms
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
$chat->admin->room('dev', members => [qw(ada admin)]);
$chat->done('room', 'add', 'cellar', '--private', '--member', 'bob',
	'--owner', 'admin');
sub names { [map { $_->{name} } @{ $_[0]->get('joinedRooms')->{rooms} }] }
is_deeply names($ada), [qw(general dev)], 'ada is in her rooms';
is_deeply names($bob), [qw(general cellar)], 'private ones are among them';
$bob->post('rooms/dev/join', {});
is_deeply names($bob), [qw(general cellar dev)], 'joining adds one';
$bob->post('rooms/GENERAL/leave', {});
is_deeply names($bob), [qw(cellar dev)], 'leaving takes one away';
is $chat->anyone->get('joinedRooms')->status, 401, 'it needs a login';
done_testing;
