#!/usr/bin/perl
# Discussions: rooms that begin in another one
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob)]);
my $cellar = $ada->room('cellar', private => 1, members => [$bob]);
my $said = $bob->post('chat.postMessage', { roomId => $dev,
	text => 'why so slow?' })->{message}{_id};

sub begin { my ($who, %o) = @_; return $who->post('rooms.createDiscussion',
	{ prid => $dev, t_name => 'Speed', %o }) }
sub last_in { $_[0]->get('rooms.info', { roomId => $_[1] })->{room} }

subtest 'POST rooms.createDiscussion' => sub {
	my $r = begin($ada, users => [qw(eve nobody)], reply => 'first');
	shaped($r->{discussion}, { _id => 'str', rid => 'str', t => 'str',
		name => 'str', fname => 'str', prid => 'str', topic => 'str',
		u => { _id => 'str', username => 'str' }, ro => 'bool',
		sysMes => 'bool', default => 'bool', msgs => 'int',
		usersCount => 'int', ts => 'time', 'lm?' => 'time',
		_updatedAt => 'time' });
	my $id = $r->{discussion}{_id};
	is_deeply [@{ $r->{discussion} }{qw(rid t fname prid topic usersCount)}],
		[$id, 'c', 'Speed', $dev, 'dev', 2], 'a channel of its own';
	my ($told) = @{ $bob->get('channels.history', { roomId => $dev,
		count => 1 })->{messages} };
	is_deeply [@$told{qw(t msg drid dcount)}], ['discussion-created',
		'Speed', $id, 1], 'which is told in the first one';
	is $told->{dlm}, last_in($bob, $id)->{lm}, 'and when it was last used';
	is last_in($bob, $id)->{lastMessage}{msg}, 'first', 'the first word';
	is $eve->get('subscriptions.getOne', { roomId => $id })
		->{subscription}{prid}, $dev, 'who was asked is in it';

	$r = begin($ada, pmid => $said, t_name => 'Why')->{discussion};
	is_deeply [@$r{qw(description usersCount)}], ['why so slow?', 2],
		'about a message: with who wrote it';
	($told) = @{ $bob->get('channels.history', { roomId => $dev,
		count => 1 })->{messages} };
	is_deeply [@{ $told->{attachments}[0] }{qw(text author_name)}],
		['why so slow?', 'bob'], 'who is quoted';
	is begin($admin, pmid => $said)->{discussion}{_id}, $r->{_id},
		'about one message there is one';
	is begin($ada, prid => $cellar)->{discussion}{t}, 'p',
		'a private one in a private room';
	my $dm = $ada->post('im.create', { username => 'bob' })->{room}{_id};
	is begin($ada, prid => $dm)->{discussion}{t}, 'p', 'and in a direct one';

	refused(begin($ada, prid => undef), undef,
		'Body parameter "prid" is required.');
	refused(begin($ada, t_name => undef), undef,
		'Body parameter "t_name" is required.');
	refused(begin($ada, users => 'eve'), undef,
		'Body parameter "users" must be an array.');
	refused(begin($eve, prid => $_), 'error-invalid-room', 'Invalid room')
		for $cellar, $dm, 'nowhere';
	refused(begin($ada, prid => $id), 'error-nested-discussion',
		'Cannot create nested discussions');
	refused(begin($ada, pmid => 'nothing'), 'error-invalid-message',
		'Invalid message');
	refused(begin($ada, prid => $cellar, pmid => $said),
		'error-invalid-arguments', '');
	my @not = ('error-action-not-allowed', 'You cannot create a discussion');
	$admin->post('permissions.update', { permissions => [
		{ _id => 'start-discussion', roles => ['admin'] }] });
	refused(begin($ada), @not);
	$admin->post('settings/Discussion_enabled', { value => JSON::PP::false });
	refused(begin($admin), @not);
	$admin->post('settings/Discussion_enabled', { value => JSON::PP::true });
	anonymous(begin($chat->anyone));
};

subtest 'GET rooms.getDiscussions' => sub {
	my $r = $ada->get('rooms.getDiscussions', { roomId => $dev });
	is_deeply [sort map { $_->{fname} } @{ $r->{discussions} }],
		[qw(Speed Why)], 'those of a channel';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	is $eve->get('rooms.getDiscussions', { roomName => 'dev' })->{total}, 2,
		'for everybody';
	is $ada->get('rooms.getDiscussions', { roomId => $cellar })->{total}, 1,
		'of a group, for who is in it';
	is $bob->get('rooms.getDiscussions', { roomId => $cellar })->{total}, 0,
		'not for others of the group';
	refused($eve->get('rooms.getDiscussions', { roomId => $cellar }),
		'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any channel');
	refused($eve->get('rooms.getDiscussions'),
		'error-roomid-param-not-provided',
		'The parameter "roomId" or "roomName" is required');
};

subtest 'a room ends with its discussions' => sub {
	my ($one) = @{ $ada->get('rooms.getDiscussions', { roomId => $dev })
		->{discussions} };
	succeeded($admin->post('channels.delete', { roomId => $dev }), 'deleted');
	refused($ada->get('rooms.info', { roomId => $one->{_id} }),
		'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any channel');
};
done_testing;
