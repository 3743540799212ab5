#!/usr/bin/perl
# The contract's table of chat.*, im.*, dm.* and commands.*, call by call.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Contract;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $gil) = map { $chat->user($_) } qw(ada bob eve gil);
$admin->post('users.update', { userId => $gil->id,
	data => { roles => ['guest'] } });
cast($chat, guest => $gil, member => $bob, stranger => $eve);
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $dev = $ada->post('channels.create', { name => 'dev',
	members => ['bob'] })->{channel}{_id};
my $cellar = $ada->post('groups.create', { name => 'cellar',
	members => ['bob'] })->{group}{_id};
my $not = 'E error-not-allowed: Not allowed';
my $list = { messages => [\%MESSAGE], %PAGE };

sub set { $admin->post("settings/$_[0]", { value => $_[1] }) }

sub said {
	my ($who, $text, %o) = @_;
	return $who->post('chat.postMessage', { roomId => $cellar,
		text => $text, %o })->{message}{_id};
}

# ---- chat: to say something ----

my $call = 'POST chat.postMessage';
my $posted = { ts => 'int', channel => 'str', message => \%MESSAGE };
walk($call, $ada, { roomId => $dev, text => 'hello' }, $posted);
walk($call, $ada, { channel => '#dev', msg => 'hello', alias => 'nas',
	emoji => ':x:', attachments => [{ text => 'a' }] }, $posted);
walk($call, $ada, { channel => '@bob', text => 'hi' }, $posted);
walk($call, $ada, { roomId => [$dev, $cellar], text => 'to both' },
	{ %$posted, channel => ['str'] });
walk($call, $ada, { text => 'x', %$_ }, 'E invalid-channel')
	for { roomId => 'x' }, { channel => '#x' }, { channel => '@x' }, {};
walk($call, $ada, { roomId => $dev, text => 'x' x 5001 }, 'E error-message-' .
	'size-exceeded: Message size exceeds Message_MaxAllowedSize');
deny($call, { roomId => $cellar, text => 'x' }, all => 'E invalid-channel',
	member => 'done');
deny($call, { roomId => $dev, text => 'x' }, guest => 'E invalid-channel');
walk($call, $ada, { channel => '#dev', text => 'x', username => 'nas',
	icon_url => 'http://x/a.png', tmid => 'x' },
	'E error-invalid-message: Invalid message');
$call = 'POST chat.sendMessage';
walk($call, $ada, { message => { rid => $cellar, msg => 'hello',
	_id => 'an-id-of-ours' } }, { message => \%MESSAGE });
walk($call, $ada, {}, 'E error-invalid-params: The "message" parameter ' .
	'must be provided.');
walk($call, $ada, { message => { msg => 'x' } },
	"F The 'rid' property on the message object is missing.");
walk($call, $ada, { message => { rid => 'x', msg => 'x' } }, $not);
deny($call, { message => { rid => $cellar, msg => 'x' } }, all => $not,
	member => 'done');

# ---- chat: what was said ----

my $id = said($ada, 'first');
my %it = (roomId => $cellar, msgId => $id);
my $unknown = 'No message found with the id of';
my $elsewhere = 'F The room id provided does not match where the message ' .
	'is from.';
$call = 'POST chat.update';
walk($call, $ada, { %it, text => 'second' }, { message => \%MESSAGE });
walk($call, $ada, { %it, text => 'x', msgId => 'x' }, qq(F $unknown "x".));
walk($call, $ada, { %it, text => 'x', roomId => $dev }, $elsewhere);
deny($call, { %it, text => 'x' }, all => qq(F $unknown "$id".),
	member => 'E error-action-not-allowed: Message editing not allowed');
my $own = said($bob, 'mine');
set(Message_AllowEditing => $no);
walk($call, $bob, { %it, msgId => $own, text => 'x' },
	'E error-action-not-allowed: Message editing not allowed');
set(Message_AllowEditing => $yes);
$call = 'GET chat.getMessage';
walk($call, $ada, { msgId => $id }, { message => \%MESSAGE });
walk($call, $ada, {}, 'F The "msgId" query parameter must be provided.');
walk($call, $ada, { msgId => 'x' }, 'bare');
deny($call, { msgId => $id }, all => 'bare', member => 'done');

my %mid = (messageId => $id);
my $void = 'E error-message-not-found: The provided "messageId" does not ' .
	'match any existing message.';
my $unsaid = 'E error-messageid-param-not-provided: The required ' .
	'"messageId" param is';
$call = 'POST chat.react';
walk($call, $bob, { %mid, emoji => ':x:' }, {});
walk($call, $bob, { %mid, reaction => 'x', shouldReact => $no }, {});
walk($call, $bob, { emoji => ':x:' }, "$unsaid missing.");
walk($call, $bob, { emoji => ':x:', messageId => 'x' }, $void);
walk($call, $bob, \%mid, 'E error-emoji-param-not-provided: The required ' .
	'"emoji" param is missing.');
walk($call, $bob, { %mid, emoji => ':no such thing:' },
	'E error-not-allowed: Invalid emoji provided.');
deny($call, { %mid, emoji => ':x:' }, all => $void, member => 'done');
my $pinning = 'E error-action-not-allowed: Pinning is not allowed';
for (['pinMessage', $ada, { message => \%MESSAGE }, $pinning],
		['unPinMessage', $ada, {}, $pinning],
		['starMessage', $bob, {}, 'done'],
		['unStarMessage', $bob, {}, 'done']) {
	my ($verb, $who, $want, $member) = @$_;
	$call = "POST chat.$verb";
	walk($call, $who, \%mid, $want);
	walk($call, $who, {}, $unsaid . ($verb eq 'pinMessage' ? ' missing.' :
		' required.'));
	walk($call, $who, { messageId => 'x' }, $void);
	deny($call, \%mid, all => $void, member => $member);
	my $setting = $verb =~ /Pin|pin/ ? 'Pinning' : 'Starring';
	set("Message_Allow$setting" => $no);
	walk($call, $who, \%mid, $setting eq 'Pinning' ? $pinning :
		'E error-action-not-allowed: Message starring not allowed');
	set("Message_Allow$setting" => $yes);
}
$ada->post('chat.pinMessage', \%mid);
$bob->post('chat.starMessage', \%mid);
said($ada, 'for @bob');

# ---- chat: lists ----

my %here = (roomId => $cellar);
$call = 'GET chat.search';
walk($call, $ada, { %here, searchText => 'second' },
	{ messages => [\%MESSAGE] });
walk($call, $ada, { searchText => 'x' }, 'E error-roomId-param-not-' .
	'provided: The required "roomId" query param is missing.');
walk($call, $ada, \%here, 'E error-searchText-param-not-provided: The ' .
	'required "searchText" query param is missing.');
deny($call, { %here, searchText => 'second' }, all => $not,
	member => 'done');
my %code = (Pinned => 'E error-roomId-param-not-provided: ' .
	'The required "roomId" query param is missing.');
for my $of (qw(Pinned Mentioned Starred)) {
	$call = "GET chat.get${of}Messages";
	walk($call, $bob, \%here, $list);
	walk($call, $bob, {}, $code{$of} // 'E error-invalid-params: ' .
		"The 'roomId' param is required");
	walk($call, $bob, { roomId => 'x' }, $not);
	deny($call, \%here, all => $not, member => 'done');
}
$call = 'GET chat.getDiscussions';
$ada->post('rooms.createDiscussion', { prid => $cellar, t_name => 'Speed' });
walk($call, $ada, \%here, $list);
walk($call, $ada, {}, "E error-invalid-params: The 'roomId' param is " .
	'required');
deny($call, \%here, all => $not, member => 'done');
my $since = '2020-01-01T00:00:00.000Z';
$call = 'GET chat.syncMessages';
walk($call, $ada, { %here, lastUpdate => $since }, { result => {
	updated => [\%MESSAGE], deleted => [{ _id => 'str',
	_deletedAt => 'time' }] } });
walk($call, $ada, { lastUpdate => $since }, 'E error-roomId-param-not-' .
	'provided: The required "roomId" query param is missing.');
walk($call, $ada, \%here, 'E error-lastUpdate-param-not-provided: The ' .
	'required "lastUpdate" query param is missing.');
walk($call, $ada, { %here, lastUpdate => 'x' }, 'E error-roomId-param-' .
	'invalid: The "lastUpdate" query parameter must be a valid date.');
deny($call, { %here, lastUpdate => $since }, all => $not,
	member => 'done');
$call = 'GET chat.getDeletedMessages';
walk($call, $ada, { %here, since => $since },
	{ messages => [{ _id => 'str' }], %PAGE });
walk($call, $ada, { since => $since },
	'E The required "roomId" query param is missing.');
walk($call, $ada, \%here, 'E The required "since" query param is missing.');
walk($call, $ada, { %here, since => 'x' },
	'E The "since" query parameter must be a valid date.');
deny($call, { %here, since => $since }, all => $not, member => 'done');

# ---- chat: threads ----

my $root = said($ada, 'a root');
said($bob, 'an answer', tmid => $root);
my %threads = ('GET chat.getThreadsList' => [{ rid => $cellar },
		{ threads => [\%MESSAGE], %PAGE }],
	'GET chat.getThreadMessages' => [{ tmid => $root }, $list],
	'GET chat.syncThreadsList' => [{ rid => $cellar, updatedSince =>
		$since }, { threads => { update => [\%MESSAGE],
		remove => ['any'] } }],
	'GET chat.syncThreadMessages' => [{ tmid => $root, updatedSince =>
		$since }, { messages => { update => [\%MESSAGE],
		remove => ['any'] } }],
	'POST chat.followMessage' => [{ mid => $root }, {}],
	'POST chat.unfollowMessage' => [{ mid => $root }, {}]);
for my $call (sort keys %threads) {
	my ($params, $want) = @{ $threads{$call} };
	my %none = (rid => 'E error-not-allowed: Not Allowed',
		tmid => 'E error-invalid-message: Invalid Message',
		mid => 'E error-invalid-message: Invalid message');
	my ($key) = grep { $none{$_} } keys %$params;
	walk($call, $ada, $params, $want);
	walk($call, $ada, { %$params, $key => 'x' }, $none{$key});
	deny($call, $params, all => $none{$key}, member => 'done');
	set(Threads_enabled => $no);
	walk($call, $ada, $params, 'E error-not-allowed: ' .
		($key eq 'mid' ? 'not-allowed' : 'Threads Disabled'));
	set(Threads_enabled => $yes);
}
walk('GET chat.getThreadsList', $ada, {},
	'E The required "rid" query param is missing.');
walk('GET chat.getThreadMessages', $ada, {}, 'E error-invalid-params: The ' .
	'required "tmid" query param is missing.');
walk('GET chat.syncThreadsList', $ada, { updatedSince => $since },
	'E error-room-id-param-not-provided: The required "rid" query param is ' .
	'missing.');
walk('GET chat.syncThreadMessages', $ada, { updatedSince => $since },
	'E error-invalid-params: The required "tmid" query param is missing.');
for (['syncThreadsList', rid => $cellar], ['syncThreadMessages',
		tmid => $root]) {
	my ($verb, %q) = @$_;
	my $bad = 'E error-updatedSince-param-invalid: The';
	walk("GET chat.$verb", $ada, \%q,
		"$bad required param \"updatedSince\" is missing.");
	walk("GET chat.$verb", $ada, { %q, updatedSince => 'x' },
		"$bad \"updatedSince\" query parameter must be a valid date.");
}
walk("POST chat.$_", $ada, {}, 'E The required "mid" body param is missing.')
	for qw(followMessage unfollowMessage);

$call = 'GET chat.getSnippetedMessages';
walk($call, $ada, \%here, $not);	# Message_AllowSnippeting is off
walk($call, $ada, {}, 'E error-invalid-params: The required "roomId" query ' .
	'param is missing.');
deny($call, \%here, all => $not);

# ---- chat: and others ----

$call = 'POST chat.reportMessage';
my $rude = 'The required "%s" param is missing.';
walk($call, $bob, { %mid, description => 'rude' }, {});
walk($call, $bob, { description => 'x' }, 'F ' . sprintf $rude, 'messageId');
walk($call, $bob, \%mid, 'F ' . sprintf $rude, 'description');
walk($call, $bob, { messageId => 'x', description => 'x' },
	'E error-invalid-message_id: Invalid message id');
deny($call, { %mid, description => 'x' }, member => 'done',
	all => 'E error-invalid-message_id: Invalid message id');
$call = 'GET chat.ignoreUser';
my %whom = (rid => $cellar, userId => $ada->id);
walk($call, $bob, \%whom, {});
walk($call, $bob, { %whom, ignore => 'false' }, {});
walk($call, $bob, { userId => $ada->id }, 'E error-room-id-param-not-' .
	'provided: The required "rid" param is missing.');
walk($call, $bob, { rid => $cellar }, 'E error-user-id-param-not-provided: ' .
	'The required "userId" param is missing.');
deny($call, \%whom, all => 'E error-invalid-subscription: Invalid ' .
	'subscription', member => 'done');
$call = 'GET chat.getMessageReadReceipts';
walk($call, $ada, \%mid, { receipts => ['any'] });
walk($call, $ada, {}, "F The required 'messageId' param is missing.");
deny($call, \%mid, all => 'E error-invalid-message: Invalid message',
	member => 'done');
$call = 'POST chat.delete';
walk($call, $ada, { %it, msgId => 'x' }, qq(F $unknown "x".));
walk($call, $ada, { %it, roomId => $dev }, $elsewhere);
walk($call, $bob, { %it, asUser => $yes }, 'F Unauthorized. You must have ' .
	'the permission "force-delete-message" to delete other\'s message as ' .
	'them.');
deny($call, \%it, all => qq(F $unknown "$id".),
	member => 'E error-action-not-allowed: Not allowed');
set(Message_AllowDeleting => $no);
my $bobs = said($bob, 'mine');
walk($call, $bob, { %it, msgId => $bobs },
	'E error-action-not-allowed: Not allowed');
set(Message_AllowDeleting => $yes);
walk($call, $ada, \%it, { _id => 'str', ts => 'int', message => {
	_id => 'str', rid => 'str', u => \%WHO } });

# ---- im and dm ----

$ada->post('chat.postMessage', { channel => '@bob', text => 'a word' });
for my $im (qw(im dm)) {
	$call = "POST $im.create";
	my $made = { room => { _id => 'str', rid => 'str', t => 'str',
		usernames => ['str'], inserted => 'bool' } };
	my $r = walk($call, $ada, { username => 'bob' }, $made);
	my %it = (roomId => $r->{room}{_id});
	my $none = 'E error-room-not-found: The required "roomId" or ' .
		'"username" param provided does not match any direct message';
	my $unsaid = 'E error-room-param-not-provided: Body param "roomId" or ' .
		'"username" is required';
	walk($call, $ada, { usernames => 'bob,eve' }, $made);
	walk($call, $ada, {}, $unsaid);
	walk($call, $ada, { username => 'x' },
		'E error-invalid-user: Invalid user');
	deny($call, { username => 'ada' }, guest => $not, member => 'done',
		stranger => 'done');
	walk("GET $im.list", $ada, {}, { ims => [\%DIRECT], %PAGE });
	deny("GET $im.list", {}, all => 'done');
	walk("GET $im.list.everyone", $admin, {}, { ims => [\%DIRECT], %PAGE });
	deny("GET $im.list.everyone", {}, all => '403 route');
	my %read = ("GET $im.history" => { messages => [\%MESSAGE] },
		"GET $im.messages" => { messages => [\%MESSAGE], %PAGE },
		"GET $im.members" => { members => [\%MEMBER], %PAGE },
		"GET $im.files" => { files => [\%FILE], %PAGE },
		"GET $im.counters" => { joined => 'bool', unreadsFrom => 'time',
			latest => 'time', map { $_ => 'int' } qw(members unreads
			msgs userMentions) },
		"POST $im.open" => {});
	for my $call (sort keys %read) {
		walk($call, $ada, \%it, $read{$call});
		walk($call, $ada, { username => 'bob' }, $read{$call});
		walk($call, $ada, {}, $unsaid);
		walk($call, $ada, { roomId => $_ }, $none) for 'x', $dev;
		walk($call, $ada, { username => 'x' }, $none);
		deny($call, \%it, all => $none, member => 'done');
	}
	$call = "POST $im.close";
	walk($call, $ada, \%it, {});
	walk($call, $ada, \%it, 'F The direct message room, bob, is already ' .
		'closed to the sender');
	walk($call, $ada, { roomId => 'x' }, $none);
	deny($call, \%it, all => $none, member => 'done');
	$bob->post("$im.open", \%it);
	$call = "POST $im.setTopic";
	walk($call, $ada, { %it, topic => 'us' }, { topic => 'str' });
	walk($call, $ada, \%it, 'F The bodyParam "topic" is required');
	walk($call, $ada, { roomId => 'x', topic => 'x' }, $none);
	deny($call, { %it, topic => 'x' }, all => $none, member => 'done');
	$call = "GET $im.messages.others";
	walk($call, $admin, \%it, 'E error-endpoint-disabled: This endpoint is ' .
		'disabled');
	set(API_Enable_Direct_Message_History_EndPoint => $yes);
	walk($call, $admin, \%it, { messages => [\%MESSAGE], %PAGE });
	walk($call, $admin, {}, 'E error-roomid-param-not-provided: The ' .
		'parameter "roomId" is required');
	deny($call, \%it, all => '403');
	set(API_Enable_Direct_Message_History_EndPoint => $no);
	$call = "POST $im.delete";
	deny($call, \%it, all => '403');
	walk($call, $admin, {}, $unsaid);
	walk($call, $admin, \%it, {});
}

# ---- commands ----

my %command = (command => 'str', params => 'str', description => 'str',
	clientOnly => 'bool', providesPreview => 'bool', 'permission?' => 'str');
walk('GET commands.list', $ada, {}, { commands => [\%command], %PAGE });
deny('GET commands.list', {}, all => 'done');
$call = 'GET commands.get';
walk($call, $ada, { command => 'topic' }, { command => \%command });
walk($call, $ada, {}, 'F The query param "command" must be provided.');
walk($call, $ada, { command => 'x' },
	'F There is no command in the system by the name of: x');
deny($call, { command => 'topic' }, all => 'done');
$call = 'POST commands.run';
my %run = (command => 'shrug', params => 'oh', %here);
walk($call, $ada, \%run, { 'result?' => 'any' });
walk($call, $ada, { %here }, 'F You must provide a command to run.');
walk($call, $ada, { %run, params => ['x'] },
	'F The parameters for the command must be a single string.');
walk($call, $ada, { command => 'shrug' }, "F The room's id where to " .
	'execute this command must be provided and be a string.');
walk($call, $ada, { %run, command => 'x' },
	'F The command provided does not exist (or is disabled).');
deny($call, \%run, all => '403', member => 'done');
my %glance = (command => 'shrug', params => 'x', %here);
my $plain = 'E error-invalid-command: The command does not provide previews';
for (['GET', 'get the previews from'], ['POST', 'run the preview item on']) {
	my ($verb, $to) = @$_;
	my %more = $verb eq 'POST' ? (previewItem => { id => '1', type => 'x',
		value => 'x' }) : ();
	$call = "$verb commands.preview";
	walk($call, $ada, { %glance, %more }, $plain);
	walk($call, $ada, { %here, %more },
		"F You must provide a command to $to.");
	walk($call, $ada, { command => 'shrug', %more }, "F The room's id where " .
		($verb eq 'GET' ? 'the previews are being displayed' :
		'the preview is being executed in') .
		' must be provided and be a string.');
	walk($call, $ada, { %glance, %more, command => 'x' },
		'F The command provided does not exist (or is disabled).');
	deny($call, { %glance, %more }, all => '403', member => $plain);
}
# ---- moderation ----

$call = 'POST moderation.reportUser';
my %pest = (userId => $ada->id, description => 'a pest');
walk($call, $bob, \%pest, {});
walk($call, $bob, { description => 'x' },
	'F The required "userId" param is missing.');
walk($call, $bob, { userId => $ada->id },
	'F The required "description" param is missing.');
walk($call, $bob, { %pest, userId => 'x' }, 'F Invalid user id provided.');
deny($call, \%pest, all => 'done');
# no snippets, no previews are here to succeed
walked(qr/^(?:chat|im|dm|commands)[.](?!preview|getSnip)|^moderation.reportUser/);
