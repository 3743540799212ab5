#!/usr/bin/perl
# /api/v1/integrations.*
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $bot = $chat->user('robot', roles => ['bot']);
my $dev = $ada->room('dev', members => ['robot']);
my $cellar = $ada->room('cellar', private => 1);
$chat->done('role', 'create', 'builder');
$chat->done('role', 'grant', 'builder', 'manage-own-integrations');
$chat->done('role', 'give', 'ada', 'builder');

my %wish = (type => 'webhook-incoming', name => 'ci', enabled => $yes,
	username => 'robot', channel => '#dev', scriptEnabled => $no);
my %own = (%wish, username => 'ada');

my %shape = (_id => 'str', type => 'str', name => 'str', enabled => 'bool',
	username => 'str', userId => 'str', channel => ['str'],
	'alias?' => 'str', 'avatar?' => 'str', 'emoji?' => 'str',
	'script?' => 'str', scriptEnabled => 'bool', _createdAt => 'time',
	_createdBy => { _id => 'str', username => 'str' },
	_updatedAt => 'time');
my $first;

subtest 'POST integrations.create' => sub {
	my $r = $admin->post('integrations.create', { %wish, alias => 'CI',
		emoji => ':robot:' });
	succeeded($r, 'an incoming one');
	$first = $r->{integration};
	shaped($first, { %shape, token => 'str' });
	is_deeply [@$first{qw(type name username alias emoji)}],
		['webhook-incoming', 'ci', 'robot', 'CI', ':robot:'], 'as wished';
	is_deeply $first->{channel}, ['#dev'], 'where it was to be';
	is $first->{userId}, $bot->id, 'as whom';
	is $first->{_createdBy}{username}, 'admin', 'by whom';
	like $first->{token}, qr/^[a-zA-Z2-9]{48}$/, 'with a token';
	is $chat->anyone->post("/hooks/$first->{_id}/$first->{token}",
		{ text => 'hi' })->status, 200, 'that opens its address';

	for my $key (qw(type username channel enabled scriptEnabled)) {
		my %less = %wish;
		delete $less{$key};
		refused($admin->post('integrations.create', \%less), undef,
			"Match error: Missing key '$key'");
	}
	refused($admin->post('integrations.create', { %wish, enabled => 1 }),
		undef, 'Match error: Expected boolean, got number in field enabled');
	refused($admin->post('integrations.create', { %wish, alias => [] }),
		undef, 'Match error: Expected string, got array in field alias');
	refused($admin->post('integrations.create', { %wish, type => 'x' }),
		undef, 'Invalid integration type.');
	refused($admin->post('integrations.create', { %wish, channel => ' ' }),
		'error-invalid-channel', 'Invalid channel');
	for my $to ('dev', '#', 'all_public_channels') {
		refused($admin->post('integrations.create', { %wish,
			channel => $to }), 'error-invalid-channel-start-with-chars',
			'Invalid channel. Start with @ or #');
	}
	for my $to ('#nowhere', '@nobody', '#dev,#nowhere') {
		refused($admin->post('integrations.create', { %wish,
			channel => $to }), 'error-invalid-room', 'Invalid room');
	}
	refused($admin->post('integrations.create', { %wish,
		username => 'nobody' }), 'error-invalid-user', 'Invalid user');
	refused($admin->post('integrations.create', { %wish, scriptEnabled =>
		$yes, script => 'class Script {}' }), 'error-not-allowed',
		'Scripts of integrations are not run by this server');
	refused($admin->post('integrations.create', { %wish,
		type => 'webhook-outgoing', event => 'sendMessage',
		urls => ['http://example.org/'] }), 'error-outgoing-webhooks-off',
		'Outgoing webhooks are off: the owner of the server may set ' .
		'outgoing = on');
	refused($bob->post('integrations.create', \%wish), 'not_authorized',
		'Unauthorized', 'who may not');
	anonymous($chat->anyone->post('integrations.create', \%wish));
};

subtest 'one\'s own' => sub {
	succeeded($ada->post('integrations.create', \%own), 'in one\'s name');
	refused($ada->post('integrations.create', \%wish), 'error-invalid-user',
		'Invalid user', 'not in that of others');
	my $other = $admin->room('other', members => [qw(admin bob)]);
	refused($ada->post('integrations.create', { %own,
		channel => '#other' }), 'error-invalid-channel', 'Invalid Channel',
		'nor where one is not');
	$admin->room('vault', private => 1);
	refused($ada->post('integrations.create', { %own,
		channel => '#vault' }), 'error-invalid-room', 'Invalid room',
		'nor where one must not know of');
	succeeded($ada->post('integrations.create', { %own,
		channel => '#cellar' }), 'but in one\'s own private room');
};

subtest 'GET integrations.list' => sub {
	my $r = $admin->get('integrations.list');
	succeeded($r, 'all of them');
	is_deeply [@$r{qw(items count offset total)}], [3, 3, 0, 3], 'counted';
	shaped($r->{integrations}[0], \%shape, 'without a token');
	unlike $r->body, qr/\Q$first->{token}\E/, 'which is known no more';
	$r = $ada->get('integrations.list');
	is_deeply [map { $_->{channel}[0] } @{ $r->{integrations} }],
		['#dev', '#cellar'], 'one\'s own';
	$r = $admin->get('integrations.list', { count => 1, offset => 1,
		sort => '{"_createdAt":-1}', fields => '{"username":1}',
		query => '{"type":"webhook-incoming"}' });
	is_deeply [$r->{total}, $r->{integrations}[0]{username}], [3, 'ada'],
		'selected and sorted';
	is $admin->get('integrations.list', { query =>
		'{"channel":"#cellar"}' })->{total}, 1, 'by where';
	unauthorized($bob->get('integrations.list'), 'not everybody');
	anonymous($chat->anyone->get('integrations.list'));
};

subtest 'GET integrations.get' => sub {
	my $r = $admin->get('integrations.get',
		{ integrationId => $first->{_id} });
	shaped($r->{integration}, \%shape);
	is $r->{integration}{_id}, $first->{_id}, 'it';
	refused($admin->get('integrations.get'), undef,
		'The query parameter "integrationId" is required.');
	refused($admin->get('integrations.get', { integrationId => 'x' }),
		undef, 'The integration does not exists.');
	refused($admin->get('integrations.get', { integrationId =>
		$first->{_id}, createdBy => $ada->id }), undef,
		'The integration does not exists.');
	refused($ada->get('integrations.get', { integrationId =>
		$first->{_id} }), undef, 'The integration does not exists.',
		'another\'s');
	unauthorized($bob->get('integrations.get', { integrationId =>
		$first->{_id} }), 'not everybody');
	anonymous($chat->anyone->get('integrations.get'));
};

subtest 'PUT integrations.update' => sub {
	my $to = sub { $_[0]->request('PUT', 'integrations.update',
		json => $_[1]) };
	my %it = (type => 'webhook-incoming', integrationId => $first->{_id});
	my $r = $to->($admin, { %it, name => 'build', alias => 'B',
		channel => '#dev,@bob' });
	succeeded($r, 'some of it');
	shaped($r->{integration}, \%shape, 'without a token');
	is_deeply [@{ $r->{integration} }{qw(name alias emoji username)}],
		['build', 'B', ':robot:', 'robot'], 'the rest stays';
	is_deeply $r->{integration}{channel}, ['#dev', '@bob'], 'elsewhere';
	is $chat->anyone->post("/hooks/$first->{_id}/$first->{token}",
		{ text => 'still' })->status, 200, 'its address stays';
	succeeded($to->($admin, { %it, enabled => $no }), 'turned off');
	is $chat->anyone->post("/hooks/$first->{_id}/$first->{token}",
		{ text => 'x' })->status, 503, 'it is';
	refused($to->($admin, { %it, integrationId => 'x' }), undef,
		'No integration found.');
	refused($to->($admin, { %it, type => 'x' }), undef,
		'Invalid integration type.');
	refused($to->($admin, { %it, channel => 'dev' }),
		'error-invalid-channel-start-with-chars',
		'Invalid channel. Start with @ or #');
	refused($to->($ada, { %it, name => 'mine' }), undef,
		'No integration found.', 'another\'s');
	refused($to->($bob, { %it, name => 'mine' }), 'not_authorized',
		'Unauthorized', 'who may not');
	anonymous($to->($chat->anyone, \%it));
};

for my $kind (['channels', 'dev', $dev, 'channel'],
	['groups', 'cellar', $cellar, 'group']) {
	my ($many, $name, $id, $one) = @$kind;
	subtest "GET $many.getIntegrations" => sub {
		my $r = $ada->get("$many.getIntegrations",
			{ roomName => $name });
		succeeded($r, 'those of a room');
		is_deeply [@$r{qw(count offset total)}], [1, 0, 1], 'counted';
		shaped($r->{integrations}[0], \%shape);
		is $r->{integrations}[0]{username}, 'ada', 'one\'s own';
		is $admin->get("$many.getIntegrations", { roomId => $id,
			"includeAllPublicChannels" => 'false' })->{total}, 2,
			'and all' if $many eq 'channels';
		refused($ada->get("$many.getIntegrations",
			{ roomName => 'nowhere' }), 'error-room-not-found',
			'The required "roomId" or "roomName" param provided ' .
			"does not match any $one");
		unauthorized($bob->get("$many.getIntegrations",
			{ roomName => $name }), 'not everybody');
		anonymous($chat->anyone->get("$many.getIntegrations"));
	};
}

subtest 'GET integrations.history' => sub {
	my $r = $admin->get('integrations.history', { id => $first->{_id} });
	is_deeply [@$r{qw(items count offset total)}], [0, 0, 0, 0],
		'an incoming one has none';
	refused($admin->get('integrations.history'), undef,
		'Invalid integration id.');
	refused($ada->get('integrations.history', { id => $first->{_id} }),
		undef, 'Invalid integration id.', 'another\'s');
	unauthorized($bob->get('integrations.history',
		{ id => $first->{_id} }), 'not everybody');
	anonymous($chat->anyone->get('integrations.history'));
};

subtest 'POST integrations.remove' => sub {
	my %it = (type => 'webhook-incoming', integrationId => $first->{_id});
	refused($admin->post('integrations.remove',
		{ integrationId => 'x' }), undef, "Match error: Missing key 'type'");
	refused($admin->post('integrations.remove', { type => $it{type} }),
		undef, 'An integrationId or target_url needs to be provided.');
	refused($admin->post('integrations.remove', { %it,
		integrationId => 'x' }), undef, 'No integration found.');
	refused($admin->post('integrations.remove', { %it, type => 'x' }),
		undef, 'Invalid integration type.');
	refused($ada->post('integrations.remove', \%it), undef,
		'No integration found.', 'another\'s');
	refused($bob->post('integrations.remove', \%it), 'not_authorized',
		'Unauthorized', 'who may not');
	my $r = $admin->post('integrations.remove', \%it);
	succeeded($r, 'gone');
	is $r->{integration}{_id}, $first->{_id}, 'which one';
	is $chat->anyone->post("/hooks/$first->{_id}/$first->{token}",
		{ text => 'x' })->status, 404, 'its address with it';
	anonymous($chat->anyone->post('integrations.remove', \%it));
};
done_testing;
