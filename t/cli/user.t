#!/usr/bin/perl
# user: accounts from the command line, with and without a server.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
sub cli { return $chat->cli(@_) }

sub refused {
	my ($words, $hint, $sentence) = @_;
	my $before = (cli('user', 'list'))[1];
	my ($status, $out, $err) = cli(@$words);
	ok $status == 1 && $out eq '' && $err =~ /\Apocketchat: .*$hint.*\n\z/ &&
		(cli('user', 'list'))[1] eq $before, $sentence
		or diag "exit $status: $out$err";
}

sub row {
	my ($name) = @_;
	my ($head, @rows) = map { [split /\t/] } split /\n/, (cli('user', 'list'))[1];
	for my $r (grep { $_->[0] eq $name } @rows) {
		return { map { $head->[$_] => $r->[$_] } 0 .. $#$head };
	}
	return;
}

# The server hears of it by a signal.
sub soon {
	my ($sub) = @_;
	for (1 .. 100) {
		return 1 if $sub->();
		select undef, undef, undef, 0.02;
	}
	return 0;
}

sub status_of { return $_[0]->get('joinedRooms')->status }

my ($status, $out, $err) = cli('user', 'add', 'ada', '--email', 'ada@example.org',
	'--name', "Ada \tLovelace", { stdin => "first engine\nrest\n" });
ok $status == 0 && $out =~ /\Amade the user ada \(\w{17}\)\n\z/ && $err eq '',
	'a user is made, and it is said' or diag $err;
my $row = row('ada');
is_deeply [@$row{qw(TYPE STATE ROLES EMAIL LOGIN NAME)}],
	['user', 'active', 'user', 'ada@example.org', 'never', 'Ada \tLovelace'],
	'the list shows it, a line and a tab at a time';
like $row->{CREATED}, qr/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/, 'with ISO times';
my $ada = $chat->login('ada', 'first engine');
is_deeply [map { $_->{name} } @{ $ada->get('joinedRooms')->{rooms} }], ['general'],
	'the running server knows it at once, in the default room';
is $chat->login('ada@example.org', 'first engine')->id, $ada->id, 'by e-mail, too';
like row('ada')->{LOGIN}, qr/Z$/, 'the login shows';

my @pass = ({ stdin => "x\n" });
refused(['user', 'add', 'ada', @pass], 'ada already', 'a name is taken once');
refused(['user', 'add', 'ADA', @pass], 'already', 'in any case');
refused(['user', 'add', 'eve', '--email', 'ADA@example.org', @pass], 'another user', 'so is an address');
refused(['user', 'add', 'a b', @pass], 'letters', 'a name has no blanks');
refused(['user', 'add', 'x' x 129, @pass], '128', 'and an end');
refused(['user', 'add', "eve'; drop table user", @pass], 'letters', 'no SQL either');
refused(['user', 'add', 'eve', '--email', 'nobody', @pass], 'no e-mail', 'an address looks like one');
refused(['user', 'add', 'eve', '--role', 'boss', @pass], 'no role boss', 'a role is known');
refused(['user', 'add', 'eve', '--role', 'owner', @pass], '--room', 'and not of a room');
refused(['user', 'add', 'eve'], 'POCKETCHAT_PASSWORD', 'there is a password');
refused(['user', 'add', 'eve', { stdin => "\n" }], 'no password', 'it is not empty');
refused(['user', 'add', 'eve', { stdin => 'x' x 1025 }], '1024', 'not longer than 1024 bytes');
refused(['user', 'add', 'eve', { stdin => "\xff\n" }], 'UTF-8', 'and it is text');
refused(['user', 'passwd', 'nobody', @pass], 'no user nobody', 'who is not there is told before');

is((cli('user', 'add', 'hal', '--role', 'bot', '--role', 'guest,anonymous',
	{ env => { POCKETCHAT_PASSWORD => "p\xc3\xa4ss" } }))[0], 0, 'several roles at once');
is join(',', sort split /,/, row('hal')->{ROLES}), 'anonymous,bot,guest,user', 'come beside user';
ok $chat->login('hal', "p\x{e4}ss"), 'a password from the environment, in UTF-8';
($status, $out, $err) = cli('user', 'add', 'robot', '--bot');
ok $status == 0 && $out =~ /bot robot/ && $err =~ /token create robot/ &&
	row('robot')->{TYPE} eq 'bot', 'a bot may do without a password';
is $chat->anyone->post('login', { user => 'robot', password => '' })->status, 401,
	'and then none is right';

my $other = $chat->login('ada', 'first engine');
($status, $out) = cli('user', 'passwd', 'ada', { stdin => "second engine\r\n" });
ok $status == 0 && $out =~ /tokens ended: [34]\n/, 'a new password ends the tokens';
ok soon(sub { status_of($ada) == 401 && status_of($other) == 401 }), 'in the running server, too';
is $chat->anyone->post('login', { user => 'ada', password => 'first engine' })->status, 401,
	'the old password is no more';
$ada = $chat->login('ada', 'second engine');
like +(cli('user', 'disable', 'ada'))[1], qr/ada is disabled; tokens ended: 1/, 'disabling ends them';
ok soon(sub { status_of($ada) == 401 }), 'at once';
is $chat->anyone->post('login', { user => 'ada', password => 'second engine' })->status, 401,
	'and nobody logs in';
is row('ada')->{STATE}, 'disabled', 'the list says so';
is((cli('user', 'disable', 'ada'))[0], 0, 'twice does not hurt');
like +(cli('user', 'enable', 'ada'))[1], qr/ada is enabled/, 'enabling is the opposite';
$ada = $chat->login('ada', 'second engine');
is status_of($ada), 200, 'of disabling';

refused(['user', 'disable', 'admin'], 'last active admin.*role give', 'the last admin stays');
refused(['user', 'delete', 'admin'], 'last active admin', 'undeleted');
refused(['user', 'delete', 'rocket.cat'], 'speaks', 'so does rocket.cat');
refused(['user', 'delete', 'nobody'], 'no user nobody', 'who is not there cannot go');
is((cli('role', 'give', 'ada', 'admin'))[0], 0, 'with another admin');
is((cli('user', 'disable', 'admin'))[0], 0, 'the first can go');
refused(['user', 'delete', 'ada'], 'last active admin', 'now the other one stays');
is((cli('user', 'enable', 'admin'))[0], 0, 'and back');

my $eve = $chat->user('eva');
is $eve->post('rooms/GENERAL/send', { msg => 'by eva' })->status, 200, 'somebody writes';
is((cli('user', 'delete', 'eva'))[0], 0, 'and is deleted');
ok soon(sub { status_of($eve) == 401 }), 'with the tokens';
ok !row('eva'), 'gone from the list';
my ($text) = grep { $_->{msg} eq 'by eva' } @{ $ada->get('rooms/GENERAL/messages')->{messages} };
ok $text, 'what was written stays';
$eve = $chat->user('eva');
$eve->post('rooms/GENERAL/send', { msg => 'more of eva' });
like +(cli('user', 'delete', 'eva', '--messages'))[1], qr/too/, 'unless it is wished';
ok soon(sub { !grep { $_->{msg} eq 'more of eva' }
	@{ $ada->get('rooms/GENERAL/messages')->{messages} } }), 'then it goes, too';

cli('user', 'add', "many$_", '--bot') for 1 .. 5;
$chat->stop;
is((cli('user', 'list'))[0], 0, 'all of it works without a server');
is((cli('user', 'add', 'late', { stdin => "z\n" }))[0], 0, 'making users, too');
is $chat->start->login('late', 'z')->name, 'late', 'and the next server knows them';
done_testing;
