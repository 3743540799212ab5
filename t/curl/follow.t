#!/usr/bin/perl
# /r/<room>: streams, what they begin with, and when they end
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Curl;
use JSON::PP;

my $chat = chat(settings => { stream_beat => '1s' });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $boss = $chat->admin;
$boss->room('ops', members => [qw(ada bob)]);
$boss->room('family', members => [qw(ada bob)]);
my $cellar = $boss->room('cellar', members => [qw(ada bob)], private => 1);
my $curl = curl_of($chat, 'ada', $ada->pass);

sub say_in {
	my ($room, $text) = @_;
	my $id = $bob->post("/r/$room", $text, type => 'text/plain')->body;
	chomp $id;
	return $id;
}

sub texts { return join ' ', $_[0] =~ /"msg":"([^"]*)"/g }

# A connection on which a stream has begun.
sub stream {
	my ($who, $path, %o) = @_;
	my $w = $chat->socket;
	my $version = $o{version} // '1.1';
	my $head = join '', map { "$_\r\n" } @{ $o{head} || [] };
	$w->send("GET /r/$path HTTP/$version\r\nHost: x\r\n" .
		"X-Auth-Token: " . $who->token . "\r\n$head\r\n");
	$w->{said} = $w->until(qr/\r\n\r\n/);
	return $w;
}

# A request that is with the server when this returns: the connection is
# known there, and is told of before those that ask later.
sub waits {
	my ($who, $path) = @_;
	my $w = $chat->socket;
	$w->send("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n");
	$w->reply;
	$w->send("GET /r/$path HTTP/1.1\r\nHost: x\r\nX-Auth-Token: " .
		$who->token . "\r\n\r\n");
	return $w;
}

say_in('ops', "old $_") for 1 .. 3;

subtest 'three spellings go on' => sub {
	my %got = map { $_ => $curl->start("ops$_" .
		($_ eq '/sse' ? '?' : '?follow=1&') . 'limit=1') }
		'', '/raw', '/json', '/sse';
	$_->until(qr/old 3/) for values %got;
	my $id = say_in('ops', "new\nline");
	like $got{''}->until(qr/new/), qr/ bob: new\n    line\n/,
		'text: further lines are indented';
	like $got{'/raw'}->until(qr/new/), qr/^old 3\n\s*new\nline\n/m,
		'raw: as it is';
	my ($line) = $got{'/json'}->until(qr/"msg":"new.*\n/) =~ /^(.*new.*)$/m;
	my $m = decode_json($line);
	is_deeply [@$m{qw(_id msg room)}], [$id, "new\nline", 'ops'],
		'json: a document a line';
	like $got{'/sse'}->until(qr/"msg":"new.*\n\n/),
		qr/^id: $id\ndata: \{.*new\\nline.*\}\n\n/m,
		'sse: with its id';
	is join(' ', map { $_->stop } values %got), '137 137 137 137',
		'none of them ends';
};

subtest 'heads' => sub {
	my $w = stream($ada, 'ops/sse?since=now');
	like $w->{said}, qr/^Transfer-Encoding: chunked\r$/m, 'chunks';
	like $w->{said}, qr/^X-Accel-Buffering: no\r$/m, 'no proxy collects it';
	like $w->{said}, qr/^Connection: close\r$/m, 'the connection ends with it';
	like $w->{said}, qr{^Content-Type: text/event-stream\r$}m, 'its type';
	unlike $w->{said}, qr/^Content-(?:Encoding|Length)/m, 'nothing else';
	like $w->until(qr/\n\n/), qr/^id: \w+\n/m,
		'the place from where it goes on comes first';
	like $w->until(qr/\r\n:\n\n/), qr/\A\r\n3\r\n:\n\n\z/, 'a sign of life';
	$w = stream($ada, 'ops/json?follow=1&since=now', version => '1.0');
	unlike $w->{said}, qr/chunked/, 'no chunks for HTTP/1.0';
	say_in('ops', 'plain');
	like $w->until(qr/"msg":"plain".*\n/), qr/\A\n*\{/, 'but plain bytes';
	my $head = $bob->request('HEAD', '/r/ops/sse');
	is_deeply [$head->status, $head->body], [200, ''], 'HEAD ends at once';
};

subtest 'resumed' => sub {
	my @ids = map { say_in('ops', "r$_") } 1 .. 5;
	my $w = stream($ada, 'ops/sse?since=all',
		head => ["Last-Event-ID: $ids[1]"]);
	is texts($w->until(qr/"msg":"r5".*\n\n/)), 'r3 r4 r5',
		'Last-Event-ID comes before since';
	$bob->request('DELETE', "/r/ops/$ids[2]");
	is texts($curl->ok("ops/json?since=$ids[2]")), 'r4 r5',
		'behind a message that is gone';
	is(($curl->status('ops/sse?since=nothing'))[0], 404,
		'there is no such message');
	my $between = stream($ada, "ops/json?follow=1&since=$ids[3]");
	say_in('ops', 'r6');
	is texts($between->until(qr/"msg":"r6".*\n/)), 'r5 r6', 'history, then news';
};

subtest 'several rooms' => sub {
	my $w = stream($ada, 'ops,family/sse?since=now');
	my ($before) = $w->until(qr/\n\n/) =~ /^id: (~\d+)\n/m;
	ok $before, 'their place is a number';
	say_in($_->[0], $_->[1]) for ['ops', 'o1'], ['family', 'f1'],
		['ops', 'o2'];
	my $text = $w->until(qr/"msg":"o2".*\n\n/);
	is texts($text), 'o1 f1 o2', 'in the order of writing';
	my ($id) = $text =~ /id: (~\d+)\ndata: [^\n]*f1/;
	is texts($curl->ok("ops,family/json?since=$id")), 'o2', 'from there on';
	is texts($curl->ok("ops,family/json?since=$before")), 'o1 f1 o2',
		'from the begin';
	is texts($curl->ok('ops,family/json?limit=2')), 'f1 o2',
		'the newest of both';
	like $curl->ok('ops,family?limit=1'), qr/ ops bob: o2\n/, 'with names';
	is(($curl->status('ops,hidden'))[0], 404, 'all must be there');
	$boss->room("r$_", members => ['ada']) for 1 .. 16;
	is_deeply [$curl->status(join ',', 'ops', map { "r$_" } 1 .. 16)],
		[400, "At most 16 rooms at once\n"], 'and not too many';
};

subtest 'what clients send on several lines' => sub {
	my $w = stream($ada, 'ops/sse?since=now');
	my $r = $bob->post('/api/v1/chat.postMessage', qq({"channel":"#ops",
		"text":"lines","customFields":{\n"a"\r\n:1}}), type => 'application/json');
	is $r->status, 200, 'posted';
	my ($line) = $w->until(qr/lines.*\n\n/) =~ /^data: (.*lines.*)$/m;
	is eval { decode_json($line)->{customFields}{a} }, 1, 'is one line';
};

subtest 'waiting' => sub {
	my $last = say_in('ops', 'before');
	my $w = waits($ada, 'ops/raw?wait=30');
	my $j = waits($ada, "ops/json?wait=30&since=$last");
	say_in('ops', 'the bell');
	say_in('ops', 'the second');
	my $r = $w->reply;
	is_deeply [$r->status, $r->body], [200, "the bell\n"],
		'the first that comes';
	is texts($j->reply->body), 'the bell', 'behind a message';
	ok $w->idle && $j->idle, 'and that was it; the connections are kept';
	is texts($curl->ok("ops/json?wait=30&since=$last")), 'the bell',
		'at once if it is there';
	is_deeply [$curl->status('ops/raw?wait=0')], [204, ''],
		'204 when nothing came';
	is(($curl->status("ops/raw?wait=$_"))[0], 400, "wait=$_")
		for 'x', 301, -1, '1&follow=1';
};

subtest 'the end' => sub {
	my $me = $ada->again;
	my %on = map { $_ => stream($ada, "$_/json?follow=1&since=now") }
		qw(ops cellar);
	my $wait = waits($ada, 'cellar/raw?wait=30');
	my $r = $boss->post('/api/v1/groups.kick', { roomId => $cellar,
		userId => $ada->id });
	is $r->status, 200, 'thrown out';
	say_in('cellar', 'a secret');
	unlike $on{cellar}->rest, qr/secret/, 'the stream of that room ends';
	is $wait->reply->status, 404, 'so does who waits there';
	say_in('ops', 'still');
	like $on{ops}->until(qr/still/), qr/still/, 'that of another goes on';
	$me->post('/api/logout', '');
	unlike $on{ops}->rest, qr/more/, 'until the token ends';
	$on{bob} = stream($bob, 'ops/json?follow=1&since=now');
	$chat->done(qw(user disable bob));
	ok defined $on{bob}->rest, 'or the account';
	$chat->done(qw(user enable bob));
	$bob = $chat->login('bob', $bob->pass);
};

subtest 'what another process writes' => sub {
	my $w = stream($bob, 'ops/json?follow=1&since=now&system=1');
	$chat->done(qw(room archive ops));
	like $w->until(qr/room-archived.*\n/), qr/"t":"room-archived"/, 'is heard';
	$chat->done(qw(room unarchive ops));
};

subtest 'what happens to messages' => sub {
	my $w = stream($bob, 'ops/json?follow=1&since=now&changes=1');
	my $id = say_in('ops', 'as it was');
	$w->until(qr/as it was.*\n/);
	$bob->request('PATCH', "/r/ops/$id", body => 'as it is');
	like $w->until(qr/as it is.*\n/),
		qr/\{"event":"changed","message":\{"_id":"$id"/, 'changed';
	$bob->request('DELETE', "/r/ops/$id");
	like $w->until(qr/deleted.*\n/),
		qr/\{"event":"deleted","message":\{"_id":"$id"/, 'deleted';
};

subtest 'too slow' => sub {
	my $w = stream($bob, 'ops/sse?since=now');
	my $big = 'x' x 4000;
	my ($n, $end) = (0, time + 60);
	my %have;
	# until nothing fits between us any more, and then for 3 s
	until ($have{full} && time > $have{full} + 4 || time > $end) {
		my $id = say_in('ops', $big . $n++);
		$have{full} ||= time if $n == 1500;
	}
	my $text = $w->rest;
	like $text, qr/event: lagged\ndata: \{"event":"lagged","since":"(\w+)"\}\n\n/,
		'it is told that it lags';
	my ($since) = $text =~ /"since":"(\w+)"/;
	my @ids = $text =~ /^id: (\w+)\ndata: \{"_id"/mg;
	is $since, $ids[-1], 'and what it got last';
	my @numbers = $text =~ /xxx(\d+)"/g;
	is_deeply \@numbers, [0 .. $#numbers], 'up to there it got all';
	my ($next) = $curl->ok("ops/json?since=$since&limit=1") =~ /xxx(\d+)"/;
	is $next, @numbers, 'and from there it goes on';
};

subtest 'a stop' => sub {
	my @on = map { stream($bob, "ops/$_&since=now") } 'json?follow=1', 'sse?';
	$chat->stop;
	like $_->rest, qr/0\r\n\r\n\z/, 'a stream ends in order' for @on;
};
done_testing;
