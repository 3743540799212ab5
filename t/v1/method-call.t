#!/usr/bin/perl
# method.call: methods of the realtime API by REST.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $anyone = $chat->anyone;
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);

# The message inside of the reply.
sub call {
	my ($who, $name, @params) = @_;
	my $path = $who->token ? 'method.call' : 'method.callAnon';
	my $r = $who->post("$path/" . $name =~ s{/}{:}gr, { message =>
		encode_json({ msg => 'method', id => '7', method => $name,
		params => \@params }) });
	is $r->status, 200, "$name answers";
	shaped($r->json, { message => 'str', success => 'bool' },
		'with a text in the envelope');
	my $m = decode_json($r->{message});
	is_deeply [@$m{qw(msg id)}], ['result', '7'], 'to this call';
	return $m;
}

sub errs {
	my ($m, $error, $reason) = @_;
	return is_deeply $m->{error}, { isClientSafe => JSON::PP::true,
		error => $error, reason => $reason, errorType =>
		'Meteor.Error', message => "$reason [$error]" }, $reason;
}

subtest 'POST method.call/:method' => sub {
	is_deeply [keys %{ call($ada, 'getServerInfo')->{result} }], ['version'],
		'a result';
	errs(call($ada, 'fly'), 404, "Method 'fly' not found");
	is_deeply decode_json($ada->post('method.call/getServerInfo',
		{ message => '{"id":5}' })->{message})->{id}, 5,
		'the path names it, too; the id may be a number';
	my $r = $ada->post('method.call/x', { message => '{}' });
	ok !exists decode_json($r->{message})->{id}, 'or be absent';

	is call($ada, 'userSetUtcOffset', 5.5)->{result}, 1,
		'a client tells where its user is';
	is_deeply [map { $_->get('users.info', { username => 'ada' })
		->{user}{utcOffset} } $ada, $bob], [5.5, 5.5], 'and all see it';
	errs(call($ada, 'userSetUtcOffset', $_), 'error-invalid-params',
		'The UTC offset is a number of hours, -12 to 14')
		for 15, -12.1, 'x', undef;
	call($ada, 'userSetUtcOffset', -3);
	is $ada->get('me')->{utcOffset}, -3, 'in the west, too';
	errs(call($anyone, 'userSetUtcOffset', 1), 'error-not-allowed',
		'Not allowed');
	errs(decode_json($ada->post('method.callAnon/userSetUtcOffset',
		{ message => '{"params":[1]}' })->{message}),
		'error-not-allowed', 'Not allowed');

	ok @{ call($ada, 'permissions/get')->{result} } > 50, 'permissions';
	is_deeply call($ada, 'permissions/get', { '$date' => 4e12 })->{result},
		{ update => [], remove => [] }, 'or those changed since';
	ok defined call($ada, 'permissions/get')->{result}[0]{_updatedAt}
		{'$date'}, 'times are those of EJSON';
	is_deeply call($ada, 'private-settings/get')->{result}, [],
		'settings, for who may see them';
	ok scalar(grep { $_->{_id} eq 'API_Enable_CORS' }
		@{ call($admin, 'private-settings/get')->{result} }), 'all';
	is_deeply call($ada, 'getUserRoles')->{result}, [{ _id => $admin->id,
		username => 'admin', roles => ['admin'] }], 'who is what';
	is_deeply call($ada, $_)->{result}, [], $_
		for qw(listCustomUserStatus license:getModules getCustomFields);

	is call($ada, 'getRoomIdByNameOrId', 'cellar')->{result}, $cellar,
		'a room by name';
	is call($ada, 'getRoomIdByNameOrId', $cellar)->{result}, $cellar,
		'or by id';
	errs(call($bob, 'getRoomIdByNameOrId', 'cellar'), 'error-not-allowed',
		'Not allowed');
	is call($ada, 'getRoomNameById', $cellar)->{result}, 'cellar', 'its name';
	errs(call($bob, 'getRoomNameById', $cellar), 'error-invalid-room',
		'Invalid room');
	succeeded($admin->post('roles.addUserToRole', { roleName => 'owner',
		username => 'ada', roomId => $dev }), 'a role');
	my ($role) = grep { $_->{u}{username} eq 'ada' }
		@{ call($bob, 'getRoomRoles', $dev)->{result} };
	shaped($role, { _id => 'str', rid => 'str', roles => ['str'],
		u => { _id => 'str', username => 'str' } }, 'who has it there');
	errs(call($bob, 'getRoomRoles', $cellar), 'error-invalid-room',
		'Invalid room');

	my @ts = map { $ada->post("/api/rooms/$cellar/send", { msg => "m$_" })
		->json && call($ada, 'loadHistory', $cellar, undef, 1)
		->{result}{messages}[0]{ts}{'$date'} } 1 .. 3;
	my $h = call($ada, 'loadHistory', $cellar, undef, 2)->{result};
	is_deeply [map { $_->{msg} } @{ $h->{messages} }], [qw(m3 m2)],
		'history, the newest first';
	is $h->{unreadNotLoaded}, 0, 'nothing is said of what is new';
	$h = call($ada, 'loadHistory', $cellar, undef, 1, { '$date' =>
		$ts[0] - 1 })->{result};
	is_deeply [$h->{unreadNotLoaded}, $h->{firstUnread}{msg}], [2, 'm1'],
		'unless it is asked for';
	is_deeply [map { $_->{msg} } @{ call($ada, 'loadHistory', $cellar,
		{ '$date' => $ts[1] }, 1)->{result}{messages} }], ['m1'],
		'before a time';
	is_deeply call($bob, 'loadHistory', $cellar)->{result}, JSON::PP::false,
		'nothing for a stranger';

	refused($ada->post('method.call/x', {}), undef,
		"Match error: Missing key 'message'");
	refused($ada->post('method.call/x', { message => {} }), undef,
		'Match error: Expected string in field message');
	refused($ada->post('method.call/x', { message => '[1]' }), undef,
		'The message is no JSON object (at byte 0)');
	refused($ada->post('method.call/x', { message => '{"id":' . '1' x 101 .
		'}' }), undef, 'Match error: the id is too long');
	anonymous($anyone->post('method.call/getServerInfo',
		{ message => '{}' }));
};

subtest 'POST method.callAnon/:method' => sub {
	ok @{ call($anyone, 'public-settings/get')->{result} } > 30,
		'public settings, without a login';
	is_deeply call($anyone, 'public-settings/get', { '$date' => 1 })
		->{result}{remove}, [], 'or those changed since';
	errs(call($anyone, $_, $dev), 'error-not-allowed', 'Not allowed')
		for qw(permissions/get loadHistory getRoomIdByNameOrId
		getRoomRoles private-settings/get getUserRoles);
	errs(call($anyone, 'fly'), 404, "Method 'fly' not found");
};
done_testing;
