#!/usr/bin/perl
# GET /health
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $r = $chat->anyone->get('/health');
is $r->status, 200, 'no login is needed';
is $r->{status}, 'ok', 'and it says so';
is $chat->anyone->request('POST', '/health')->status, 405, 'it is a GET';
done_testing;
