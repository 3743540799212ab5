#!/usr/bin/perl
# GET /api/info
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $r = $chat->anyone->get('info');
is $r->status, 200, 'anyone may ask what this is';
like $r->{version}, qr/^\d+\.\d+\.\d+$/, 'clients read the version';
is $r->{success}, 1, 'and the newer ones success';
is $chat->anyone->get('/api/info/')->body, $r->body,
	'clients call it with a slash at the end';
my $admin = $chat->admin;
is_deeply [sort keys %{ $admin->get('info')->{info} }], [qw(build version)],
	'administrators are told more';
is $chat->user('ada')->get('info')->{info}, undef, 'others are not';
is $admin->get('info', undef, anonymous => 1,
	headers => ['X-Auth-Token' => $admin->token, 'X-User-Id' => 'x'])
	->{info}, undef, 'nor is a token that is somebody else\'s';
is $admin->get('info', undef, anonymous => 1,
	headers => ['X-Auth-Token' => 'x' x 43, 'X-User-Id' => 'x'])->status,
	200, 'a wrong token is nobody, and may ask';
done_testing;
