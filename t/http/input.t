#!/usr/bin/perl
# Requests under way: bounded in all; who drips hoards nothing, and what is
# small is not hurt.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);
use Time::HiRes qw(time);

my $sanitized = slurp($ENV{POCKETCHAT} || 'build/pocketchat') =~ /__asan_init/;
my $chat = chat(settings => { max_input_total => '1m', body_timeout => 20 });
my $admin = $chat->admin;

sub memory {
	my ($kb) = slurp('/proc/' . $chat->pid . '/status') =~ /^VmRSS:\s+(\d+)/m;
	return $kb;
}

my $before = memory();
my $begin = "POST /api/login HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
my @slow = map { $chat->socket } 1 .. 100;
$_->send($begin . 'a' x 150_000) for @slow;
is $admin->get('version')->status, 200, 'a small request is not hurt';
is $admin->post('rooms/GENERAL/send', { msg => 'x' x 5000 })->status, 200, 'nor is a longer one';
sub grown_little {
	my ($what) = @_;
	my $grown = memory() - $before;
	ok $sanitized || $grown < 8192, $what or diag $grown;
}

grown_little('15 MB of bodies that do not end take no more than they may');
my %got;
for my $w (@slow) {
	my $r = $w->idle ? undef : $w->reply;
	$got{ $r ? $r->status : 'waits' }++;
}
cmp_ok $got{503} // 0, '>=', 90, 'most are refused with 503' or diag explain \%got;
cmp_ok $got{waits} // 0, '>', 2, 'some had room';
select undef, undef, undef, 1.2;
my $w = $chat->socket;
my $body = 'user=a&password=' . 'b' x 230_000;
$w->send("POST /api/login HTTP/1.1\r\nHost: a\r\nContent-Length: " . length($body) . "\r\n\r\n" .
	substr $body, 0, 100_000);
select undef, undef, undef, 0.1;
$w->send(substr $body, 100_000);
is $w->reply->status, 401, 'who comes later and is not slow has room, too';
cmp_ok scalar(grep { !$_->idle } @slow), '>', 90, 'in place of one that was';

# More from those who have been slow: they, too, may have to give way.
@slow = map { $chat->socket } 1 .. 30;
$_->send($begin . 'a' x 20_000) for @slow;
select undef, undef, undef, 1.2;
$_->send('a' x 100_000) for @slow, @slow[10 .. 14];
is $admin->get('version')->status, 200, 'others do not notice';
grown_little('and memory stays bounded');
$_->close for @slow;

# A long body costs what its length is, however it comes.
$chat = chat();
$admin = $chat->admin;
my $json = '{"users":[' . ' ' x 8_000_000 . ']}';
my $head = "POST /api/bulk/register HTTP/1.1\r\nHost: a\r\nX-Auth-Token: " . $admin->token .
	"\r\nX-User-Id: " . $admin->id . "\r\nContent-Type: application/json\r\n";
$w = $chat->socket;
$w->send("${head}Content-Length: " . length($json) . "\r\n\r\n");
my $from = time;
$w->send(substr $json, $_ * 80_000, 80_000) for 0 .. length($json) / 80_000;
is $w->reply->status, 200, '8 MB in pieces';
$w->send("${head}Transfer-Encoding: chunked\r\n\r\n");
$w->send(join '', map { sprintf "%x\r\n%s\r\n", length, $_ } unpack '(a1000)*', $json);
$w->send("0\r\n\r\n");
is $w->reply->status, 200, 'and in 8,000 chunks';
cmp_ok time - $from, '<', 20, 'take no long time';
ok $sanitized || memory() < 40_000, 'and leave no memory behind';
done_testing;
