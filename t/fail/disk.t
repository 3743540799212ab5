#!/usr/bin/perl
# The n-th write, fsync, read, open or truncate fails: reads go on or say 503,
# writes are refused with 503, and afterwards all is true that was said.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Faults;

plan skip_all => Faults::cannot() if Faults::cannot();
my $f = Faults->new;
my ($EINTR, $EIO, $ENOSPC, $EMFILE, $HALF) = (4, 5, 28, 24, 0);
$f->sweep('write', error => $EIO, stride => 11, recovers => 1,
	says => 'a write that fails');
$f->sweep('write', error => $ENOSPC, stride => 29, count => 2,
	recovers => 1, says => 'a disk that is full for a moment');
$f->sweep('write', error => $HALF, stride => 47,
	says => 'a write that is done by half');
$f->sweep('write', error => $EINTR, stride => 97,
	says => 'a write that is interrupted');
$f->sweep('write', error => $ENOSPC, count => 0, first => 3, stride => 71,
	says => 'a disk that stays full');
$f->sweep('fsync', error => $EIO, stride => 5, recovers => 1,
	says => 'a sync that fails');
$f->sweep('read', error => $EIO, stride => 11, recovers => 1,
	says => 'a read that fails');
$f->sweep('read', error => $HALF, stride => 43,
	says => 'a read that is done by half');
$f->sweep('write', from => 'start', error => $ENOSPC, stride => 19,
	says => 'a full disk at the start');
$f->sweep('read', from => 'start', error => $EIO, stride => 37,
	says => 'a read that fails at the start');
$f->sweep('open', from => 'start', error => $EMFILE, stride => 9,
	says => 'no descriptor at the start');
$f->sweep('truncate', from => 'start', error => $EIO,
	says => 'a truncate that fails');
done_testing;
