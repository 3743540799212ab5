#!/usr/bin/perl
# GET /api/publicRooms
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $ada = $chat->user('ada');
$chat->user('bob');
my $room = $chat->admin->room('dev', members => [qw(ada bob)]);
$chat->done('room', 'add', 'cellar', '--private', '--owner', 'admin');
$ada->post('rooms/dev/send', { msg => "n$_" }) for 1 .. 9;

my $r = $ada->get('publicRooms');
is $r->status, 200, 'a user may ask';
is $r->{status}, 'success', 'in the envelope of 0.1';
my %room = map { ($_->{name} => $_) } @{ $r->{rooms} };
is_deeply [sort keys %room], [qw(dev general)], 'private rooms are not there';
is $r->{rooms}[0]{name}, 'dev', 'the most messages come first';
is_deeply [sort keys %{ $room{dev} }],
	[qw(_id lm msgs name t ts u usernames)], 'a room has its fields';
is $room{dev}{_id}, $room, 'its id';
is $room{dev}{t}, 'c', 'its type';
is $room{dev}{msgs}, 9, 'its count of messages, as a number';
is_deeply $room{dev}{usernames}, [qw(ada bob admin)],
	'its members in the order of joining';
is_deeply $room{dev}{u}, { _id => $chat->admin->id, username => 'admin' },
	'its creator';
like $room{dev}{$_}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
	"$_ is a time" for qw(ts lm);
is $room{general}{_id}, 'GENERAL', 'GENERAL has its fixed id';
ok $room{general}{default}, 'and is a default room';
ok !exists $room{general}{u}, 'and nobody made it';
ok !exists $room{general}{lm}, 'and nobody has written in it';

$chat->done(qw(room topic dev), 'what we build');
$chat->done(qw(room read-only dev on));
$chat->done(qw(room mute dev bob));
$chat->done(qw(room archive dev));
my ($dev) = grep { $_->{name} eq 'dev' } @{ $ada->get('publicRooms')->{rooms} };
is $dev->{topic}, 'what we build', 'a topic is told';
ok $dev->{ro}, 'read-only is told';
is_deeply $dev->{muted}, ['bob'], 'the muted are told';
ok $dev->{archived}, 'archived rooms are there, and say so';
is $chat->anyone->get('publicRooms')->status, 401, 'it needs a login';

# more than fits one turn of the loop
my @many = map { { name => "room$_", members => [qw(ada bob)] } } 1 .. 400;
is $chat->admin->post('bulk/createRoom', { rooms => \@many })->status, 200,
	'four hundred rooms are made';
$r = $ada->get('publicRooms');
is scalar @{ $r->{rooms} }, 402, 'a long list is whole';
is $r->header('transfer-encoding'), 'chunked', 'and comes in chunks';
is $ada->get('version')->status, 200, 'and the connection goes on';
my $old = $chat->raw("GET /api/publicRooms HTTP/1.0\r\nAuthorization: Bearer "
	. $ada->token . "\r\n\r\n", count => 'all');
unlike $old, qr/chunked/i, 'a 1.0 client gets no chunks';
is scalar(() = $old =~ /"_id"/g), 804 - 1, 'but the whole list';
done_testing;
