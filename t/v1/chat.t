#!/usr/bin/perl
# /api/v1/chat.*: posting, editing, deleting, and what hangs on messages
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);
my %who = (_id => 'str', username => 'str', 'name?' => 'str');
my %message = (_id => 'str', rid => 'str', msg => 'str', ts => 'time', u => \%who,
	urls => [{ url => 'str' }], mentions => [\%who],
	channels => [{ _id => 'str', name => 'str' }],
	_updatedAt => 'time', map { ("$_?" => 'any') } qw(t alias avatar emoji
	attachments parseUrls groupable editedAt editedBy reactions starred pinned
	pinnedAt pinnedBy tmid tcount tlm replies));
my $unknown = 'The provided "messageId" does not match any existing message.';

sub posted {
	my ($who, $room, $text, %o) = @_;
	return $who->post('chat.postMessage',
		{ roomId => $room, text => $text, %o })->{message};
}

subtest 'POST chat.postMessage' => sub {
	my $r = $ada->post('chat.postMessage', { channel => '#dev',
		text => 'hi @bob see https://x.org', alias => 'nas',
		emoji => ':smirk:', attachments => [{ color => '#f00', msg => 'moved',
		fields => [{ short => JSON::PP::true, title => 'a', value => 'b' }],
		evil => 1 }] });
	shaped($r->json, { ts => 'int', channel => 'str', message => \%message,
		success => 'bool' });
	my $m = $r->{message};
	is $r->{channel}, '#dev', 'the channel as it was sent';
	is_deeply $m->{attachments}, [{ color => '#f00', text => 'moved',
		fields => [{ short => JSON::PP::true, title => 'a', value => 'b' }] }],
		'attachments, with what is known of them';
	is $m->{alias}, 'nas', 'in another name';
	my @fields = map { { title => 'n', value => $_ } } 'b', 2, -0.5,
		JSON::PP::true;
	is_deeply posted($ada, $dev, 'x', attachments => [{ fields => \@fields }])
		->{attachments}, [{ fields => \@fields }], 'a value may be a number';
	is length posted($ada, $dev, 'x', attachments => [{ text =>
		'l' x 20_000 }])->{attachments}[0]{text}, 20_000, 'a text a log';
	for ([fields => [{ value => [1] }], 'value'],
		[author_name => 'x' x 20_000, 'author_name'],
		[text => 'x' x 70_000, 'text']) {
		refused($ada->post('chat.postMessage', { channel => '#dev',
			text => 'x', attachments => [{ $_->[0] => $_->[1] }] }),
			'error-invalid-params', "The parameter \"$_->[2]\" is of " .
			'another type or too long');
	}
	is $m->{mentions}[0]{username}, 'bob', 'who is named';
	is $m->{urls}[0]{url}, 'https://x.org', 'and links';
	my $named = posted($ada, $dev, 'see #general, #cellar #none a#dev #dev.');
	is_deeply $named->{channels}, [{ _id => 'GENERAL', name => 'general' },
		{ _id => $dev, name => 'dev' }], 'and channels, but no private ones';
	is_deeply $bob->get('chat.getMessage', { msgId => $named->{_id} })
		->{message}{channels}, $named->{channels}, 'as it is read';
	is_deeply $ada->post('chat.update', { roomId => $dev,
		msgId => $named->{_id}, text => 'see #dev' })->{message}{channels},
		[{ _id => $dev, name => 'dev' }], 'others when it is edited';
	my $guest = $chat->user('gus');
	$admin->post('users.update', { userId => $guest->id,
		data => { roles => ['guest'] } });
	$admin->post('channels.invite', { roomId => $dev, userId => $guest->id });
	is_deeply posted($guest, $dev, 'is there a #general?')->{channels}, [],
		'a guest learns nothing by it';
	is $ada->post('chat.postMessage', "channel=dev&text=form")->{message}{msg},
		'form', 'by a form';
	is posted($ada, $cellar, 'private')->{rid}, $cellar, 'by the id of a group';
	is posted($bob, $dev, 'passing by')->{rid}, $dev, 'a channel is joined';
	my $d = $ada->post('chat.postMessage',
		{ channel => '@bob', text => 'psst' })->{message};
	is $d->{rid}, join('', sort $ada->id, $bob->id), 'to a user';
	is $bob->post('chat.postMessage', { channel => '@ada', text => 'yes?' })
		->{message}{rid}, $d->{rid}, 'in one room from both sides';
	is $ada->post('chat.postMessage', { channel => ['#dev', '@bob'],
		text => 'both' })->status, 200, 'to several';
	is $bob->get('/api/rooms/' . $d->{rid} . '/messages')->{messages}[0]{msg},
		'both', 'which arrives';
	refused($eve->post('chat.postMessage', { roomId => $_, text => 'x' }),
		'invalid-channel', '', "not in $_") for $cellar, 'nowhere', '@nobody',
		$d->{rid};
	refused($ada->post('chat.postMessage', { text => 'x' }), 'invalid-channel',
		'', 'nowhere at all');
	refused($ada->post('chat.postMessage', { roomId => $dev,
		text => 'x' x 5001 }), 'error-message-size-exceeded',
		'Message size exceeds Message_MaxAllowedSize');
	refused($ada->post('chat.postMessage', { roomId => $dev }),
		'error-message-empty', 'The message is empty');
	is $ada->post('chat.postMessage', { roomId => $dev, text => [1] })->status,
		400, 'a list is no text';
	anonymous($chat->anyone->post('chat.postMessage', {}));
};

subtest 'POST chat.sendMessage' => sub {
	my $r = $ada->post('chat.sendMessage', { message => { rid => $dev,
		msg => 'mine', _id => 'my-own_id1' } });
	shaped($r->{message}, \%message);
	is $r->{message}{_id}, 'my-own_id1', 'with an id of the client';
	is $ada->post('chat.sendMessage', { message => { rid => $dev,
		msg => 'again', _id => 'my-own_id1' } })->{message}{msg}, 'mine',
		'the same again is answered as then';
	is scalar(grep { $_->{_id} eq 'my-own_id1' } @{ $ada->get(
		"/api/rooms/$dev/messages")->{messages} }), 1, 'and stored once';
	my $taken = 'The message id is taken';
	refused($bob->post('chat.sendMessage', { message => { rid => $dev,
		msg => 'x', _id => 'my-own_id1' } }), 'error-invalid-params', $taken);
	refused($eve->post('chat.sendMessage', { message => { rid => 'GENERAL',
		msg => 'x', _id => 'my-own_id1' } }), 'error-invalid-params', $taken);
	refused($ada->post('chat.sendMessage', { message => { rid => $dev,
		msg => 'x', _id => 'a b' } }), 'error-invalid-params',
		'The message id has other characters or is too long');
	refused($ada->post('chat.sendMessage', {}), 'error-invalid-params',
		'The "message" parameter must be provided.');
	refused($ada->post('chat.sendMessage', { message => { msg => 'x' } }),
		undef, q(The 'rid' property on the message object is missing.));
	refused($eve->post('chat.sendMessage', { message => { rid => $cellar,
		msg => 'x' } }), 'error-not-allowed', 'Not allowed');
};

subtest 'POST chat.update' => sub {
	my $m = posted($ada, $dev, 'first https://a.org');
	my $r = $ada->post('chat.update', { roomId => $dev, msgId => $m->{_id},
		text => 'second' });
	shaped($r->{message}, \%message);
	is $r->{message}{msg}, 'second', 'another text';
	is_deeply $r->{message}{urls}, [], 'with its own links';
	is $r->{message}{editedBy}{username}, 'ada', 'by whom';
	refused($bob->post('chat.update', { roomId => $dev, msgId => $m->{_id},
		text => 'x' }), 'error-action-not-allowed',
		'Message editing not allowed');
	is $admin->post('chat.update', { roomId => $dev, msgId => $m->{_id},
		text => 'by right' })->status, 200, 'by right';
	refused($ada->post('chat.update', { roomId => $dev, msgId => 'none',
		text => 'x' }), undef, 'No message found with the id of "none".');
	refused($ada->post('chat.update', { roomId => 'GENERAL',
		msgId => $m->{_id}, text => 'x' }), undef, 'The room id provided ' .
		'does not match where the message is from.');
	my $p = posted($ada, $cellar, 'secret');
	refused($eve->post('chat.update', { roomId => $cellar, msgId => $p->{_id},
		text => 'x' }), undef, qq(No message found with the id of "$p->{_id}".));
};

subtest 'POST chat.delete' => sub {
	my $m = posted($ada, $dev, 'gone soon');
	refused($bob->post('chat.delete', { roomId => $dev, msgId => $m->{_id} }),
		'error-action-not-allowed', 'Not allowed');
	refused($bob->post('chat.delete', { roomId => $dev, msgId => $m->{_id},
		asUser => JSON::PP::true }), undef, 'Unauthorized. You must have ' .
		'the permission "force-delete-message" to delete other\'s message ' .
		'as them.');
	my $r = $ada->post('chat.delete', { roomId => $dev, msgId => $m->{_id} });
	shaped($r->json, { _id => 'str', ts => 'int', success => 'bool',
		message => { _id => 'str', rid => 'str', u => \%who } });
	refused($ada->post('chat.delete', { roomId => $dev, msgId => $m->{_id} }),
		undef, qq(No message found with the id of "$m->{_id}".));
	$m = posted($bob, $dev, 'his');
	is $admin->post('chat.delete', { roomId => $dev, msgId => $m->{_id} })
		->status, 200, 'by right';
};

subtest 'GET chat.getMessage' => sub {
	my $m = posted($ada, $cellar, 'secret');
	my $r = $ada->get('chat.getMessage', { msgId => $m->{_id} });
	shaped($r->{message}, \%message);
	for my $try ($ada->get('chat.getMessage', { msgId => 'none' }),
			$eve->get('chat.getMessage', { msgId => $m->{_id} })) {
		is_deeply [$try->status, $try->json],
			[400, { success => JSON::PP::false }], 'nothing to see';
	}
	refused($ada->get('chat.getMessage'), undef,
		'The "msgId" query parameter must be provided.');
};

subtest 'POST chat.react' => sub {
	my $m = posted($ada, $dev, 'like me');
	my $see = sub { $ada->get('chat.getMessage', { msgId => $m->{_id} })
		->{message}{reactions} };
	succeeded($bob->post('chat.react', { messageId => $m->{_id},
		emoji => 'smile' }), 'a reaction');
	succeeded($ada->post('chat.react', { messageId => $m->{_id},
		reaction => ':smile:' }), 'and another');
	is_deeply [sort @{ $see->()->{':smile:'}{usernames} }], [qw(ada bob)],
		'by whom';
	succeeded($ada->post('chat.react', { messageId => $m->{_id},
		emoji => 'smile' }), 'taken back');
	is_deeply $see->(), { ':smile:' => { usernames => ['bob'] } }, 'one left';
	succeeded($bob->post('chat.react', { messageId => $m->{_id},
		emoji => 'smile', shouldReact => JSON::PP::false }), 'to be off');
	is $see->(), undef, 'none left';
	refused($ada->post('chat.react', { emoji => 'x' }),
		'error-messageid-param-not-provided',
		'The required "messageId" param is missing.');
	refused($ada->post('chat.react', { messageId => 'none', emoji => 'x' }),
		'error-message-not-found', $unknown);
	refused($ada->post('chat.react', { messageId => $m->{_id} }),
		'error-emoji-param-not-provided',
		'The required "emoji" param is missing.');
	refused($ada->post('chat.react', { messageId => $m->{_id},
		emoji => '"<' }), 'error-not-allowed', 'Invalid emoji provided.');
};

my $pin = posted($ada, $dev, 'pin me');
subtest 'POST chat.pinMessage' => sub {
	my $r = $admin->post('chat.pinMessage', { messageId => $pin->{_id} });
	shaped($r->{message}, \%message);
	is $r->{message}{t}, 'message_pinned', 'the room is told';
	is $ada->get('chat.getMessage', { msgId => $pin->{_id} })
		->{message}{pinnedBy}{username}, 'admin', 'by whom';
	refused($bob->post('chat.pinMessage', { messageId => $pin->{_id} }),
		'error-action-not-allowed', 'Pinning is not allowed');
	refused($admin->post('chat.pinMessage', { messageId => 'x' }),
		'error-message-not-found', $unknown);
};

subtest 'POST chat.unPinMessage' => sub {
	succeeded($admin->post('chat.unPinMessage', { messageId => $pin->{_id} }),
		'no more');
	ok !$ada->get('chat.getMessage', { msgId => $pin->{_id} })
		->{message}{pinned}, 'it is not pinned';
	refused($bob->post('chat.unPinMessage', { messageId => $pin->{_id} }),
		'error-action-not-allowed', 'Pinning is not allowed');
};

subtest 'POST chat.starMessage' => sub {
	succeeded($ada->post('chat.starMessage', { messageId => $pin->{_id} }),
		'for oneself');
	is_deeply $ada->get('chat.getMessage', { msgId => $pin->{_id} })
		->{message}{starred}, [{ _id => $ada->id }], 'one sees it';
	ok !$bob->get('chat.getMessage', { msgId => $pin->{_id} })
		->{message}{starred}, 'others do not';
	refused($eve->post('chat.starMessage', { messageId => 'x' }),
		'error-message-not-found', $unknown);
};

subtest 'POST chat.unStarMessage' => sub {
	succeeded($ada->post('chat.unStarMessage', { messageId => $pin->{_id} }),
		'no more');
	ok !$ada->get('chat.getMessage', { msgId => $pin->{_id} })
		->{message}{starred}, 'gone';
};
done_testing;
