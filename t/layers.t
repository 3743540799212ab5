#!/usr/bin/perl
# The floor plan and the measures of the house (design.md sections 3 and 9).
use strict;
use warnings;
use File::Find;
use Test::More;

my %floor = (json => 0, auth => 1, http => 1, store => 1, server => 2,
	'server/api' => 3, 'server/cli' => 3, 'server/api/v1' => 4);
my @doors = (
	[qr{^sqlite3}, qr{^store/}, 'SQLite only in store/'],
	[qr{^openssl/}, qr{^(?:auth/|server/tls(?:_cert|_client)?\.[ch]$)},
		'OpenSSL only in auth/ and server/tls.*'],
	[qr{^jsmn}, qr{^json/reader\.c$}, 'jsmn only in json/reader.c'],
	[qr{^linux/(?:seccomp|filter|audit)\.h$}, qr{^server/calls\.c$},
		'seccomp only in server/calls.c'],
	[qr{^linux/landlock}, qr{^server/sandbox\.c$},
		'Landlock only in server/sandbox.c'],
	[qr{^sys/epoll}, qr{^server/loop\.c$}, 'epoll only in server/loop.c'],
);
my %most = (c => 600, h => 200, pm => 300);
my $function = 60;

# Why a file of one folder may not include another: undef, it may.
sub include_fault {
	my ($file, $name) = @_;
	my ($from, $to) = map { m{^(.*)/} ? $1 : '' } $file, $name;
	return unless exists $floor{$from};
	return "\"$name\" is on no floor" unless exists $floor{$to};
	return if $file eq 'server/main.c' && $to eq 'server/cli';
	if ($from eq 'server/api' && $floor{$to} >= 2) {
		return if 'server/api/api.h' eq $name ||
			'server/api/api.h' eq $file;
		return if $from eq $to && $name =~ /\.h$/;
		return 'handlers see "server/api/api.h" and lower floors only';
	}
	if ($from eq 'server/api/v1' && $floor{$to} >= 2) {
		return if 'server/api/v1/v1.h' eq $name ||
			$file =~ m{[.]h$}; # v1.h and its parts
		return if $from eq $to && $name =~ /\.h$/;
		return 'handlers see "server/api/v1/v1.h" and lower floors only';
	}
	return if $from eq $to || $floor{$to} < $floor{$from};
	return "\"$name\" is not below";
}

sub door_fault {
	my ($file, $name) = @_;
	return unless $file =~ m{^(.*)/} && exists $floor{$1};
	for my $door (@doors) {
		return $door->[2] if $name =~ $door->[0] && $file !~ $door->[1];
	}
	return;
}

sub includes {
	my ($file, @lines) = @_;
	my @faults;
	for my $i (0 .. $#lines) {
		my ($kind, $name) = $lines[$i] =~ /^\s*#\s*include\s*([<"])([^>"]*)/
			or next;
		my $fault = $kind eq '"' && include_fault($file, $name) ||
			door_fault($file, $name) or next;
		push @faults, sprintf '%s:%d: %s', $file, $i + 1, $fault;
	}
	return @faults;
}

# A function: its name and its braces stand in column 0.  Tables do not open
# with a brace of their own line.
sub functions {
	my ($file, @lines) = @_;
	my ($name, $open, @faults) = (0);
	for my $i (0 .. $#lines) {
		$name = $i if !defined $open && $lines[$i] =~ /^\w+\(/;
		$open = $name if $lines[$i] =~ /^\{/;
		next unless defined $open && $lines[$i] =~ /^\}/;
		my $long = $i - $open + 1;
		push @faults, sprintf '%s:%d: a function of %d lines', $file,
			$open + 1, $long if $long > $function;
		undef $open;
	}
	return @faults;
}

sub sizes {
	my ($file, @lines) = @_;
	my ($kind) = $file =~ /\.(\w+)$/;
	my $most = $most{ $kind // '' } or return;
	$most = $most{c} if $file =~ m{^t/.*\.h$}; # tables of test data
	return if @lines <= $most;
	return sprintf '%s:%d: %d lines, at most %d', $file, $most + 1,
		scalar @lines, $most;
}

sub spdx {
	my ($file, @lines) = @_;
	return if $file !~ /\.[ch]$/ ||
		$lines[0] eq '/* SPDX-License-Identifier: ISC */';
	return "$file:1: the licence is missing";
}

sub words {
	my ($file, @lines) = @_;
	return map { "$file:" . ($_ + 1) . ': something left for later' }
		grep { $lines[$_] =~ /\b(?:TO[D]O|FIX[M]E|XX[X])\b/ } 0 .. $#lines;
}

sub blanks {
	my ($file, @lines) = @_;
	my $wrong = $file =~ /\.[ch]$/ ? qr/[ \t]$|^\t* +\t|^ {8}|\r/ :
		qr/[ \t]$|^ +\t|\r/;
	return map { "$file:" . ($_ + 1) . ': blanks' }
		grep { $lines[$_] =~ $wrong } 0 .. $#lines;
}

my %of;
find({ no_chdir => 1, preprocess => sub {
	grep { !/^(?:\.git|build|data|corpus)$/ } @_ }, wanted => sub {
	return unless -f && (m{\.(?:[ch]|def|pm|t|sh)$|/Makefile$|/\.ci/run$});
	open my $fh, '<', $_ or die "$_: $!\n";
	chomp(my @lines = <$fh>);
	(my $file = $_) =~ s{^\./}{};
	$of{$file} = \@lines;
} }, '.');

sub holds {
	my ($rule, $sentence) = @_;
	my @faults = map { $rule->($_, @{ $of{$_} }) } sort keys %of;
	is join("\n", @faults), '', $sentence;
}

cmp_ok scalar(grep { m{^(?:json|http|auth|store|server)/} } keys %of), '>', 20,
	'the house is where it is looked for';
holds(\&includes, 'every include points down and strangers stay outside');
holds(\&sizes, 'no file is longer than its kind may be');
holds(\&functions, 'no function is longer than 60 lines');
holds(\&words, 'nothing is left for later');
holds(\&spdx, 'every C file begins with its licence');
holds(\&blanks, 'indents are tabs and no line ends in blanks');

# The rules themselves: each sees what it is there for.
sub sees {
	my ($rule, $file, $text, $want, $sentence) = @_;
	is join("\n", $rule->($file, split /\n/, $text, -1)), $want, $sentence;
}

sees(\&includes, 'json/a.c', "\n#include \"http/url.h\"",
	'json/a.c:2: "http/url.h" is not below', 'an include from above is seen');
sees(\&includes, 'http/a.h', '#include "store/store.h"',
	'http/a.h:1: "store/store.h" is not below', 'strangers are seen');
sees(\&includes, 'server/route.c', '#include "server/api/api.h"',
	'server/route.c:1: "server/api/api.h" is not below',
	'the machinery does not know the handlers');
sees(\&includes, 'server/api/rooms.c', '#include "server/conn.h"',
	'server/api/rooms.c:1: handlers see "server/api/api.h" and lower ' .
	'floors only', 'a handler that reaches into the machinery is seen');
sees(\&includes, 'server/cli/a.c', '#include "server/api/api.h"',
	'server/cli/a.c:1: "server/api/api.h" is not below',
	'the command line and the handlers are strangers');
sees(\&includes, 'server/conn.c', '#include <openssl/ssl.h>',
	'server/conn.c:1: OpenSSL only in auth/ and server/tls.*',
	'OpenSSL outside its doors is seen');
sees(\&includes, 'json/buf.h', '# include <jsmn.h>',
	'json/buf.h:1: jsmn only in json/reader.c', 'so is jsmn');
sees(\&includes, 'http/a.c', '#include "sqlite3.h"',
	'http/a.c:1: "sqlite3.h" is on no floor', 'so is SQLite');
sees(\&includes, 'server/conn.c', '#include <sys/epoll.h>',
	'server/conn.c:1: epoll only in server/loop.c', 'so is epoll');
sees(\&includes, 'server/worker.c', '#include <linux/seccomp.h>',
	'server/worker.c:1: seccomp only in server/calls.c', 'so is seccomp');
sees(\&includes, 'server/calls.c', '#include <linux/landlock.h>',
	'server/calls.c:1: Landlock only in server/sandbox.c', 'so is Landlock');
sees(\&includes, 'server/api/a.c', "#include \"server/api/api.h\"\n" .
	"#include \"auth/random.h\"\n#include <stdio.h>", '',
	'a handler may use what stands below');
sees(\&functions, 'a.c', "int\nf(void)\n{\n" . "x;\n" x 57 . '}', '',
	'60 lines are a function');
sees(\&functions, 'a.c', "int\nf(int a,\n    int b)\n{\n" . "x;\n" x 57 . '}',
	'a.c:2: a function of 61 lines', '61 lines are too many');
sees(\&functions, 'a.c', "int t[] = {\n" . "1,\n" x 99 . "};\nint\nf(void)\n{\n}",
	'', 'a table may be long');
done_testing;
