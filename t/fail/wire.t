#!/usr/bin/perl
# Sockets that take or give little, are interrupted, or cannot be had: nobody
# notices, but for a connection that could not be made.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Faults;

plan skip_all => Faults::cannot() if Faults::cannot();
my $f = Faults->new;
my ($EINTR, $ENOMEM, $EMFILE, $ECONNABORTED, $ECONNRESET, $HALF) =
	(4, 12, 24, 103, 104, 0);
$f->sweep('send', error => $HALF, count => 0, stride => 99,
	says => 'all answers leave in pieces');
$f->sweep('recv', error => $HALF, count => 0, stride => 99,
	says => 'all requests come in pieces');
$f->sweep('send', error => $EINTR, stride => 9, says => 'sends are interrupted');
$f->sweep('recv', error => $EINTR, stride => 9, says => 'reads are interrupted');
$f->sweep('send', error => $ECONNRESET, stride => 9, says => 'a peer is gone');
$f->sweep('recv', error => $ECONNRESET, stride => 9, says => 'a peer resets');
$f->sweep('accept', error => $EMFILE, stride => 3,
	says => 'descriptors are used up for a moment');
$f->sweep('accept', error => $ECONNABORTED, stride => 3,
	says => 'who came is gone');
$f->sweep('accept', error => $EINTR, stride => 3, says => 'it is interrupted');
$f->sweep('accept', error => $ENOMEM, stride => 3, says => 'no memory for it');
done_testing;
