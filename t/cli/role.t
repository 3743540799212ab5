#!/usr/bin/perl
# role and permission: rights from the command line, in the running server.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('engine', members => [$ada, $bob]);
sub cli { return $chat->cli(@_) }

sub table {
	my ($head, @rows) = map { [split /\t/] } split /\n/, (cli(@_))[1];
	return map { my $r = $_; $r->[0] => { map { $head->[$_] => $r->[$_] } 0 .. $#$head } } @rows;
}

sub done {
	my ($words, $says, $sentence) = @_;
	my ($status, $out, $err) = cli(@$words);
	ok $status == 0 && $out =~ /\A$says\n\z/ && $err eq '', $sentence
		or diag "exit $status: $out$err";
}

sub refused {
	my ($words, $hint, $sentence) = @_;
	my $before = (cli('role', 'list'))[1];
	my ($status, $out, $err) = cli(@$words);
	ok $status == 1 && $out eq '' && $err =~ /\Apocketchat: .*$hint.*\n\z/ &&
		(cli('role', 'list'))[1] eq $before, $sentence
		or diag "exit $status: $out$err";
}

sub soon {
	my ($want, $who) = @_;
	my $got;
	for (1 .. 100) {
		$got = $who->post('bulk/register', { users => [] })->status;
		return 1 if $got == $want;
		select undef, undef, undef, 0.02;
	}
	return 0;
}

my %role = table('role', 'list');
is_deeply [grep { $role{$_}{SCOPE} eq 'room' } sort keys %role], [qw(leader moderator owner)],
	'three roles are of rooms';
is $role{admin}{PERMISSIONS}, 'everything', 'admin holds everything';
like $role{user}{PERMISSIONS}, qr/\bcreate-c\b/, 'user holds some';
is_deeply [grep { $_->{ORIGIN} ne 'fixed' } values %role], [], 'all come with the program';

my %may = table('permission', 'list');
is $may{'bulk-register-user'}{ROLES}, 'admin', 'only the admin makes users in bulk';
like $may{'create-c'}{ROLES}, qr/^admin,.*\buser\b/, 'each holder is named';
ok $may{$_}, "there is $_ to permit" for qw(create-c create-p view-c-room
	view-p-room view-d-room bulk-register-user bulk-create-c view-statistics
	view-full-other-user-info assign-admin-role delete-user edit-room
	edit-message delete-message remove-user mute-user ban-user
	manage-integrations archive-room unarchive-room);

done([qw(role create importer --description), 'brings people'],
	'made the role importer; it holds nothing yet', 'a role is made');
refused([qw(role create importer)], 'importer already', 'once');
refused(['role', 'create', 'a b'], 'letters', 'with a name');
%role = table('role', 'list');
is_deeply [@{ $role{importer} }{qw(SCOPE ORIGIN PERMISSIONS DESCRIPTION)}],
	['server', 'own', '-', 'brings people'], 'and listed';
done([qw(role grant importer bulk-register-user)], 'importer holds bulk-register-user', 'it is granted');
done([qw(role grant importer bulk-register-user)], '.* already', 'twice is once');
ok soon(403, $bob), 'who does not have the role may not';
done([qw(role give bob importer)], 'bob has importer', 'it is given');
ok soon(200, $bob), 'and the running server knows at once';
done([qw(role give bob importer)], 'bob already has importer', 'twice is once');
done([qw(role revoke importer bulk-register-user)], '.* any more', 'a permission is revoked');
ok soon(403, $bob), 'at once';
done([qw(role revoke importer bulk-register-user)], '.* anyway', 'twice does not hurt');
cli(qw(role grant importer bulk-register-user));
ok soon(200, $bob), 'and back';
done([qw(role take bob importer)], 'bob no longer has importer', 'it is taken');
ok soon(403, $bob), 'at once';
done([qw(role take bob importer)], 'bob does not have importer', 'twice does not hurt');
cli(qw(role give bob importer));
done([qw(role delete importer)], 'deleted the role importer; .*', 'a role is deleted');
ok soon(403, $bob), 'and nobody has it any more';
%role = table('role', 'list');
ok !$role{importer}, 'it is gone';
cli(qw(role create importer));
ok soon(403, $bob), 'one of the same name begins anew';

refused([qw(role delete user)], 'comes with the program', 'fixed roles stay');
refused([qw(role delete nobody)], 'no role nobody.*role list', 'what is not there cannot go');
refused([qw(role grant importer bulk-register-users)], 'is it bulk-register-user\?',
	'an unknown permission is told its nearest name');
refused([qw(role grant importer zzzzzzzzzz)], 'permission list', 'or where they stand');
refused([qw(role grant nobody create-c)], 'no role nobody', 'the role is known');
done([qw(role grant admin create-c)], 'admin holds everything.*', 'admin needs no grants');
refused([qw(role revoke admin create-c)], 'everything', 'and loses none');
refused([qw(role give nobody importer)], 'no user nobody', 'the user is known');
refused([qw(role give ada nobody)], 'no role nobody', 'the role is known');

refused([qw(role give ada owner)], 'add --room', 'an owner owns a room');
refused([qw(role give ada importer --room engine)], 'leave --room out', 'other roles do not');
refused([qw(role give ada owner --room nowhere)], 'no room nowhere', 'which exists');
is $ada->post('room/engine/archive', {})->status, 403, 'a member may not archive';
done([qw(role give ada owner --room engine)], 'ada has owner in engine', 'an owner is made');
is $ada->post('room/engine/archive', {})->status, 200, 'and may, at once';
done([qw(role give ada moderator --room engine)], 'ada has moderator in engine', 'also a moderator');
done([qw(role give ada owner --room engine)], 'ada already has owner in engine', 'twice is once');
done([qw(role take ada owner --room), $room], "ada no longer has owner in $room", 'by id, too');
is $ada->post('room/engine/unarchive', {})->status, 403, 'no owner any more';
done([qw(role take ada owner --room engine)], 'ada does not have owner in engine', 'twice is once');
$chat->user('eve');
refused([qw(role give eve owner --room engine)], 'not in engine', 'strangers have no role there');
done([qw(role create scribe --room)], 'made the role scribe \(within rooms\).*', 'room roles of ones own');
done([qw(role give bob scribe --room engine)], 'bob has scribe in engine', 'are given likewise');

refused([qw(role take admin admin)], 'last active admin', 'the last admin stays one');
done([qw(role give ada admin)], 'ada has admin', 'a second admin');
ok soon(200, $ada), 'may everything at once';
done([qw(role take admin admin)], 'admin no longer has admin', 'so the first may go');
cli(qw(user disable bob));
cli(qw(role give bob admin));
refused([qw(role take ada admin)], 'last active admin', 'one who is disabled does not count');
done([qw(role take bob admin)], 'bob no longer has admin', 'and may always go');
done_testing;
