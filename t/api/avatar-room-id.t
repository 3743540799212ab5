#!/usr/bin/perl
# GET /avatar/room/:id
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $ada = $chat->user('ada');
my $cellar = $ada->room('cellar', private => 1);
my $r = $chat->anyone->get("/avatar/room/$cellar");
is_deeply [$r->status, $r->header('content-type')], [200, 'image/svg+xml'],
	'it needs no login';
like $r->body, qr/>#<\/text>/, 'and does not tell its name';
my $none = $chat->anyone->get('/avatar/room/nothing');
is_deeply [$none->status, $none->header('content-type')],
	[200, 'image/svg+xml'], 'one that is not there is drawn, too';
is $chat->anyone->get("/avatar/room/$cellar", {}, headers => ['If-None-Match' =>
	$r->header('etag')])->status, 304, 'one may know it';
done_testing;
