#!/usr/bin/perl
# The n-th allocation fails: no lie, and the only death is exit 70 with a line.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Faults;

plan skip_all => Faults::cannot() if Faults::cannot();
my $f = Faults->new;
$f->sweep('malloc', stride => 97, says => 'running, no answer is a lie');
$f->sweep('malloc', from => 'start', stride => 1201,
	says => 'at the start, it says so and ends');
done_testing;
