#!/usr/bin/perl
# teams.*: the rooms of a team, and its end
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my %team = (teamId => $ada->post('teams.create', { name => 'red', type => 0,
	members => ['bob'] })->{team}{_id});
my %closed = (teamId => $ada->post('teams.create', { name => 'blue',
	type => 1 })->{team}{_id});
my $dev = $ada->post('channels.create', { name => 'dev' })->{channel}{_id};
my $vault = $ada->room('vault', private => 1);
my $bobs = $bob->post('channels.create', { name => 'bobs' })->{channel}{_id};
my @none = (undef, 'team-does-not-exist');

sub names { join ' ', map { $_->{name} } @{ $_[0]{rooms} } }

subtest 'POST teams.addRooms' => sub {
	my $add = sub { my ($who, @ids) = @_; $who->post('teams.addRooms',
		{ %team, rooms => [@ids] }) };
	my $r = $add->($ada, $dev, $vault);
	is names($r), 'dev vault', 'two';
	is_deeply [@{ $r->{rooms}[0] }{qw(teamId teamDefault)}], [$team{teamId},
		JSON::PP::false], 'they are the team\'s';
	is $ada->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}{teamId}, $team{teamId}, 'one sees it';
	is $ada->get('channels.history', { roomName => 'red', count => 1 })
		->{messages}[0]{t}, 'user-added-room-to-team', 'it is told';
	refused($add->($ada, $dev), undef, 'room-already-on-team');
	refused($add->($ada, $bobs), undef, 'error-no-owner-channel');
	refused($add->($ada, 'x'), undef, 'invalid-room');
	refused($add->($ada), undef, 'Body param "rooms" is required');
	my $dm = $ada->post('im.create', { username => 'bob' })->{room}{_id};
	refused($add->($ada, $dm), undef, 'invalid-room');
	unauthorized($add->($bob, $bobs), 'a plain member may not');
	refused($eve->post('teams.addRooms', { %closed, rooms => [$dev] }),
		@none);
};

subtest 'GET teams.listRooms' => sub {
	my $r = $ada->get('teams.listRooms', \%team);
	is names($r), 'dev vault', 'all for an owner';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	is names($bob->get('teams.listRooms', \%team)), 'dev',
		'others see open ones and their own';
	is names($ada->get('teams.listRooms', { %team, filter => 'AU' })),
		'vault', 'by a piece of the name';
	refused($eve->get('teams.listRooms', \%closed), @none);
};

subtest 'GET teams.listRoomsOfUser' => sub {
	is names($ada->get('teams.listRoomsOfUser', \%team)), 'dev vault', 'mine';
	is names($ada->get('teams.listRoomsOfUser', { %team,
		userId => $bob->id })), '', 'another one\'s, for an owner';
	unauthorized($bob->get('teams.listRoomsOfUser', { %team,
		userId => $ada->id }), 'not for others');
	refused($ada->get('teams.listRoomsOfUser', { %team, userId => 'x' }),
		undef, 'invalid-user');
	refused($eve->get('teams.listRoomsOfUser', \%closed), @none);
};

subtest 'POST teams.updateRoom' => sub {
	my $set = sub { $_[0]->post('teams.updateRoom', { roomId => $_[1],
		isDefault => $_[2] }) };
	is $set->($ada, $dev, JSON::PP::true)->{room}{teamDefault},
		JSON::PP::true, 'for everybody of the team';
	is names($ada->get('teams.listRooms', { %team, type => 'autoJoin' })),
		'dev', 'it is listed so';
	$ada->post('teams.addMembers', { %team,
		members => [{ userId => $eve->id }] });
	ok $eve->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}, 'who joins the team is in it';
	unauthorized($set->($bob, $dev, JSON::PP::false), 'not by others');
	refused($set->($ada, $bobs, JSON::PP::true), undef, 'room-not-on-team');
	refused($set->($eve, $_, JSON::PP::true), undef, 'invalid-room')
		for $vault, 'x';
	refused($set->($ada, $dev, undef), undef,
		'Body param "isDefault" is required');
};

subtest 'POST teams.removeRoom' => sub {
	my $remove = sub { $_[0]->post('teams.removeRoom',
		{ %team, roomId => $_[1] }) };
	unauthorized($remove->($bob, $dev), 'not by a plain member');
	my $r = $remove->($ada, $dev);
	ok !exists $r->{room}{teamId}, 'it is of no team';
	refused($remove->($ada, $dev), undef, 'room-not-on-that-team');
	refused($remove->($ada, 'x'), undef, 'invalid-room');
	$r = $eve->post('teams.removeMember', { %team, userId => $eve->id });
	unauthorized($r, 'and nobody removes himself so');
};

subtest 'POST teams.delete' => sub {
	my $keep = $ada->post('channels.create', { name => 'keep' })
		->{channel}{_id};
	$ada->post('teams.addRooms', { %team, rooms => [$keep] });
	unauthorized($bob->post('teams.delete', { %team }), 'not by others');
	refused($eve->post('teams.delete', { %closed }), @none);
	succeeded($ada->post('teams.delete', { %team,
		roomsToRemove => [$vault, $bobs] }), 'by an owner');
	refused($ada->get('teams.info', \%team), @none);
	my @gone = ('error-room-not-found', 'The required "roomId" or ' .
		'"roomName" param provided does not match any channel');
	refused($ada->get('rooms.info', { roomName => 'red' }), @gone,
		'its room is gone');
	refused($ada->get('rooms.info', { roomId => $vault }), @gone,
		'and that which was named');
	ok !exists $ada->get('rooms.info', { roomId => $keep })->{room}{teamId},
		'others stay, without a team';
	ok $bob->get('rooms.info', { roomId => $bobs })->{room}{_id},
		'what was not the team\'s is untouched';
	is $ada->post('teams.create', { name => 'red', type => 0 })->{team}{name},
		'red', 'its name is free';
};
done_testing;
