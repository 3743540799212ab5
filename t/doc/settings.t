#!/usr/bin/perl
# The settings in the README and the manual page are those of the program:
# WRITE=1 puts them there anew.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Readme;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
delete @ENV{grep { /^(?:POCKETCHAT_|ROOT_URL$|PORT$)/ } keys %ENV};
my $marker = '<!-- settings: pocketchat config help -->';

# --max-body SIZE / longest body (256k): name, what it takes, default, meaning.
my @settings;
my $help = `$binary config help`;
while ($help =~ /\G  --([a-z-]+) (\S+)\n {8}(.*)\n/gc) {
	my ($name, $takes, $meaning) = ($1 =~ tr/-/_/r, $2, $3);
	my $default = $meaning =~ s/ \(([^()]*)\)$// ? $1 : '';
	push @settings, [$name, $takes, $default, $meaning];
}
is substr($help, pos $help // 0), '', 'every line of config help is understood';

# A build with sanitizers has a default of its own: with them on, the walls
# would end the process.
my $sanitized = !system "grep -qE '__asan_init|__gcov_init|__llvm_prof' '$binary'";
$_->[0] eq 'sandbox' && $sanitized && ($_->[2] = 'on') for @settings;

my %shown = `$binary config show --data ./data` =~ /^(\w+) = (.*?) *# default$/mg;
$shown{data} = './data';
$shown{sandbox} = 'on' if $sanitized;
is_deeply \%shown, { map { $_->[0] => $_->[2] } @settings },
	'config show has the same names and defaults';

sub row {
	my ($name, $takes, $default, $meaning) = map { s/\|/\\|/gr } @_;
	$default = "`$default`" if $default ne '';
	return "| `$name` | `$takes` | $default | $meaning |\n" =~ s/  \|/ |/gr;
}
my $table = join '', "$marker\n| setting | takes | default | meaning |\n",
	"| --- | --- | --- | --- |\n", map { row(@$_) } @settings;

my ($begin, $end) = map { ".\\\" $_\n" } 'settings: pocketchat config help',
	'end of settings';
my $list = join '', "$begin.Bl -tag -width Ds -compact\n", (map {
	my ($name, $takes, $default, $meaning) = @$_;
	".It Cm $name Ar $takes" . ($default ne '' && " Pq $default") .
		"\n" . ($meaning =~ /^\w+:/ ? $meaning : ucfirst $meaning) . ".\n" } @settings), ".El\n$end";

# The file's part that the pattern finds, after it was written anew if so
# wanted.
sub part {
	my ($file, $pattern, $new) = @_;
	my $text = Readme->new($file)->text;
	if ($ENV{WRITE} && $text =~ s/$pattern/$new/m) {
		open my $fh, '>', $file or die "$file: $!";
		print {$fh} $text;
		close $fh or die "$file: $!";
	}
	return $text =~ /($pattern)/m ? $1 : 'nothing';
}

is part('README.md', qr/^\Q$marker\E\n(?:\|.*\n)*/m, $table), $table,
	'the README has all settings with defaults and meanings';
is part('server/pocketchat.1', qr/^\Q$begin\E(?:.*\n)*?\Q$end\E/m, $list), $list,
	'so has the manual page';
cmp_ok scalar @settings, '>', 35, 'which are many';
done_testing;
