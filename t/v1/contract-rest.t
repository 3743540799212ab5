#!/usr/bin/perl
# The contract's table of rooms.*, subscriptions.*, teams.*, integrations.*,
# emoji, settings, statistics and the like, call by call.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Contract;
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $gil) = map { $chat->user($_) } qw(ada bob eve gil);
$admin->post('users.update', { userId => $gil->id,
	data => { roles => ['guest'] } });
cast($chat, guest => $gil, member => $bob, stranger => $eve);
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $anyone = $chat->anyone;
my $dev = $ada->post('channels.create', { name => 'dev',
	members => ['bob'] })->{channel}{_id};
my $cellar = $ada->post('groups.create', { name => 'cellar',
	members => ['bob'] })->{group}{_id};
my %here = (roomId => $cellar);
my ($not, $call) = 'E error-not-allowed: Not allowed';
my $absent = 'E error-room-not-found: The required "roomId" or "roomName" ' .
	'param provided does not match any channel';
my $unsaid = 'E error-roomid-param-not-provided: The parameter "roomId" or ' .
	'"roomName" is required';
my $nobody = 'E error-invalid-user: The required "userId" or "username" ' .
	'param provided does not match any users';

sub set { $admin->post("settings/$_[0]", { value => $_[1] }) }
sub form { my ($body, $type) = parts(@_); return (-as => [body => $body,
	type => $type]) }

# ---- where parameters are read ----

my $info = 'channels.info';
is $ada->get($info, { roomName => 'dev' })->status, 200, 'GET: the query';
is_deeply $ada->request('GET', $info, json => { roomName => 'dev' })->json,
	$ada->get($info)->json, 'its body is ignored';
is_deeply $ada->request('GET', $info, query => { roomName => 'dev' },
	json => { roomName => 'x' })->{channel}{_id}, $dev, 'whatever it says';
my $topic = 'channels.setTopic';
is $ada->post($topic, { roomId => $dev, topic => 'one' })->{topic}, 'one',
	'POST: a body of JSON';
is $ada->post($topic, "roomId=$dev&topic=two+2")->{topic}, 'two 2',
	'or a form';
is_deeply $ada->request('POST', $topic, query => { topic => 'x' },
	json => { roomId => $dev })->json, $ada->post($topic, {})->json,
	'its query is ignored';
for ({ payload => qq({"roomId":"$dev","topic":"three"}) },
		"payload=%7B%22roomId%22%3A%22$dev%22%2C%22topic%22%3A%22four%22%7D") {
	my $said = $_;
	like $ada->post($topic, $said)->{topic}, qr/^(?:three|four)$/,
		'a sole payload is unwrapped';
}
for ({ payload => '{"x"' }, { payload => '[]' }, { payload => 5 },
		{ payload => '{"topic":"x"}', roomId => $dev }) {
	refused($ada->post($topic, $_), undef,
		'The bodyParam "topic" is required', 'other payloads are not');
}

# ---- rooms and subscriptions ----

my %any = (%ROOM, map { ("$_?" => 'any') } qw(name fname ro sysMes default
	usernames uids));
delete @any{qw(name fname ro sysMes default)};
$call = 'GET rooms.get';
walk($call, $ada, $_, { update => [\%any], remove => [{ _id => 'str',
	_deletedAt => 'time' }] }) for {}, { updatedSince => '2020-01-01' };
walk($call, $ada, { updatedSince => 'x' }, 'E error-updatedSince-param-' .
	'invalid: The "updatedSince" query parameter must be a valid date.');
deny($call, {}, all => 'done');
$call = 'GET rooms.info';
walk($call, $ada, \%here, { room => \%ROOM });
walk($call, $ada, {}, $unsaid);
walk($call, $ada, { $_ => 'nowhere' }, $absent) for qw(roomId roomName);
walk($call, $gil, { roomId => $dev }, 'typed Not Allowed: not-allowed');
deny($call, \%here, all => $absent, member => 'done');
$call = 'POST rooms.favorite';
walk($call, $ada, { %here, favorite => $yes }, {});
walk($call, $ada, \%here, "F The 'favorite' param is required");
walk($call, $ada, { favorite => $yes }, $unsaid);
deny($call, { %here, favorite => $yes }, all => $absent, member => 'done');
$call = 'POST rooms.saveNotification';
my %bell = (notifications => { disableNotifications => '1',
	desktopNotifications => 'all', mobilePushNotifications => 'mentions',
	emailNotifications => 'nothing', hideUnreadStatus => '1' });
walk($call, $ada, { %here, %bell }, {});
walk($call, $ada, { %bell }, "F The 'roomId' param is required");
walk($call, $ada, { %here }, "F The 'notifications' param is required");
walk($call, $ada, { %here, notifications => { x => '1' } },
	'E error-invalid-settings: Invalid settings field');
walk($call, $ada, { %here, notifications => { desktopNotifications =>
	'x' } }, 'E error-invalid-settings: Invalid settings value');
deny($call, { %here, %bell }, all => 'E error-invalid-subscription: Invalid ' .
	'subscription', member => 'done');
$call = 'POST rooms.createDiscussion';
my %about = (prid => $cellar, t_name => 'Speed');
walk($call, $ada, { %about, users => ['bob'] }, { discussion => { %ROOM,
	rid => 'str', prid => 'str' } });
walk($call, $ada, { t_name => 'x' },
	'F Body parameter "prid" is required.');
walk($call, $ada, { prid => $cellar },
	'F Body parameter "t_name" is required.');
walk($call, $ada, { %about, users => 'bob' },
	'F Body parameter "users" must be an array.');
walk($call, $ada, { %about, prid => 'x' },
	'E error-invalid-room: Invalid room');
deny($call, { %about, t_name => 'more' }, all => 'E error-invalid-room: ' .
	'Invalid room', member => 'done');
$call = 'GET rooms.getDiscussions';
walk($call, $ada, \%here, { discussions => [\%ROOM], %PAGE });
walk($call, $ada, {}, $unsaid);
walk($call, $ada, { roomId => 'x' }, $absent);
deny($call, \%here, all => $absent, member => 'done');
$call = 'POST rooms.muteUser';
my %whom = (%here, userId => $bob->id);
for my $call ('POST rooms.muteUser', 'POST rooms.unmuteUser') {
	walk($call, $ada, \%whom, {});
	walk($call, $ada, { %here, userId => 'x' }, $nobody);
	deny($call, { %here, username => 'ada' }, all => $absent,
		member => $not);
}
$call = 'POST rooms.invite';
my $hall = $ada->post('channels.create', { name => 'hall' })->{channel}{_id};
walk($call, $ada, { roomId => $hall, userId => $bob->id }, {});
walk($call, $ada, { roomId => $hall, userId => 'x' }, $nobody);
deny($call, { %here, userId => $eve->id }, all => $absent, member => $not);
$call = 'POST rooms.leave';
walk($call, $ada, { roomId => $hall }, 'E error-you-are-last-owner: You are ' .
	'the last owner. Please set new owner before leaving the room.');
walk($call, $bob, { roomId => $hall }, {});
walk($call, $ada, {}, $unsaid);
deny($call, \%here, guest => $absent, stranger => $absent);
$call = 'POST rooms.changeArchivationState';
walk($call, $ada, { rid => $hall, action => 'archive' }, { result => 'any' });
walk($call, $ada, { rid => $hall, action => 'unarchive' }, { result => 'any' });
walk($call, $ada, { rid => 'x', action => 'archive' },
	'E error-room-not-found: Invalid room');
deny($call, { rid => $cellar, action => 'archive' }, all =>
	'E error-room-not-found: Invalid room',
	member => 'E error-not-authorized: Not authorized');
$call = 'POST rooms.saveRoomSettings';
walk($call, $ada, { rid => $hall, roomTopic => 'T', roomDescription => 'D',
	roomAnnouncement => 'A', readOnly => $yes }, { rid => 'str' });
walk($call, $ada, { rid => $hall, roomName => 'dev' }, 'E error-duplicate-' .
	"channel-name: A channel with name 'dev' exists");
deny($call, { rid => $cellar, roomTopic => 'x' }, all =>
	'E error-invalid-room: Invalid room',
	member => 'E error-action-not-allowed: Editing room is not allowed');
$call = 'GET rooms.adminRooms';
walk($call, $admin, {}, { rooms => [\%any], %PAGE });
deny($call, {}, all => 'E error-not-authorized');
$call = 'GET rooms.adminRooms.getRoom';
walk($call, $admin, { rid => $cellar }, { %ROOM });
deny($call, { rid => $cellar }, all => 'E error-not-authorized');
$call = 'GET rooms.autocomplete.channelAndPrivate';
walk($call, $ada, { selector => '{"name":"de"}' }, { items => [{
	_id => 'str', name => 'str', t => 'str', 'fname?' => 'str',
	map { ("$_?" => 'any') } qw(avatarETag prid teamId) }] });
walk($call, $ada, {}, "F The 'selector' param is required");
deny($call, { selector => '{"name":"x"}' }, all => 'done');
$call = 'GET rooms.autocomplete.adminRooms';
walk($call, $admin, { selector => '{"name":"de"}' }, { items => ['any'] });
deny($call, { selector => '{"name":"x"}' }, all => 'E error-not-authorized');

my $m = $ada->post('chat.postMessage', { %here, text => 'hello @bob' })
	->{message}{_id};
$call = 'GET subscriptions.get';
walk($call, $bob, $_, { update => [\%SUB], remove => [{ _id => 'str',
	_deletedAt => 'time' }] }) for {}, { updatedSince => '2020-01-01' };
walk($call, $bob, { updatedSince => 'x' }, 'E error-roomId-param-invalid: ' .
	'The "lastUpdate" query parameter must be a valid date.');
deny($call, {}, all => 'done');
$call = 'GET subscriptions.getOne';
walk($call, $bob, \%here, { subscription => \%SUB });
walk($call, $bob, {}, "F The 'roomId' param is required");
walk($call, $eve, \%here, { subscription => 'any' });
deny($call, \%here, member => 'done');
$call = 'POST subscriptions.read';
walk($call, $bob, { rid => $cellar }, {});
walk($call, $bob, {}, "F Match error: Missing key 'rid'");
deny($call, { rid => $cellar }, all => 'E error-invalid-subscription: ' .
	'Invalid subscription', member => 'done');
$call = 'POST subscriptions.unread';
walk($call, $bob, $_, {}) for \%here, { firstUnreadMessage => { _id => $m } };
walk($call, $bob, {}, 'F At least one of "roomId" or ' .
	'"firstUnreadMessage._id" params is required');
deny($call, \%here, all => 'E error-no-message-for-unread: There are no ' .
	'messages to mark unread', member => 'done');

# ---- files ----

my @file = ([file => 'bytes', 'a.txt', 'text/plain']);
$call = 'POST rooms.upload/:rid';
walk($call, $ada, { ':rid' => $cellar, form(@file, [msg => 'look']) },
	{ message => \%MESSAGE });
walk($call, $ada, { ':rid' => $cellar, form([msg => 'x']) },
	'F File required');
walk($call, $ada, { ':rid' => $cellar, form(@file, @file) },
	'F Just 1 file is allowed');
walk($call, $ada, { ':rid' => $cellar, form([x => 'x', 'x', 'x/y']) },
	'E invalid-field');
set(FileUpload_MaxFileSize => 3);
$admin->post('chat.postMessage', { channel => '@ada', text => 'x' });
walk($call, $ada, { ':rid' => $cellar, form(@file) }, 'E error-file-too-' .
	'large: File exceeds allowed size of 3 bytes.');
set(FileUpload_MaxFileSize => 100000);
set(FileUpload_MediaTypeBlackList => 'text/plain');
walk($call, $ada, { ':rid' => $cellar, form(@file) },
	'E error-invalid-file-type: File type is not accepted.');
set(FileUpload_MediaTypeBlackList => '');
my %sent = (':rid' => $cellar, form(@file));
deny($call, \%sent, all => '403', member => 'done');
$call = 'POST rooms.media/:rid';
my $r = walk($call, $ada, \%sent, { file => { _id => 'str', url => 'str' } });
walk($call, $ada, { ':rid' => $cellar, form([msg => 'x']) },
	'F File required');
deny($call, \%sent, all => '403', member => 'done');
$call = 'POST rooms.mediaConfirm/:rid/:fileId';
my %kept = (':rid' => $cellar, ':fileId' => $r->{file}{_id}, msg => 'x');
walk($call, $ada, { %kept, ':fileId' => 'x' }, 'E invalid-file');
deny($call, \%kept, all => '403', member => 'E invalid-file');
walk($call, $ada, \%kept, { message => \%MESSAGE });
$call = 'POST rooms.cleanHistory';
my %span = (%here, oldest => '2020-01-01', latest => '2020-01-02');
walk($call, $admin, { %span, roomId => $dev },
	{ _id => 'str', count => 'int' });
walk($call, $admin, { roomId => $dev, oldest => '2020-01-01' },
	'F Body parameter "latest" is required.');
walk($call, $admin, { roomId => $dev, latest => '2020-01-01' },
	'F Body parameter "oldest" is required.');
deny($call, \%span, all => $absent, member => $not);

# ---- to find ----

$call = 'GET spotlight';
walk($call, $ada, { query => 'de' }, { users => [{ _id => 'str',
	username => 'str', name => 'str', status => 'str',
	map { ("$_?" => 'any') } qw(statusText avatarETag nickname) }],
	rooms => [{ _id => 'str', t => 'str', name => 'str',
	'lastMessage?' => 'any', 'fname?' => 'str' }] });
walk($call, $ada, {}, q(F Match error: Missing key 'query'));
deny($call, { query => 'x' }, all => 'done');
$call = 'GET directory';
for (['channels', qw(_id name fname t ts usersCount default)],
		['users', qw(_id username name createdAt)], ['teams']) {
	my ($type, @keys) = @$_;
	my $r = walk($call, $ada, { query => qq({"text":"","type":"$type"}) },
		{ result => ['any'], %PAGE });
	is join(' ', grep { !exists $r->{result}[0]{$_} } @keys), '',
		"$call: $type have all their keys";
}
walk($call, $ada, { query => '{"type":"channels"}', sort =>
	'{"name":1,"ts":1}' }, 'F This method support only one "sort" parameter');
walk($call, $ada, { query => '{"type":"x"}' },
	'F Please verify the parameters');
deny($call, { query => '{"type":"users"}' }, member => 'done',
	guest => 'F Please verify the parameters');

# ---- what the place is ----

my %statistic = map { $_ => 'any' } grep { $_ ne 'success' &&
	$_ ne 'statistics' } keys %{ $admin->get('statistics')->json };
my @known = qw(uniqueId version totalUsers activeUsers totalRooms
	totalChannels totalPrivateGroups totalDirect totalMessages onlineUsers);
is join(' ', grep { !$statistic{$_} } @known), '',
	'GET statistics: all that clients count on';
walk('GET statistics', $admin, { refresh => 'true' }, { %statistic,
	statistics => { %statistic } });
deny('GET statistics', {}, all => $not);
walk('GET statistics.list', $admin, {}, { statistics => [{ %statistic,
	_id => 'str' }], %PAGE });
deny('GET statistics.list', {}, all => '403 route');
walk('GET info', $anyone, {}, { info => { version => 'str',
	map { ("$_?" => 'any') } qw(build commit) } });
deny('GET info', {}, all => 'done');
walk('GET service.configurations', $anyone, {}, { configurations => [] });
deny('GET service.configurations', {}, all => 'done');
walk('GET settings.oauth', $anyone, {}, { services => [] });
deny('GET settings.oauth', {}, all => 'done');
walk('GET settings.public', $anyone, {}, { settings => [{ _id => 'str',
	value => 'any', enterprise => 'bool' }], %PAGE });
walk('GET settings.public', $anyone, { query => '{x' },
	'E error-invalid-query: Invalid query parameter provided: "{x"');
walk('GET settings.public', $anyone, { sort => 'x' },
	'E error-invalid-sort: Invalid sort parameter provided: "x"');
walk('GET settings.public', $anyone, { fields => '[' },
	'E error-invalid-fields: Invalid fields parameter provided: "["');
deny('GET settings.public', {}, all => 'done');
walk('GET settings', $admin, {}, { settings => [{ _id => 'str',
	value => 'any' }], %PAGE });
is $bob->get('settings')->{total}, 0, 'GET settings: nothing for others';
deny('GET settings', {}, all => 'done');
$call = 'GET settings/:_id';
walk($call, $admin, { ':_id' => 'Site_Name' }, { _id => 'str',
	value => 'str' });
walk($call, $admin, { ':_id' => 'x' }, 'bare');
deny($call, { ':_id' => 'Site_Name' }, all => '403 route');
$call = 'POST settings/:_id';
walk($call, $admin, { ':_id' => 'Site_Name', value => 'x' }, {});
walk($call, $admin, { ':_id' => 'x', value => 'x' }, 'bare');
walk($call, $admin, { ':_id' => 'Site_Name' },
	"F Match error: Missing key 'value'");
deny($call, { ':_id' => 'Site_Name', value => 'x' }, all => '403 route');
$call = 'POST method.call/:method';
my $ddp = '{"msg":"method","id":"1","method":"x","params":[]}';
walk($call, $ada, { ':method' => 'x', message => $ddp },
	{ message => 'str' });
deny($call, { ':method' => 'x', message => $ddp }, all => 'done');
walk('POST method.callAnon/:method', $anyone, { ':method' => 'x',
	message => $ddp }, { message => 'str' });
deny('POST method.callAnon/:method', { ':method' => 'x',
	message => $ddp }, all => 'done');
set(API_Enable_Shields => $no);
walk('GET shield.svg', $anyone, {},
	'E error-endpoint-disabled: This endpoint is disabled');

# ---- integrations ----

my %hook = (_id => 'str', type => 'str', name => 'str', enabled => 'bool',
	username => 'str', userId => 'str', channel => ['str'],
	scriptEnabled => 'bool', _createdAt => 'time', _createdBy => \%WHO,
	_updatedAt => 'time', map { ("$_?" => 'any') } qw(alias avatar emoji
	script token));
my %wish = (type => 'webhook-incoming', name => 'ci', enabled => $yes,
	username => 'rocket.cat', channel => '#dev', scriptEnabled => $no);
$call = 'POST integrations.create';
$r = walk($call, $admin, { %wish }, { integration => { %hook,
	token => 'str' } });
my %it = (integrationId => $r->{integration}{_id});
walk($call, $admin, { %wish, type => 'x' }, 'F Invalid integration type.');
walk($call, $admin, { %wish, channel => 'dev' }, 'E error-invalid-channel-' .
	'start-with-chars: Invalid channel. Start with @ or #');
walk($call, $admin, { %wish, channel => '' },
	'E error-invalid-channel: Invalid channel');
walk($call, $admin, { %wish, username => 'x' },
	'E error-invalid-user: Invalid user');
walk($call, $admin, { %wish, channel => '#x' },
	'E error-invalid-room: Invalid room');
deny($call, { %wish }, all => 'E not_authorized: Unauthorized');
walk('GET integrations.list', $admin, {}, { integrations => [\%hook],
	items => 'int', %PAGE });
deny('GET integrations.list', {}, all => '403');
$call = 'GET integrations.get';
walk($call, $admin, { %it }, { integration => \%hook });
walk($call, $admin, {},
	'F The query parameter "integrationId" is required.');
walk($call, $admin, { integrationId => 'x' },
	'F The integration does not exists.');
deny($call, { %it }, all => '403');
$call = 'PUT integrations.update';
walk($call, $admin, { %wish, %it, name => 'other' },
	{ integration => \%hook });
walk($call, $admin, { %wish, integrationId => 'x' },
	'F No integration found.');
deny($call, { %wish, %it }, all => 'E not_authorized: Unauthorized');
$call = 'GET integrations.history';
walk($call, $admin, { id => $it{integrationId} }, { history => ['any'],
	items => 'int', %PAGE });
walk($call, $admin, { id => 'x' }, 'F Invalid integration id.');
walk($call, $admin, {}, 'F Invalid integration id.');
deny($call, { id => $it{integrationId} }, all => '403');
$call = 'POST integrations.remove';
my %old = (type => 'webhook-incoming');
walk($call, $admin, { %old },
	'F An integrationId or target_url needs to be provided.');
walk($call, $admin, { %old, integrationId => 'x' },
	'F No integration found.');
walk($call, $admin, { %it, type => 'x' }, 'F Invalid integration type.');
deny($call, { %old, %it }, all => 'E not_authorized: Unauthorized');
walk($call, $admin, { %old, %it }, { integration => \%hook });

# ---- pictures of the place ----

my %emoji = (_id => 'str', name => 'str', aliases => ['str'],
	extension => 'str', _updatedAt => 'time');
my @gear = ([name => 'gear'], [emoji => png(8, 8), 'g.png', 'image/png']);
$call = 'POST emoji-custom.create';
walk($call, $admin, { form(@gear) }, {});
walk($call, $admin, { form([name => 'x'], [x => png(8, 8), 'g.png',
	'image/png']) }, 'E invalid-field');
deny($call, { form(@gear) }, all => 'E not_authorized');
$r = walk('GET emoji-custom.all', $ada, {}, { emojis => [\%emoji], %PAGE });
my %gear = (_id => $r->{emojis}[0]{_id});
walk('GET emoji-custom.list', $ada, {}, { emojis => { update => [\%emoji],
	remove => ['any'] } });
walk('GET emoji-custom.list', $ada, { updatedSince => 'x' },
	'E error-roomId-param-invalid: The "updatedSince" query parameter must ' .
	'be a valid date.');
walk('GET emoji-custom', $ada, {}, { emojis => [\%emoji] });
deny("GET $_", {}, all => 'done')
	for qw(emoji-custom emoji-custom.all emoji-custom.list);
$call = 'POST emoji-custom.update';
walk($call, $admin, { form([_id => $gear{_id}], [name => 'cog']) }, {});
walk($call, $admin, { form([_id => 'x'], [name => 'x']) },
	'F Emoji not found.');
deny($call, { form([_id => $gear{_id}], [name => 'x']) },
	all => 'E not_authorized');
$call = 'POST emoji-custom.delete';
walk($call, $admin, {}, 'F The "emojiId" params is required!');
walk($call, $admin, { emojiId => 'x' }, 'F Emoji not found.');
deny($call, { emojiId => $gear{_id} }, all => 'E not_authorized');
walk($call, $admin, { emojiId => $gear{_id} }, {});
my $asset = 'E error-action-not-allowed: Managing assets not allowed';
my @logo = ([logo => png(8, 8), 'g.png', 'image/png']);
walk('POST assets.setAsset', $admin, { form(@logo) }, {});
walk('POST assets.setAsset', $admin, { form([x => png(8, 8), 'g.png',
	'image/png']) }, 'E error-invalid-asset: Invalid asset');
deny('POST assets.setAsset', { form(@logo) }, all => $asset);
walk('POST assets.unsetAsset', $admin, { assetName => 'x' },
	'E error-invalid-asset: Invalid asset');
deny('POST assets.unsetAsset', { assetName => 'logo' }, all => $asset);
walk('POST assets.unsetAsset', $admin, { assetName => 'logo' }, {});

# ---- teams ----

my %team = (_id => 'str', name => 'str', type => 'int', roomId => 'str',
	createdAt => 'time', _updatedAt => 'time', createdBy => \%WHO,
	'rooms?' => 'int', 'numberOfUsers?' => 'int');
my ($nowhere, $unable) = ('F team-does-not-exist', '403');
$call = 'POST teams.create';
$r = walk($call, $ada, { name => 'red', type => 1, members => ['bob'] },
	{ team => \%team });
my %red = (teamId => $r->{team}{_id});
walk($call, $ada, { type => 0 }, 'F Body param "name" is required');
walk($call, $ada, { name => 'red', type => 0 },
	'F team-name-already-exists');
deny($call, { name => 'theirs', type => 0 }, guest => '403');
walk('GET teams.list', $ada, {}, { teams => [\%team], %PAGE });
deny('GET teams.list', {}, all => 'done');
walk('GET teams.listAll', $admin, {}, { teams => [\%team], %PAGE });
deny('GET teams.listAll', {}, all => '403');
walk('GET teams.info', $ada, $_, { teamInfo => \%team,
	team => \%team })
	for \%red, { teamName => 'red' };
walk('GET teams.members', $ada, \%red, { members => [{ user => { _id => 'str',
	username => 'str', name => 'str', status => 'str' }, roles => ['str'],
	createdAt => 'time' }], %PAGE });
my $den = $ada->post('groups.create', { name => 'den' })->{group}{_id};
my @rooms = ('POST teams.addRooms' => [{ rooms => [$den] }, { rooms =>
		[\%ROOM] }],
	'GET teams.listRooms' => [{}, { rooms => [\%ROOM], %PAGE }],
	'GET teams.listRoomsOfUser' => [{}, { rooms => [\%ROOM], %PAGE }],
	'POST teams.removeRoom' => [{ roomId => $den }, { room => \%ROOM }],
	'POST teams.addMembers' => [{ members => [{ userId => $admin->id }] },
		{}],
	'POST teams.update' => [{ data => { name => 'blue' } }, 'done']);
while (my ($call, $of) = splice @rooms, 0, 2) {
	my ($more, $want) = @$of;
	walk($call, $ada, { %red, %$more }, $want) if ref $want;
	walk($call, $ada, { %$more, $_ => 'x' }, $nowhere)
		for qw(teamId teamName);
	deny($call, { %red, %$more }, all => $nowhere,
		member => $call =~ /GET/ ? 'done' : '403');
	walk($call, $ada, { %red, %$more }, {}) unless ref $want;
}
for my $call ('GET teams.info', 'GET teams.members') {
	walk($call, $ada, { teamId => 'x' }, $nowhere);
	deny($call, \%red, all => $nowhere, member => 'done');
}
$call = 'POST teams.updateRoom';
$ada->post('teams.addRooms', { %red, rooms => [$den] });
my %given = (roomId => $den, isDefault => $yes);
walk($call, $ada, \%given, { room => \%ROOM });
walk($call, $ada, { %given, roomId => 'x' }, 'F invalid-room');
deny($call, \%given, all => 'F invalid-room');
$call = 'POST teams.removeMember';
walk($call, $ada, { %red, userId => 'x' }, 'F invalid-user');
walk($call, $ada, { %red, userId => $ada->id },
	'F last-owner-can-not-be-removed');
walk($call, $ada, { %red, userId => $eve->id }, 'F user-not-in-team');
deny($call, { %red, userId => $admin->id }, all => $nowhere,
	member => '403');
walk($call, $ada, { %red, userId => $admin->id }, {});
$call = 'POST teams.leave';
walk($call, $ada, \%red, 'F last-owner-can-not-be-removed');
walk($call, $bob, \%red, {});
deny($call, \%red, all => $nowhere);
$call = 'POST teams.delete';
deny($call, \%red, all => $nowhere);
walk($call, $ada, \%red, {});
walked(qr/^(?:rooms|subscriptions|teams|integrations|emoji-custom|assets|statistics)[.]|^(?:statistics|info|spotlight|directory|emoji-custom|service.*|settings.*|method.*)$/);
