#!/usr/bin/perl
# /hooks/: messages by an address that is its own proof
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1(args => ['--log-level', 'debug'],
	settings => { rate_limit => 'off' });
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $bot = $chat->user('robot', roles => ['bot']);
my $dev = $ada->room('dev', members => ['robot']);
my $ops = $ada->room('ops', members => ['robot']);
my $cellar = $ada->room('cellar', private => 1);
my $anyone = $chat->anyone;

sub hook {
	my (%o) = @_;
	my $r = $admin->post('integrations.create', {
		type => 'webhook-incoming', name => 'ci', username => 'robot',
		channel => '#dev', enabled => JSON::PP::true,
		scriptEnabled => JSON::PP::false, %o });
	die $r unless $r->status == 200;
	return $r->{integration};
}

sub address { "/hooks/$_[0]{_id}/" . $chat->secret($_[0]{token}, 'a hook') }

sub newest {
	my ($room, $n) = @_;
	my $r = $ada->get("/api/v1/channels.history",
		{ roomId => $room, count => $n // 1 });
	return @{ $r->{messages} };
}

my $hook = hook(alias => 'Builds', avatar => 'https://ci.example/a.png');
my $at = address($hook);

subtest 'POST hooks/:id/:token' => sub {
	my $r = $anyone->post($at, { text => 'built **42**' });
	is_deeply [$r->status, $r->json], [200, { success => JSON::PP::true }],
		'JSON is taken without a login';
	my ($m) = newest($dev);
	is $m->{msg}, 'built **42**', 'and is in the room';
	is_deeply $m->{u}, { _id => $bot->id, username => 'robot',
		name => 'robot' }, 'written by the user of the integration';
	is_deeply $m->{bot}, { i => $hook->{_id} }, 'marked as its';
	is_deeply [@$m{qw(alias avatar emoji)}],
		['Builds', 'https://ci.example/a.png', undef],
		'with its name and picture';

	$anyone->post($at, { text => 'x', username => 'Jenkins',
		icon_emoji => ':ghost:', attachments => [
			{ title => 'log', title_link => 'https://ci.example/1' }] });
	($m) = newest($dev);
	is_deeply [@$m{qw(alias emoji avatar)}],
		['Jenkins', ':ghost:', undef], 'a message may have its own';
	is $m->{attachments}[0]{title}, 'log', 'and attachments';

	is $anyone->post($at, 'text=of+a+form&alias=F')->status, 200, 'a form';
	($m) = newest($dev);
	is_deeply [@$m{qw(msg alias)}], ['of a form', 'F'], 'is read';
	is $anyone->post($at, undef, form => { payload =>
		'{"text":"slack","icon_url":"https://x.example/i.png"}' })->status,
		200, 'the payload of a form';
	($m) = newest($dev);
	is_deeply [@$m{qw(msg avatar)}], ['slack', 'https://x.example/i.png'],
		'is read';
	is $anyone->post($at, '{"not": json & a=b}', type => 'text/plain')
		->status, 200, 'plain text';
	is +(newest($dev))[0]{msg}, '{"not": json & a=b}', 'is the message';
	is $anyone->post($at, { payload => '{"text":"in json"}' })->status, 200,
		'a payload in JSON';
	is +(newest($dev))[0]{msg}, 'in json', 'is read too';
};

subtest 'what is refused' => sub {
	my $count = newest($dev, 100);
	for my $body (undef, {}) {
		my $r = $anyone->post($at, $body // '');
		is_deeply [$r->status, $r->json],
			[200, { success => JSON::PP::true }], 'nothing is fine';
	}
	my %none = (success => JSON::PP::false,
		error => 'Invalid integration id or token provided.');
	for my $path ("/hooks/$hook->{_id}/" . 'x' x 48, "/hooks/none/$hook->{token}",
		"/hooks/$hook->{_id}/" . substr($hook->{token}, 1)) {
		my $r = $anyone->post($path, { text => 'x' });
		is_deeply [$r->status, $r->json], [404, \%none], 'no such address';
	}
	my $r = $anyone->post($at, undef, form => { payload => '{"text":' });
	is $r->status, 400, 'a payload that is no JSON';
	is_deeply [sort keys %{ $r->json }], [qw(error success)],
		'with the words of the parser';
	like $r->{error}, qr/^The payload /, 'that say so';
	$r = $anyone->post($at, '{"text":', type => 'application/json');
	is $r->status, 400, 'a body that is no JSON';
	refused($anyone->post($at, { alias => 5, text => 'x' }),
		'error-invalid-params', 'The parameter "alias" is of another ' .
		'type or too long');
	refused($anyone->post($at, { channel => '#dev' }),
		'error-message-empty', 'The message is empty');
	is scalar(newest($dev, 100)), $count, 'and nothing was posted';
	unlike $chat->log, qr/$hook->{token}/, 'the log never has the address';
	like $chat->log, qr{path=/hooks/ status=404}, 'though it has the call';
};

subtest 'where it goes' => sub {
	is $anyone->post($at, { text => 'there', channel => '#ops' })->status,
		200, 'to another room of its user';
	is +(newest($ops))[0]{msg}, 'there', 'that the message names';
	is $anyone->post($at, { text => 'by id', roomId => $ops })->status,
		200, 'or by its id';
	is $anyone->post($at, { text => 'both', channel => ['#ops', '#dev'] })
		->status, 200, 'or to several';
	is_deeply [map { $_->{msg} } newest($ops), newest($dev)],
		['both', 'both'], 'each has it';
	for my $to ('#cellar', $cellar, '#nowhere', '@nobody') {
		my $r = $anyone->post($at, { text => 'x', channel => $to });
		is_deeply [$r->status, $r->json], [400, { error =>
			'invalid-channel', success => JSON::PP::false }],
			"not to $to";
	}
	my $r = $anyone->post($at, { text => 'x',
		channel => ['#ops', '#cellar'] });
	is $r->status, 400, 'all of them or none';
	is +(newest($ops))[0]{msg}, 'both', 'so nothing was posted';

	my $two = hook(channel => '#dev, #ops, @ada');
	is_deeply $two->{channel}, ['#dev', '#ops', '@ada'], 'several at home';
	is $anyone->post(address($two), { text => 'all' })->status, 200,
		'are written to';
	is_deeply [map { $_->{msg} } newest($ops), newest($dev)],
		['all', 'all'], 'each';
	my ($im) = @{ $ada->get('/api/v1/im.list')->{ims} || [] };
	is $ada->get('/api/v1/im.history', { roomId => $im->{_id} })
		->{messages}[0]{msg}, 'all', 'and directly';
};

subtest 'POST hooks/:id/:user/:token' => sub {
	my $old = $at =~ s{(/hooks/[^/]+)/}{"$1/" . $bot->id . '/'}er;
	is $anyone->post($old, { text => 'the older form' })->status, 200,
		'the user within the address';
	is +(newest($dev))[0]{msg}, 'the older form', 'is as good';
	is $anyone->post("/hooks/$hook->{_id}/" . $bot->id . '/nonsense',
		{ text => 'x' })->status, 404, 'the token counts';
};

subtest 'disabled' => sub {
	my $off = hook(enabled => JSON::PP::false);
	my $r = $anyone->post(address($off), { text => 'x' });
	is_deeply [$r->status, $r->body], [503, 'Service Unavailable'],
		'it is not served';
	my $gone = $chat->user('gone');
	my $theirs = hook(username => 'gone');
	$admin->post('users.setActiveStatus',
		{ userId => $gone->id, activeStatus => JSON::PP::false });
	is $anyone->post(address($theirs), { text => 'x' })->status, 503,
		'nor in the name of somebody who was deactivated';
	$admin->post('users.delete', { userId => $gone->id });
	is $anyone->post(address($theirs), { text => 'x' })->status, 404,
		'and gone with its user';
};

subtest 'from a browser' => sub {
	my $r = $anyone->request('OPTIONS', $at);
	is $r->status, 200, 'any site may ask';
	is $r->header('access-control-allow-origin'), '*', 'and is allowed';
	like $r->header('access-control-allow-methods'), qr/POST/, 'to post';
	$r = $anyone->post($at, { text => 'web' },
		headers => [Origin => 'https://x.example']);
	is $r->header('access-control-allow-origin'), '*', 'and to read';
	is $anyone->get($at)->status, 405, 'there is nothing to get';
};

# The two forms of an address: with the user in it, and without.
sub tail {
	my ($user) = @_;
	my ($tail) = $at =~ m{^/hooks/(.*)};
	return $user ? $tail =~ s{/}{'/' . $bot->id . '/'}er : $tail;
}

sub info {
	my ($tail) = @_;
	is_deeply $anyone->get("/hooks/info/$tail")->json,
		{ success => JSON::PP::true }, 'there is one';
	is $anyone->get("/hooks/info/${tail}x")->status, 404, 'or none';
}

sub sample {
	my ($tail) = @_;
	my $r = $anyone->get("/hooks/sample/$tail");
	is scalar @{ $r->json }, 3, 'three to look at';
	shaped($r->json->[0], { channel_name => 'str', timestamp => 'time',
		user_id => 'str', user_name => 'str', text => 'str',
		trigger_word => 'str' });
	is $r->json->[0]{channel_name}, 'dev', 'of its room';
	is $anyone->get("/hooks/sample/${tail}x")->status, 404, 'or none';
}

sub manages {
	my ($verb, $tail) = @_;
	refused($anyone->post("/hooks/$verb/$tail",
		{ event => 'newMessageOnChannel' }), 'not_authorized',
		'Unauthorized', 'a bot may not manage integrations');
	is $anyone->post("/hooks/$verb/${tail}x", {})->status, 404,
		'nor may who has no address';
}

subtest 'GET hooks/info/:id/:token' => sub { info(tail()) };
subtest 'GET hooks/info/:id/:user/:token' => sub { info(tail(1)) };
subtest 'GET hooks/sample/:id/:token' => sub { sample(tail()) };
subtest 'GET hooks/sample/:id/:user/:token' => sub { sample(tail(1)) };
# what they do: t/v1/outgoing.t
subtest 'POST hooks/add/:id/:token' => sub { manages('add', tail()) };
subtest 'POST hooks/add/:id/:user/:token' =>
	sub { manages('add', tail(1)) };
subtest 'POST hooks/remove/:id/:token' => sub { manages('remove', tail()) };
subtest 'POST hooks/remove/:id/:user/:token' =>
	sub { manages('remove', tail(1)) };
done_testing;
