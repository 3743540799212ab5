#!/usr/bin/perl
# What HTTP allows is taken, and taken for what it is: judged by the echo,
# which is in the build of `make ECHO=1` and in no other.
use strict;
use warnings;
use File::Basename qw(dirname);
use Test::More;
use lib 't/lib';
my $release;
BEGIN {
	$release = $ENV{POCKETCHAT} || 'build/pocketchat';
	$ENV{TLSPIPE} = dirname($release) . '/t/lib/tlspipe';
	$ENV{POCKETCHAT} = dirname($release) . '/echoing/pocketchat';
	-x $ENV{POCKETCHAT} or die "$ENV{POCKETCHAT} is missing: make build-tests\n";
}
use Chat;
use Proc qw(slurp);

my $chat = chat();
my $w = $chat->socket;

# A request of these lines and this body comes back: as it was, or with these
# lines and that body.
sub comes_back {
	my ($what, $lines, $wire, $want, $body) = @_;
	$w->send(join("\r\n", @$lines) . "\r\n\r\n" . ($wire // ''));
	my $r = $w->reply;
	is $r->status . ' ' . $r->body, '200 ' . join("\r\n", @{ $want // $lines }, '', $body // $wire // ''), $what;
	return $r;
}
my @get = ('GET /echo HTTP/1.1', 'Host: a');
my @post = ('POST /echo HTTP/1.1', 'Host: a');
sub field { my ($what, $line, $want) = @_; comes_back($what, [@get, $line], '', [@get, $want // $line]) }
sub target { comes_back("the target $_[0]", ["GET $_[0] HTTP/1.1", 'Host: a']) }
sub post { my ($what, $wire, $body, @lines) = @_; comes_back($what, [@post, @lines], $wire, undef, $body) }
sub chunks { my ($what, $wire, $body) = @_; post($what, $wire, $body, 'Transfer-Encoding: chunked') }

my $r = field('a header line', 'X: y');
is $r->header('content-type'), 'message/http', 'comes as a message';
field('no blank before a value', 'X:y', 'X: y');
field('many blanks around it', "X: \t  y z \t", 'X: y z');
field('blanks inside it', "X: y  \t z");
field('a value of nothing', 'X: ');
field('of nothing at all', 'X:', 'X: ');
field('of blanks only', "X: \t ", 'X: ');
field('of bytes beyond ASCII', "X: \x80\xe4\xff\xc3\xa4");
field('of every sign', 'X: !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
field('of quotes that do not end', 'X: "a, \\');
field('a name of every sign', "!#\$%&'*+-.^_`|~09aZ: y");
field('a name of one letter', 'x: y');
field('names keep their case', 'x-LoNg-NAME: y');
field('a name like one of ours', 'Content-Length-: 5');
field('one with an underscore', 'Content_Length: 5');
field('with a prefix', 'X-Transfer-Encoding: chunked');
comes_back('names of one kind stay in order', [@get, 'X: 1', 'Y: 2', 'x: 3', 'X: 1']);
field('colons in a value', 'X: :a: b:');
field('a long value', 'X: ' . 'y' x 15_000);
field('a long name', 'x' x 8000 . ': y');
comes_back('100 lines', [@get, map { "X-$_: $_" } 1 .. 99]);
field('a list in Connection', 'Connection: keep-alive, Upgrade, , x');
field('an Upgrade that nobody takes', 'Upgrade: h2c, websocket/13');
field('a TE', 'TE: trailers, deflate;q=0.5');
field('a Trailer', 'Trailer: X, Y');
comes_back('the Host last, in any case, with blanks', [$get[0], 'X: y', "hOST:\ta:80  "], '',
	[$get[0], 'X: y', 'hOST: a:80']);
comes_back("the Host \"$_\"", [$get[0], "Host: $_"]) for 'a.example:3000', '127.0.0.1', '[::1]:80',
	'a:', 'xn--tst-qla.example', 'A_b~!$&\'()*+,;=', '%61', '';

target($_) for qw(/echo? /echo?a=b /echo?a=b?c=d /echo?% /echo?%zz=%00 /echo?a[]=/../x
	/echo/ http://a/echo HTTP://a:80/echo?x http://[::1]/echo https://a/echo), "/echo?\xe4\xff", '/echo?"<>\\^`{|}',
	'/echo?' . 'x' x 8000;

post('a body', 'abc', undef, 'Content-Length: 3');
post('any bytes', join('', map { chr } 0 .. 255), undef, 'Content-Length: 256');
post('what looks like a request', "GET / HTTP/1.1\r\n\r\n", undef, 'Content-Length: 18');
post('an empty one', '', undef, 'Content-Length: 0');
post('a length with zeros before it', 'abc', undef, 'Content-Length: 0003');
post('no body and no length', '', undef);
post('a length twice', 'abc', undef, 'Content-Length: 3', 'Content-Length: 3');
post("a body of any type: $_", '{"a":', undef, "Content-Type: $_", 'Content-Length: 5')
	for 'application/json', 'x', 'multipart/form-data; boundary=b', '', "application/x-www-form-urlencoded";
post('one that is encoded', "\x1f\x8b\x08", undef, 'Content-Encoding: gzip', 'Content-Length: 3');
post('the largest', 'x' x 262_144, undef, 'Content-Length: 262144');
comes_back('a body of a GET', [@get, 'Content-Length: 3'], 'abc');
post('one that was asked for first', 'abc', undef, 'Expect: 100-Continue', 'Content-Length: 3');

chunks('chunks', "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 'abcde');
chunks('one of nothing', "0\r\n\r\n", '');
chunks('sizes in both cases and with zeros', "00a\r\n0123456789\r\n0B\r\n01234567890\r\n0000\r\n\r\n",
	'012345678901234567890');
chunks('line ends and zeros in them', "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n");
chunks('an extension', "1;a\r\nx\r\n0;b=c\r\n\r\n", 'x');
chunks('many, with blanks and quotes', "1 ; a = b ;\tc=\"\\\"; \\\\ \xe4\";d\r\nx\r\n0\r\n\r\n", 'x');
chunks('a trailer is dropped', "1\r\nx\r\n0\r\nX: y\r\n\r\n", 'x');
chunks('any number of them, odd ones', "1\r\nx\r\n0\r\nHost: b\r\nContent-Length: 9\r\nY:\r\n\r\n", 'x');
chunks('a thousand chunks', "1\r\nx\r\n" x 1000 . "0\r\n\r\n", 'x' x 1000);
post('the coding in any case', "1\r\nx\r\n0\r\n\r\n", 'x', 'tRANSFER-eNCODING: ChUnKeD');

comes_back('HTTP/1.0', ['GET /echo HTTP/1.0', 'X: y']);
ok $w->closed, 'closes';
$w = $chat->socket;
$r = comes_back('HTTP/1.0 that keeps', ['POST /echo HTTP/1.0', 'Connection: Keep-Alive', 'Content-Length: 1'], 'x');
is $r->header('connection'), 'keep-alive', 'is told so';
comes_back('with a Host', ['GET /echo HTTP/1.0', 'Host: b', 'Connection: keep-alive']);
comes_back('and without any line', ['GET /echo HTTP/1.0']);
$w = $chat->socket;
$w->send("\r\n\r\nHEAD /echo HTTP/1.1\r\nHost: abc\r\n\r\n");
$r = $w->reply('HEAD');
is $r->status . $r->header('content-length'), '200' . length "HEAD /echo HTTP/1.1\r\nHost: abc\r\n\r\n",
	'HEAD, behind empty lines, has the length and no body';
$w->send(join '', map { "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n$_" } 1 .. 9);
is join('', map { substr $w->reply->body, -1 } 1 .. 9), '123456789', 'pipelined ones come back in order';
for my $verb (qw(get Post DELETE BREW)) {
	$w->send("$verb /echo HTTP/1.1\r\nHost: a\r\n\r\n");
	is $w->reply->status, 405, "$verb is another method";
}

# The release knows nothing of it.
is scalar(grep { m{/echo} } `$release routes`), 0, 'no row of the release is an echo';
is scalar(grep { m{\t/echo\t} } `$ENV{POCKETCHAT} routes`), 2, 'while the other has two';
unlike slurp($release), qr/message\/http/, 'its words are not in the binary';
like slurp($ENV{POCKETCHAT}), qr/message\/http/, 'where they would be';
done_testing;
