#!/usr/bin/perl
# GET /avatar/:username
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $ada = $chat->user('ada.lovelace');
my $anyone = $chat->anyone;

sub drawn {
	my ($name, %o) = @_;
	my $r = $anyone->get("/avatar/$name", {}, %o);
	return wantarray ? ($r, $r->body =~ />([^<>]*)<\/text>/) : $r;
}

my ($r, $letters) = drawn('ada.lovelace');
is $r->status, 200, 'it needs no login';
is $r->header('content-type'), 'image/svg+xml', 'a drawing';
is $letters, 'AL', 'of the first letters';
is $r->header('cache-control'), 'public, max-age=300', 'that may be kept';
unlike $r->body, qr/<script|href|style=/, 'with nothing in it that runs';
is drawn('ada.lovelace')->body, $r->body, 'always the same';
my $known = $anyone->get('/avatar/ada.lovelace', {},
	headers => ['If-None-Match' => $r->header('etag')]);
is_deeply [$known->status, $known->body], [304, ''], 'or known';
for (['nobody-here', 'NH'], ['x', 'X'], ['%3Cscript%3E', '&#60;'],
	['%26amp', '&#38;'], ['%C3%A4_b', "\xc3\xa4B"], ['..', ''], ['@dev', 'D'],
	['@', '']) {
	($r, $letters) = drawn($_->[0]);
	is_deeply [$r->status, $letters], [200, $_->[1]], "$_->[0] is drawn, too";
}
isnt +(drawn('a')->body =~ /fill="(#\w+)"/)[0],
	(drawn('b')->body =~ /fill="(#\w+)"/)[0], 'colours differ';
is $anyone->get('/avatar/%ff')->status, 400, 'bytes that are no text are not';

upload($ada, 'users.setAvatar', [image => png(1, 1), 'x', 'image/png']);
$r = drawn('ada.lovelace');
is_deeply [$r->header('content-type'), $r->body], ['image/png', png(1, 1)],
	'one that was sent';
like $r->header('content-security-policy'), qr/\bsandbox\b/, 'in a sandbox';
is $anyone->get('/avatar/ada.lovelace', {}, headers => ['If-None-Match' =>
	$r->header('etag')])->status, 304, 'known, too';
is $anyone->post('/avatar/ada.lovelace', {})->status, 405, 'it is only read';
done_testing;
