#!/usr/bin/perl
# POST and GET /api/logout
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $ada = $chat->user('ada');
for my $method (qw(POST GET)) {
	my ($one, $two) = map { $chat->login('ada', $ada->pass) } 1, 2;
	my $r = $one->request($method, 'logout');
	is $r->status, 200, "$method logs out";
	is_deeply $r->json, { status => 'success',
		data => { message => "You've been logged out!" } },
		"and $method says so";
	is $one->get('joinedRooms')->status, 401, 'that token is dead';
	is $two->get('joinedRooms')->status, 200, 'another lives';
	$chat->restart;
	is $one->get('joinedRooms')->status, 401, 'and is dead after a restart';
	is $two->get('joinedRooms')->status, 200, 'and the other still lives';
}
is $chat->anyone->post('logout', {})->status, 401, 'it needs a login';
done_testing;
