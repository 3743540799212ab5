#!/usr/bin/perl
# serve and init: the begin of a data directory, its first admin, its lock.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

sub mode { return sprintf '%o', (stat $_[0])[2] & 0777 }

my $chat = chat(start => 0, admin => 0);
my ($status, $out, $err) = $chat->cli('init');
ok $status == 0 && $out =~ /\Ausername: admin\npassword: ([0-9A-Za-z]{20})\n\z/,
	'init prints name and generated password' or diag $err;
my $password = $1;
is mode($chat->dir), '700', 'the directory is ours alone';
is mode($chat->dir . '/pocketchat.db'), '600', 'so is the database';
($status, $out, $err) = $chat->cli('init');
ok $status == 0 && $out eq '' && $err =~ /has an admin/, 'twice changes nothing';
($status, $out) = $chat->cli('init', { env => { ADMIN_USERNAME => 'boss', ADMIN_PASS => 'x' } });
ok $status == 0 && $out eq '', 'not even with other wishes';
$chat->start;
is $chat->out, '', 'the server has nothing to add';
my $admin = $chat->login('admin', $password);
is $admin->post('bulk/register', { users => [] })->status, 200, 'the password is right';
is_deeply [map { $_->{_id} } @{ $admin->get('joinedRooms')->{rooms} }], ['GENERAL'],
	'the admin is in GENERAL';
my ($general) = @{ $admin->get('publicRooms')->{rooms} };
is_deeply $general->{usernames}, [qw(rocket.cat admin)], 'where rocket.cat waits';
ok !exists $general->{u} && $general->{default}, 'nobodys room, and everybodys';
my ($row) = grep { /^admin\t/ } split /\n/, ($chat->cli('user', 'list'))[1];
my @cells = split /\t/, $row;
is $cells[4], 'admin,user', 'with both roles' or diag $row;
is $cells[5], '-', 'and without an address';

my $fresh = chat(admin => 0);
like $fresh->out, qr/\Ausername: admin\npassword: \w{20}\n\z/, 'the first serve prints it, too';
my ($first) = $fresh->out =~ /password: (\w+)/;
isnt $first, $password, 'another one each time';
ok $fresh->login('admin', $first), 'which is right';
unlike $fresh->log, qr/\Q$first\E/, 'and not in the log';
my $said = $fresh->out;
$fresh->restart;
is $fresh->out, $said, 'the next start says nothing';

my $named = chat(start => 0);
($status, $out) = $named->cli('init', { env => { ADMIN_USERNAME => 'boss',
	ADMIN_PASS => "a b\xc3\xa4", ADMIN_EMAIL => 'boss@example.org' } });
is $out, "username: boss\n", 'a password that was given is not shown';
$named->start;
ok $named->login('boss', "a b\x{e4}"), 'it is right';
ok $named->login('boss@example.org', "a b\x{e4}"), 'with the address';
is $named->anyone->post('login', { user => 'admin', password => $Chat::ADMIN_PASS })->status, 401,
	'later wishes are not heard';

for my $wish ([ADMIN_USERNAME => 'a b'], [ADMIN_EMAIL => 'nobody'], [ADMIN_PASS => 'x' x 1025]) {
	my $bad = chat(start => 0, admin => 0);
	($status, $out, $err) = $bad->cli('init', { env => { @$wish } });
	ok $status == 1 && $err =~ /$wish->[0]/, "a bad $wish->[0] is named" or diag $err;
	is((($bad->cli('user', 'list'))[1] // '') =~ tr/\n//, 1, 'and nothing is made');
}

my $later = chat(start => 0, admin => 0);
$later->cli('user', 'add', 'admin', { stdin => "x\n" });
($status, $out) = $later->cli('init');
like $out, qr/^username: admin2$/m, 'an admin beside somebody of that name';
my $up = chat(start => 0, admin => 0);
$up->cli('user', 'add', 'ada', { stdin => "x\n" });
($status, $out) = $up->cli('init', { env => { ADMIN_USERNAME => 'ada' } });
is $out, "username: ada\n", 'somebody who was named becomes one';
ok $up->start->login('ada', 'x')->post('bulk/register', { users => [] })->status == 200,
	'with the old password';

($status, $out, $err) = $up->cli('serve', '--listen', 'http://127.0.0.1:0', { seconds => 10 });
ok $status == 1 && $err =~ /another pocketchat/, 'two servers do not share data' or diag $err;
for my $bad (['--listen', 'http://0.0.0.0:0'], ['--listen', 'https://127.0.0.1:0'],
	['--listen', 'http://nowhere:1'], ['--max-body', 'x']) {
	my $c = chat(start => 0);
	($status, $out, $err) = $c->cli('serve', @$bad, { seconds => 10 });
	ok $status == 1 && $err =~ /\Apocketchat: .*\n\z/ && !-e $c->dir,
		"serve @$bad is refused before anything is made" or diag $err;
}
done_testing;
