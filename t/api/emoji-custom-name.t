#!/usr/bin/perl
# GET /emoji-custom/:name
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
upload($chat->admin, 'emoji-custom.create', [name => 'gear'],
	[aliases => 'cog'], [emoji => png(4, 4), 'x', 'image/png']);
my $r = $chat->anyone->get('/emoji-custom/gear.png');
is_deeply [$r->status, $r->body, $r->header('content-type')],
	[200, png(4, 4), 'image/png'], 'a picture, without a login';
like $r->header('content-disposition'), qr/^inline; filename="gear[.]png"/,
	'by its name';
is $chat->anyone->get('/emoji-custom/gear')->body, png(4, 4),
	'with and without its extension';
is $chat->anyone->get('/emoji-custom/gear.png', {}, headers =>
	['If-None-Match' => $r->header('etag')])->status, 304, 'or known';
$r = $chat->anyone->get('/emoji-custom/nothing.png');
is_deeply [$r->status, $r->json], [404, { error => 'File not found' }],
	'what is not there';
done_testing;
