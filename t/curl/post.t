#!/usr/bin/perl
# POST /r/<room>: the body is the message
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Curl;
use JSON::PP;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
$chat->admin->room('ops', members => [qw(ada bob)]);
my $cellar = $chat->admin->room('cellar', members => ['bob'], private => 1);
my $curl = curl_of($chat, 'ada', $ada->pass);

sub newest {
	my $r = $bob->get('/r/' . ($_[0] // 'ops') . '/json', { limit => 1 });
	return decode_json($r->body);
}

subtest 'POST /r/:room' => sub {
	my $id = $curl->ok('-d', 'disk full', 'ops');
	like $id, qr/\A\w{17}\n\z/, 'the answer is the id and a newline';
	my $m = newest();
	is "$m->{_id}\n", $id, 'of the message that is there';
	is_deeply [$m->{msg}, $m->{u}{username}], ['disk full', 'ada'],
		'with the text, by whom .netrc names';
	$curl->ok('-d', 'a=b&c=%20+&msg=x', 'ops');
	is newest()->{msg}, 'a=b&c=%20+&msg=x',
		'what looks like a form is the literal text';
	$curl->ok(\"a\n  b\n", '--data-binary', '@-', 'ops');
	is newest()->{msg}, "a\n  b\n", 'with its lines and blanks';
	$curl->ok(\"Filesystem\n/dev/sda\n", '--data-binary', '@-',
		'ops?code=1');
	is newest()->{msg}, "```\nFilesystem\n/dev/sda\n```",
		'code=1 puts it in a fence';
	$curl->ok('-d', '{"msg":"x"}', 'ops');
	is newest()->{msg}, '{"msg":"x"}', 'JSON that does not say so is text';
	$curl->ok('-H', 'Content-Type: application/json', '-d',
		'{"text":"from JSON","alias":"nas"}', 'ops');
	is_deeply [@{ newest() }{qw(msg alias)}], ['from JSON', 'nas'],
		'JSON that says so is JSON';
	my $answer = decode_json($curl->ok('-H', 'Accept: application/json',
		'-d', 'hi', 'ops'));
	is_deeply [@$answer{qw(msg _id)}], ['hi', newest()->{_id}],
		'the answer is JSON, if that is asked for';
	$curl->ok('-d', 'by id', $cellar = $chat->admin->room('by-id',
		members => [qw(ada bob)]));
	is newest('by-id')->{msg}, 'by id', 'a room by its id';
};

subtest 'trimmings' => sub {
	$curl->ok('-H', 'Title: Backup', '-H', 'Alias: nas', '-H',
		'Emoji: :floppy_disk:', '-d', 'done', 'ops');
	my $m = newest();
	is_deeply [@$m{qw(msg alias emoji attachments)}], ['done', 'nas',
		':floppy_disk:', [{ title => 'Backup' }]], 'by header';
	my $root = $m->{_id};
	$curl->ok('-d', 'again', "ops?title=T%C3%BCr&alias=door&thread=$root");
	$m = newest();
	is_deeply [@$m{qw(msg alias tmid)}, $m->{attachments}[0]{title}],
		['again', 'door', $root, "T\x{fc}r"], 'and by query';
	is_deeply [($curl->status('-d', 'x', '-H', 'Thread: nothing', 'ops'))[0]],
		[400], 'a thread that is not there';
};

subtest 'once' => sub {
	my @key = ('-H', 'Idempotency-Key: job-7', '-d');
	my $id = $curl->ok(@key, 'first', 'ops');
	is $curl->ok(@key, 'second', 'ops'), $id,
		'the same key is the same message';
	is newest()->{msg}, 'first', 'posted once';
	isnt $curl->ok(@key, 'there', 'by-id'), $id, 'another room is another';
	my $other = curl_of($chat, 'bob', $bob->pass);
	isnt $other->ok(@key, 'mine', 'ops'), $id, 'so is somebody else';
	$chat->restart;
	is $curl->ok(@key, 'third', 'ops'), $id, 'it is known after a restart';
	is $curl->ok('-d', 'x', 'ops?idempotency-key=job-7'), $id,
		'and in the query';
	is(($curl->status('-d', 'x', '-H', 'Idempotency-Key: ' . 'x' x 256,
		'ops'))[0], 400, 'a key has its bounds');
};

subtest 'people' => sub {
	$curl->ok('-d', 'psst', '@bob');
	is newest('@ada')->{msg}, 'psst', 'a direct room is made on the way';
	$curl->ok('-d', 'more', '@bob');
	is decode_json('[' . join(',', split /\n/, $bob->get('/r/@ada/json')
		->body) . ']')->[0]{msg}, 'psst', 'and found again';
	is_deeply [$curl->status('-d', 'x', '@nobody')],
		[404, "Invalid room\n"], 'nobody of that name';
	$chat->done(qw(user disable bob));
	is(($curl->status('-d', 'gone?', '@bob'))[0], 200,
		'a room that is there stays');
	$chat->done(qw(user enable bob));
	$bob = $chat->login('bob', $bob->pass); # his tokens had ended
};

subtest 'refused' => sub {
	my $hidden = $chat->admin->room('hidden', members => ['bob'],
		private => 1);
	for (['no room', 404, 'nothere'], ['not ours', 404, 'hidden']) {
		my ($what, $status, $room) = @$_;
		is_deeply [$curl->status('-d', 'x', $room)],
			[$status, "Invalid room\n"], "$what: one plain line";
		my ($exit, $out) = $curl->run('-f', '-d', 'x', $room);
		is $exit, 22, "$what: curl -f fails";
	}
	my ($status, $text) = $curl->status('-d', '', 'ops');
	is_deeply [$status, $text], [400, "The message is empty\n"], 'nothing';
	is(($curl->status(\"\n", '--data-binary', '@-', 'ops'))[0], 400,
		'nothing but blanks');
	is_deeply [$curl->status(\"f\xfcr", '--data-binary', '@-', 'ops')],
		[400, "That is no text in UTF-8\n"], 'no mojibake';
	is(($curl->status(\"a\0b", '--data-binary', '@-', 'ops'))[0], 400,
		'no NUL');
	is(($curl->status('-H', "Alias: \xfc", '-d', 'x', 'ops'))[0], 400,
		'nor in headers');
	is(($curl->status(\('x' x 6000), '--data-binary', '@-', 'ops'))[0],
		400, 'nor too much');
	my $nobody = curl_of($chat, 'x');
	is_deeply [$nobody->status('-d', 'x', 'ops')],
		[401, "You must be logged in to do this.\n"], 'nobody';
	my $wrong = curl_of($chat, 'ada', 'wrong-password');
	is(($wrong->status('-d', 'x', 'ops'))[0], 401, 'a wrong password');
	$chat->admin->room('quiet', members => ['ada'], 'read-only' => 1);
	is_deeply [$curl->status('-d', 'x', 'quiet')],
		[403, "The room is read only\n"], 'a room that is read only';
	$chat->done(qw(room archive by-id));
	is_deeply [$curl->status('-d', 'x', 'by-id')],
		[403, "The room is archived\n"], 'one that is archived';
	is(($curl->status('-X', 'PUT', '-H', 'Content-Length: 0', 'ops'))[0],
		400, 'PUT takes a file with a name');
	is(($curl->status('-d', 'x', '-H', 'Origin: http://evil.example',
		'ops'))[0], 403, 'Basic from another site');
};

subtest 'JSON of another type' => sub {
	my $before = newest()->{_id};
	my $say = sub {
		return $curl->status('-H', 'Content-Type: application/json',
			'-d', encode_json({ @_ }), 'ops');
	};
	for my $name (qw(text msg title alias emoji avatar thread
		idempotency-key)) {
		for my $value (5, ['x'], { x => 'y' }, JSON::PP::true) {
			is_deeply [$say->(text => 'hi', $name => $value)],
				[400, "The parameter \"$name\" must be a " .
					"string\n"],
				"$name: " . encode_json([$value]);
		}
	}
	is newest()->{_id}, $before, 'nothing of it was posted';
	is(($say->(text => 'hi', title => undef, thread => undef))[0], 200,
		'null is nothing');
};

subtest 'too fast' => sub {
	my $strict = chat(settings => { rate_limit => 2 });
	my $cy = $strict->user('cy');
	my $c = curl_of($strict, 'cy', $cy->token);
	my $head;
	for (1 .. 20) {
		(undef, $head) = $c->run('-i', '-d', 'x', 'general');
		last if $head =~ m{^HTTP/1.1 429};
	}
	like $head, qr/^HTTP\/1.1 429 .*^Retry-After: \d+\r$/ms,
		'429 says when to come again';
};

subtest 'a stranger joins a channel on the way' => sub {
	my $eve = $chat->user('eve');
	my $c = curl_of($chat, 'eve', $eve->pass);
	$c->ok('-d', 'hello', 'ops');
	is newest()->{u}{username}, 'eve', 'as in chat.postMessage';
};
done_testing;
