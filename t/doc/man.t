#!/usr/bin/perl
# The manual page has the commands, words and options that the program has.
use strict;
use warnings;
use Test::More;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $page = 'server/pocketchat.1';
open my $fh, '<', $page or die "$page: $!";
chomp(my @lines = <$fh>);

# .It Cm user add Ar NAME is a command, .It Fl -email Ar ADDRESS in a list
# within it one of its options.
my ($section, $command, %page, %settings) = ('', '');
for (@lines) {
	$section = $1 if /^\.Sh (.*)/;
	next unless $section eq 'COMMANDS';
	if (/^\.It Cm ([a-z-]+(?: [a-z-]+)?)(.*)/) {
		$command = $1;
		my $words = $2 =~ s/ Op Ar (\S+)/ [$1]/gr =~ s/ Ar / /gr;
		$page{$command} = { words => $words, options => {} };
	} elsif (/^\.It Fl -([a-z-]+)(?: Ar (.*))?/) {
		$page{$command}{options}{$1} = $2 // '';
	}
	$settings{$command} = 1 if /^Takes every setting as an option\.$/;
}

my @commands = `$binary help` =~ /^  (\w\S*(?: [a-z][\w-]+)?)/mg;
cmp_ok scalar @commands, '>', 30, 'there are commands';
is_deeply [sort keys %page], [sort @commands], 'the page has each of them';
for my $name (grep { $page{$_} } @commands) {
	my ($usage) = `$binary help $name` =~ /\Ausage: pocketchat \Q$name\E(.*)/;
	my %options = map { /--([a-z-]+)(?: (\S+?))?\]?(?:\.\.\.)?$/ ?
		($1 => $2 // '') : () } $usage =~ /\[?--[a-z-]+(?: [A-Z][^\]\s]*)?\]?(?:\.{3})?/g;
	my $words = $usage =~ s/ \[?--.*//r;
	my $takes = delete $options{SETTING} || $usage =~ /--SETTING/;
	is $page{$name}{words}, $words, "$name: its words";
	is_deeply $page{$name}{options}, \%options, "$name: its options";
	is !!$settings{$name}, !!$takes, "$name: whether it takes settings";
}

my $text = join "\n", @lines;
like $text, qr/^\.(?:It|Sh) .*\Q$_\E/m, "$_ is told" for 'SIGNALS', 'SIGTERM',
	'SIGHUP', 'SIGUSR1', 'ENVIRONMENT', 'POCKETCHAT_CONFIG', 'ADMIN_PASS',
	'FILES', 'pocketchat.lock', 'EXIT STATUS', '70', 'EXAMPLES';

# Its examples are right: the commands take what is written there.
my ($examples) = $text =~ /^\.Sh EXAMPLES\n(.*?)^\.Sh/ms;
$examples =~ s/\\e\n\s*/ /g;
for ($examples =~ /^(?:\.Dl )?\$ (?:.*\| )?(pocketchat .*)/mg) {
	my $line = s/ \|.*//r;
	my $said = `@{[$line =~ s/^pocketchat/$binary/r]} --help 2>&1`;
	is $?, 0, $line or diag $said;
}

SKIP: {
	skip 'mandoc is not installed', 1
		unless grep { -x "$_/mandoc" } split /:/, $ENV{PATH};
	my @said = grep { !/outdated mandoc\.db|referenced manual not found/ }
		`mandoc -Tlint -Wstyle $page 2>&1`;
	is join('', @said), '', 'mandoc has nothing to say';
}
done_testing;
