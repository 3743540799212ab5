#!/usr/bin/perl
# No descriptors left: those who are there are served, the others wait, and
# the server does not spin.
use strict;
use warnings;
use POSIX qw(sysconf _SC_CLK_TCK);
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);

plan skip_all => 'prlimit is not here' if system('prlimit --version >/dev/null 2>&1');
my $chat = chat();
my $get = "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n";

sub cpu {
	my ($rest) = slurp('/proc/' . $chat->pid . '/stat') =~ /\) (.*)/s;
	my @of = split / /, $rest;
	return ($of[11] + $of[12]) / sysconf(_SC_CLK_TCK);
}

sub limit {
	my ($n) = @_;
	system('prlimit', '--pid', $chat->pid, "--nofile=$n:") == 0 or die 'prlimit';
}

my @served = map { $chat->socket } 1 .. 3;
for my $w (@served) {
	$w->send($get);
	is $w->reply->status, 200, 'a client that is there';
}
my ($most) = slurp('/proc/' . $chat->pid . '/limits') =~ /^Max open files +(\d+)/m;
limit(8); # fewer than are open
my $before = cpu();
my @late = map { $chat->socket } 1 .. 20;
$_->send($get) for @late;
ok $chat->logged(qr/out of descriptors/), 'it says so';
ok $late[-1]->quiet(2), 'those who come late are not served';
cmp_ok cpu() - $before, '<', 0.5, 'and the server does not spin meanwhile';
for my $w (@served) {
	$w->send($get);
	is $w->reply->status, 200, 'the others are still served';
}
limit($most);
my $good = grep { eval { ($_->reply // die)->status == 200 } } @late;
cmp_ok $good, '>', 0, "$good of 20 that waited are served as soon as they can be";
is $chat->anyone->get('version')->status, 200, 'and so is everybody else';
my @lines = $chat->log =~ /out of descriptors/g;
cmp_ok scalar @lines, '<', 5, 'the log is not flooded' or diag scalar @lines;
done_testing;
