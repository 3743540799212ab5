#!/usr/bin/perl
# Bodies that go to disk as they come: judged before a byte of them is read,
# the same for every split, and nothing is left of what was not whole.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1(settings => { max_upload => '1m', max_uploads => 8,
	disk_reserve => 0 });
my $ada = $chat->user('ada');
my $eve = $chat->user('eve');
my $cellar = $ada->room('cellar', private => 1);
my $mark = 'b';

# The head of an upload, by somebody.
sub head {
	my ($who, @more) = @_;
	return "POST /api/v1/rooms.upload/$cellar HTTP/1.1\r\nHost: a\r\n" .
		($who ? "X-Auth-Token: @{[$who->token]}\r\nX-User-Id: @{[$who->id]}\r\n"
			: '') . "Content-Type: multipart/form-data; boundary=$mark\r\n" .
		join('', map { "$_\r\n" } @more) . "\r\n";
}

sub form {
	my ($bytes, @more) = @_;
	return join '', map { "--$mark\r\nContent-Disposition: form-data; $_->[0]" .
		"\r\n\r\n$_->[1]\r\n" } ['name="file"; filename="f"', $bytes], @more;
}

# ---- before a byte of the body has come ----
my $w = $chat->socket;
$w->send(head($ada, 'Content-Length: 5000', 'Expect: 100-continue'));
is $w->until(qr/\r\n\r\n/), "HTTP/1.1 100 Continue\r\n\r\n",
	'who may send is told to go on';
my $body = form('x' x 4000) . "--$mark--\r\n";
$w->send($body . ' ' x (5000 - length $body));
is $w->reply->status, 200, 'and is answered at the end';

sub refused_early {
	my ($what, $status, $head) = @_;
	for my $expects ('Expect: 100-continue', 'X-No: expectation') {
		my $wire = $chat->socket;
		$wire->send($head =~ s/\r\n\r\n\z/\r\n$expects\r\n\r\n/r);
		my $r = $wire->reply;
		is $r->status, $status, "$what: $status at once";
		ok $wire->closed, 'and nothing more is read';
	}
}

refused_early('no login', 401, head(undef, 'Content-Length: 900000'));
refused_early('a room of others', 403, head($eve, 'Content-Length: 900000'));
refused_early('too much', 400, head($ada, 'Content-Length: 9000000'));
refused_early('far too much', 400, head($ada, 'Content-Length: 9000000000000'));
refused_early('no boundary', 400, head($ada, 'Content-Length: 900') =~
	s/; boundary=b//r);
is_deeply [leftovers($chat)], [], 'nothing was begun';

# ---- the same for every split ----
my $picture = png(3, 4, join '', map { chr } 0 .. 255);
my $whole = form($picture . "\r\n--\r\n-$mark", ['name="msg"', "\xc3\xa4"]) .
	"--$mark--\r\n";
my $content = $picture . "\r\n--\r\n-$mark";
for my $n (1, 2, 7, 100, 10_000) {
	my $wire = $chat->socket;
	my $chunked = join '', map { sprintf("%x;a=b\r\n%s\r\n", length, $_) }
		unpack "(a$n)*", form('y' . $n);
	$wire->send(head($ada, 'Transfer-Encoding: chunked') . $chunked .
		"5\r\n--b--\r\n0\r\nX: trailer\r\n\r\n" .
		"GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
	my $r = $wire->reply;
	is $r->status, 200, "chunks of $n bytes" or diag $r;
	is $wire->reply->status, 200, 'and the next request behind them';
}
for my $n (1, 13, 500) {
	my $text = head($ada, 'Content-Length: ' . length $whole) . $whole;
	my $wire = $chat->socket;
	$wire->send($_), select(undef, undef, undef, 0.0005)
		for unpack "(a$n)*", $text;
	my $r = $wire->reply;
	is $r->{message}{msg}, "\xe4", "in pieces of $n bytes" or diag $r;
	ok grep({ $_ eq sha256_hex($content) } stored($chat)), 'it is whole';
}

# ---- what comes too late ----
sub refused_late {
	my ($what, $text, $like) = @_;
	my $wire = $chat->socket;
	$wire->send($text);
	my $r = $wire->reply;
	is $r->status, 400, "$what is refused" or diag $r;
	like $r->{error}, $like, 'with a word for it';
	ok $wire->closed, 'and the connection ends';
}

sub chunked {
	return head($ada, 'Transfer-Encoding: chunked') .
		join '', map { sprintf "%x\r\n%s\r\n", length, $_ } @_;
}

refused_late('a file that grows too large', chunked(form('z' x 600_000) =~
	s/\r\n\z//r, 'z' x 600_000), qr/exceeds allowed size of 1048576/);
refused_late('a second file', chunked(form('a'), form('b')),
	qr/^Just 1 file is allowed$/);
refused_late('too much text', chunked(form('a', ['name="msg"', 'm' x 300_000])),
	qr/fields of the form are too large/);
refused_late('much behind the end', chunked(form('a') . "--$mark--\r\n",
	(' ' x 700_000) x 2), qr/exceeds/);
refused_late('another name', chunked(form('a') =~ s/file"/image"/r),
	qr/^\[invalid-field\]$/);
refused_late('no form', chunked("--$mark\nx\r\n\r\n"), qr/^The form is refused/);

$w = $chat->socket;
my $short = form('never ends');
$w->send(head($ada, 'Content-Length: ' . length $short) . $short);
my $r = $w->reply;
is $r->status, 400, 'a form without its end';
like $r->{error}, qr/form is refused/, 'is refused';
$w->send("GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
is $w->reply->status, 200, 'which was read: so the connection goes on';
$w = $chat->socket;
$w->send(head($ada, 'Transfer-Encoding: chunked') . "zz\r\n");
is $w->reply->status, 400, 'chunks that are none';
$w = $chat->socket;
$w->send(head($ada, 'Content-Length: 1000') . form('half'));
$w->shut;
is $w->reply->status, 400, 'a body that ends early';

# ---- who goes away ----
my @before = stored($chat);
my @wires = map { $chat->socket } 1 .. 2;
for my $wire (@wires) {
	$wire->send(head($ada, 'Content-Length: 900000') . form('q' x 200_000));
}
my @parts;
for (1 .. 500) {
	last if (@parts = leftovers($chat)) == 2;
	select undef, undef, undef, 0.01;
}
is scalar(grep { /^part-/ } @parts), 2, 'two are under way';
my $third = $chat->socket;
$third->send(head($ada, 'Content-Length: 900000'));
$r = $third->reply;
is $r->status, 429, 'one user has no more than a fourth of all';
ok $r->header('retry-after'), 'and is told when to come again';
$wires[0]->reset;
$wires[1]->close;
ok settled($chat, @before), 'nothing is left of those who went away';

# ---- more than there may be ----
$chat = v1(settings => { max_upload => 'off' });
$ada = $chat->user('ada');
$r = upload($ada, 'rooms.upload/GENERAL', [file => 'x', 'x']);
is $r->{errorType}, 'error-file-upload-disabled', 'max_upload = 0: none';
$chat = v1();
$ada = $chat->user('ada');
$chat->{settings}{disk_reserve} = '1023g';
$chat->restart;
$r = upload($ada, 'rooms.upload/GENERAL', [file => 'x', 'x']);
is $r->status, 503, 'a disk below its reserve takes none';
done_testing;
