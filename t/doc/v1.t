#!/usr/bin/perl
# The README's table of /api/v1/ is made from the routes: WRITE=1 puts it
# there anew.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Readme;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $marker = '<!-- calls: pocketchat routes -->';
my (undef, @routes) = map { chomp; [split /\t/] } `$binary routes`;

my (%verbs, %noun);
for (@routes) {
	my ($verb, $path) = @$_;
	next unless $path =~ s{^/api/v1/}{};
	push @{ $verbs{$path} }, $verb;
	$noun{ $path =~ /^([\w-]+)[.]/ ? $1 : 'others' }{$path}++;
}

# `me` · `users.create` POST: a GET needs no word.
sub call {
	my ($path) = @_;
	my $verbs = join ' ', sort @{ $verbs{$path} };
	return "`$path`" . ($verbs eq 'GET' ? '' : " $verbs");
}
my $table = join '', "$marker\n| noun | calls below `/api/v1/` (GET, where none is named) |\n",
	"| --- | --- |\n", map {
		my $noun = $_;
		"| $noun | " . join(', ', map { call($_) }
			sort keys %{ $noun{$noun} }) . " |\n";
	} sort keys %noun;

my $text = Readme->new('README.md')->text;
if ($ENV{WRITE} && $text =~ s/^\Q$marker\E\n(?:\|.*\n)*/$table/m) {
	open my $fh, '>', 'README.md' or die "README.md: $!";
	print {$fh} $text;
	close $fh or die "README.md: $!";
}
my $shown = $text =~ /^(\Q$marker\E\n(?:\|.*\n)*)/m ? $1 : 'nothing';
is $shown, $table, 'the README has every call of /api/v1/, and no other';
done_testing;
