#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# make bench-scale N=10000000: what things cost as the history grows, as a
# table and as a picture (build/scale.svg).
#   scale.pl N
use strict;
use warnings;
use lib qw(t/lib t/bench);
use File::Temp;
use Peers;

my $most = $ARGV[0] || 1000000;
my $build = $ENV{BUILD} || 'build';
my $home = File::Temp->newdir('pocketchat-XXXXXX', TMPDIR => 1);
my (%cost, @names, %size);

open my $run, '-|', "$build/t/bench/scale", "$home/data", $most
	or die "scale: $!";
while (<$run>) {
	my %f = /(\w+)=(\S+)/g;
	push @names, $f{what} unless grep { $_ eq $f{what} } @names;
	$cost{ $f{what} }{ $f{size} } = [@f{qw(p50 p99)}];
	$size{ $f{size} } = 1;
	printf STDERR '%s', $_;
}
close $run or die "scale ended with $?";
my @sizes = sort { $a <=> $b } keys %size;

printf "%-18s" . (' %18s' x @sizes) . "\n", 'us: median (p99)', @sizes;
for my $name (@names) {
	printf "%-18s" . (' %18s' x @sizes) . "\n", $name, map {
		my $c = $cost{$name}{$_};
		$c->[1] > 0 ? sprintf '%.1f (%.1f)', @$c : sprintf '%.1f', $c->[0]
	} @sizes;
}

# Both axes are logarithmic; a line that is level costs the same at any size.
my ($w, $h, $left, $top) = (720, 420, 70, 30);
my ($low, $high) = (1, 100_000);
my @colour = qw(#1b6ca8 #d1495b #2e8b57 #c98b00 #7a4fb3);

sub x { $left + $w * (log($_[0] / $sizes[0]) / (log($sizes[-1] / $sizes[0]) || 1)) }

sub y {
	my $v = $_[0] < $low ? $low : $_[0];
	return $top + $h * (1 - log($v / $low) / log($high / $low));
}

sub label {
	my ($x, $y, $anchor, $text) = @_;
	return qq{<text x="$x" y="$y" text-anchor="$anchor">$text</text>\n};
}

my $svg = sprintf qq{<svg xmlns="http://www.w3.org/2000/svg" width="%d" }
	. qq{height="%d" font-family="sans-serif" font-size="12">\n},
	$w + 260, $h + 80;
for (my $v = $low; $v <= $high; $v *= 10) {
	my $y = y($v);
	$svg .= qq{<path d="M$left $y h$w" stroke="#ddd"/>\n}
		. label($left - 8, $y + 4, 'end', "$v us");
}
$svg .= label(x($_), $top + $h + 20, 'middle', $_) for @sizes;
$svg .= label($left + $w / 2, $top + $h + 45, 'middle', 'messages in all');
for my $i (0 .. $#names) {
	my ($name, $c) = ($names[$i], $colour[$i % @colour]);
	for my $q (0, 1) {
		next if $q && !$cost{$name}{ $sizes[0] }[1];
		my $d = join ' L', map { sprintf '%.1f %.1f', x($_),
			y($cost{$name}{$_}[$q]) } @sizes;
		$svg .= qq{<path d="M$d" fill="none" stroke="$c"}
			. ($q ? ' stroke-dasharray="4 3"' : ' stroke-width="2"') . "/>\n";
	}
	$svg .= qq{<rect x="@{[$left + $w + 16]}" y="@{[$top + 20 * $i]}" }
		. qq{width="10" height="10" fill="$c"/>\n}
		. label($left + $w + 32, $top + 20 * $i + 10, 'start', $name);
}
$svg .= label($left + $w + 16, $top + 20 * @names + 20, 'start',
	'whole: median, dashed: p99');
Peers::write_file("$build/scale.svg", "$svg</svg>\n");
print "picture: $build/scale.svg\n";
