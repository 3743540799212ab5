#!/usr/bin/perl
# /api/v1/users.*: accounts that are closed, and those that go for good
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my $unsaid = 'The required "userId" or "username" param was not provided';
my $no = 'error-action-not-allowed';
my $alone = 'Leaving the app without admins is not allowed';

sub last_owner {
	my ($r, $change, $remove) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply [$r->status, $r->json], [400, { success => JSON::PP::false,
		error => '[user-last-owner]', errorType => 'user-last-owner',
		details => { shouldChangeOwner => $change,
		shouldBeRemoved => $remove } }], 'rooms would be without an owner';
}

sub owners {
	my ($room) = @_;
	return join ' ', map { $_->{u}{username} } grep { "@{ $_->{roles} }" =~
		/owner/ } @{ $admin->get('channels.roles', { roomName => $room })
		->{roles} };
}

sub set { succeeded($admin->post("settings/$_[0]", { value => $_[1] }), $_[0]) }

subtest 'POST users.setActiveStatus' => sub {
	my $eve = $chat->user('eve');
	my $set = sub { $_[0]->post('users.setActiveStatus',
		{ userId => $_[1]->id, activeStatus => $_[2], @_[3 .. $#_] }) };
	$eve->room('nest', members => ['ada']);
	last_owner($set->($admin, $eve, \0), ['nest'], []);
	is $eve->get('me')->status, 200, 'so nothing has happened';
	my $r = $set->($admin, $eve, \0, confirmRelinquish => \1);
	is_deeply $r->{user}, { _id => $eve->id, active => JSON::PP::false },
		'closed';
	anonymous($eve->get('me'), 'all tokens end');
	like owners('nest'), qr/\bada\b/, 'the room has another owner';
	is $admin->get('users.info', { userId => $eve->id })->{user}{status},
		'offline', 'who is not there';
	is_deeply $set->($admin, $eve, \1)->{user}, { _id => $eve->id,
		active => JSON::PP::true }, 'open again';
	is $chat->login('eve', $eve->pass)->get('me')->status, 200, 'and in';
	refused($set->($admin, $admin, \0), $no, $alone);
	unauthorized($set->($ada, $bob, \0), 'a right', route => 1);
	refused($admin->post('users.setActiveStatus', { userId => $bob->id }),
		undef, q(Match error: Missing key 'activeStatus'));
	refused($set->($admin, $bob, 'no'), undef,
		'Match error: Expected boolean, got string in field activeStatus');
	refused($admin->post('users.setActiveStatus', { userId => 'x',
		activeStatus => \0 }), 'error-invalid-user', $nobody);
	anonymous($chat->anyone->post('users.setActiveStatus', {}));
};

subtest 'POST users.delete' => sub {
	my $tim = $chat->user('tim');
	my $shared = $tim->room('shared', members => ['bob']);
	my $den = $tim->room('den', private => 1);
	$tim->post("/api/rooms/$shared/send", { msg => 'I was here' });
	unauthorized($ada->post('users.delete', { userId => $tim->id }),
		'a right', route => 1);
	last_owner($admin->post('users.delete', { userId => $tim->id }),
		['shared'], ['den']);
	is $tim->get('me')->status, 200, 'so nothing has happened';
	succeeded($admin->post('users.delete', { username => 'tim',
		confirmRelinquish => \1 }), 'gone');
	anonymous($tim->get('me'), 'all tokens end');
	is $chat->anyone->post('login', { user => 'tim', password => $tim->pass })
		->status, 401, 'nobody logs in by that name';
	like owners('shared'), qr/\bbob\b/, 'the room has another owner';
	is $admin->get('groups.listAll')->{total}, 0, 'the private one is gone';
	is_deeply $bob->get("/api/rooms/$shared/messages")->{messages}[0]{u},
		{ _id => $tim->id, username => 'Removed user' }, 'the words stay';
	is $admin->get('users.list')->{total}, 5, 'one less';
	is $chat->user('tim')->id eq $tim->id, '', 'the name is free';
	refused($admin->post('users.delete', { userId => $tim->id }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.delete', {}),
		'error-user-param-not-provided', $unsaid);
	refused($admin->post('users.delete', { username => 'admin' }), $no, $alone);
	refused($admin->post('users.delete', { username => 'rocket.cat' }), $no,
		'Deleting rocket.cat is not allowed');
	anonymous($chat->anyone->post('users.delete', {}));
};

for my $way (qw(Delete Unlink)) {
	subtest "POST users.delete, messages: $way" => sub {
		my $jim = $chat->user('jim');
		my $room = $admin->room("room-$way", members => [qw(jim bob)]);
		$jim->post("/api/rooms/$room/send", { msg => "word $_" }) for 1 .. 3;
		$bob->post("/api/rooms/$room/send", { msg => 'mine' });
		set(Message_ErasureType => $way);
		succeeded($admin->post('users.delete', { username => 'jim' }), 'gone');
		my $r = $bob->get("/api/rooms/$room/messages");
		my @said = grep { !$_->{t} } @{ $r->{messages} };
		is scalar(grep { $_->{u}{username} eq 'bob' } @said), 1,
			'what others said stays';
		is scalar(grep { $_->{u}{username} eq 'rocket.cat' } @said),
			$way eq 'Unlink' ? 3 : 0, 'theirs does, or not';
		unlike $r->body, qr/\Q@{[$jim->id]}\E/, 'and tells nothing of them';
	};
}

subtest 'POST users.delete, direct rooms and many messages' => sub {
	my $kim = $chat->user('kim');
	my $room = $admin->room('much', members => [qw(kim bob)]);
	my $dm = $kim->post('im.create', { username => 'bob' })->{room}{_id};
	my $rooms = sub { [map { $_->{_id} } @{ $bob->get('im.list')->{ims} }] };
	ok grep({ $_ eq $dm } @{ $rooms->() }), 'they have talked';
	$kim->begin('POST', "/api/rooms/$room/send", json => { msg => "n $_" }),
		$kim->end for 1 .. 900;
	set(Message_ErasureType => 'Delete');
	succeeded($admin->post('users.delete', { username => 'kim' }), 'gone');
	is_deeply $rooms->(), [], 'nobody talks to who is no more';
	kill 'USR1', $chat->pid;	# look at the data, and sweep, at once
	my $left = sub { scalar grep { ($_->{u}{username} // '') eq
		'Removed user' } @{ $bob->get("/api/rooms/$room/messages")
		->{messages} } };
	for (1 .. 400) {
		last unless $left->();
		select undef, undef, undef, 0.05;
	}
	is $left->(), 0, 'in the end nothing is left of what they said';
};

subtest 'POST users.deleteOwnAccount' => sub {
	my $sam = $chat->user('sam');
	my $end = sub { $sam->post('users.deleteOwnAccount', { @_ }) };
	refused($end->(), undef, 'Body parameter "password" is required.');
	refused($end->(password => $sam->pass), 'error-not-allowed',
		'Not allowed');
	set(Accounts_AllowDeleteOwnAccount => \1);
	refused($end->(password => sha256_hex('wrong')), 'error-invalid-password',
		'Invalid password');
	$sam->room('sams', members => ['bob']);
	last_owner($end->(password => sha256_hex($sam->pass)), ['sams'], []);
	is $sam->get('me')->status, 200, 'so nothing has happened';
	succeeded($end->(password => sha256_hex($sam->pass),
		confirmRelinquish => \1), 'gone');
	anonymous($sam->get('me'), 'all tokens end');
	refused($admin->get('users.info', { username => 'sam' }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.deleteOwnAccount',
		{ password => $admin->pass }), $no, $alone);
	anonymous($chat->anyone->post('users.deleteOwnAccount', {}));
};
done_testing;
