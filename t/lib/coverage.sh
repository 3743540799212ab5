#!/bin/sh
# Lines and branches of json/, http/ and auth/ that the unit tests reach.
# Asserts are compiled out: their other branch is a fault of the program.
set -eu
cd "$(dirname "$0")/../.."
dir=build/coverage
units=$(grep -L '"\(server\|store\)/' t/unit/*.c |
	sed "s,\(.*\)c\$,$dir/\1t,")

find . -path "./$dir/*" -name '*.gcda' -exec rm -f {} +
# shellcheck disable=SC2086 # a list
${MAKE:-make} --no-print-directory -s -j"$(nproc 2>/dev/null || echo 2)" \
	BUILD=$dir CC=gcc OPT='-O0 -g -DNDEBUG' SAN=--coverage \
	SRC="$(echo json/*.c http/*.c auth/*.c)" $units
# shellcheck disable=SC2086
prove -Q $units
for at in json http auth; do
	for data in "$dir/$at"/*.gcda; do
		gcov -b -j -t "$data"
	done
done | perl -MJSON::PP -e '
use strict;
use warnings;
my (%line, %branch, %sum);
# A header is compiled into many objects: what one reached is reached.
while (<STDIN>) {
	for my $file (@{ decode_json($_)->{files} }) {
		my $name = $file->{file};
		next unless $name =~ m{^(?:json|http|auth)/};
		for my $l (@{ $file->{lines} }) {
			my $n = $l->{line_number};
			$line{$name}{$n} ||= $l->{count} > 0;
			my $i = 0;
			$branch{$name}{"$n " . $i++} ||= $_->{count} > 0
				for @{ $l->{branches} };
		}
	}
}
sub share {
	my ($reached, $all) = @_;
	return sprintf "%6.1f %% of %4d", $all ? 100 * $reached / $all : 100, $all;
}
sub row {
	my ($name, $lines, $branches, $missed) = @_;
	printf "%-18s lines %s, branches %s%s\n", $name, share(@$lines),
		share(@$branches), $missed;
}
for my $name (sort keys %line) {
	my ($folder) = $name =~ m{^(\w+)/};
	my @count;
	for my $of ($line{$name}, $branch{$name} // {}) {
		push @count, [scalar grep({ $_ } values %$of), scalar keys %$of];
	}
	for my $i (0, 1) {
		$sum{$folder}[$i][$_] += $count[$i][$_] for 0, 1;
	}
	my %missed = map { /(\d+)/ => 1 } grep({ !$line{$name}{$_} }
		keys %{ $line{$name} }), grep({ !$branch{$name}{$_} }
		keys %{ $branch{$name} // {} });
	row($name, @count, join " ", keys %missed ? "  not all of" : "",
		sort { $a <=> $b } keys %missed);
}
print "\n";
row("$_/", @{ $sum{$_} }, "") for sort keys %sum;
'
