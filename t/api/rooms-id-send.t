#!/usr/bin/perl
# POST /api/rooms/:id/send
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

use utf8;
use Encode 'encode';

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('dev', members => [qw(ada bob)]);
sub send_to { my ($who, $body, $to) = @_; $who->post('rooms/' . ($to // $room) . '/send', $body) }
sub newest { $ada->get("rooms/$room/messages", { limit => 1 })->{messages}[0] }

my $r = send_to($ada, { msg => 'hi' });
is $r->status, 200, 'a member may send';
is_deeply [sort keys %{ $r->json }], [qw(message status)], 'status and message';
is_deeply newest(), $r->{message}, 'the reply is what is stored';
like $r->{message}{_id}, qr/^[2-9A-HJ-NP-TW-Za-km-z]{17}$/, 'with a proper id';
for my $text ("Grüße 😀", "a\"b\\c\n\t<script>", "x' OR 1=1 --", ' ', '0') {
	is send_to($ada, { msg => $text })->{message}{msg}, $text,
		'a text comes back as it was';
	is newest()->{msg}, $text, 'and is stored so';
}
is send_to($ada, 'msg=a+b%26c')->{message}{msg}, 'a b&c', 'a form will do';
is send_to($ada, { msg => 'by name' }, 'dev')->status, 200, 'so will the name';
$r = send_to($ada, { msg => '@bob @eve @all see http://x.org/a?b=1, ok' });
is_deeply $r->{message}{mentions}, [{ _id => 'all', username => 'all' },
	{ _id => $bob->id, username => 'bob' }], 'mentions are those who exist';
is_deeply $r->{message}{urls}, [{ url => 'http://x.org/a?b=1' }],
	'links are found, without the comma';
is send_to($chat->user('eve'), { msg => 'from outside' })->status, 200,
	'access is enough for a channel';

my $before = newest()->{_id};
my %bad = ('no msg' => {}, 'null' => { msg => undef }, 'number' => { msg => 5 },
	'array' => { msg => ['x'] }, 'object' => { msg => { a => 1 } },
	'empty' => { msg => '' }, 'too long' => { msg => 'x' x 5001 });
for (sort keys %bad) {
	$r = send_to($ada, $bad{$_});
	is $r->status, 400, "$_ is a 400";
	is $r->{status}, 'fail', "and $_ says fail";
}
like send_to($ada, { msg => 5 })->{message}, qr/"msg" must be a string/,
	'a wrong type names the field';
is send_to($ada, "msg=%ff")->status, 400, 'a form that is not UTF-8';
is send_to($ada, "msg=a%00b")->status, 400, 'a NUL in a form';
is $ada->post("rooms/$room/send", 'hi', type => 'text/plain')->status, 415,
	'another type says what to send';
is send_to($ada, { msg => 'x' }, 'nowhere')->status, 404, 'no such room';
is newest()->{_id}, $before, 'nothing was changed by any of these';
is send_to($ada, { msg => '😀' x 5000 })->status, 200, '5,000 characters pass';

$chat->done(qw(room mute dev bob));
$r = send_to($bob, { msg => 'x' });
is $r->status, 403, 'the muted may not send';
like $r->{message}, qr/muted/, 'and are told why';
$chat->done(qw(room unmute dev bob));
is send_to($bob, { msg => 'x' })->status, 200, 'unmuted they may';
$chat->done(qw(room read-only dev on));
is send_to($bob, { msg => 'x' })->status, 403, 'not in a read-only room';
is send_to($chat->admin, { msg => 'x' })->status, 200, 'but its owner may';
$chat->done(qw(room read-only dev off));
$chat->done(qw(room archive dev));
is send_to($chat->admin, { msg => 'x' })->status, 403, 'not in an archived room';
is $chat->anyone->post("rooms/$room/send", { msg => 'x' })->status, 401,
	'it needs a login';
my ($log) = grep { $_->{t} } @{ $ada->get("rooms/$room/messages")->{messages} };
is $log->{t}, 'room-archived', 'archiving is in the history';
done_testing;
