#!/usr/bin/perl
# Outgoing integrations: which events, which rooms, which receivers
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;
use Files;
use Receiver;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $chat = v1(settings => { outgoing => 'on', outgoing_private => 'on' });
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $bot = $chat->user('robot', roles => ['bot']);
my $dev = $ada->room('dev', members => ['robot']);
my $cellar = $ada->room('cellar', private => 1);
my $far = Receiver->new(sub { Receiver::reply(200, '') });

sub hook_of {
	my ($server, $who, %o) = @_;
	my $r = $who->post('integrations.create', {
		type => 'webhook-outgoing', name => 'x', username => 'robot',
		channel => '#dev', enabled => $yes, scriptEnabled => $no,
		event => 'sendMessage', urls => [$far->url('/')], %o });
	die $r unless $r->status == 200;
	return $r->{integration};
}

sub hook { hook_of($chat, $admin, @_) }

sub gone {
	$admin->post('integrations.remove', { type => 'webhook-outgoing',
		integrationId => $_[0]{_id} })->status == 200 or die;
}

sub post_to {
	my ($who, $to, $text) = @_;
	my $r = $who->post('chat.postMessage',
		{ channel => $to, text => $text });
	die $r unless $r->status == 200;
	return $r->{message};
}

sub soon {
	my ($is) = @_;
	for (1 .. 500) {
		my $got = $is->();
		return $got if $got;
		select undef, undef, undef, 0.02;
	}
	return;
}

subtest 'events' => sub {
	my @h = map { hook(event => $_, channel => '#dev',
		urls => [$far->url("/$_")]) } qw(roomJoined roomLeft
		roomArchived roomCreated userCreated fileUploaded);
	$bob->post('channels.join', { roomId => $dev });
	my $r = $far->next;
	is $r->{path}, '/roomJoined', 'somebody joins';
	is_deeply { %{ $r->{json} }, token => 0, timestamp => 0 },
		{ token => 0, bot => $no, channel_id => $dev,
		channel_name => 'dev', timestamp => 0, user_id => $bob->id,
		user_name => 'bob', siteUrl => '' }, 'who, where';
	upload($ada, "rooms.upload/$dev", [file => 'bytes', 'a.txt',
		'text/plain'], [msg => 'a file']);
	$r = $far->next;
	is_deeply [$r->{path}, $r->{json}{text},
		$r->{json}{attachments}[0]{title}],
		['/fileUploaded', 'a file', 'a.txt'], 'a file comes';
	$bob->post('channels.leave', { roomId => $dev });
	is $far->next->{path}, '/roomLeft', 'and leaves';
	my $new = $ada->post('channels.create', { name => 'fresh' })
		->{channel}{_id};
	is_deeply [@{ $far->next->{json} }{qw(channel_id user_name)}],
		[$new, 'ada'], 'a channel is made';
	$ada->post('groups.create', { name => 'hidden' });
	$admin->post('users.create', { name => 'Cy', username => 'cy',
		email => 'cy@example.org', password => 'long-enough-1' });
	is $far->next->{json}{user_name}, 'cy',
		'not a private one; and a user is';
	$ada->post('channels.archive', { roomId => $dev });
	is $far->next->{path}, '/roomArchived', 'a room is archived';
	$ada->post('channels.unarchive', { roomId => $dev });
	ok $far->quiet, 'and that was all';
	gone($_) for @h;
};

subtest 'rooms' => sub {
	my $hook = hook(channel => 'all_public_channels');
	post_to($ada, '#cellar', 'private');
	post_to($ada, '#fresh', 'public');
	is $far->next->{json}{text}, 'public', 'all channels are just these';
	gone($hook);
	$hook = hook(channel => '#cellar');
	post_to($ada, '#cellar', 'named');
	is $far->next->{json}{text}, 'named', 'a private one that was named';
	gone($hook);
	$hook = hook(channel => 'all_private_groups');
	post_to($ada, '#cellar', 'not the robot\'s');
	$ada->post('groups.invite', { roomId => $cellar, userId => $bot->id });
	post_to($ada, '#cellar', 'the robot\'s');
	is $far->next->{json}{text}, 'the robot\'s',
		'all private ones are those of its user';
	gone($hook);
	$hook = hook(channel => 'all_direct_messages');
	post_to($ada, '@bob', 'a letter');
	post_to($ada, '@robot', 'to the robot');
	is $far->next->{json}{text}, 'to the robot',
		'so are all direct ones: letters of others stay theirs';
	gone($hook);
	$hook = hook(channel => '@ada');
	post_to($ada, '@bob', 'a letter');
	post_to($bob, '@robot', 'of bob');
	post_to($ada, '@robot', 'again');
	is $far->next->{json}{text}, 'again', 'and those with somebody';
	gone($hook);
	ok $far->quiet, 'nothing else';
};

subtest 'two that would talk for ever' => sub {
	my $in = $admin->post('integrations.create', { type =>
		'webhook-incoming', name => 'in', enabled => $yes, username =>
		'robot', channel => '#dev', scriptEnabled => $no })->{integration};
	my $hook = hook();
	$chat->anyone->post("/hooks/$in->{_id}/" .
		$chat->secret($in->{token}, 'a hook'), { text => 'by a script' });
	my $r = $far->next;
	is_deeply [@{ $r->{json} }{qw(text bot)}], ['by a script', $yes],
		'what scripts say is told, and marked';
	gone($hook);
};

subtest 'POST hooks/add' => sub {
	my $mine = $admin->post('integrations.create', { type =>
		'webhook-incoming', name => 'zap', enabled => $yes, username =>
		'admin', channel => '#dev', scriptEnabled => $no })->{integration};
	my $tail = "$mine->{_id}/" . $chat->secret($mine->{token}, 'a hook');
	my $anyone = $chat->anyone;
	my %wish = (name => 'zap', target_url => $far->url('/zap'),
		event => 'newMessageOnChannel', data =>
		{ channel_name => 'dev', trigger_words => ['zap'] });
	refused($anyone->post("/hooks/add/$tail", { %wish, event => 'x' }),
		'error-invalid-event-type', 'Invalid event type');
	succeeded($anyone->post("/hooks/add/$tail", \%wish), 'added');
	post_to($ada, '#dev', 'zap it');
	is $far->next->{json}{trigger_word}, 'zap', 'it is told';
	succeeded($anyone->post("/hooks/remove/$tail",
		{ target_url => $far->url('/zap') }), 'removed');
	refused($anyone->post("/hooks/remove/$tail",
		{ target_url => $far->url('/zap') }), undef,
		'No integration found.', 'once');
	post_to($ada, '#dev', 'zap again');
	ok $far->quiet, 'it is told no more';
};

subtest 'a crash' => sub {
	my $hook = hook(urls => ['http://127.0.0.1:1/']);
	post_to($ada, '#dev', 'before the crash');
	soon(sub { $admin->get('integrations.history',
		{ id => $hook->{_id} })->{history}[0]{tries} });
	$chat->kill9;
	$chat->start;
	$_ = $_->again for $admin, $ada;
	my $r = $admin->request('PUT', 'integrations.update', json => {
		type => 'webhook-outgoing', integrationId => $hook->{_id},
		urls => [$far->url('/new')] });
	succeeded($r, 'it goes elsewhere now');
	post_to($ada, '#dev', 'after it');
	is $far->next->{json}{text}, 'after it', 'and is told';
	my ($new, $old) = @{ $admin->get('integrations.history',
		{ id => $hook->{_id} })->{history} };
	is $old->{data}{text}, 'before the crash',
		'what was not heard is not forgotten';
	gone($hook);
};

subtest 'HTTPS' => sub {
	my $other = v1(tls => 1);
	my $in = $other->admin->post('integrations.create', { type =>
		'webhook-incoming', name => 'in', enabled => $yes, username =>
		'admin', channel => '#general', scriptEnabled => $no })
		->{integration};
	my $tail = "$in->{_id}/" . $other->secret($in->{token}, 'a hook');
	my $port = $other->tls_port;
	my $tries = sub {
		my ($host) = @_;
		my $hook = hook(urls => ["https://$host:$port/hooks/$tail"],
			retryFailedCalls => $no);
		post_to($ada, '#dev', "to $host");
		my $h = soon(sub { my $d = $admin->get('integrations.history',
			{ id => $hook->{_id} })->{history}[0];
			$d && $d->{finished} && $d });
		gone($hook);
		return $h->{httpError} // $h->{httpCallData}{statusCode};
	};
	like $tries->('127.0.0.1'), qr/^the certificate is refused: self.signed/,
		'nobody is believed whom nobody vouches for';
	$chat->stop;
	local $chat->{env} = { SSL_CERT_FILE => $other->cert };
	$chat->start;
	$_ = $_->again for $admin, $ada;
	is $tries->('127.0.0.1'), 200, 'by its address';
	is $tries->('localhost'), 200, 'and its name';
	is $other->admin->get('channels.history', { roomName => 'general',
		roomId => $other->admin->get('channels.info',
		{ roomName => 'general' })->{channel}{_id}, count => 1 })
		->{messages}[0]{msg}, 'to localhost', 'it has been heard';
	like $tries->('127.1'), qr/^the certificate is refused: hostname/,
		'another name is not believed';
};

subtest 'private networks' => sub {
	$chat->stop;
	local $chat->{settings} = { outgoing => 'on' };
	$chat->start;
	$_ = $_->again for $admin, $ada;
	for my $host (qw(127.0.0.1 localhost [::1] 0.0.0.0 169.254.169.254)) {
		my $hook = hook(urls => ["http://$host:1/"],
			retryFailedCalls => $no);
		post_to($ada, '#dev', 'to the inside');
		my $h = soon(sub { my $d = $admin->get('integrations.history',
			{ id => $hook->{_id} })->{history}[0];
			$d && $d->{finished} && $d });
		my $name = $host =~ s/[\[\]]//gr;
		like $h->{httpError}, qr/^\Q$name\E is an address of a private/,
			"$host is not called";
		gone($hook);
	}
};
done_testing;
