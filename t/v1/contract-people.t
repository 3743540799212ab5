#!/usr/bin/perl
# The contract's table of login, me, users.*, roles.*, permissions.*,
# custom-user-status.*, call by call.
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
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
my $call;
my $action = 'E error-action-not-allowed';
my ($not, $unable) = ('E error-not-allowed: Not allowed',
	'E error-not-authorized: Not authorized');
my $nobody = 'E error-invalid-user: The required "userId" or "username" ' .
	'param provided does not match any users';
my $unsaid = 'E error-user-param-not-provided: The required "userId" or ' .
	'"username" param was not provided';
my $taken = 'is already in use :(';

sub set { $admin->post("settings/$_[0]", { value => $_[1] }) }
sub key { return "F Match error: Missing key '$_[0]'" }

# ---- login, logout, me: in the form of old ----

my %preferences = map { $_ => 'any' } keys %{ $ada->get(
	'users.getPreferences')->{preferences} };
my %me = (%USER, 'email?' => 'str', avatarUrl => 'str', language => 'str',
	settings => { preferences => \%preferences }, emails => 'any');
delete @me{qw(settings? emails?)};
walk('GET me', $ada, {}, { map { $_ => $me{$_} } sort keys %me });
deny('GET me', {}, all => 'done');
my $r = $anyone->post('login', { user => 'bob', password => $bob->pass });
shaped($r->json, { status => 'str', data => { userId => 'str',
	authToken => 'str', me => { %me } } }, 'POST login: its form of old');
is_deeply [map { [$_->status, $_->json] } map { $anyone->post('login', $_) }
	{ user => 'bob', password => 'wrong' }, { user => 'x', password => 'x' },
	{ resume => 'x' }], [([401, { status => 'error', error => 'Unauthorized',
	message => 'Unauthorized' }]) x 3], 'POST login: all who fail alike';
my $again = $r->{data}{authToken};
is $anyone->post('login', { resume => $again })->{data}{authToken}, $again,
	'POST login: a token resumes as itself';
$r = $chat->login('bob', $bob->pass)->post('logout', {});
is_deeply $r->json, { status => 'success', data => { message =>
	"You've been logged out!" } }, 'POST logout: its form of old';

# ---- accounts ----

my %wish = (username => 'new', email => 'new@example.org', name => 'New',
	password => 'a-good-password-1');
$call = 'POST users.create';
walk($call, $admin, { %wish }, { user => \%USER });
for my $key (sort keys %wish) {
	my %less = %wish;
	delete $less{$key};
	walk($call, $admin, \%less, key($key));
}
walk($call, $admin, { %wish, blah => 1 },
	'F Match error: Unknown key in field blah');
walk($call, $admin, { %wish, username => 'welcome', sendWelcomeEmail => $yes,
	email => 'w@example.org', joinDefaultChannels => $no, active => $yes,
	verified => $yes, requirePasswordChange => $yes, roles => ['user'],
	customFields => { a => 'b' } }, { user => \%USER });
walk($call, $admin, { %wish, email => 'x@example.org' },
	"E error-field-unavailable: new $taken");
walk($call, $admin, { %wish, username => 'other' },
	"E error-field-unavailable: new\@example.org $taken");
walk($call, $admin, { %wish, username => 'a b' }, 'E error-input-is-not-a-' .
	'valid-field: a b is not a valid username');
walk($call, $admin, { %wish, username => 'y', email => 'y' },
	'E error-invalid-email: Invalid email');
for (['username', 'Username'], ['password', 'Password'], ['name', 'Name']) {
	walk($call, $admin, { %wish, $_->[0] => '' }, 'E error-the-field-is-' .
		"required: The field $_->[1] is required");
}
walk($call, $admin, { %wish, username => 'z', email => 'z@example.org',
	roles => ['nothing'] }, "$action: The field Roles consist invalid role " .
	'name');
walk($call, $admin, { %wish, username => 'z', email => 'z@example.org',
	customFields => { a => 'x' x 20000 } },
	'E error-user-registration-custom-field: At most 8192 bytes of custom ' .
	'fields');
deny($call, { %wish, username => 'theirs', email => 'theirs@example.org' },
	all => "$action: Adding user is not allowed");
$call = 'POST users.register';
my %self = (username => 'reg', email => 'reg@example.org', name => 'Reg',
	pass => 'a-good-password-2');
walk($call, $anyone, { %self }, 'E error-user-registration-disabled: User ' .
	'registration is disabled');
set(Accounts_RegistrationForm => 'Public');
walk($call, $anyone, { %self }, { user => \%USER });
walk($call, $anyone, { %self, email => 'r2@example.org' },
	'F Username is already in use');
$r = $anyone->post('users.register', { %self, username => 'reg2' });
is_deeply [$r->{error}, $r->{errorType}],
	['Email already exists. [403]', 403], 'POST users.register: a number';
like $r->body, qr/"errorType":403\b/, 'as one';
walk($call, $anyone, { %self, username => 'a b', email => 'q@example.org' },
	'E error-input-is-not-a-valid-field: a b is not a valid username');
for my $key (qw(username email pass name)) {
	my %less = %self;
	delete $less{$key};
	walk($call, $anyone, \%less, key($key));
}
deny($call, { %self }, all => 'F Logged in users can not register again.');

$call = 'GET users.info';
my %seen = map { ("$_?" => $USER{$_} // $USER{"$_?"}) } map { s/[?]$//r }
	keys %USER;
walk($call, $admin, { userId => $ada->id }, { user => { %USER,
	'rooms?' => 'any' } });
walk($call, $admin, { username => 'ada', fields => '{"userRooms":1}' },
	{ user => { %USER, rooms => [{ '_id?' => 'str', rid => 'str',
	name => 'str', t => 'str', 'roles?' => ['str'], 'unread?' => 'int' }] } });
walk($call, $ada, {}, 'E invalid-filter');
walk($call, $ada, { $_ => 'nowhere' }, $nobody) for qw(userId username);
deny($call, { username => 'ada' }, all => 'done');
$call = 'GET users.list';
walk($call, $admin, {}, { users => [{ %seen }], %PAGE });
deny($call, {}, guest => '403 route', member => 'done');
$call = 'GET users.autocomplete';
walk($call, $ada, { selector => '{"term":"bo"}' }, { items => [{ _id => 'str',
	username => 'str', name => 'str', status => 'str', 'nickname?' => 'str',
	'avatarETag?' => 'str' }] });
walk($call, $ada, {}, "F The 'selector' param is required");
deny($call, { selector => '{"term":"a"}' }, guest => '403 route',
	member => 'done');

my ($new) = map { $_->{user}{_id} } $admin->get('users.info',
	{ username => 'new' });
$call = 'POST users.update';
my $change = sub { return { userId => $new, data => { @_ } } };
walk($call, $admin, $change->(name => 'Newer', statusText => 'hi',
	bio => 'x', verified => $yes), { user => \%USER });
walk($call, $admin, { userId => $new }, key('data'));
walk($call, $admin, { userId => 'x', data => {} }, $nobody);
walk($call, $admin, { data => {} }, $unsaid);
walk($call, $admin, $change->(username => 'ada'),
	"E error-field-unavailable: ada $taken");
walk($call, $admin, $change->(email => 'ada@example.org'),
	"E error-field-unavailable: ada\@example.org $taken");
deny($call, $change->(name => 'x'),
	all => "$action: Editing user is not allowed");
deny($call, $change->(password => 'another-password-3'),
	all => "$action: Edit user password is not allowed");
deny($call, $change->(roles => ['admin']),
	all => "$action: Assign roles is not allowed");
my $own = sub { return { data => { @_ } } };
$call = 'POST users.updateOwnBasicInfo';
walk($call, $ada, $own->(name => 'Ada L', nickname => 'al', bio => 'x',
	statusText => 'here', statusType => 'away'), { user => \%USER });
walk($call, $ada, {}, key('data'));
for my $wrong ({}, { currentPassword => 'x' }) {
	walk($call, $ada, $own->(email => 'a2@example.org', %$wrong),
		'E error-invalid-password: Invalid password');
	walk($call, $ada, $own->(newPassword => 'a-new-password-9', %$wrong),
		'E error-invalid-password: Invalid password');
}
walk($call, $ada, $own->(username => 'bob'),
	"E error-field-unavailable: bob $taken");
walk($call, $ada, $own->(email => 'a2@example.org', currentPassword =>
	sha256_hex($ada->pass)), { user => \%USER });
for (['Username', username => 'ada2'], ['RealName', name => 'A']) {
	set("Accounts_Allow${\$_->[0]}Change" => $no);
	walk($call, $ada, $own->(@$_[1, 2]), $not);
	set("Accounts_Allow${\$_->[0]}Change" => $yes);
}
deny($call, $own->(nickname => 'n'), all => 'done');

# ---- pictures ----

my @pic = ([image => png(8, 8), 'a.png', 'image/png']);
my $form = sub { my ($body, $type) = parts(@_);
	return { -as => [body => $body, type => $type] } };
$call = 'POST users.setAvatar';
walk($call, $ada, $form->(@pic), {});
walk($call, $ada, { avatarUrl => 'x:y' },
	'E error-avatar-invalid-url: Invalid avatar URL: x:y');
walk($call, $ada, { avatarUrl => 'http://127.0.0.1/a.png' },
	'E error-avatar-url-handling: Error while handling avatar setting from ' .
	'a URL (http://127.0.0.1/a.png) for ada');
walk($call, $ada, $form->([file => 'x', 'x', 'image/png']),
	'E invalid-field');
walk($call, $ada, { userId => 'x', avatarUrl => 'x' }, $nobody);
deny($call, $form->(@pic, [userId => $ada->id]), all => '403');
walk('GET users.getAvatar', $anyone, { username => 'x' }, $nobody);
walk('GET users.getAvatar', $anyone, {}, $unsaid);
$r = $anyone->get('users.getAvatar', { userId => $ada->id });
is $r->status, 307, 'GET users.getAvatar: is elsewhere';
like $r->header('location'), qr{/avatar/ada\b}, 'where it says';
$call = 'POST users.resetAvatar';
walk($call, $ada, {}, {});
walk($call, $admin, { userId => 'x' }, $nobody);
deny($call, { userId => $ada->id }, all => '403');
set(Accounts_AllowUserAvatarChange => $no);
walk("POST users.$_", $ada, $form->(@pic),
	'E error-not-allowed: Change avatar is not allowed')
	for qw(setAvatar);
walk('POST users.resetAvatar', $ada, {},
	'E error-not-allowed: Change avatar is not allowed');
set(Accounts_AllowUserAvatarChange => $yes);

# ---- presence ----

$call = 'GET users.getPresence';
walk($call, $ada, {}, { presence => 'str', connectionStatus => 'str',
	lastLogin => 'time' });
walk($call, $ada, { userId => $bob->id }, { presence => 'str' });
walk($call, $ada, { userId => 'x' }, $nobody);
deny($call, { userId => $ada->id }, all => 'done');
$call = 'GET users.getStatus';
walk($call, $ada, {}, { _id => 'str', status => 'str', message => 'str',
	connectionStatus => 'str' });
walk($call, $ada, { username => 'bob' }, { _id => 'str', status => 'str',
	'message?' => 'str' });
walk($call, $ada, { userId => 'x' }, $nobody);
deny($call, { userId => $ada->id }, all => 'done');
$call = 'GET users.presence';
walk($call, $ada, $_, { full => 'bool', users => [{ _id => 'str',
	username => 'str', name => 'str', status => 'str', utcOffset => 'int',
	'statusText?' => 'str', 'avatarETag?' => 'str' }] })
	for {}, { ids => $ada->id . ',' . $bob->id }, { from => '2020-01-01' };
deny($call, {}, all => 'done');
$call = 'POST users.setStatus';
walk($call, $ada, { message => 'tea', status => 'busy' }, {});
walk($call, $ada, { message => '', status => 'asleep' }, 'E error-invalid-' .
	'status: Valid status types include online, away, offline, and busy.');
walk($call, $admin, { userId => 'x', message => '' }, $nobody);
set(Accounts_AllowInvisibleStatusOption => $no);
walk($call, $ada, { message => '', status => 'offline' },
	'E error-status-not-allowed: Invisible status is disabled');
set(Accounts_AllowInvisibleStatusOption => $yes);
set(Accounts_AllowUserStatusMessageChange => $no);
walk($call, $ada, { message => 'x' },
	'E error-not-allowed: Change status is not allowed');
set(Accounts_AllowUserStatusMessageChange => $yes);
deny($call, { userId => $ada->id, message => 'x' }, all => '403');

# ---- preferences and tokens ----

walk('GET users.getPreferences', $ada, {}, { preferences => \%preferences });
deny('GET users.getPreferences', {}, all => 'done');
$call = 'POST users.setPreferences';
walk($call, $ada, { data => { language => 'de', unknown => 'kept' } },
	{ user => { _id => 'str', settings => { preferences => {
	%preferences, unknown => 'str' } } } });
walk($call, $ada, {}, key('data'));
walk($call, $ada, { data => { language => 5 } },
	'F Match error: Unexpected type in field data.language');
walk($call, $admin, { userId => 'x', data => {} }, 'E error-invalid-user: ' .
	'The optional "userId" param provided does not match any users');
deny($call, { userId => $ada->id, data => {} },
	all => "$action: Editing user is not allowed");
walk('POST users.forgotPassword', $anyone, { email => 'ada@example.org' }, {});
walk('POST users.forgotPassword', $anyone, {},
	"F The 'email' param is required");
deny('POST users.forgotPassword', { email => 'x@example.org' }, all => 'done');
$call = 'POST users.createToken';
$r = walk($call, $admin, { userId => $ada->id }, { data => { userId => 'str',
	authToken => 'str' } });
walk($call, $admin, {}, $unsaid);
walk($call, $admin, { username => 'x' }, $nobody);
deny($call, { userId => $ada->id }, all => $unable);
$call = 'GET users.getUsernameSuggestion';
walk($call, $ada, {}, { result => 'str' });
deny($call, {}, all => 'done');
my %token = (tokenName => 'ci');
my ($forbidden, $nameless) = ('E not-authorized: Not Authorized',
	"F The 'tokenName' param is required");
my $gone = 'E error-token-does-not-exists: Token does not exist';
walk('POST users.generatePersonalAccessToken', $ada, \%token,
	{ token => 'str' });
walk('POST users.generatePersonalAccessToken', $ada, \%token,
	'E error-token-already-exists: A token with this name already exists');
walk('POST users.regeneratePersonalAccessToken', $ada, \%token,
	{ token => 'str' });
walk('GET users.getPersonalAccessTokens', $ada, {}, { tokens => [{
	name => 'str', createdAt => 'time', lastTokenPart => 'str',
	bypassTwoFactor => 'bool' }] });
walk('POST users.removePersonalAccessToken', $ada, \%token, {});
for my $verb (qw(regenerate remove)) {
	walk("POST users.${verb}PersonalAccessToken", $ada, \%token, $gone);
}
for my $verb (qw(generate regenerate remove)) {
	$call = "POST users.${verb}PersonalAccessToken";
	walk($call, $ada, {}, $nameless);
	deny($call, { tokenName => 'theirs' }, guest => $forbidden,
		member => 'done');
}
deny('GET users.getPersonalAccessTokens', {}, guest => $forbidden,
	member => 'done');
my $session = $chat->login('ada', $ada->pass);
walk('POST users.logoutOtherClients', $session, {}, { token => 'str',
	'tokenExpires?' => 'time' });
deny('POST users.logoutOtherClients', {});
$session = $chat->login('ada', $ada->pass);
walk('POST users.removeOtherTokens', $session, {}, {});
deny('POST users.removeOtherTokens', {});
$ada = $session;
walk('POST users.logout', $admin, { userId => $new }, { message => 'str' });
walk('POST users.logout', $admin, { userId => 'x' }, $nobody);
deny('POST users.logout', { userId => $ada->id }, all => '403');

# ---- roles ----

my %role = (_id => 'str', name => 'str', description => 'str', scope => 'str',
	protected => 'bool');
my $right = 'Accessing permissions is not allowed';
walk('GET roles.list', $ada, {}, { roles => [\%role] });
deny('GET roles.list', {}, all => 'done');
walk('GET roles.sync', $ada, { updatedSince => '2020-01-01' },
	{ roles => { update => [\%role], remove => ['any'] } });
walk('GET roles.sync', $ada, { updatedSince => 'x' },
	'E error-updatedSince-param-invalid: The "updatedSince" query parameter ' .
	'must be a valid date.');
deny('GET roles.sync', { updatedSince => '2020-01-01' }, all => 'done');
$call = 'POST roles.create';
walk($call, $admin, { name => 'cook', description => 'cooks' },
	{ role => \%role });
walk($call, $admin, {}, key('name'));
walk($call, $admin, { name => 'cook' }, 'E error-duplicate-role-names-not-' .
	'allowed: Role name already exists');
deny($call, { name => 'x' }, all => "$action: $right");
$call = 'POST roles.update';
walk($call, $admin, { roleId => 'cook', description => 'x' },
	{ role => \%role });
deny($call, { roleId => 'cook', description => 'x' }, all => "$action: $right");
my %gift = (roleName => 'cook', username => 'bob');
$call = 'POST roles.addUserToRole';
walk($call, $admin, { %gift }, { role => \%role });
walk($call, $admin, { %gift },
	'E error-user-already-in-role: User already in role');
walk($call, $admin, { roleName => 'cook' },
	'E error-invalid-arguments: Invalid arguments');
walk($call, $admin, { %gift, username => 'x' },
	'E error-invalid-user: Invalid user');
walk($call, $admin, { %gift, roleName => 'x' },
	'E error-invalid-role: Invalid role');
deny($call, { %gift }, all => "E error-action-not-allowed: $right");
$call = 'GET roles.getUsersInRole';
walk($call, $admin, { role => 'cook' }, { users => [{ %seen }], %PAGE });
walk($call, $admin, {},
	'E error-param-not-provided: Query param "role" is required');
deny($call, { role => 'cook' }, all => $not);
walk('GET roles.getUsersInPublicRoles', $ada, {}, { users => [{
	_id => 'str', username => 'str', roles => ['str'] }] });
deny('GET roles.getUsersInPublicRoles', {}, all => 'done');
walk('POST roles.delete', $admin, { roleId => 'cook' },
	"E error-role-in-use: Cannot delete role because it's in use");
$call = 'POST roles.removeUserFromRole';
walk($call, $admin, { %gift }, { role => \%role });
walk($call, $admin, { %gift },
	'E error-user-not-in-role: User is not in this role');
walk($call, $admin, { %gift, username => 'x' },
	'E error-invalid-user: Invalid user');
deny($call, { %gift }, all => "E error-not-allowed: $right");
$call = 'POST roles.delete';
walk($call, $admin, { roleId => 'x' },
	'E error-invalid-roleId: This role does not exist');
walk($call, $admin, { roleId => 'admin' },
	'E error-role-protected: Cannot delete a protected role');
deny($call, { roleId => 'cook' }, all => "$action: $right");
walk($call, $admin, { roleId => 'cook' }, {});

# ---- permissions ----

my %permission = (_id => 'str', roles => ['str'], _updatedAt => 'time');
walk('GET permissions.listAll', $ada, {}, { update => [\%permission],
	remove => ['any'] });
walk('GET permissions.listAll', $ada, { updatedSince => 'x' },
	'E error-roomId-param-invalid: The "updatedSince" query parameter must ' .
	'be a valid date.');
walk('GET permissions.list', $ada, {}, { permissions => [\%permission] });
$r = $ada->get('permissions');
shaped({ all => $r->json }, { all => [\%permission] },
	'GET permissions: a bare list');
deny("GET $_", {}, all => 'done') for qw(permissions.listAll permissions.list);
anonymous($anyone->get('permissions'), 'GET permissions: not anonymous');
$call = 'POST permissions.update';
my $grant = sub { return { permissions => [{ _id => $_[0], roles =>
	[$_[1]] }] } };
walk($call, $admin, $grant->('view-logs', 'admin'),
	{ permissions => [\%permission] });
walk($call, $admin, $grant->('x', 'admin'),
	'typed error-invalid-permission: Invalid permission');
walk($call, $admin, {}, 'typed error-invalid-permission: Invalid permission');
walk($call, $admin, $grant->('view-logs', 'x'),
	'typed error-invalid-role: Invalid role');
deny($call, $grant->('view-logs', 'user'), all => 'typed error-edit-' .
	'permissions-not-allowed: Editing permissions is not allowed');

# ---- what one is doing ----

my %status = (_id => 'str', name => 'str', statusType => 'str',
	'_updatedAt?' => 'time');
$r = walk('POST custom-user-status.create', $admin, { name => 'Tea',
	statusType => 'away' }, { customUserStatus => \%status });
my $tea = $r->{customUserStatus}{_id};
walk('POST custom-user-status.update', $admin, { _id => $tea,
	name => 'Coffee', statusType => 'busy' }, { customUserStatus => \%status });
walk('GET custom-user-status.list', $ada, {}, { statuses => [\%status],
	%PAGE });
deny('GET custom-user-status.list', {}, all => 'done');
deny('POST custom-user-status.create', { name => 'x' }, all => '403 route');
deny('POST custom-user-status.update', { _id => $tea, name => 'x' },
	all => '403 route');
deny('POST custom-user-status.delete', { customUserStatusId => $tea },
	all => '403 route');
walk('POST custom-user-status.delete', $admin, {},
	'F The "customUserStatusId" params is required!');
walk('POST custom-user-status.delete', $admin, { customUserStatusId => $tea },
	{});

# ---- the end ----

my $eve_s = $eve->post('channels.create', { name => 'eves', members =>
	['bob'] });
my $owner = sub {
	my ($r, $what) = @_;
	is_deeply [$r->status, $r->json], [400, { success => $no,
		error => '[user-last-owner]', errorType => 'user-last-owner',
		details => { shouldChangeOwner => ['eves'],
		shouldBeRemoved => [] } }], "$what: the last owner of a room";
};
$call = 'POST users.setActiveStatus';
$owner->($admin->post('users.setActiveStatus', { userId => $eve->id,
	activeStatus => $no }), $call);
walk($call, $admin, { userId => $new, activeStatus => $no },
	{ user => { _id => 'str', active => 'bool' } });
walk($call, $admin, { userId => $new }, key('activeStatus'));
walk($call, $admin, { userId => 'x', activeStatus => $no }, $nobody);
my $alone = "$action: Leaving the app without admins is not allowed";
walk($call, $admin, { userId => $admin->id, activeStatus => $no }, $alone);
deny($call, { userId => $new, activeStatus => $yes }, all => '403 route');
is_deeply [map { [$_->status, $_->json] } $anyone->post('login',
	{ user => 'new', password => $wish{password} })], [[401, {
	status => 'error', error => 'error-user-is-not-activated',
	message => 'User is not activated' }]], 'POST login: who is not active';
$call = 'POST users.delete';
$owner->($admin->post('users.delete', { userId => $eve->id }), $call);
walk($call, $admin, {}, $unsaid);
walk($call, $admin, { userId => 'x' }, $nobody);
walk($call, $admin, { username => 'admin' }, $alone);
deny($call, { userId => $new }, all => '403 route');
walk($call, $admin, { userId => $new }, { 'deletedRooms?' => 'any' });
$call = 'POST users.deleteOwnAccount';
walk($call, $eve, {}, 'F Body parameter "password" is required.');
walk($call, $eve, { password => sha256_hex($eve->pass) }, $not);
set(Accounts_AllowDeleteOwnAccount => $yes);
walk($call, $eve, { password => sha256_hex('wrong') },
	'E error-invalid-password: Invalid password');
$owner->($eve->post('users.deleteOwnAccount', { password =>
	sha256_hex($eve->pass) }), $call);
walk($call, $gil, { password => sha256_hex($gil->pass) }, {});
walked(qr/^(?:me$|users[.](?!getAvatar|deleteOwn)|roles[.]|custom-user-status[.]|permissions[.])/);
