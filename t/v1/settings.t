#!/usr/bin/perl
# settings.*: what clients read and administrators change.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1(settings => { root_url => 'https://chat.example.org/',
	max_message => 4000 });
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my $anyone = $chat->anyone;
my %default = (count => 0);

sub value {
	my ($id) = @_;
	return $admin->get("settings/$id")->{value};
}

subtest 'GET settings.public' => sub {
	my $r = $anyone->get('settings.public', { count => 0 });
	is $r->status, 200, 'without a login';
	shaped($r->json, { settings => [{ _id => 'str', value => 'any',
		enterprise => 'bool' }], count => 'int', offset => 'int',
		total => 'int', success => 'bool' });
	my %is = map { $_->{_id} => $_->{value} } @{ $r->{settings} };
	is $is{Site_Name}, 'pocketchat', 'a text';
	is $is{Site_Url}, 'https://chat.example.org', 'the address we have';
	is $is{Message_AllowEditing}, JSON::PP::true, 'a switch';
	is $is{Message_MaxAllowedSize}, 4000,
		'a number, within what the server allows';
	is $is{LDAP_Enable}, JSON::PP::false, 'a fact';
	like $is{uniqueID}, qr/^\w{17}$/, 'what tells this server from others';
	ok !exists $is{Accounts_RegistrationForm_SecretURL} &&
		!exists $is{API_Enable_CORS}, 'nothing that is not public';
	my @ids = map { $_->{_id} } @{ $r->{settings} };
	is_deeply \@ids, [sort @ids], 'in order (server/options.def is)';
	is $r->{total}, $r->{count}, 'all of them';

	$r = $anyone->get('settings.public');
	is_deeply [@$r{qw(count offset)}], [50, 0], 'a page is 50';
	$r = $anyone->get('settings.public', { count => 2, offset => 1,
		sort => '{"_id":-1}' });
	is_deeply [map { $_->{_id} } @{ $r->{settings} }],
		[(reverse @ids)[1, 2]],
		'a page, sorted';
	$r = $anyone->get('settings.public', { query =>
		'{"_id":{"$in":["Site_Name","Language","API_Enable_CORS"]}}' });
	is_deeply $r->{settings}, [
		{ _id => 'Language', value => 'en', enterprise => JSON::PP::false },
		{ _id => 'Site_Name', value => 'pocketchat',
			enterprise => JSON::PP::false }],
		'chosen by a selector, without what is not public';
	is $r->{total}, 2, 'and counted so';
	$r = $anyone->get('settings.public', { _id => 'Site_Name, nothing' });
	is_deeply [map { $_->{_id} } @{ $r->{settings} }], ['Site_Name'],
		'or by a list of ids';
	$r = $anyone->get('settings.public', { query =>
		'{"group":"Threads"}', fields => '{"type":1,"public":1}' });
	is_deeply $r->{settings}, [{ _id => 'Threads_enabled', value =>
		JSON::PP::true, type => 'boolean', public => JSON::PP::true }],
		'with more, when it is asked for';
	refused($anyone->get('settings.public', { query => '{"value":1}' }),
		'error-invalid-query',
		'Invalid query parameter provided: "{"value":1}"');
};

subtest 'GET settings' => sub {
	my $r = $admin->get('settings', { count => 0 });
	shaped($r->json, { settings => [{ _id => 'str', value => 'any' }],
		count => 'int', offset => 'int', total => 'int',
		success => 'bool' });
	ok scalar(grep { $_->{_id} eq 'API_Enable_CORS' } @{ $r->{settings} }),
		'also those that are not public';
	$r = $admin->get('settings', { query =>
		'{"_id":"Accounts_RegistrationForm"}', fields => '{"x":0}' });
	shaped($r->{settings}[0], { _id => 'str', value => 'str',
		type => 'str', packageValue => 'str', valueSource => 'str',
		group => 'str', section => 'str', public => 'bool',
		blocked => 'bool', hidden => 'bool', enterprise => 'bool',
		sorter => 'int', i18nLabel => 'str', i18nDescription => 'str',
		values => [{ key => 'str', i18nLabel => 'str' }] },
		'all that there is to say');
	is_deeply [map { $_->{key} } @{ $r->{settings}[0]{values} }],
		['Public', 'Disabled', 'Secret URL'], 'with what it takes';
	is_deeply [@{ $ada->get('settings')->json }{qw(settings total)}],
		[[], 0], 'nothing for who may not see them';
	anonymous($anyone->get('settings'));
};

subtest 'GET settings/:_id' => sub {
	is_deeply $admin->get('settings/Site_Name')->json, { _id => 'Site_Name',
		value => 'pocketchat', success => JSON::PP::true }, 'one';
	is_deeply [$admin->get('settings/none')->status,
		$admin->get('settings/none')->json],
		[400, { success => JSON::PP::false }], 'or none';
	unauthorized($ada->get('settings/Site_Name'), 'for administrators',
		route => 1);
	anonymous($anyone->get('settings/Site_Name'));
};

subtest 'POST settings/:_id' => sub {
	is_deeply $admin->post('settings/Site_Name', { value => 'Ours' })->json,
		{ success => JSON::PP::true }, 'a text is changed';
	is value('Site_Name'), 'Ours', 'so it is';
	my $r = $admin->get('settings', { query => '{"_id":"Site_Name"}',
		fields => '{"_updatedAt":1,"valueSource":1,"ts":1}' });
	shaped($r->{settings}[0], { _id => 'str', value => 'str', ts => 'time',
		valueSource => 'str', _updatedAt => 'time' }, 'and when');
	$chat->restart;
	is value('Site_Name'), 'Ours', 'also after a restart';
	succeeded($admin->post('settings/API_Default_Count', { value => 3 }),
		'a number');
	is $anyone->get('settings.public')->{count}, 3, 'has its effect at once';
	succeeded($admin->post('settings/API_Upper_Count_Limit', { value => 2 }),
		'the most of a page');
	is $anyone->get('settings.public', { count => 9 })->{count}, 2,
		'cuts others';
	succeeded($admin->post('settings/API_Allow_Infinite_Count',
		{ value => JSON::PP::false }), 'a switch');
	is $anyone->get('settings.public', { count => 0 })->{count}, 2,
		'so that nobody gets everything';
	succeeded($admin->post('settings/Accounts_RegistrationForm',
		{ value => 'Secret URL' }), 'a choice');
	refused($admin->post('settings/Site_Name', {}), undef,
		"Match error: Missing key 'value'");
	refused($admin->post('settings/Site_Name', { value => 5 }), undef,
		'Match error: Expected string, got number in field value');
	refused($admin->post('settings/Threads_enabled', { value => 'true' }),
		undef, 'Match error: Expected boolean, got string in field value');
	refused($admin->post('settings/API_Default_Count', { value => [] }),
		undef, 'Match error: Expected number, got array in field value');
	refused($admin->post('settings/API_Default_Count', { value => -1 }),
		'error-invalid-setting-value',
		'The setting API_Default_Count takes 0..100000');
	refused($admin->post('settings/Accounts_RegistrationForm',
		{ value => 'Open' }), 'error-invalid-setting-value',
		'The setting Accounts_RegistrationForm takes ' .
		'Public|Disabled|Secret URL');
	refused($admin->post('settings/Message_MaxAllowedSize',
		{ value => 4001 }), 'error-invalid-setting-value',
		'The setting Message_MaxAllowedSize takes 1..4000');
	refused($admin->post('settings/Site_Name', { value => 'x' x 4097 }),
		'error-invalid-setting-value',
		'The setting Site_Name takes at most 4096 bytes');
	for my $id (qw(none LDAP_Enable uniqueID Site_Url)) {
		$r = $admin->post("settings/$id", { value => JSON::PP::true });
		is_deeply [$r->status, $r->json],
			[400, { success => JSON::PP::false }], "$id is not changed";
	}
	unauthorized($ada->post('settings/Site_Name', { value => 'x' }),
		'for administrators', route => 1);
	anonymous($anyone->post('settings/Site_Name', { value => 'x' }));
	is value('Site_Name'), 'Ours', 'nothing of that was done';
};

subtest 'GET settings.oauth' => sub {
	is_deeply $anyone->get('settings.oauth')->json,
		{ services => [], success => JSON::PP::true }, 'there are none';
};

subtest 'GET service.configurations' => sub {
	is_deeply $anyone->get('service.configurations')->json,
		{ configurations => [], success => JSON::PP::true },
		'there are none';
};

subtest 'GET webdav.getMyAccounts' => sub {
	is_deeply $ada->get('webdav.getMyAccounts')->json,
		{ accounts => [], success => JSON::PP::true }, 'there are none';
	anonymous($anyone->get('webdav.getMyAccounts'));
};
done_testing;
