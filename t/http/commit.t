#!/usr/bin/perl
# A COMMIT that fails: each reply that waited for it says so, in its place.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

plan skip_all => 'prlimit is not here' if system('prlimit --version >/dev/null 2>&1');
local $SIG{XFSZ} = 'IGNORE'; # the server inherits it: writes fail with EFBIG
my $chat = chat();
my $admin = $chat->admin;
my $room = $admin->room('many');
for my $part (0 .. 1) { # enough of them for a reply in steps
	my $r = $admin->post('bulk/createRoom', { rooms => [map {
		{ name => "room-$part-$_", members => ['admin', 'nobody'] } } 1 .. 300] });
	$r->status == 200 or die $r;
}

# From here on (or not any more) no write reaches a file.
sub broken {
	my ($is) = @_;
	my $most = $is ? '1:' : 'unlimited:';
	system('prlimit', '--pid', $chat->pid, "--fsize=$most") == 0 or die 'prlimit';
}

sub text { return $admin->request_text(@_) }
sub message { return text('POST', "rooms/$room/send", form => { msg => $_[0] }, headers => $_[1] || []) }

# The answers to requests sent at once: status and length of each body.
sub answers {
	my ($w, @asked) = @_;
	$w->send(join '', map { $_->[1] } @asked);
	return join ' ', map {
		my $r = $w->reply($_->[0]);
		my $body = $_->[0] eq 'HEAD' ? '' : $r->{status};
		$r->status . ($body eq '' ? '-' : $body eq 'error' ? 'e' : '+');
	} @asked;
}

my $version = ['GET', "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n"];
my $head = ['HEAD', "HEAD /api/version HTTP/1.1\r\nHost: a\r\n\r\n"];
my $list = ['GET', text('GET', 'publicRooms')];
my $w = $chat->socket;
is answers($w, $version, ['POST', message('good')], $head, $list, $version), '200+ 200+ 200- 200+ 200+',
	'as long as it works';
broken(1);
is answers($w, $head, ['POST', message('lost 1')], $head, $version, ['POST', message('lost 2')], $head),
	'200- 503e 503- 503e 503e 503-', 'what came before the write is true, all else is 503, HEAD without body';
ok $chat->logged(qr/commit failed/), 'the log tells why';
broken(0);
select undef, undef, undef, 1.2; # no writes for a second
is answers($w, ['POST', message('good 2')]), '200+', 'it recovers by itself';

broken(1);
is answers($w, ['POST', message('lost 3')], $list, $version, $list), '503e 503e 200+ 200+',
	'a long reply that had begun is taken back, and what comes behind it goes on';
broken(0);
select undef, undef, undef, 1.2;

broken(1);
my $body = 'msg=late';
$w->send(message('lost 4') . message('', ['Expect', '100-continue', 'X', 'y']) =~ s/Content-Length: \d+/
	'Content-Length: ' . length $body/er =~ s/\r\n\r\n.*/\r\n\r\n/sr);
my $r = $w->reply;
is $r->status, 503, 'an answer that is replaced';
unlike $r->raw, qr/ 100 /, 'does not come behind';
is $w->until(qr/\r\n\r\n/), "HTTP/1.1 100 Continue\r\n\r\n", 'the 100 Continue of the next request, which is not lost';
broken(0);
select undef, undef, undef, 1.2;
$w->send($body);
is $w->reply->status, 200, 'so that it goes on';

broken(1);
my $old = $chat->socket;
$old->send(message('lost 5', ['Connection', 'keep-alive']) =~ s/HTTP\/1.1/HTTP\/1.0/r);
$r = $old->reply;
is_deeply [$r->status, $r->header('connection')], [503, 'keep-alive'], 'to HTTP/1.0 it confirms what was asked';
$w->send(message('lost 6', ['Connection', 'close']));
$r = $w->reply;
is_deeply [$r->status, $r->header('connection'), $w->rest], [503, 'close', ''], 'and closes where that was asked';
broken(0);
select undef, undef, undef, 1.2;

my @there = map { $_->{msg} } grep { !$_->{t} } @{ $admin->get("rooms/$room/messages")->{messages} };
is "@there", 'late good 2 good', 'what was answered with 200 is there, and nothing else';
done_testing;
