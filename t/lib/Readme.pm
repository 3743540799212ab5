# SPDX-License-Identifier: ISC
# The README (or another text in its form) as data, and its answers compared
# with real ones.
#
#   my $readme = Readme->new('README.md');
#   $_->{line}, $_->{command}, $_->{answer} for $readme->commands;
#   my @cells = @$_ for $readme->table('call');   # rows below that first head
#   my $same = Readme::Same->new;
#   $same->fault($want, $got);                    # undef: alike
#
# A command is a line of a ```console block that begins with "$ ", with the
# "> " lines that continue it; its answer is what stands below.
package Readme;
use strict;
use warnings;
use Carp;

sub new {
	my ($class, $file) = @_;
	open my $fh, '<', $file or croak "$file: $!";
	chomp(my @lines = <$fh>);
	return bless { file => $file, lines => \@lines }, $class;
}

sub text { join "\n", @{ $_[0]{lines} }, '' }

sub commands {
	my ($r) = @_;
	my ($inside, @all) = ('');
	for my $i (0 .. $#{ $r->{lines} }) {
		my $line = $r->{lines}[$i];
		if ($line =~ /^```(\w*)/) {
			$inside = $inside || $1 ne 'console' ? '' : 'console';
		} elsif (!$inside) {
			next;
		} elsif ($line =~ /^\$ (.*)/) {
			push @all, { line => $i + 1, command => $1, answer => '' };
		} elsif ($line =~ /^> (.*)/ && @all && $all[-1]{answer} eq '') {
			$all[-1]{command} .= "\n$1";
		} else {
			croak "$r->{file}:" . ($i + 1) . ': an answer to nothing'
				unless @all;
			$all[-1]{answer} .= "$line\n";
		}
	}
	return @all;
}

# The cells of each row of the tables with this first head; \| is a bar.
sub table {
	my ($r, $head) = @_;
	my ($inside, @rows) = (0);
	for (@{ $r->{lines} }) {
		$inside = 0 unless /^\|/;
		if (/^\| \Q$head\E \|/) {
			$inside = 1;
		} elsif ($inside && !/^\| ---/) {
			my @cells = split /\s*(?<!\\)\|\s*/, $_, -1;
			s/\\\|/|/g for @cells;
			push @rows, [@cells[1 .. $#cells - 1]];
		}
	}
	return @rows;
}

# The lines of a section that are indented by four, those that end in \ with
# the next.
sub code {
	my ($r, $section) = @_;
	my ($inside, @code) = (0);
	for (@{ $r->{lines} }) {
		$inside = $1 eq $section if /^## (.*)/;
		next unless $inside && /^ {4}(.*)/;
		my $line = $1;
		if (@code && $code[-1] =~ s/\s*\\$//) {
			$code[-1] .= ' ' . $line =~ s/^\s+//r;
		} else {
			push @code, $line;
		}
	}
	return @code;
}

# What differs from run to run: ids, tokens, times.  What is the same in the
# text has to be the same in the run, and what differs, different (but for
# times: two things may happen at once).
package Readme::Same;

my $ID = qr/[23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz]{17}/;
my $TOKEN = qr/[\w-]{43}/;
my $TIME = qr/\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z| \d\d:\d\d:\d\d)/;
my $VALUE = qr/(?<![\w-])(?:$TOKEN|$ID|$TIME)(?![\w-])/;

sub new { bless { of => {}, from => {} }, shift }

# A text of the README with what this run knows of it in its place: ids,
# tokens, and tokens named by their last six characters.
sub real {
	my ($s, $text) = @_;
	$text = $s->tails($text);
	$text =~ s/($VALUE)/$s->{of}{$1} \/\/ $1/ge;
	return $text;
}

sub tails {
	my ($s, $text) = @_;
	for my $want (grep { /^$TOKEN$/ } keys %{ $s->{of} }) {
		my ($tail, $got) = map { substr $_, -6 } $want, $s->{of}{$want};
		$text =~ s/(?<![\w-])\Q$tail\E(?![\w-])/$got/g;
	}
	return $text;
}

sub pair {
	my ($s, $want, $got) = @_;
	my $kind = $want =~ /^$TIME$/ ? $TIME : $want =~ /^$TOKEN$/ ? $TOKEN : $ID;
	return 0 unless $got =~ /^$kind$/;
	$s->{of}{$want} //= $got;
	$s->{from}{$got} //= $want if $kind ne $TIME;
	return $s->{of}{$want} eq $got &&
		($kind eq $TIME || $s->{from}{$got} eq $want);
}

sub line_fault {
	my ($s, $want, $got) = @_;
	my @want = split /($VALUE)/, $s->tails($want), -1;
	my @got = split /($VALUE)/, $got, -1;
	return 'differs' unless @want == @got;
	for my $i (0 .. $#want) {
		next if $want[$i] eq $got[$i] && $i % 2 == 0;
		return 'differs' if $i % 2 == 0;
		return "$got[$i] stands where $want[$i] was"
			unless $s->pair($want[$i], $got[$i]);
	}
	return;
}

sub fault {
	my ($s, $want, $got) = @_;
	my @want = split /\n/, $want;
	my @got = split /\n/, $got;
	for my $i (0 .. ($#want > $#got ? $#want : $#got)) {
		return "line @{[$i + 1]}: one is missing: " .
			($want[$i] // $got[$i])
			unless defined $want[$i] && defined $got[$i];
		my $fault = $s->line_fault($want[$i], $got[$i]) or next;
		return "line @{[$i + 1]} $fault\n  text: $want[$i]\n  run:  $got[$i]";
	}
	return;
}

1;
