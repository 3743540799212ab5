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

# In /api/v1/ a file is a noun, with a test inside named after each endpoint:
# subtest 'GET channels.info' => sub { ... }; dm.x is im.x by another name.
my %tested;
for my $file (glob 't/{v1,curl}/*.t') {
	# "$many" stands for both families of rooms
	for my $name (slurp($file) =~ /^\s*subtest ['"]([^'"]+)['"]/mg) {
		$tested{$name =~ s/\$many/$_/r}++ for qw(channels groups);
	}
}

sub is_tested {
	my ($verb, $path) = @_;
	if ($path =~ s{^/api/v1/}{}) {
		$path =~ s/^dm\./im./;
		ok $tested{"$verb $path"}, "t/v1/ tests $verb $path";
		return;
	}
	if ($path =~ m{^/r/}) {
		ok $tested{"$verb $path"}, "t/curl/ tests $verb $path";
		return;
	}
	if ($path =~ m{^/(hooks/.*)}) {
		ok $tested{"$verb $1"}, "t/v1/ tests $verb $1";
		return;
	}
	$path =~ s{^/(?:api/)?}{};
	$path =~ s{/}{-}g;
	$path =~ s{:}{}g;
	ok -f "t/api/$path.t", "t/api/$path.t is there";
}

for my $row (@rows) {
	my ($verb, $path) = split /\t/, $row;
	is_tested($verb, $path);
	(my $name = $path) =~ s{^/(?:api/)?(?:v1/)?}{};
	like $readme, qr/`[^`]*\Q$name\E`/, "the README names $name";
}
done_testing;
