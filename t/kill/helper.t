#!/usr/bin/perl
# The processes that hash die: logins in flight hear so, the next ones work;
# without the keeper nobody can log in, and all else goes on.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Time::HiRes qw(sleep time);

my $chat = chat(settings => { password_cost => 'ln=16,r=8,p=2' });
my $pid = $chat->pid;
my $said = { user => 'admin', password => $Chat::ADMIN_PASS };

# They may be beside the server or below it: by their names.
sub named {
	my ($name) = @_;
	my @found;
	for my $comm (glob '/proc/[0-9]*/comm') {
		open my $f, '<', $comm or next;
		next unless (<$f> // '') =~ /^\Q$name\E$/;
		my ($p) = $comm =~ /(\d+)/;
		push @found, $p if ours($p);
	}
	return @found;
}

sub ours {
	my ($p) = @_;
	for (1 .. 4) {
		return 1 if $p == $pid;
		open my $f, '<', "/proc/$p/stat" or return 0;
		($p) = <$f> =~ /^\d+ \(.*\) \S (\d+)/ or return 0;
	}
	return 0;
}

sub wait_for {
	my ($what) = @_;
	for (my $until = time + 20; time < $until; sleep 0.02) {
		return 1 if $what->();
	}
	return 0;
}

my $ada = $chat->admin;
my ($worker) = named('pocketchat-hash');
ok $worker, 'there is a worker';
my $w = $chat->socket;
my $body = "user=admin&password=$Chat::ADMIN_PASS";
$w->send("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: "
	. length($body) . "\r\n\r\n$body");
sleep 0.05;
kill 'KILL', $worker;
my $r = $w->reply;
ok $r->status == 503 || $r->status == 200,
	'a login that waited for it is answered';
ok wait_for(sub { $chat->anyone->post('login', $said)->status == 200 }),
	'and the next ones work';
my ($next) = named('pocketchat-hash');
isnt $next, $worker, 'with a new worker';

is $chat->anyone->get('/health')->status, 200, 'all is well';
kill 'KILL', named('pocketchat-keep');
ok wait_for(sub { $chat->anyone->get('/health')->status == 503 }),
	'without the keeper the server says that it is not well';
is $chat->anyone->post('login', $said)->status, 503, 'nobody can log in';
is $ada->post('rooms/GENERAL/send', { msg => 'on' })->status, 200,
	'who is in goes on';
like $chat->log, qr/helper is gone/, 'the log says why';

sub cpu {
	open my $f, '<', "/proc/$pid/stat" or die;
	my @f = split ' ', (<$f> =~ s/^.*\) //r);
	return $f[11] + $f[12];
}
my $before = cpu();
sleep 0.5;
cmp_ok cpu() - $before, '<', 20, 'and the loop does not spin';
done_testing;
