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
done_testing;
