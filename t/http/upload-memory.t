#!/usr/bin/perl
# A file larger than all memory that the server may have is sent and fetched
# (UPLOAD_MB=1024 for more), and its memory stays where it is.
use strict;
use warnings;
use Digest::SHA;
use Test::More;
use lib 't/lib';
use Files;
use Proc qw(slurp);
use V1;

plan skip_all => 'prlimit is not here'
	if system('prlimit --version >/dev/null 2>&1');
my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
plan skip_all => 'a sanitizer needs more' if slurp($binary) =~ /__asan_init/;
alarm 600;
my $mb = $ENV{UPLOAD_MB} // 80;
my $chat = v1(settings => { max_upload => '4g' });
my $ada = $chat->user('ada');
is system('prlimit', '--pid', $chat->pid, '--as=' . 64 * 1024 * 1024), 0,
	'64 MB are all that it may have';

sub memory {
	return slurp('/proc/' . $chat->pid . '/status') =~ /^VmHWM:\s+(\d+)/m;
}

my $piece = join '', map { chr($_ % 253) } 1 .. 1024 * 1024;
my ($whole, $type) = parts([file => '', 'big.bin']);
my ($before, $behind) = $whole =~ /^(.*?\r\n\r\n)(.*)$/s;
my $digest = Digest::SHA->new(256);
my ($had) = memory();
my $w = $chat->socket;
$w->send("POST /api/v1/rooms.upload/GENERAL HTTP/1.1\r\nHost: a\r\n" .
	"X-Auth-Token: @{[$ada->token]}\r\nX-User-Id: @{[$ada->id]}\r\n" .
	"Content-Type: $type\r\nContent-Length: " .
	(length($whole) + $mb * length $piece) . "\r\n\r\n$before");
for my $n (1 .. $mb) {
	my $bytes = pack('N', $n) . substr $piece, 4;
	$digest->add($bytes);
	$w->send($bytes);
}
$w->send($behind);
my $r = $w->reply;
is $r->status, 200, "$mb MB are taken" or diag $r;
my ($has) = memory();
cmp_ok $has - $had, '<', 4096, 'with less than 4 MB more of memory';
note "most memory: $had KB before, $has KB after";
my $hex = $digest->hexdigest;
is join(' ', stored($chat)), $hex, 'they are on disk';

# And fetched, without this test having them all either.
my $path = $r->{message}{attachments}[0]{title_link};
my $got = Digest::SHA->new(256);
my ($at, $size) = (0, $mb * length $piece);
while ($at < $size) {
	my $to = $at + 8 * 1024 * 1024 - 1;
	my $part = $ada->get($path, {}, headers => [Range => "bytes=$at-$to"]);
	last if $part->status != 206;
	$got->add($part->body);
	$at += length $part->body;
}
is $got->hexdigest, $hex, 'and come back in parts as they were';
$w = $chat->socket;
$w->send("GET $path HTTP/1.1\r\nHost: a\r\nX-Auth-Token: @{[$ada->token]}\r\n" .
	"X-User-Id: @{[$ada->id]}\r\n\r\n");
ok $w->until(qr/\r\n\r\n/), 'who asks for all of it and does not read';
is $ada->again->get('me')->status, 200, 'stops nobody';
($has) = memory();
cmp_ok $has - $had, '<', 4096, 'and it is as small as before';
note "most memory: $has KB at the end";
done_testing;
