#!/usr/bin/perl
# GET /assets/:name
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $r = $chat->anyone->get('/assets/logo.png');
is_deeply [$r->status, $r->json], [404, { error => 'File not found' }],
	'there is none at first';
upload($chat->admin, 'assets.setAsset', [logo => png(4, 4), 'x.png',
	'image/png']);
$r = $chat->anyone->get('/assets/logo.png');
is_deeply [$r->status, $r->body, $r->header('content-type')],
	[200, png(4, 4), 'image/png'], 'a picture, without a login';
is $chat->anyone->get('/assets/logo')->body, png(4, 4),
	'with and without an extension';
is $chat->anyone->get('/assets/..%2fpocketchat.db')->status, 404,
	'nothing else is';
done_testing;
