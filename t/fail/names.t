#!/usr/bin/perl
# A failed COMMIT takes back who joined; the numbers that lists of names are
# remembered by come again, the names do not.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Faults;

plan skip_all => Faults::cannot() if Faults::cannot();
my $chat = chat();
my ($bob, $eve) = map { $chat->user($_) } qw(bob eve);
my $room = $chat->admin->room('den');

sub names {
	my ($list) = @_;
	my ($den) = grep { $_->{name} eq 'den' } @{ $list->{rooms} };
	return join ' ', @{ $den->{usernames} };
}

my $before = names($bob->get('publicRooms'));
my $EIO = 5;
$chat->{env} = { LD_PRELOAD => Faults::library(), FAULT => "fsync:1:$EIO",
	FAULT_FROM => 'ready' };
$chat->restart;

# in one turn: bob joins, and the list that has him is read
my $w = $bob->wire;
$w->send($bob->request_text('POST', "rooms/$room/join") .
	$bob->request_text('GET', 'publicRooms') .
	$bob->request_text('GET', '/r/') .
	$bob->request_text('GET', '/api/v1/info'));
is $w->reply->status, 503, 'a join that could not be made lasting';
is $w->reply->status, 503, 'nor is what was read of it told';
my $line = $w->reply;
is_deeply [$line->status, $line->body],
	[503, "The answer could not be made lasting\n"], 'to curl as a line';
my $v1 = $w->reply;
is_deeply [$v1->status, $v1->json], [503, { success => JSON::PP::false,
	error => 'The answer could not be made lasting' }],
	'to clients of the newer API in its envelope';

my $status = 503;
for (1 .. 50) {
	$status = $eve->post("rooms/$room/join")->status; # and nobody looks meanwhile
	last if $status == 200;
	select undef, undef, undef, 0.1;
}
is $status, 200, 'a second later another joins';
is names($bob->get('publicRooms')), "$before eve", 'and it is she who is there';
$chat->{env} = {};
$chat->restart;
is names($bob->get('publicRooms')), "$before eve", 'after a restart, too';
done_testing;
