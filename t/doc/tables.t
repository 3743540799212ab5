#!/usr/bin/perl
# The README's tables: calls, commands and files are those that there are.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Readme;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $readme = Readme->new('README.md');
my $text = $readme->text;

# ---- calls: each row names paths, verbs, who, parameters ----
my (undef, @routes) = map { chomp; [split /\t/] } `$binary routes`;
my %route = map { ("$_->[0] $_->[1]" => $_) }
	grep { $_->[1] !~ m{^/api/v1/} } @routes; # those: t/doc/v1.t
my %row;
for my $cells ($readme->table('call')) {
	my ($calls, $verbs, $who, $params) = @$cells;
	for my $path ($calls =~ /`([^`]+)`/g) {
		$path = "/api/$path" unless $path =~ m{^/};
		$row{"$_ $path"} = [$who, $params] for split /, /, $verbs;
	}
}
is_deeply [sort keys %row], [sort keys %route],
	'the table of calls is the table of routes';
for my $name (sort keys %row) {
	my ($route, $who, $params) = ($route{$name}, @{ $row{$name} });
	next unless $route;
	is(($who =~ /(\w+)/)[0], $route->[2], "$name: who may call it");
	like $who, qr/`\Q$route->[3]\E`/, "$name: with which permission"
		if $route->[3] ne '-';
	my %given = map { $_ => 1 } $params =~ /`([\w-]+)`/g;
	my @asked = grep { $_ ne '-' } $route->[4] =~ /[\w-]+/g;
	my @missing = grep { !$given{$_} } @asked;
	is "@missing", '', "$name: with which parameters";
	is $params, '', "$name: without parameters" if !@asked;
}

my %status = map { $_ => 1 } map { $_->[0] =~ /(\d{3})/g } $readme->table('status');
open my $errors, '<', 'server/fail.c' or die;
for (sort keys %{ { map { /= \{ (\d{3}), "/ ? ($1 => 1) : () } <$errors> } }) {
	ok $status{$_}, "the README says what a $_ means";
}

# ---- commands ----
my @commands = `$binary help` =~ /^  (\w\S*(?: [a-z][\w-]+)?)/mg;
my %told;
for (grep { /^pocketchat/ } $readme->code('Commands')) {
	my ($first, $rest) = /^pocketchat (\w+) ?(\S*)/;
	$told{$_}++ for $rest =~ /^[a-z]/ ? map { "$first $_" } split /\|/, $rest :
		$first;
}
is_deeply [sort keys %told], [sort @commands],
	'the list of commands is what help has';

# ---- files ----
my %file;
for my $cells ($readme->table('file')) {
	my $folder = '';
	for ($cells->[0] =~ /`([^`]+)`/g) {
		$folder = $1 if m{^(.*/)};
		$file{m{/} ? $_ : "$folder$_"}++;
	}
}
my @there = glob '{json,http,auth,store,server,server/api,server/api/v1,server/cli}/*.c ' .
	'server/*.1 server/*.service';
is_deeply [sort keys %file], [sort @there], 'the table of files has all of them';
is join(' ', grep { $file{$_} > 1 } sort keys %file), '', 'each once';
for my $cells ($readme->table('floor')) {
	my ($folder) = $cells->[1] =~ /`(.*)`/;
	ok -d $folder, "$folder is there";
}

# ---- what is named is there ----
my $all = join '', `cat Makefile`;
like $all, qr/^$_:/m, "make $_ is there"
	for sort keys %{ { map { $_ => 1 } $text =~ /(?:`| {4})make ([a-z-]+)/g } };
my $help = join '', `$binary config help`;
for (sort keys %{ { map { $_ => 1 } $text =~ /`([a-z]+_[a-z_]+)(?: =[^`]*)?`/g } }) {
	my $flag = '--' . tr/_/-/r;
	like $help, qr/^  $flag /m, "$_ is a setting";
}
my %anchor = map { (lc =~ s/[^\w -]//gr =~ tr/ /-/r) => 1 }
	$text =~ /^##+ (.*)/mg;
ok $anchor{$_}, "#$_ is a section" for $text =~ /\]\(#([^)]*)\)/g;
done_testing;
