#!/usr/bin/perl
# Outgoing integrations: who is told of what, and what becomes of the answer
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;
use Receiver;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $chat = v1(settings => { outgoing => 'on', outgoing_private => 'on',
	root_url => 'https://chat.example.org' });
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $bot = $chat->user('robot', roles => ['bot']);
my $dev = $ada->room('dev', members => ['robot']);
my $cellar = $ada->room('cellar', private => 1);
my $far = Receiver->new(sub {
	my ($r, $n) = @_;
	my $path = $r->{path};
	return Receiver::reply(200, '{"text":"heard","attachments":' .
		'[{"title":"more"}]}') if $path eq '/answer';
	return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" .
		"9\r\n{\"text\":\"\r\n8;x=y\r\npieces\"}\r\n0\r\n\r\n"
		if $path eq '/chunks';
	return Receiver::reply(500, 'not yet') if $path eq '/later' && $n < 3;
	return Receiver::reply(410, '') if $path eq '/gone';
	return Receiver::reply(302, '', 'Location: /answer')
		if $path eq '/moved';
	return "nonsense\r\n\r\n" if $path eq '/nonsense';
	return Receiver::reply(200, '');
});

sub hook {
	my ($path, %o) = @_;
	my $r = $admin->post('integrations.create', {
		type => 'webhook-outgoing', name => $path, username => 'robot',
		channel => '#dev', enabled => $yes, scriptEnabled => $no,
		event => 'sendMessage', urls => [$far->url($path)], %o });
	die $r unless $r->status == 200;
	return $r->{integration};
}

sub gone {
	succeeded($admin->post('integrations.remove', {
		type => 'webhook-outgoing', integrationId => $_[0]{_id} }), 'gone');
}

sub say_in { $_[1] //= $dev; return $ada->post('chat.postMessage',
	{ roomId => $_[1], text => $_[0] })->{message} }

sub soon {
	my ($is) = @_;
	for (1 .. 500) {
		my $got = $is->();
		return $got if $got;
		select undef, undef, undef, 0.02;
	}
	return;
}

# The history when so many are over.
sub history {
	my ($hook, $n) = @_;
	my @h;
	soon(sub {
		@h = @{ $admin->get('integrations.history',
			{ id => $hook->{_id} })->{history} };
		return $n == grep { $_->{finished} } @h;
	});
	return @h;
}

subtest 'a message' => sub {
	my $hook = hook('/hear?x=1');
	shaped($hook, { _id => 'str', type => 'str', name => 'str',
		enabled => 'bool', username => 'str', userId => 'str',
		channel => ['str'], event => 'str', urls => ['str'],
		triggerWords => ['str'], triggerWordAnywhere => 'bool',
		impersonateUser => 'bool', runOnEdits => 'bool',
		retryFailedCalls => 'bool', retryCount => 'int',
		retryDelay => 'str', scriptEnabled => 'bool', token => 'str',
		_createdAt => 'time', _updatedAt => 'time',
		_createdBy => { _id => 'str', username => 'str' } });
	my $m = say_in("g\x{fc}ten \"Tag\"");
	my $r = $far->next;
	is $r->{path}, '/hear?x=1', 'is told at once';
	like $r->{head}, qr{^POST /hear\?x=1 HTTP/1.1\r\nHost: 127.0.0.1:\d+\r\n},
		'by a POST';
	like $r->{head}, qr{^Content-Type: application/json\r$}m, 'in JSON';
	is_deeply $r->{json}, { token => $hook->{token}, bot => $no,
		channel_id => $dev, channel_name => 'dev',
		message_id => $m->{_id}, timestamp => $m->{ts},
		user_id => $ada->id, user_name => 'ada',
		text => "g\x{fc}ten \"Tag\"",
		siteUrl => 'https://chat.example.org' }, 'with all there is to say';
	$ada->post('chat.update', { roomId => $dev, msgId => $m->{_id},
		text => 'otherwise' });
	$r = $far->next;
	is_deeply [@{ $r->{json} }{qw(text isEdited)}], ['otherwise', $yes],
		'an edited one again';
	say_in('not here', $cellar);
	say_in('here');
	is $far->next->{json}{text}, 'here', 'not of other rooms';
	my ($h) = history($hook, 3);
	shaped($h, { _id => 'str', type => 'str', step => 'str',
		integration => { _id => 'str' }, event => 'str', url => 'str',
		data => 'any', finished => 'bool', error => 'bool',
		tries => 'int', httpCallData => { statusCode => 'int' },
		_createdAt => 'time', _updatedAt => 'time' });
	is_deeply [@$h{qw(step event finished error tries)}],
		['finished', 'sendMessage', $yes, $no, 1], 'the history has it';
	is $h->{data}{text}, 'here', 'the newest first';
	gone($hook);
	say_in('nobody hears');
	ok $far->quiet, 'no more when it is gone';
};

subtest 'trigger words' => sub {
	my $hook = hook('/words', triggerWords => ['!ci', ' '],
		token => 'my-own');
	is_deeply $hook->{triggerWords}, ['!ci'], 'are trimmed';
	say_in($_) for 'say !ci', '!ci build';
	my $r = $far->next;
	is_deeply [@{ $r->{json} }{qw(text trigger_word token)}],
		['!ci build', '!ci', 'my-own'], 'begin the message';
	gone($hook);
};

subtest 'an answer' => sub {
	my $hook = hook('/answer', alias => 'Echo');
	my $m = say_in('question');
	$far->next;
	my $answer = soon(sub {
		my ($n) = @{ $ada->get('channels.history', { roomId => $dev,
			count => 1 })->{messages} };
		return $n->{_id} ne $m->{_id} && $n;
	});
	is_deeply [@$answer{qw(msg alias)}], ['heard', 'Echo'], 'is posted';
	is $answer->{attachments}[0]{title}, 'more', 'whole';
	is $answer->{u}{username}, 'robot', 'by the integration\'s user';
	is_deeply $answer->{bot}, { i => $hook->{_id} }, 'as its';
	ok $far->quiet, 'and told to nobody';
	is +(history($hook, 1))[0]{httpResult}, '{"text":"heard",' .
		'"attachments":[{"title":"more"}]}', 'the history has it';
	gone($hook);
	$hook = hook('/chunks');
	say_in('question');
	$far->next;
	is +(history($hook, 1))[0]{httpResult}, '{"text":"pieces"}',
		'one in pieces too';
	gone($hook);
};

subtest 'what names no room' => sub {
	for my $event (qw(roomCreated roomArchived userCreated)) {
		my $hook = hook('/none', event => $event, channel => '');
		is_deeply $hook->{channel}, ['all_public_channels'], $event;
		gone($hook);
	}
	refused($admin->post('integrations.create', { type => 'webhook-outgoing',
		name => 'none', username => 'robot', channel => '', enabled => $yes,
		scriptEnabled => $no, event => 'sendMessage',
		urls => [$far->url('/none')] }), 'error-invalid-channel',
		'Invalid channel', 'a message is of a room');
};

for (['channels', $dev, 'all_public_channels', 'includeAllPublicChannels'],
	['groups', $ada->room('vault', private => 1, members => ['admin']),
	'all_private_groups', 'includeAllPrivateGroups']) {
	my ($many, $id, $word, $with) = @$_;
	subtest "those of all $many" => sub {
		my $hook = hook('/wide', channel => $word);
		my $there = sub { scalar grep { $_->{_id} eq $hook->{_id} }
			@{ $admin->get("$many.getIntegrations",
			{ roomId => $id, @_ })->{integrations} } };
		is $there->(), 1, 'are listed for each';
		is $there->($with => 'true'), 1, 'as one may say';
		is $there->($with => 'false'), 0, 'or not';
		gone($hook);
	};
}

subtest 'what fails' => sub {
	my $hook = hook('/later', retryDelay => 'powers-of-ten');
	say_in('again');
	is $far->next->{number}, $_, "try $_" for 1 .. 3;
	my ($h) = history($hook, 1);
	is_deeply [@$h{qw(tries error finished)}], [3, $no, $yes],
		'is told again until it is heard';
	gone($hook);

	for my $case (['/moved', 'status 302'], ['/nonsense',
		'there was no answer in HTTP']) {
		$hook = hook($case->[0], retryFailedCalls => $no);
		say_in('once');
		$far->next;
		($h) = history($hook, 1);
		is_deeply [@$h{qw(tries error finished httpError step)}],
			[1, $yes, $yes, $case->[1], 'after-http-call-error'],
			"$case->[0]: $case->[1]";
		gone($hook);
	}
	$hook = hook('/x', urls => ['http://127.0.0.1:1/x'],
		retryCount => 1, retryDelay => 'powers-of-ten');
	say_in('nobody there');
	($h) = history($hook, 1);
	is $h->{tries}, 2, 'so often and no more';
	like $h->{httpError}, qr/^no connection to 127.0.0.1: /, 'and why';
	gone($hook);

	$hook = hook('/gone');
	say_in('bye');
	$far->next;
	ok soon(sub { !$admin->get('integrations.get', { integrationId =>
		$hook->{_id} })->{integration}{enabled} }),
		'who wants no more is told no more';
	say_in('bye again');
	ok $far->quiet, 'at all';
	gone($hook);
};

subtest 'what is refused' => sub {
	my %wish = (type => 'webhook-outgoing', username => 'robot',
		channel => '#dev', enabled => $yes, scriptEnabled => $no,
		event => 'sendMessage', urls => ['http://example.org']);
	for my $case ([{ event => 'x' }, 'error-invalid-event-type',
		'Invalid event type'], [{ event => undef },
		'error-invalid-event-type', 'Invalid event type'],
		map { [{ urls => $_ }, 'error-invalid-urls', 'Invalid URLs'] }
		undef, [], ['ftp://x'], ['http://a b'], [5]) {
		refused($admin->post('integrations.create',
			{ %wish, %{ $case->[0] } }), @$case[1, 2]);
	}
	refused($admin->post('integrations.create', { %wish,
		retryDelay => 'never' }), 'error-invalid-params', 'The parameter ' .
		'"retryDelay" has another form or is too long');
	refused($admin->post('integrations.create', { %wish,
		impersonateUser => $yes }), 'error-not-allowed',
		'Nobody speaks in the name of others on this server');
	refused($admin->post('integrations.create', { %wish,
		channel => 'all' }), 'error-invalid-channel-start-with-chars',
		'Invalid channel. Start with @ or #');
};
done_testing;
