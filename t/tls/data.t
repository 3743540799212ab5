#!/usr/bin/perl
# Requests and replies of every size and pace, by TLS as without it.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Tls;

my $chat = chat(tls => 1);
my $admin = $chat->admin;
$admin->{tls} = 1;
delete $admin->{wire};
my $get = $admin->request_text('GET', 'rooms/GENERAL/messages?count=50');
my $small = $admin->request_text('GET', 'version', anonymous => 1);

my $w = $chat->socket(tls => 1);
$w->send($small x 100);
my %seen;
$seen{ $w->reply->body }++ for 1 .. 100;
is_deeply [values %seen], [100], 'a hundred requests at once get a hundred answers';
$w->send($_), select undef, undef, undef, 0.002 for split //, $small;
is $w->reply->status, 200, 'a request may come byte by byte';

my $text = join '', map { chr(0x100 + $_ % 300) } 1 .. 5000;
for (1 .. 50) {
	my $r = $admin->post('rooms/GENERAL/send', { msg => substr "$_ $text", 0, 5000 });
	$r->status == 200 or diag $r;
}
my $plain = $chat->socket;
$plain->send($get);
my $want = $plain->reply->body;
cmp_ok length $want, '>', 400_000, 'a long reply';
$w = $chat->socket(tls => 1);
$w->send($get x 16);
select undef, undef, undef, 0.5; # buffers are full, the server waits
my $same = 0;
for (1 .. 16) {
	$same += $w->reply->body eq $want;
	select undef, undef, undef, 0.02;
}
is $same, 16, 'sixteen of them, read slowly, are whole';
is $admin->get('version')->status, 200, 'others are served meanwhile';
my $other = $chat->socket(tls => 1);
$other->send($get x 16);
$other->take(1000);
$other->close;
is $admin->get('version')->status, 200, 'who goes away in the middle harms nobody';

my $r = $admin->post('bulk/register', '{"users":[' . ' ' x 7_000_000 . ']}',
	type => 'application/json');
is $r->status, 200, 'a body of seven megabytes is read' or diag $r;
$w = $chat->socket(tls => 1);
$w->send("POST /api/rooms/GENERAL/send HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
$r = $w->reply;
is $r->status, 413, 'one that is too large is refused before it is sent';
is $r->header('connection'), 'close', 'and the connection ends';
ok $w->closed, 'with it';

$w = $chat->socket(tls => 1);
$w->send($small =~ s/Host/Connection: close\r\nHost/r);
like $w->rest, qr/\r\n\r\n\{.*\}\s*\z/s, 'the last reply is whole';
my $hasty = chat(tls => 1, settings => { idle_timeout => '2s', head_timeout => '2s' });
for my $version ('-tls1_2', '-tls1_3') {
	my $said = s_client($hasty, $version, \"GET /api/version HTTP/1.0\r\n\r\n");
	ok $said =~ m{^HTTP/1.1 200 }m && $said !~ /unexpected eof/,
		"$version: the server says goodbye" or diag $said;
	$said = s_client($hasty, $version, \'GE');
	ok $said =~ m{^HTTP/1.1 408 }m && $said !~ /unexpected eof/,
		'also to somebody who says half a thing' or diag $said;
	$said = s_client($hasty, $version, \"\r\n");
	ok $said !~ m{^HTTP/1.1 }m && $said !~ /unexpected eof/, 'and to somebody silent'
		or diag $said;
}
done_testing;
