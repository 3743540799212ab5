#!/usr/bin/perl
# spotlight, directory, rooms.autocomplete.*: finding by a name
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $tea = $admin->room('teatime', members => ['ada']);
my $steam = $admin->room('steam', members => ['bob']);
my $secret = $ada->room('teapot', private => 1);
$admin->post('channels.create', { name => "tea$_" }) for 1 .. 6;
$admin->post('chat.postMessage', { roomId => $tea, text => 'scones' });

sub names { join ' ', map { $_->{name} } @_ }
sub json { my %o = @_; return JSON::PP->new->canonical->encode(\%o) }
sub permit { $admin->post('permissions.update', { permissions => [
	{ _id => $_[0], roles => $_[1] }] }) }

subtest 'GET spotlight' => sub {
	my $r = $bob->get('spotlight', { query => 'TEA' });
	is names(@{ $r->{rooms} }), 'tea1 tea2 tea3 tea4 tea5',
		'five public rooms, in whatever case';
	is names(@{ $ada->get('spotlight', { query => 'eam' })->{rooms} }),
		'steam', 'also by the middle of a name';
	is names(@{ $bob->get('spotlight', { query => 'eam' })->{rooms} }), '',
		'but none that one is in';
	$r = $bob->get('spotlight', { query => 'teati' });
	shaped($r->{rooms}[0], { _id => 'str', t => 'str', name => 'str',
		fname => 'str', lastMessage => 'any' });
	is $r->{rooms}[0]{lastMessage}{msg}, 'scones', 'what was said there';
	$r = $bob->get('spotlight', { query => 'a' });
	is $r->{users}[0]{username}, 'ada', 'names that begin so come first';
	$r = $eve->get('spotlight', { query => '@ad' });
	shaped($_, { _id => 'str', username => 'str', name => 'str',
		status => 'str' }) for @{ $r->{users} };
	is_deeply [map { $_->{username} } @{ $r->{users} }], [qw(ada admin)],
		'@: only people';
	is_deeply $r->{rooms}, [], 'and no rooms';
	is_deeply $bob->get('spotlight', { query => '#te' })->{users}, [],
		'#: only rooms';
	is names(@{ $eve->get('spotlight', { query => 'teapot' })->{rooms} }), '',
		'a private one is not found';
	refused($bob->get('spotlight'), undef, "Match error: Missing key 'query'");
	permit('view-outside-room', ['admin']);
	is_deeply $bob->get('spotlight', { query => 'ad' })->{users}, [],
		'people take a right';
	permit('view-outside-room', ['admin', 'user']);
	anonymous($chat->anyone->get('spotlight', { query => 'a' }));
};

subtest 'GET directory' => sub {
	my $r = $bob->get('directory', { query => json(type => 'channels',
		text => 'ea'), sort => '{"name":-1}', count => 3 });
	is names(@{ $r->{result} }), 'teatime tea6 tea5', 'channels, sorted';
	is_deeply [@$r{qw(count offset total)}], [3, 0, 8], 'with counts';
	shaped($_, { _id => 'str', name => 'str', fname => 'str', t => 'str',
		ts => 'time', usersCount => 'int', default => 'bool',
		'lastMessage?' => 'any' }) for @{ $r->{result} };
	$r = $bob->get('directory', { query => '{}' });
	is $r->{total}, 9, 'all of them, without a wish';
	unlike $r->body, qr/teapot/, 'no private one among them';
	$r = $bob->get('directory', { query => json(type => 'users',
		text => 'AD') });
	is_deeply [map { $_->{username} } @{ $r->{result} }], [qw(ada admin)],
		'people';
	shaped($_, { _id => 'str', username => 'str', name => 'str',
		status => 'str', createdAt => 'time' }) for @{ $r->{result} };
	ok $admin->get('directory', { query => json(type => 'users') })
		->{result}[0]{emails}, 'e-mail addresses for who may see them';
	is_deeply $bob->get('directory', { query => json(type => 'teams') })
		->{result}, [], 'teams';
	refused($bob->get('directory', { query => '{}',
		sort => '{"name":1,"ts":1}' }), undef,
		'This method support only one "sort" parameter');
	my @bad = (undef, 'Please verify the parameters');
	refused($bob->get('directory', $_), @bad, json(%$_)) for
		{ query => json(type => 'planets') }, { query => '{' },
		{ query => '{}', sort => '{"password":1}' };
	permit('view-d-room', ['admin']);
	refused($bob->get('directory', { query => json(type => 'users') }), @bad,
		'people take a right');
	permit('view-d-room', ['admin', 'user']);
	anonymous($chat->anyone->get('directory', { query => '{}' }));
};

subtest 'GET rooms.autocomplete.channelAndPrivate' => sub {
	my $find = sub { $_[0]->get('rooms.autocomplete.channelAndPrivate',
		{ selector => json(name => $_[1]) })->{items} };
	is names(@{ $find->($ada, 'tea') }), 'teapot teatime', 'one\'s own';
	shaped($_, { _id => 'str', t => 'str', name => 'str', fname => 'str' })
		for @{ $find->($ada, 'tea') };
	is names(@{ $find->($eve, 'tea') }), '', 'others have none';
	refused($ada->get('rooms.autocomplete.channelAndPrivate'), undef,
		"The 'selector' param is required");
	anonymous($chat->anyone->get('rooms.autocomplete.channelAndPrivate'));
};

subtest 'GET rooms.autocomplete.adminRooms' => sub {
	my $find = sub { $_[0]->get('rooms.autocomplete.adminRooms',
		{ selector => json(name => $_[1]) }) };
	is names(@{ $find->($admin, 'teap')->{items} }), 'teapot', 'any room';
	refused($admin->get('rooms.autocomplete.adminRooms'), undef,
		"The 'selector' param is required");
	refused($find->($ada, 'teap'), 'error-not-authorized', '');
};
done_testing;
