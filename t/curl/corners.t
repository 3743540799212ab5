#!/usr/bin/perl
# /r/: what scripts run into: refusals, trimmings, files, filters
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Curl;
use JSON::PP;

my $chat = chat(settings => { max_upload => '64k', rate_limit => 1000 });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
$chat->admin->room($_, members => [qw(ada bob)]) for qw(ops den);
my $curl = curl_of($chat, 'ada', $ada->pass);
my $other = curl_of($chat, 'bob', $bob->pass);

sub newest {
	my $room = $_[0] // 'ops';
	return decode_json($bob->get("/r/$room/json", { limit => 1 })->body);
}

# With its head.
sub location {
	my (@args) = @_;
	my ($exit, $out) = $curl->run('-i', @args);
	my ($at) = $out =~ /^Location: (\S+)\r$/m;
	my ($id) = $out =~ /\r\n\r\n(\w{17})\n\z/;
	return ($at, $id);
}

subtest 'every refusal is one plain line' => sub {
	my $big = 'x' x 300_000;
	is_deeply [$curl->status(\$big, '--data-binary', '@-', 'ops')],
		[413, "the body is too large\n"], 'a body too large';
	my ($exit) = $curl->run(\$big, '-f', '--data-binary', '@-', 'ops');
	is $exit, 22, 'and curl -f fails';
	my $w = $chat->socket;
	$w->send("POST /r/ops HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
	my $r = $w->reply;
	is_deeply [$r->status, $r->header('content-type')],
		[400, 'text/plain; charset=utf-8'], 'a head that is none';
	like $r->body, qr/\A[^{\n]+\n\z/, 'in a line';
	$w = $chat->socket;
	$w->send("POST /api/info HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
	like $w->reply->body, qr/\A\{/, 'other APIs keep theirs';
	is_deeply [$curl->status('-X', 'DELETE', 'ops')], [405,
		"Another verb is needed here, one of GET, POST, PUT, OPTIONS\n"],
		'another verb';
	is_deeply [$curl->status('ops/xml')], [405,
		"Another verb is needed here, one of PUT, PATCH, DELETE, OPTIONS\n"],
		'there is no such spelling';
	is_deeply [$curl->status('-T', $curl->write('big', 'x' x 70_000), 'ops/big')],
		[413, "File exceeds allowed size of 65536 bytes.\n"], 'a file too large';
	is_deeply [$curl->status('ops?since=yesterday')],
		[404, "since is neither a time nor a message here\n"], 'no place';
	is_deeply [$curl->status('-F', 'photo=@' . $curl->write('p', 'x'),
		'ops')], [400, "The file belongs in a field called \"file\"\n"],
		'another field';
	is(($curl->status($_))[0], 400, $_) for 'ops?limit=-1', 'ops?limit=x',
		'ops?q=x&follow=1', 'ops?q=x&wait=1', 'ops/sse?q=x';
	is(($curl->status($_))[0], 404, $_) for 'ops,,den', 'ops,nowhere',
		'%23ops', 'ops%2Fraw';
};

subtest '5,000 characters' => sub {
	for (["x", 5000, 200], ["x", 5001, 400], ["\xc3\xa9", 5000, 200],
		["\xc3\xa9", 5001, 400]) {
		my ($letter, $n, $status) = @$_;
		my $text = $letter x $n;
		is(($curl->status(\$text, '--data-binary', '@-', 'ops'))[0],
			$status, "$n of " . length($letter) . ' bytes');
	}
};

subtest 'a fence' => sub {
	$curl->ok(\"a\n```\nb\n```\n", '--data-binary', '@-', 'ops?code=1');
	is newest()->{msg}, "````\na\n```\nb\n```\n````",
		'is longer than those in it';
	$curl->ok('-d', 'x', '-H', 'Code: 1', 'ops');
	is newest()->{msg}, "```\nx\n```", 'by header';
	$curl->ok('-d', 'x', '-H', 'Code: 0', 'ops');
	is newest()->{msg}, 'x', 'or not';
	my $id = $curl->ok('-X', 'PATCH', '-d', 'y', 'ops/' . newest()->{_id} .
		'?code=1');
	is newest()->{msg}, "```\ny\n```", 'also in the place of another text';
};

subtest 'who speaks' => sub {
	$other->ok('-d', 'trust me', '-H', 'Alias: admin', 'ops');
	like $curl->ok('ops?limit=1'), qr/ admin \(bob\): trust me\n\z/,
		'another name does not hide whose it is';
	$other->ok(\"line\n\n", '--data-binary', '@-', 'ops');
	like $curl->ok('ops?limit=1'), qr/ bob: line\n\z/,
		'the end of the last line is no line';
	$other->ok(\"a\r\nb\rc\r\n", '--data-binary', '@-', 'ops');
	like $curl->ok('ops?limit=1'), qr/ bob: a\n    b\\rc\n\z/,
		'whatever ends the lines; what else moves the cursor is shown';
};

subtest 'files' => sub {
	my $file = $curl->write('note.txt', "bytes\n");
	my @key = ('-H', 'Idempotency-Key: file-1', '-T', $file, 'ops/note.txt');
	my ($at, $id) = location(@key);
	like $at, qr{\A/file-upload/\w{17}/note[.]txt\z}, 'where it is';
	is_deeply [location(@key)], [$at, $id], 'and again, when it was sent again';
	like $curl->ok('ops?limit=1'), qr/ ada: \[note[.]txt\] \Q$at\E\n\z/,
		'which is also read';
	is $curl->ok('ops/raw?limit=1'), "[note.txt] $at\n", 'raw, too';
	is $curl->ok('http://127.0.0.1:' . $chat->port . $at), "bytes\n",
		'and fetched';
	is $curl->ok('-r', '1-2', 'http://127.0.0.1:' . $chat->port . $at), 'yt',
		'a part of it';
	$curl->ok('-T', $file, '-H', 'Title: A note', '-H', 'Text: look',
		'-H', 'Filename: ../../etc/passwd', 'ops');
	my $m = newest();
	is_deeply [$m->{msg}, $m->{file}{name}, $m->{attachments}[0]{description}],
		['look', 'passwd', 'A note'], 'with words, and a plain name';
	like $curl->ok('ops?limit=1'),
		qr/ ada: look\n    \[passwd\] \S+\n    A note\n\z/, 'all is read';
	is_deeply [$curl->status('-T', $file, '-H', "Filename: t\xfcr", 'ops')],
		[400, "The file's name is not UTF-8\n"], 'a name that is no text';
	is(($curl->status('-T', $file, '-H', "Text: t\xfcr", 'ops/x'))[0], 400,
		'nor words that are none');
	is_deeply [$curl->status('-T', '-', 'ops')], [400,
		"Name the file: in the URL, or by the header Filename\n"],
		'no name';
	$curl->ok('-F', 'title=T', '-F', 'text=hi', '-F', "file=\@$file", 'ops');
	$m = newest();
	is_deeply [$m->{msg}, $m->{file}{name}], ['hi', 'note.txt'],
		'as a form of parts';
	$curl->ok('-F', 'msg=ho', '-F', "file=\@$file", 'ops');
	is newest()->{msg}, 'ho', 'with the word that clients have';
	$curl->ok('-F', 'text=no file', 'ops');
	is newest()->{msg}, 'no file', 'or of words alone';
	$curl->ok('-H', 'Content-Type: application/json', '-T',
		$curl->write('x.json', '{"text":"x"}'), 'ops/x.json');
	is newest()->{file}{name}, 'x.json', 'what is put is a file, whatever it is';
};

subtest 'a key' => sub {
	my @key = ('-H', 'Idempotency-Key: k', '-d');
	my $id = $curl->ok(@key, 'once', 'ops');
	is $curl->ok(@key, 'x', $_), $id, "$_: the same room by another name"
		for 'OPS', newest()->{rid};
	my @on = map { $curl->start('-H', 'Idempotency-Key: k2', '-d', "n$_",
		'ops') } 1 .. 8;
	$_->ended for @on;
	my %ids = map { $_->text => 1 } @on;
	is scalar keys %ids, 1, 'at the same time, too';
	chomp $id;
	$curl->ok('-X', 'DELETE', "ops/$id");
	is $curl->ok(@key, 'x', 'ops'), "$id\n", 'what is gone is not said again';
	is_deeply decode_json($curl->ok('-H', 'Accept: application/json', @key,
		'x', 'ops')), { _id => $id }, 'and what is left of it is its id';
};

subtest 'reactions' => sub {
	chomp(my $id = $curl->ok('-d', 'react', 'ops'));
	my $of = sub { newest()->{reactions} };
	$other->ok(\":heart:\n", '--data-binary', '@-', "ops/$id/react");
	is_deeply $of->(), { ':heart:' => { usernames => ['bob'] } },
		'a line end is no part of it';
	is_deeply [$curl->status('-d', 'not an emoji', "ops/$id/react")],
		[400, "Invalid emoji provided.\n"], 'what is none';
	$other->ok('-d', ':heart:', '-H', 'Off: 1', "ops/$id/react");
	is $of->(), undef, 'taken back by header';
	$curl->ok('-d', ":e$_:", "ops/$id/react") for 1 .. 3;
	is scalar keys %{ $of->() }, 3, 'several';
};

subtest 'searching behind a place' => sub {
	my @ids = map { $curl->ok('-d', "backup $_ done", 'den') } 1 .. 4;
	chomp @ids;
	is $curl->ok("den/raw?q=backup&since=$ids[1]"),
		"backup 3 done\nbackup 4 done\n", 'a message';
	is $curl->ok('den/raw?q=backup&since=now'), '', 'now';
	is $curl->ok('den/raw?q=backup&since=all&limit=1'), "backup 4 done\n",
		'the newest of all';
	is $curl->ok("ops,den/raw?q=done&since=$ids[2]"), "backup 4 done\n",
		'in several rooms';
	is(($curl->status('den/raw?q=backup&since=nothing'))[0], 404, 'nowhere');
	is $curl->ok('den/raw?q=%222+done%22'), "backup 2 done\n",
		'quotes make a phrase';
};

subtest 'what nobody wrote' => sub {
	$chat->admin->room($_, members => [qw(ada bob)]) for qw(hall yard);
	$chat->done('room', $_, 'hall') for qw(archive unarchive);
	like $curl->ok('hall?system=1'), qr/\* room-archived\n.*room-unarchived\n\z/,
		'is there where nobody has written';
	$curl->ok('-d', 'first', 'hall');
	$chat->done('room', $_, 'hall') for qw(archive unarchive);
	$curl->ok('-d', 'last', 'hall');
	is $curl->ok('hall/raw?limit=2'), "first\nlast\n", 'is not counted';
	my @types = map { decode_json($_)->{t} // '-' } split /\n/,
		$curl->ok('hall/json?limit=2&system=1');
	is_deeply \@types, ['room-unarchived', '-'], 'unless it is asked for';
	@types = map { decode_json($_)->{t} // '-' } split /\n/,
		$curl->ok('hall,yard/json?limit=2&system=1');
	is_deeply \@types, ['room-unarchived', '-'], 'in several rooms, too';
	is $curl->ok('hall,yard/raw?limit=1'), "last\n",
		'the newest, also beside an empty room';
};

subtest 'GET /r/ for programs' => sub {
	my $r = decode_json($curl->ok('-H', 'Accept: application/json, */*;q=0.1',
		''));
	is_deeply [$r->{username}, sort map { $_->{name} } @{ $r->{rooms} }],
		[qw(ada den general hall ops yard)], 'among other types, too';
};
done_testing;
