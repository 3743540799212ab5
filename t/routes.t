#!/usr/bin/perl
# Every row of the route table has a test of its name, and stands in the
# README and the man page.
use strict;
use warnings;
use Test::More;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my ($head, @rows) = split /\n/, `$binary routes`;
is $head, "verb\tpath\twho\tpermission\tparams", 'the table has its head';
ok @rows > 10, 'and rows';

sub slurp { local (@ARGV, $/) = @_; return <> }
my $readme = slurp('README.md');

for my $row (@rows) {
	my ($verb, $path) = split /\t/, $row;
	(my $name = $path) =~ s{^/(?:api/)?}{};
	(my $file = $name) =~ s{/}{-}g;
	$file =~ s{:}{}g;
	ok -f "t/api/$file.t", "t/api/$file.t tests $verb $path";
	like $readme, qr/`[^`]*\Q$name\E`/, "the README names $name";
}
done_testing;
