#!/usr/bin/perl
# /api/v1/chat.*: following threads, reporting messages, ignoring people
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);

sub posted {
	my ($who, $room, $text, %o) = @_;
	return $who->post('chat.postMessage',
		{ roomId => $room, text => $text, %o })->{message};
}

my $root = posted($ada, $dev, 'root');
my $answer = posted($bob, $dev, 'answer for @admin', tmid => $root->{_id});
my $secret = posted($ada, $cellar, 'secret');

sub followers {
	my $m = $ada->get('chat.getMessage', { msgId => $root->{_id} })->{message};
	return [sort @{ $m->{replies} }];
}

subtest 'POST chat.followMessage' => sub {
	is_deeply followers(), [sort map { $_->id } $ada, $bob, $admin],
		'who began it, who answered and who was named';
	my $cat = $chat->user('cat');
	succeeded($cat->post('chat.followMessage', { mid => $answer->{_id} }),
		'another one, by an answer of the thread') for 1, 2;
	is_deeply followers(), [sort map { $_->id } $ada, $bob, $admin, $cat],
		'once';
	refused($ada->post('chat.followMessage', {}),
		'The required "mid" body param is missing.', '');
	refused($eve->post('chat.followMessage', { mid => $_ }),
		'error-invalid-message', 'Invalid message')
		for 'none', $secret->{_id};
	anonymous($chat->anyone->post('chat.followMessage', {}));
};

subtest 'a thread that one follows is unread' => sub {
	my $unread = sub { $_[0]->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}{tunread} };
	my ($root, $other) = map { $admin->post('chat.postMessage',
		{ roomId => $dev, text => $_ })->{message}{_id} } qw(root other);
	$bob->post('chat.followMessage', { mid => $root });
	$bob->post('subscriptions.read', { rid => $dev });
	is $unread->($bob), undef, 'not before it is answered';
	$admin->post('chat.postMessage', { roomId => $dev, text => 'answer',
		tmid => $_ }) for $root, $other;
	is_deeply $unread->($bob), [$root], 'then it, and no other';
	is $unread->($admin), undef, 'and not for who answers';
	$bob->post('subscriptions.read', { rid => $dev });
	is $unread->($bob), undef, 'until it is read';
	$bob->post('chat.unfollowMessage', { mid => $root });
	$admin->post('chat.postMessage', { roomId => $dev, text => 'more',
		tmid => $root });
	is $unread->($bob), undef, 'or no longer followed';
};

subtest 'POST chat.unfollowMessage' => sub {
	succeeded($ada->post('chat.unfollowMessage', { mid => $root->{_id} }),
		'no more') for 1, 2;
	my $has = grep { $_ eq $ada->id } @{ followers() };
	is $has, 0, 'gone from the list';
	posted($bob, $dev, 'one more', tmid => $root->{_id});
	$has = grep { $_ eq $ada->id } @{ followers() };
	is $has, 0, 'and an answer of somebody else does not bring it back';
	refused($ada->post('chat.unfollowMessage', {}),
		'The required "mid" body param is missing.', '');
	refused($eve->post('chat.unfollowMessage', { mid => 'none' }),
		'error-invalid-message', 'Invalid message');
};

subtest 'POST chat.reportMessage' => sub {
	succeeded($bob->post('chat.reportMessage', { messageId => $root->{_id},
		description => 'rude' }), 'a report');
	refused($bob->post('chat.reportMessage', { description => 'x' }), undef,
		'The required "messageId" param is missing.');
	refused($bob->post('chat.reportMessage', { messageId => $root->{_id} }),
		undef, 'The required "description" param is missing.');
	refused($bob->post('chat.reportMessage', { messageId => $root->{_id},
		description => $_ }), 'error-invalid-description',
		'Invalid description', 'a description of ' . length)
		for ' ', 'x' x 4097;
	refused($eve->post('chat.reportMessage', { messageId => $_,
		description => 'x' }), 'error-invalid-message_id',
		'Invalid message id') for 'none', $secret->{_id};
};

subtest 'GET chat.getMessageReadReceipts' => sub {
	my $r = $ada->get('chat.getMessageReadReceipts',
		{ messageId => $root->{_id} });
	is_deeply $r->json, { receipts => [], success => JSON::PP::true },
		'nobody keeps any';
	refused($ada->get('chat.getMessageReadReceipts'), undef,
		q(The required 'messageId' param is missing.));
	refused($eve->get('chat.getMessageReadReceipts',
		{ messageId => $secret->{_id} }), 'error-invalid-message',
		'Invalid message');
};

subtest 'GET chat.ignoreUser' => sub {
	my $ignored = sub {
		$ada->get('subscriptions.getOne', { roomId => $dev })
			->{subscription}{ignored} };
	my %bob = (rid => $dev, userId => $bob->id);
	succeeded($ada->get('chat.ignoreUser', \%bob), 'one') for 1, 2;
	is_deeply $ignored->(), [$bob->id], 'once in the list';
	succeeded($ada->get('chat.ignoreUser', { rid => $dev,
		userId => $admin->id, ignore => 'true' }), 'another');
	succeeded($ada->get('chat.ignoreUser', { %bob, ignore => 'false' }),
		'heard again');
	is_deeply $ignored->(), [$admin->id], 'one is left';
	refused($ada->get('chat.ignoreUser', { userId => $bob->id }),
		'error-room-id-param-not-provided',
		'The required "rid" param is missing.');
	refused($ada->get('chat.ignoreUser', { rid => $dev }),
		'error-user-id-param-not-provided',
		'The required "userId" param is missing.');
	refused($ada->get('chat.ignoreUser', { rid => $_->[0],
		userId => $_->[1] }), 'error-invalid-subscription',
		'Invalid subscription', $_->[2])
		for [$cellar, $bob->id, 'who is not there'],
		[$dev, 'nobody', 'nobody'], ['nowhere', $bob->id, 'nowhere'];
	refused($eve->get('chat.ignoreUser', \%bob),
		'error-invalid-subscription', 'Invalid subscription',
		'by who is not there');
};
done_testing;
