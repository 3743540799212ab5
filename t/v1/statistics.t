#!/usr/bin/perl
# What this server is, and what there is on it.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my $anyone = $chat->anyone;
my %statistic = (uniqueId => 'str', installedAt => 'time', version => 'str',
	(map { $_ => 'int' } qw(totalUsers activeUsers nonActiveUsers
	onlineUsers awayUsers busyUsers offlineUsers totalConnectedUsers
	totalRooms totalChannels totalPrivateGroups totalDirect
	totalDiscussions totalThreads totalMessages totalChannelMessages
	totalPrivateGroupMessages totalDirectMessages uploadsTotal
	uploadsTotalSize)), createdAt => 'time', integrations => {
	totalIntegrations => 'int', totalIncoming => 'int',
	totalOutgoing => 'int', totalActive => 'int' },
	os => { type => 'str', platform => 'str', arch => 'str' });

subtest 'GET info' => sub {
	my $r = $anyone->get('info');
	shaped($r->json, { info => { version => 'str' }, success => 'bool' });
	is $r->{info}{version}, $anyone->get('/api/info')->{version},
		'as elsewhere';
};

subtest 'GET statistics' => sub {
	my $dev = $admin->room('dev', members => [qw(ada admin)]);
	my $before = $admin->get('statistics');
	is $ada->post("/api/rooms/$dev/send", { msg => 'hello' })->status, 200,
		'something is said';
	my $r = $admin->get('statistics', { refresh => 'true' });
	my %all = %{ $r->json };
	my $nested = delete $all{statistics};
	delete $all{success};
	shaped($nested, \%statistic);
	is_deeply \%all, $nested, 'inside, and beside';
	is $r->{totalMessages}, $before->{totalMessages} + 1,
		'messages are counted';
	is $r->{totalChannels}, 2, 'and rooms';
	is_deeply [@$r{qw(totalUsers activeUsers nonActiveUsers)}], [3, 3, 0],
		'and people: the admin, ada, the cat';
	is_deeply [@$r{qw(onlineUsers offlineUsers)}], [2, 1], 'who is there';
	$ada->post('users.setStatus', { status => 'away', message => '' });
	is $admin->get('statistics')->{awayUsers}, 1, 'as they wish';
	refused($ada->get('statistics'), 'error-not-allowed', 'Not allowed');
	anonymous($anyone->get('statistics'));
};

subtest 'GET statistics.list' => sub {
	my $r = $admin->get('statistics.list');
	shaped($r->json, { statistics => [{ _id => 'str', %statistic }],
		count => 'int', offset => 'int', total => 'int',
		success => 'bool' });
	is $r->{total}, 1, 'one a day';
	is $r->{statistics}[0]{totalUsers}, 2, 'as it was then';
	is_deeply [keys %{ $admin->get('statistics.list', { fields =>
		'{"totalUsers":1}', query => '{"totalUsers":{"$gte":1}}' })
		->{statistics}[0] }] > 0, 1, 'with fields and a selector';
	is $admin->get('statistics.list', { query => '{"totalUsers":77}' })
		->{total}, 0, 'that may choose none';
	$chat->restart;
	is $admin->get('statistics.list')->{total}, 1, 'not one a start';
	unauthorized($ada->get('statistics.list'), 'for administrators',
		route => 1);
	anonymous($anyone->get('statistics.list'));
};

subtest 'GET shield.svg' => sub {
	my $r = $anyone->get('shield.svg');
	is $r->status, 200, 'a badge for anybody';
	is $r->header('content-type'), 'image/svg+xml; charset=utf-8',
		'is a picture';
	like $r->body, qr{^<svg .*>pocketchat<.*>\d+ online<.*</svg>\n$}s,
		'says who is online';
	$r = $anyone->get('shield.svg', { type => 'channel', channel => 'dev',
		name => '<script>"&' . "\x{e9}" x 200, icon => 'false' });
	like $r->body, qr{>#dev<}, 'or names a channel';
	like $r->body, qr{&#60;script&#62;&#34;&#38;}, 'nothing is markup';
	unlike $r->body, qr{<script|<path}, 'or a picture, if there is to be none';
	cmp_ok length $r->body, '<', 1500, 'a long name is cut';
	refused($anyone->get('shield.svg', { type => 'channel' }), undef,
		'Shield channel is required for type "channel"');
	refused($anyone->get('shield.svg', { type => 'x' }),
		'error-shield-disabled', 'This shield type is disabled');
	$admin->post('settings/API_Enable_Shields', { value => JSON::PP::false });
	refused($anyone->get('shield.svg'), 'error-endpoint-disabled',
		'This endpoint is disabled');
};
done_testing;
