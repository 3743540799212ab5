#!/usr/bin/perl
# teams.*: teams and who is in them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my @none = (undef, 'team-does-not-exist');
my %team = (_id => 'str', name => 'str', type => 'int', roomId => 'str',
	createdAt => 'time', _updatedAt => 'time', createdBy => {
		_id => 'str', username => 'str' });
my %sized = (%team, rooms => 'int', numberOfUsers => 'int');
my (%red, %blue);

sub last_line { $_[0]->get('rooms.info', { roomId => $_[1] });
	return $_[0]->get(($_[2] // 'channels') . '.history',
	{ roomId => $_[1], count => 1 })->{messages}[0] }

subtest 'POST teams.create' => sub {
	my $r = $ada->post('teams.create', { name => 'red', type => 0,
		members => ['bob', 'nobody'] });
	shaped($r->{team}, \%team);
	%red = (teamId => $r->{team}{_id});
	is_deeply [@{ $r->{team} }{qw(name type)}, $r->{team}{createdBy}
		{username}], ['red', 0, 'ada'], 'open';
	my $main = $bob->get('rooms.info', { roomId => $r->{team}{roomId} })
		->{room};
	is_deeply [@$main{qw(t name teamId teamMain usersCount)}], ['c', 'red',
		$red{teamId}, JSON::PP::true, 2], 'it has a room of its name';
	$r = $ada->post('teams.create', { name => 'blue', type => 1 });
	%blue = (teamId => $r->{team}{_id});
	is $ada->get('rooms.info', { roomName => 'blue' })->{room}{t}, 'p',
		'closed: so is its room';
	refused($bob->post('teams.create', { name => 'RED', type => 0 }), undef,
		'team-name-already-exists');
	refused($bob->post('teams.create', { name => 'general', type => 0 }),
		undef, 'team-name-already-exists');
	refused($bob->post('teams.create', { type => 0 }), undef,
		'Body param "name" is required');
	refused($bob->post('teams.create', { name => 'x', type => 7 }),
		'error-invalid-params', 'The parameter "type" must be 0 or 1');
	refused($bob->post('teams.create', { name => 'a b', type => 0 }),
		'error-invalid-room-name', 'a b is not a valid room name');
	$admin->post('permissions.update', { permissions => [
		{ _id => 'create-team', roles => ['admin'] }] });
	unauthorized($eve->post('teams.create', { name => 'x', type => 0 }),
		'it takes a right');
	$admin->post('permissions.update', { permissions => [
		{ _id => 'create-team', roles => [qw(admin user)] }] });
	anonymous($chat->anyone->post('teams.create', { name => 'x' }));
};

subtest 'GET teams.list' => sub {
	my $r = $ada->get('teams.list');
	is_deeply [map { $_->{name} } @{ $r->{teams} }], [qw(blue red)], 'mine';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	shaped($_, \%sized) for @{ $r->{teams} };
	is $bob->get('teams.list')->{total}, 1, 'those that one is in';
	is $eve->get('teams.list')->{total}, 0, 'or none';
};

subtest 'GET teams.listAll' => sub {
	is $admin->get('teams.listAll')->{total}, 2, 'all';
	unauthorized($ada->get('teams.listAll'), 'for administrators');
};

subtest 'GET teams.info' => sub {
	my $r = $eve->get('teams.info', { teamName => 'red' });
	shaped($r->json, { teamInfo => \%sized, team => \%sized,
		success => 'bool' });
	is_deeply [@{ $r->{teamInfo} }{qw(name numberOfUsers rooms)}],
		['red', 2, 0], 'an open one';
	is $ada->get('teams.info', \%blue)->{teamInfo}{type}, 1, 'a closed one';
	refused($eve->get('teams.info', $_), @none) for \%blue,
		{ teamId => 'x' }, {};
};

subtest 'GET teams.members' => sub {
	my $r = $bob->get('teams.members', \%red);
	is_deeply [map { $_->{user}{username} } @{ $r->{members} }],
		[qw(ada bob)], 'who is in it';
	shaped($_, { user => { _id => 'str', username => 'str', name => 'str',
		status => 'str' }, roles => ['str'], createdAt => 'time' })
		for @{ $r->{members} };
	is_deeply $r->{members}[0]{roles}, ['owner'], 'as what';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	unauthorized($eve->get('teams.members', \%red), 'not for strangers');
	refused($eve->get('teams.members', \%blue), @none);
	is $admin->get('teams.members', \%blue)->{total}, 1, 'but for admins';
};

subtest 'POST teams.addMembers' => sub {
	my $add = sub { my ($who, $team, @m) = @_; $who->post(
		'teams.addMembers', { %$team, members => [@m] }) };
	succeeded($add->($ada, \%red, { userId => $eve->id,
		roles => ['moderator', 'admin'] }), 'by an owner');
	my ($m) = grep { $_->{user}{username} eq 'eve' }
		@{ $eve->get('teams.members', \%red)->{members} };
	is_deeply $m->{roles}, ['moderator'], 'with roles of rooms alone';
	succeeded($add->($ada, \%red, { userId => $eve->id }), 'twice is once');
	unauthorized($add->($bob, \%red, { userId => $admin->id }),
		'a plain member may not');
	refused($add->($eve, \%blue, { userId => $eve->id }), @none);
	refused($add->($ada, \%red, { userId => 'x' }), undef, 'invalid-user');
	refused($add->($ada, \%red), undef, 'Body param "members" is required');
};

subtest 'POST teams.removeMember' => sub {
	my $remove = sub { my ($who, $team, $id) = @_; $who->post(
		'teams.removeMember', { %$team, userId => $id }) };
	unauthorized($remove->($bob, \%red, $eve->id), 'a plain one may not');
	succeeded($remove->($ada, \%red, $eve->id), 'an owner may');
	is last_line($ada, $ada->get('teams.info', \%red)->{team}{roomId})->{t},
		'removed-user-from-team', 'it is told';
	refused($remove->($ada, \%red, $eve->id), undef, 'user-not-in-team');
	refused($remove->($ada, \%red, $ada->id), undef,
		'last-owner-can-not-be-removed');
	refused($remove->($ada, \%red, 'x'), undef, 'invalid-user');
	refused($remove->($bob, \%blue, $ada->id), @none);
};

subtest 'POST teams.leave' => sub {
	succeeded($bob->post('teams.leave', { %red }), 'left');
	is last_line($ada, $ada->get('teams.info', \%red)->{team}{roomId})->{t},
		'ult', 'and told';
	refused($bob->post('teams.leave', { %red }), undef, 'user-not-in-team');
	refused($ada->post('teams.leave', { %red }), undef,
		'last-owner-can-not-be-removed');
	refused($bob->post('teams.leave', { %blue }), @none);
};

subtest 'POST teams.update' => sub {
	my $set = sub { my ($who, $team, %o) = @_; $who->post('teams.update',
		{ %$team, data => { %o } }) };
	succeeded($set->($ada, \%blue, name => 'navy', type => 0), 'both');
	is_deeply [@{ $eve->get('teams.info', \%blue)->{team} }{qw(name type)}],
		['navy', 0], 'they are so';
	is $eve->get('rooms.info', { roomName => 'navy' })->{room}{t}, 'c',
		'its room, too';
	refused($set->($ada, \%blue, name => 'red'), undef,
		'team-name-already-exists');
	succeeded($set->($ada, \%blue, name => 'blue', type => 1), 'and back');
	unauthorized($set->($eve, \%red, name => 'x'), 'others may not');
	refused($ada->post('teams.update', { %red }), undef,
		'Body param "data" is required');
	refused($set->($eve, \%blue, name => 'x'), @none);
};

subtest 'POST channels.convertToTeam' => sub {
	my $id = $bob->post('channels.create', { name => 'dev' })->{channel}{_id};
	unauthorized($eve->post('channels.convertToTeam', { channelId => $id }),
		'not by others');
	my $r = $bob->post('channels.convertToTeam', { channelName => 'dev' });
	shaped($r->{team}, \%team);
	is_deeply [@{ $r->{team} }{qw(name type roomId)}], ['dev', 0, $id],
		'a team of the channel';
	is last_line($bob, $id)->{t}, 'user-converted-to-team', 'it is told';
	refused($bob->post('channels.convertToTeam', { channelId => $id }),
		undef, 'room-already-on-team');
	refused($bob->post('channels.convertToTeam', { channelId => 'x' }),
		undef, 'Channel not found');
	refused($bob->post('channels.convertToTeam', {}), undef,
		'The parameter "channelId" or "channelName" is required');
};

subtest 'POST groups.convertToTeam' => sub {
	my $id = $bob->room('cellar', private => 1);
	my $r = $bob->post('groups.convertToTeam', { roomId => $id });
	is_deeply [@{ $r->{team} }{qw(name type roomId)}], ['cellar', 1, $id],
		'a closed team of the group';
	refused($eve->post('groups.convertToTeam', { roomId => $id }), undef,
		'Private group not found');
	refused($bob->post('groups.convertToTeam', {}), undef,
		'The parameter "roomId" or "roomName" is required');
};
done_testing;
