#!/usr/bin/perl
# /r/: reading, uploading, editing, deleting, reacting by curl
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Curl;
use JSON::PP;

my $chat = chat();
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
$chat->admin->room('ops', members => [qw(ada bob)]);
my $cellar = $chat->admin->room('cellar', members => ['ada'], private => 1);
my $curl = curl_of($chat, 'ada', $ada->pass);
my $stranger = curl_of($chat, 'eve', $eve->pass);
my $nobody = curl_of($chat);
my @ids = map { my $id = $curl->ok('-d', "m$_", 'ops'); chomp $id; $id } 1 .. 3;

sub guarded {
	my ($path, @args) = @_;
	is(($nobody->status(@args, $path))[0], 401, 'it needs a login');
	return if $path eq '';
	my $hidden = $path =~ s/^ops/cellar/r;
	is_deeply [$stranger->status(@args, $hidden)], [404, "Invalid room\n"],
		'a group of others is as if it were not';
	return;
}

subtest 'GET /r/' => sub {
	is $curl->ok(''), "\@ada\ngeneral\nops\ncellar\n", 'who, and which rooms';
	guarded('');
};

subtest 'GET /r/:room' => sub {
	like $curl->ok('ops?limit=2'), qr/\A\S+ \S+ ada: m2\n\S+ \S+ ada: m3\n\z/,
		'the newest, the oldest of them first';
	guarded('ops');
};

subtest 'GET /r/:room/raw' => sub {
	is $curl->ok('ops/raw'), "m1\nm2\nm3\n", 'texts alone';
	is $curl->ok("ops/raw?since=$ids[1]"), "m3\n", 'behind a message';
	is $curl->ok('ops/raw?q=m2'), "m2\n", 'found';
	is(($curl->status("ops/raw?wait=1&since=$ids[2]"))[0], 204,
		'nothing came in a second');
	is $curl->ok("ops/raw?wait=30&since=$ids[1]"), "m3\n",
		'what is there comes at once';
	guarded('ops/raw');
};

subtest 'GET /r/:room/json' => sub {
	my @m = map { decode_json($_) } split /\n/, $curl->ok('ops/json');
	is_deeply [map { $_->{_id} } @m], \@ids, 'a document a line';
	guarded('ops/json');
};

subtest 'GET /r/:room/sse' => sub {
	my $got = $curl->start("ops/sse?since=$ids[1]");
	for (1 .. 500) {
		last if $got->text =~ /m3/;
		select undef, undef, undef, 0.02;
	}
	like $got->text, qr/^id: $ids[2]\ndata: \{.*"msg":"m3"/m, 'what was said';
	$curl->ok('-d', 'm4', 'ops');
	for (1 .. 500) {
		last if $got->text =~ /m4/;
		select undef, undef, undef, 0.02;
	}
	my @found = $got->text =~ /"msg":"(m\d)"/g;
	is_deeply \@found, [qw(m3 m4)], 'and what comes, once each';
	$got->stop if $got->can('stop');
	guarded('ops/sse');
};

subtest 'PATCH /r/:room/:id' => sub {
	$curl->ok('-X', 'PATCH', '-d', 'better', "ops/$ids[0]");
	like $curl->ok('ops/raw?since=all'), qr/^better$/m, 'another text';
	is((curl_of($chat, 'bob', $bob->pass)->status('-X', 'PATCH', '-d', 'x',
		"ops/$ids[0]"))[0], 403, 'not of others');
	guarded("ops/$ids[0]", '-X', 'PATCH', '-d', 'x');
};

subtest 'POST /r/:room/:id/react' => sub {
	$curl->ok('-d', ':thumbsup:', "ops/$ids[1]/react");
	is_deeply $bob->get('/api/v1/chat.getMessage', { msgId => $ids[1] })
		->{message}{reactions}, { ':thumbsup:' => { usernames => ['ada'] } },
		'by whom';
	guarded("ops/$ids[1]/react", '-d', ':x:');
};

subtest 'PUT /r/:room/:name' => sub {
	my $file = $curl->write('photo.txt', "bytes\n");
	my $id = $curl->ok('-T', $file, 'ops/note.txt');
	like $id, qr/\A\w{17}\n\z/, 'the id of the message';
	my $m = decode_json($curl->ok('ops/json?limit=1'));
	is $m->{file}{name}, 'note.txt', 'a file in the room';
	my $url = $m->{attachments}[0]{title_link};
	is $bob->get($url)->body, "bytes\n", 'which is there';
	guarded('ops/note.txt', '-T', $file);
};

subtest 'PUT /r/:room' => sub {
	my $file = $curl->write('photo2.txt', "more\n");
	$curl->ok('-T', $file, '-H', 'Filename: named.txt', 'ops');
	is decode_json($curl->ok('ops/json?limit=1'))->{file}{name}, 'named.txt',
		'by a header';
	guarded('ops', '-T', $file, '-H', 'Filename: x.txt');
};

subtest 'DELETE /r/:room/:id' => sub {
	$curl->ok('-X', 'DELETE', "ops/$ids[1]");
	unlike $curl->ok('ops/raw?since=all'), qr/^m2$/m, 'gone';
	is(($curl->status('-X', 'DELETE', "ops/$ids[1]"))[0], 404,
		'and cannot go again');
	guarded("ops/$ids[0]", '-X', 'DELETE');
};
done_testing;
