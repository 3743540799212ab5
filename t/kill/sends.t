#!/usr/bin/perl
# kill -9 in the middle of sends: what was answered 200 is there, once, in
# order, after the restart.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

use constant { CLIENTS => 8, EACH => $ENV{KILL_EACH} // 1250 };

my $chat = chat();
my $admin = $chat->admin;

# A child sends until the server is gone and notes each text that was
# answered with 200.
sub client {
	my ($nr, $file) = @_;
	open my $acked, '>', $file or die "$file: $!";
	$acked->autoflush(1);
	my $me = Session->new($chat, map { $_ => $admin->{$_} } qw(token id name pass));
	for my $i (1 .. EACH) {
		my $r = eval { $me->post('rooms/GENERAL/send',
		    { msg => "c$nr n$i" }) } or last;
		last if $r->status != 200;
		print $acked "$i\n";
	}
	close $acked;
}

sub slurp_lines {
	my ($file) = @_;
	open my $in, '<', $file or return 0;
	my @lines = <$in>;
	return scalar @lines;
}

sub all_messages {
	my ($session) = @_;
	my (@all, $latest);
	while (1) {
		my $page = $session->get('rooms/GENERAL/messages',
		    { $latest ? (latest => $latest) : () })->json->{messages};
		last if !@$page;
		push @all, @$page;
		$latest = $page->[-1]{ts};
	}
	return reverse grep { !$_->{t} } @all;
}

my @files = map { $chat->dir . "/acked.$_" } 1 .. CLIENTS;
my @children;
for my $nr (1 .. CLIENTS) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		client($nr, $files[$nr - 1]);
		require POSIX;
		POSIX::_exit(0);
	}
	push @children, $pid;
}

my $enough = CLIENTS * EACH * (0.3 + rand 0.4);
my $seen = 0;
for (1 .. 6000) {
	$seen = 0;
	$seen += slurp_lines($_) for @files;
	last if $seen >= $enough;
	select undef, undef, undef, 0.01;
}
$chat->kill9;
waitpid $_, 0 for @children;
cmp_ok $seen, '>=', $enough, 'the server died in the middle of the sends';

$chat->restart;
my %count;
my %last;
my $ordered = 1;
for my $m (all_messages($chat->admin)) {
	my ($nr, $i) = $m->{msg} =~ /^c(\d+) n(\d+)$/ or next;
	$count{$nr}{$i}++;
	$ordered = 0 if $i <= ($last{$nr} // 0);
	$last{$nr} = $i;
}
for my $nr (1 .. CLIENTS) {
	my $acked = slurp_lines($files[$nr - 1]);
	my @lost = grep { !$count{$nr}{$_} } 1 .. $acked;
	is "@lost", '', "all $acked acknowledged messages of client $nr are there";
	my @twice = grep { $count{$nr}{$_} > 1 } keys %{ $count{$nr} };
	is "@twice", '', "none of client $nr is there twice";
	cmp_ok scalar(keys %{ $count{$nr} // {} }), '<=', $acked + 1,
	    "at most the one that was under way is there besides";
}
ok $ordered, 'each client finds its messages in the order of sending';
my ($status, $out) = $chat->cli('check');
unlike $out, qr/^fail\b.*database/m, 'the database is whole';
done_testing;
