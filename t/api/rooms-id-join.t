#!/usr/bin/perl
# POST /api/rooms/:id/join
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('dev', members => [qw(ada admin)]);
$chat->done('room', 'add', 'cellar', '--private', '--owner', 'admin');
my $gone = qq({\n  "status": "fail",\n  "message": "Error :: Invalid room [error-invalid-room]"\n});

my $r = $bob->post("rooms/$room/join", {});
is $r->status, 200, 'anybody may join a channel';
is $r->body, qq({\n  "status": "success"\n}), 'and is told so';
my $m = $bob->get("rooms/$room/messages")->{messages};
is $m->[0]{t}, 'uj', 'the room is told';
is $m->[0]{msg}, 'bob', 'who';
is $m->[0]{u}{username}, 'bob', 'by whom';
is $m->[0]{groupable}, JSON::PP::false, 'on a line of its own';
is $bob->post("rooms/$room/join", '')->status, 200, 'joining again is fine';
is scalar @{ $bob->get("rooms/$room/messages")->{messages} }, scalar @$m,
	'and nothing happens';
is $bob->post('rooms/dev/join', 'x=1')->status, 200, 'a name will do for an id';

for my $id (qw(nowhere cellar), 'x' x 300, '%00', '..%2f') {
	$r = $bob->post("rooms/$id/join", {});
	ok $r->status == 404 || $r->status == 400, "no room $id";
	is $r->body, $gone, 'private and unknown rooms have one answer'
		if $id =~ /^\w{1,20}$/;
}
is $bob->get("rooms/$room/join")->status, 405, 'it is a POST';
is $bob->get("rooms/$room/join")->header('allow'), 'POST, OPTIONS',
	'as Allow says';
is $chat->anyone->post("rooms/$room/join", {})->status, 401,
	'it needs a login';
$chat->done(qw(room archive dev));
my $eve = $chat->user('eve');
is $eve->post('rooms/dev/join', {})->status, 403, 'not an archived room';
$chat->done(qw(user add guest1 --role guest --email g@x.org),
	{ env => { POCKETCHAT_PASSWORD => $chat->secret('guest-pass-1') } });
$chat->done(qw(role take guest1 user));
my $guest = $chat->login('guest1', 'guest-pass-1');
$chat->admin->room('open', members => [qw(ada bob)]);
$r = $guest->post('rooms/open/join', {});
is $r->status, 403, 'without view-c-room a channel is refused';
is $r->{message}, 'Cannot access room.', 'in the words of the contract';
done_testing;
