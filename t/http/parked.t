#!/usr/bin/perl
# Requests that wait, for a hash or for the database: those behind them wait
# their turn, others do not; time does not run against them; whoever leaves
# meanwhile does no harm.
use strict;
use warnings;
use Fcntl qw(F_SETLK F_UNLCK F_WRLCK SEEK_SET);
use Test::More;
use Config;
use lib 't/lib';
use Chat;
use Time::HiRes qw(time);

my $chat = chat(settings => { password_cost => 'ln=14,r=8,p=1', head_timeout => 1, body_timeout => 1,
	idle_timeout => 2, send_timeout => 1 });
my $admin = $chat->admin;
my $version = "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n";

sub login { return $chat->anyone->request_text('POST', 'login', form => { user => 'admin', password => $_[0] }) }
sub message { return $admin->request_text('POST', 'rooms/GENERAL/send', form => { msg => $_[0] }) }

my $w = $chat->socket;
$w->send(login('wrong') . message('behind') . $version . login('bad') . $version);
is $chat->anyone->get('version')->status, 200, 'others do not wait';
is join(' ', map { $w->reply->status } 1 .. 5), '401 200 200 401 200', 'those behind it wait their turn';

# Gone while their hashes are made, with requests behind them.
for my $how (qw(close reset)) {
	my @gone = map { $chat->socket } 1 .. 5;
	$_->send(login('wrong') . message('never mind') . $version) for @gone;
	select undef, undef, undef, 0.02;
	$_->$how for @gone;
}
my $status = 429; # as long as there are too many of them
for (1 .. 60) {
	$w->send(login('wrong'));
	last if ($status = $w->reply->status) != 429;
	select undef, undef, undef, 0.5;
}
is $status, 401, 'logins go on after clients that left';

# The database is busy: somebody else holds the lock of the writer.
sub busy {
	my ($is) = @_;
	our $shm;
	open $shm, '+<', $chat->dir . '/pocketchat.db-shm' or die $! unless $shm;
	my $lock = pack 'ssx![q]qqix![q]', $is ? F_WRLCK : F_UNLCK, SEEK_SET, 120, 1, 0;
	for (1 .. 500) { # the server may be writing at this moment
		return if fcntl $shm, F_SETLK, $lock;
		select undef, undef, undef, 0.01;
	}
	die "the lock: $!";
}

SKIP: {
	skip 'struct flock is not known here', 9 unless $Config{archname} =~ /^(?:x86_64|aarch64)-linux/;
	busy(1);
	$w->send(message('patient') . $version);
	my @gone = map { $chat->socket } 1 .. 6;
	$_->send(message('gone') . $version) for @gone;
	is $chat->anyone->get('version')->status, 200, 'reads go on while the database is busy';
	ok $w->quiet(2.6), 'a write waits, longer than clients may';
	$gone[$_]->reset for 0 .. 2;
	$gone[$_]->close for 3 .. 5;
	busy(0);
	is join(' ', map { $w->reply->status } 1 .. 2), '200 200', 'until it can be done';

	busy(1);
	my @late = map { $chat->socket } 1 .. 3;
	my $begin = time;
	$_->send(message('late') . $version) for @late;
	for my $late (@late) {
		my $r = $late->reply;
		is $r->status, 503, 'when it has waited for too long it is told so';
		is $late->reply->status, 200, 'and what is behind it goes on' if $late == $late[0];
	}
	cmp_ok time - $begin, '>', 4, 'not before 5 seconds';
	busy(0);
	my @there = map { $_->{msg} } @{ $admin->get('rooms/GENERAL/messages')->{messages} };
	is scalar(grep { $_ eq 'late' } @there), 0, 'and nothing was written';
}
done_testing;
