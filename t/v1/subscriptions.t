#!/usr/bin/perl
# subscriptions.*: the rooms that one is in, what is unread there
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob)]);
my $dm = $ada->post('im.create', { username => 'bob' })->{room}{_id};
my $secret = $ada->room('secret', private => 1);

sub one { $_[0]->get('subscriptions.getOne', { roomId => $_[1] })
	->{subscription} }
sub say_in { my ($who, $rid, $text) = @_;
	my $r = $who->post('chat.postMessage', { roomId => $rid,
		text => $text });
	return $r->{message}{_id} // die $r->body }
sub counts { my $s = one(@_);
	return join ' ', @$s{qw(unread userMentions groupMentions)},
		$s->{alert} ? 'alert' : 'calm' }

subtest 'GET subscriptions.getOne' => sub {
	my $s = one($ada, $dev);
	shaped($s, { _id => 'str', rid => 'str', t => 'str', name => 'str',
		fname => 'str', u => { _id => 'str', username => 'str',
			name => 'str' }, open => 'bool', alert => 'bool',
		unread => 'int', userMentions => 'int', groupMentions => 'int',
		'tunread?' => ['str'],
		ts => 'time', 'ls?' => 'time', f => 'bool',
		'roles?' => ['str'], _updatedAt => 'time' });
	is_deeply [@$s{qw(rid t name)}, $s->{u}{username}],
		[$dev, 'c', 'dev', 'ada'], 'of the caller';
	is_deeply one($ada, $secret)->{roles}, ['owner'], 'with roles there';
	is_deeply [@{ one($ada, $dm) }{qw(t name fname)}], [qw(d bob bob)],
		'a direct room is called after the other one';
	is one($bob, $dm)->{name}, 'ada', 'whoever that is';
	my $self = $ada->post('im.create', { username => 'ada' })->{room}{_id};
	is one($ada, $self)->{name}, 'ada', 'also if it is oneself';
	my $three = $ada->post('im.create', { usernames => 'bob,eve' });
	is one($bob, $three->{room}{_id})->{name}, 'ada, eve', 'or two';
	my $r = $eve->get('subscriptions.getOne', { roomId => $secret });
	is_deeply $r->json, { success => JSON::PP::true, subscription => undef },
		'where one is not, there is none';
	refused($ada->get('subscriptions.getOne'), undef,
		"The 'roomId' param is required");
	anonymous($chat->anyone->get('subscriptions.getOne',
		{ roomId => $dev }));
};

subtest 'GET subscriptions.get' => sub {
	my $r = $ada->get('subscriptions.get');
	is_deeply [sort map { $_->{name} } @{ $r->{update} }],
		['ada', 'bob', 'bob, eve', qw(dev general secret)], 'all rooms';
	is_deeply $r->{remove}, [], 'and none that are gone';
	my ($then) = sort { $b cmp $a } map { $_->{_updatedAt} }
		@{ $r->{update} };
	my $news = sub { $ada->get('subscriptions.get',
		{ updatedSince => $then }) };
	is_deeply $news->()->{update}, [], 'nothing new since the newest';
	say_in($bob, $dev, 'news');
	is_deeply [map { $_->{name} } @{ $news->()->{update} }], ['dev'],
		'but where something was said';

	my $other = $ada->room('other', private => 1);
	my $was = one($ada, $other)->{_id};
	$ada->post('groups.delete', { roomId => $other });
	is_deeply [map { $_->{_id} } @{ $news->()->{remove} }], [$was],
		'a room that is no more';
	shaped($news->()->{remove}[0], { _id => 'str', _deletedAt => 'time' });
	is_deeply $bob->get('subscriptions.get', { updatedSince => $then })
		->{remove}, [], 'which is nothing to others';
	refused($ada->get('subscriptions.get', { updatedSince => 'soon' }),
		'error-roomId-param-invalid',
		'The "lastUpdate" query parameter must be a valid date.');
	is_deeply [map { sort keys %$_ } @{ $ada->get('subscriptions.get',
		{ fields => '{"rid":1}' })->{update} }[0]], [qw(_id rid)],
		'with the fields that are asked for';
	anonymous($chat->anyone->get('subscriptions.get'));
};

subtest 'POST subscriptions.read' => sub {
	succeeded($bob->post('subscriptions.read', { rid => $dev }), 'read');
	is counts($bob, $dev), '0 0 0 calm', 'nothing is unread';
	say_in($ada, $dev, 'hello');
	is counts($bob, $dev), '0 0 0 alert', 'a word is no number in a channel';
	say_in($ada, $dev, 'hello @bob');
	is counts($bob, $dev), '1 1 0 alert', 'but one\'s name is';
	say_in($ada, $dev, 'hello @all');
	is counts($bob, $dev), '2 1 1 alert', 'and everybody\'s';
	is counts($ada, $dev), '0 0 0 calm', 'not for who said it';
	say_in($ada, $dm, 'you');
	is counts($bob, $dm), '1 0 0 alert', 'a direct word is one';
	succeeded($bob->post('subscriptions.read', { roomId => $_ }), 'read')
		for $dev, $dm;
	is counts($bob, $_), '0 0 0 calm', 'all of it' for $dev, $dm;
	ok one($bob, $dm)->{ls}, 'and when';
	refused($bob->post('subscriptions.read', {}), undef,
		"Match error: Missing key 'rid'");
	refused($eve->post('subscriptions.read', { rid => $_ }),
		'error-invalid-subscription', 'Invalid subscription')
		for $dm, 'nowhere';
	anonymous($chat->anyone->post('subscriptions.read', { rid => $dev }));
};

subtest 'POST subscriptions.unread' => sub {
	$bob->post('subscriptions.read', { rid => $dev });
	succeeded($bob->post('subscriptions.unread', { roomId => $dev }),
		'by the room');
	is counts($bob, $dev), '0 0 0 alert', 'it is marked';
	my @id = map { say_in($ada, $dm, $_) } qw(one two three);
	$bob->post('subscriptions.read', { rid => $dm });
	succeeded($bob->post('subscriptions.unread', { firstUnreadMessage =>
		{ _id => $id[1] } }), 'from a message on');
	is counts($bob, $dm), '2 0 0 alert', 'that one and what followed';
	my @not = ('error-action-not-allowed', 'Not allowed');
	refused($ada->post('subscriptions.unread', { firstUnreadMessage =>
		{ _id => $id[1] } }), @not, 'one has read what one wrote');
	refused($eve->post('subscriptions.unread', { firstUnreadMessage =>
		{ _id => $_ } }), @not) for $id[1], 'nothing';
	my @nothing = ('error-no-message-for-unread',
		'There are no messages to mark unread');
	refused($eve->post('subscriptions.unread', { roomId => $_ }), @nothing)
		for $dm, 'nowhere';
	refused($bob->post('subscriptions.unread', {}), undef, 'At least one ' .
		'of "roomId" or "firstUnreadMessage._id" params is required');
};

subtest 'what counts is a setting' => sub {
	$bob->post('subscriptions.read', { rid => $_ }) for $dev, $dm;
	say_in($ada, $dev, $_) for 'x', '@bob', '@all';
	say_in($ada, $dm, $_) for 'x', '@bob';
	my $set = sub { $admin->post("settings/$_[0]", { value => $_[1] }) };
	my %want = (all_messages => 3, user_mentions_only => 1,
		group_mentions_only => 1, user_and_group_mentions_only => 2);
	for (sort keys %want) {
		$set->('Unread_Count', $_);
		is one($bob, $dev)->{unread}, $want{$_}, $_;
	}
	is one($bob, $dm)->{unread}, 2, 'direct words';
	$set->('Unread_Count_DM', 'mentions_only');
	is one($bob, $dm)->{unread}, 1, 'or only one\'s name in them';
};
done_testing;
