#!/usr/bin/perl
# /api/v1/chat.*: what rights, settings and sizes leave of it
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Faults;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $guest) = ((map { $chat->user($_) } qw(ada bob)),
	$chat->user('gus', roles => ['guest']));
my $dev = $ada->room('dev', members => [qw(bob gus)]);
my $hall = $ada->room('hall', members => ['bob']);
$admin->post('roles.removeUserFromRole',
	{ roleName => 'user', username => 'gus' });
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);

sub post_in {
	my ($who, $room, $text, %o) = @_;
	return $who->post('chat.postMessage',
		{ roomId => $room, text => $text, %o });
}

sub posted { return post_in(@_)->{message} }

sub change {
	my ($who, $call, $m, %o) = @_;
	return $who->post("chat.$call",
		{ roomId => $dev, msgId => $m->{_id}, %o });
}

sub with {
	my (%values) = @_;
	for my $id (sort keys %values) {
		my $r = $admin->post("settings/$id", { value => $values{$id} });
		die "$id: " . $r->body unless $r->status == 200;
	}
}

sub texts {
	return [map { $_->{msg} } grep { !$_->{t} }
		@{ $ada->get("/api/rooms/$_[0]/messages")->{messages} }];
}

subtest 'settings' => sub {
	my $m = posted($bob, $dev, 'his');
	with('Message_AllowEditing' => $no, 'Message_AllowDeleting' => $no);
	refused(change($bob, 'update', $m, text => 'x'),
		'error-action-not-allowed', 'Message editing not allowed');
	refused(change($bob, 'delete', $m), 'error-action-not-allowed',
		'Not allowed');
	succeeded(change($ada, 'update', $m, text => 'hers'),
		'who has the right is not bound by it');
	with('Message_AllowEditing' => $yes, 'Message_AllowDeleting' => $yes,
		'Message_AllowStarring' => $no, 'Message_AllowPinning' => $no,
		'Threads_enabled' => $no, 'Message_MaxAllowedSize' => 5);
	refused($bob->post('chat.starMessage', { messageId => $m->{_id} }),
		'error-action-not-allowed', 'Message starring not allowed');
	refused($ada->post('chat.pinMessage', { messageId => $m->{_id} }),
		'error-action-not-allowed', 'Pinning is not allowed');
	refused(post_in($bob, $dev, 'x', tmid => $m->{_id}),
		'error-not-allowed', 'Threads Disabled');
	refused($bob->get($_->[0], $_->[1]), 'error-not-allowed',
		'Threads Disabled', $_->[0])
		for ['chat.getThreadsList', { rid => $dev }],
		['chat.getThreadMessages', { tmid => $m->{_id} }],
		['chat.syncThreadsList', { rid => $dev }],
		['chat.syncThreadMessages', { tmid => $m->{_id} }];
	refused($bob->post('chat.followMessage', { mid => $m->{_id} }),
		'error-not-allowed', 'not-allowed');
	refused(post_in($bob, $dev, 'sixsix'), 'error-message-size-exceeded',
		'Message size exceeds Message_MaxAllowedSize');
	refused(change($bob, 'update', $m, text => 'sixsix'),
		'error-message-size-exceeded',
		'Message size exceeds Message_MaxAllowedSize');
	is posted($bob, $dev, "\x{fc}" x 5)->{msg}, "\x{fc}" x 5,
		'characters are counted, not bytes';
	with('Message_AllowStarring' => $yes, 'Message_AllowPinning' => $yes,
		'Threads_enabled' => $yes, 'Message_MaxAllowedSize' => 5000);
};

subtest 'minutes' => sub {
	my $m = posted($bob, $dev, 'fresh');
	with('Message_AllowEditing_BlockEditInMinutes' => 1,
		'Message_AllowDeleting_BlockDeleteInMinutes' => 1);
	succeeded(change($bob, 'update', $m, text => 'still'), 'within them');
	succeeded(change($bob, 'delete', $m), 'and deleted');
	with('Message_AllowEditing_BlockEditInMinutes' => 0,
		'Message_AllowDeleting_BlockDeleteInMinutes' => 0);
};

subtest 'minutes later' => sub {
	plan skip_all => Faults->cannot if Faults->cannot;
	my $m = posted($bob, $dev, 'old');
	with('Message_AllowEditing_BlockEditInMinutes' => 1,
		'Message_AllowDeleting_BlockDeleteInMinutes' => 1);
	$chat->{env} = { LD_PRELOAD => Faults->library, CLOCK_AHEAD => 120 };
	$chat->restart;
	refused(change($bob, 'update', $m, text => 'x'),
		'error-message-editing-blocked', 'Message editing is blocked');
	refused(change($bob, 'delete', $m), 'error-message-deleting-blocked',
		'Message deleting is blocked');
	succeeded(change($admin, 'update', $m, text => 'x'),
		'not for who has the right');
	with('Message_AllowEditing_BlockEditInMinutes' => 3,
		'Message_AllowDeleting_BlockDeleteInMinutes' => 0);
	succeeded(change($bob, 'update', $m, text => 'y'), 'within three');
	succeeded(change($bob, 'delete', $m), 'or without a bound');
	delete $chat->{env};
	$chat->restart;
	with('Message_AllowEditing_BlockEditInMinutes' => 0);
};

subtest 'everybody' => sub {
	is posted($bob, $dev, 'hey @all')->{mentions}[0]{_id}, 'all',
		'a user may name all';
	is $guest->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}{groupMentions}, 1, 'who are told';
	refused(post_in($guest, $dev, 'hey @all'), 'error-action-not-allowed',
		'Notify all in this room not allowed');
	refused(post_in($guest, $dev, 'hey @here'), 'error-action-not-allowed',
		'Notify here in this room not allowed');
	is posted($guest, $dev, 'mail me@all')->{msg}, 'mail me@all',
		'what is no mention is none';
	posted($ada, $dev, 'and @gus');
	is $guest->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}{userMentions}, 1, 'one by name';
};

subtest 'another name' => sub {
	is posted($bob, $dev, 'x', alias => 'Nas', avatar => '/n.png')->{alias},
		'Nas', 'is free, as clients of old have it';
	is $bob->post('chat.sendMessage', { message => { rid => $dev,
		msg => 'x', username => 'ada' } })->{message}{alias}, undef,
		'username is another word for it in postMessage only';
	with('Message_Impersonation_Needs_Permission' => $yes);
	refused(post_in($bob, $dev, 'x', $_ => 'y'), 'error-not-allowed',
		'Not enough permission', "$_ needs the permission")
		for qw(alias username avatar icon_url);
	is posted($bob, $dev, 'x', emoji => ':x:')->{emoji}, ':x:',
		'an emoji does not';
	is posted($admin, $dev, 'x', alias => 'Nas')->{alias}, 'Nas',
		'who has it, may';
	with('Message_Impersonation_Needs_Permission' => $no);
};

subtest 'rooms that are shut' => sub {
	my $quiet = $ada->room('quiet', members => ['bob'], 'read-only' => 1);
	refused(post_in($bob, $quiet, 'x'), 'error-not-allowed',
		'The room is read only');
	is post_in($ada, $quiet, 'x')->status, 200, 'but for its owner';
	my $m = posted($ada, $quiet, 'y');
	refused($bob->post('chat.react', { messageId => $m->{_id},
		emoji => 'x' }), 'error-not-allowed', 'The room is read only');
	$ada->post('commands.run', { command => 'mute', params => '@bob',
		roomId => $hall });
	refused(post_in($bob, $hall, 'x'), 'error-not-allowed',
		'You are muted in this room');
	$ada->post('channels.archive', { roomId => $hall });
	is post_in($ada, $hall, 'x')->status, 400, 'an archived one';
	$ada->post('channels.unarchive', { roomId => $hall });
};

subtest 'several rooms' => sub {
	my $before = texts($dev);
	refused($ada->post('chat.postMessage', { channel => ['#dev', '#none'],
		text => 'both' }), 'invalid-channel', '');
	is_deeply texts($dev), $before, 'all of them or none';
	refused($ada->post('chat.postMessage', { channel => [], text => 'x' }),
		'invalid-channel', '', 'none at all');
	refused($ada->post('chat.postMessage', { channel => [('#dev') x 21],
		text => 'x' }), 'invalid-channel', '', 'more than twenty');
	my $root = posted($ada, $dev, 'a root');
	refused(post_in($ada, $hall, 'x', tmid => $root->{_id}),
		'error-invalid-message', 'Invalid message', 'a thread elsewhere');
	my $answer = posted($ada, $dev, 'x', tmid => $root->{_id});
	is posted($ada, $dev, 'y', tmid => $answer->{_id})->{tmid},
		$root->{_id}, 'an answer to an answer is one of the thread';
};

subtest 'what it says beside the text' => sub {
	my $m = posted($ada, $dev, 'see https://a.org', parseUrls => $no,
		groupable => $no, tshow => $yes, customFields => { a => 1 });
	is_deeply [@$m{qw(urls parseUrls groupable tshow)}], [[], $no, $no, $yes],
		'links are none, if one says so';
	is_deeply $m->{customFields}, { a => 1 }, 'fields of its own';
	is_deeply change($ada, 'update', $m, text => 'see https://b.org')
		->{message}{urls}, [], 'nor are they when it is edited';
	is posted($ada, $dev, '', attachments => [{ text => 'all' }])->{msg}, '',
		'an attachment may be all';
	my $wrong = 'The parameter "%s" is of another type or too long';
	refused(post_in($ada, $dev, 'x', $_->[0] => $_->[1]),
		'error-invalid-params', sprintf($wrong, $_->[0]), $_->[2])
		for ['alias', [1], 'a list is no name'],
		['attachments', 'x', 'a text is no list'],
		['attachments', ['x'], 'nor is it an attachment'],
		['attachments', [map { {} } 1 .. 51], 'more than fifty'],
		['emoji', 'x' x 4097, 'a long one'], ['tshow', 1, 'a number'],
		['customFields', [], 'a list'];
	my $r = post_in($ada, $dev, 'x', _id => 'mine', ts => 1, u => {},
		t => 'rm', mentions => 'x', bot => { i => 1 }, file => {});
	ok !(grep { exists $r->{message}{$_} } qw(t bot file)),
		'what is not in the list is not in the message';
	isnt $r->{message}{_id}, 'mine', 'nor an id, here';
};

subtest 'ids that were there' => sub {
	my %m = (rid => $dev, msg => 'once', _id => 'used-once');
	$ada->post('chat.sendMessage', { message => \%m });
	$ada->post('chat.delete', { roomId => $dev, msgId => 'used-once' });
	refused($ada->post('chat.sendMessage', { message => \%m }),
		'error-invalid-params', 'The message id is taken',
		'a late retry does not bring it back');
};

subtest 'discussions' => sub {
	my $d = $ada->post('rooms.createDiscussion',
		{ prid => $dev, t_name => 'about it' })->{discussion};
	posted($ada, $d->{_id}, 'within');
	my $r = $bob->get('chat.getDiscussions', { roomId => $dev });
	is_deeply [$r->{total}, @{ $r->{messages}[0] }{qw(drid dcount)}],
		[1, $d->{_id}, $ada->get('rooms.info', { roomId => $d->{_id} })
		->{room}{msgs}], 'what has become of it';
	is $bob->get('chat.getDiscussions', { roomId => $dev, text => 'ABOUT' })
		->{total}, 1, 'by a text';
	is $bob->get('chat.getDiscussions', { roomId => $dev, text => 'other' })
		->{total}, 0, 'by another';
};
done_testing;
