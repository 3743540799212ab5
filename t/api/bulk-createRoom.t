#!/usr/bin/perl
# POST /api/bulk/createRoom
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
sub make { my ($who, @rooms) = @_; return $who->post('bulk/createRoom', { rooms => \@rooms }) }
sub room { my ($n, @m) = @_; return { name => $n, members => @m ? \@m : [qw(ada bob)] } }
sub count { return scalar split /\n/, $chat->done('room', 'list') }

my $r = make($admin, room('one'), room('two', 'ada', "Jos\x{e9} G"));
is $r->status, 200, 'who may, may';
is scalar @{ $r->{ids} }, 2, 'an id each, in order';
my %room = map { ($_->{name} => $_) } @{ $ada->get('publicRooms')->{rooms} };
is $room{one}{_id}, $r->{ids}[0]{rid}, 'the rooms are there';
is_deeply $room{one}{usernames}, [qw(ada bob admin)], 'the creator is appended';
is_deeply $room{two}{usernames}, ['ada', "Jos\x{e9} G", 'admin'],
	'who is no user stays listed';
is_deeply [map { $_->{name} } @{ $bob->get('joinedRooms')->{rooms} }],
	[qw(general one)], 'members are in';
is $admin->post('rooms/one/leave', {})->status, 400, 'the creator is its owner';
is make($admin, room('mine', qw(admin ada)))->status, 200, 'the creator may be listed';
is_deeply [map { @{ $_->{usernames} } } grep { $_->{name} eq 'mine' }
	@{ $ada->get('publicRooms')->{rooms} }], [qw(admin ada)], 'and is not doubled';

is make($ada, room('three'))->status, 403, 'others may not';
$chat->done(qw(role grant user bulk-create-c));
is make($ada, room('three'))->status, 200, 'with bulk-create-c they may';
$chat->done(qw(role revoke user create-c));
is make($ada, room('four'))->status, 403, 'but not without create-c';

my $before = count();
for my $bad (room('a b'), { name => 'x' }, { name => 'x', members => ['ada'] },
	{ members => [qw(ada bob)] }, { name => 'x', members => 'ada' },
	{ name => 'x', members => [1, 2] }, room("x'; drop table room")) {
	$r = make($admin, room('fine'), $bad);
	is $r->status, 400, 'a bad record';
	is $r->{message}, 'Error :: [restapi] bulk/createRoom -> record #1 is invalid '
		. '[invalid-room-record]', 'is named';
}
$r = make($admin, room('fine'), room('ONE'));
is $r->{message}, "Error :: A channel with name 'ONE' exists "
	. '[error-duplicate-channel-name]', 'a name that is taken';
$chat->done(qw(room archive one));
like make($admin, room('one'))->{message}, qr/\[error-archived-duplicate-name\]/,
	'or that an archived room has';
is $admin->post('bulk/createRoom', {})->status, 400, 'no list at all';
is count(), $before, 'all or none: none of these left anything';
is $chat->anyone->post('bulk/createRoom', {})->status, 401, 'it needs a login';
done_testing;
