#!/usr/bin/perl
# /api/v1/channels.* or groups.* that one of both has, and the end of much
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(sleep time);
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $no_channel = 'The required "roomId" or "roomName" param provided does ' .
	'not match any channel';
my %room = (roomId => $ada->post('channels.create', { name => 'dev',
	members => ['bob'] })->{channel}{_id});

# a plain member, a stranger, nobody, nowhere
sub guarded {
	my ($call, @refusal) = @_;
	my %body = (%room, %{ pop @refusal });
	refused($bob->post($call, \%body), @refusal, 'a plain member may not');
	refused($eve->post($call, \%body), @refusal, 'nor a stranger');
	anonymous($chat->anyone->post($call, \%body));
	refused($ada->post($call, { %body, roomId => 'x' }),
		'error-room-not-found', $no_channel);
}

subtest 'POST channels.setJoinCode' => sub {
	my $code = $chat->secret('a-code-of-4711', 'a join code');
	my $r = $ada->post('channels.setJoinCode', { %room, joinCode => $code });
	is $r->{channel}{joinCodeRequired}, $true, 'a code is needed';
	unlike $_->body, qr/a-code-of|joinCode"/, 'and never shown' for $r,
		map { $admin->get($_->[0], $_->[1] || { %room }) }
		['channels.info'], ['rooms.info'], ['channels.list', {}],
		['channels.list', { fields => '{"joinCode":1}' }];
	refused($admin->get('channels.list',
		{ query => '{"joinCode":"a-code-of-4711"}' }),
		'error-invalid-query', 'Invalid query parameter provided: ' .
		'"{"joinCode":"a-code-of-4711"}"');
	refused($eve->post('channels.join', { %room, joinCode => "$code+" }),
		'error-code-invalid', 'Invalid Room Password');
	refused($eve->post('channels.join', { %room, joinCode => '' }),
		'error-code-invalid', 'Invalid Room Password');
	refused($ada->post('channels.setJoinCode', { %room }), undef,
		'The bodyParam "joinCode" is required');
	refused($ada->post('channels.setJoinCode', { %room, joinCode => '' }),
		undef, 'The bodyParam "joinCode" is required');
	guarded('channels.setJoinCode', 'error-action-not-allowed',
		'Editing room is not allowed', { joinCode => 'x' });
	is $eve->post('channels.join', { %room, joinCode => $code })->status,
		200, 'the right one opens';
	$eve->post('channels.leave', { %room });
};

subtest 'POST channels.setDefault' => sub {
	my $r = $admin->post('channels.setDefault', { %room, default => $true });
	is $r->{channel}{default}, $true, 'it is for all who come';
	my $new = $chat->user('new');
	ok grep({ $_->{name} eq 'dev' }
		@{ $new->get('channels.list.joined')->{channels} }),
		'who are in it then';
	is_deeply $admin->post('channels.setDefault', { %room,
		default => $true })->json, { success => $false, errorType =>
		'error-channels-setdefault-missing-default-param', error =>
		'The channel default setting is the same as what it would be ' .
		'changed to.' }, 'as it is';
	is_deeply $admin->post('channels.setDefault', { %room })->json,
		{ success => $false, error => 'The bodyParam "default" is required',
		errorType => 'error-channels-setdefault-is-same' }, 'or unsaid';
	refused($admin->post('channels.setType', { %room, type => 'p' }),
		'error-action-not-allowed',
		'A default channel cannot become private');
	refused($ada->post('channels.setDefault', { %room, default => $false }),
		'error-action-not-allowed', 'Viewing room administration is not ' .
		'allowed', 'an owner may not');
	guarded('channels.setDefault', 'error-action-not-allowed',
		'Viewing room administration is not allowed', { default => $false });
	is $admin->post('channels.setDefault', { %room, default => $false })
		->{channel}{default}, $false, 'and no more';
};

subtest 'POST groups.setEncrypted' => sub {
	my %den = (roomId => $ada->post('groups.create', { name => 'den',
		members => ['bob'] })->{group}{_id});
	my $r = $ada->post('groups.setEncrypted', { %den, encrypted => $false });
	is $r->{group}{name}, 'den', 'it is not';
	refused($ada->post('groups.setEncrypted', { %den, encrypted => $true }),
		'error-not-allowed', 'This server has no end-to-end encryption',
		'and is not said to be');
	refused($ada->post('groups.setEncrypted', { %den }), undef,
		'The bodyParam "encrypted" is required');
	refused($bob->post('groups.setEncrypted', { %den,
		encrypted => $false }), 'error-action-not-allowed',
		'Editing room is not allowed', 'a plain member may not');
	refused($eve->post('groups.setEncrypted', { %den,
		encrypted => $false }), 'error-room-not-found', 'The required ' .
		'"roomId" or "roomName" param provided does not match any group');
	anonymous($chat->anyone->post('groups.setEncrypted', { %den }));
};

sub say_much {
	my ($n) = @_;
	my $post = sub { $ada->request_text('POST', 'chat.sendMessage',
		json => { message => { _id => "much$_[0]", rid => $room{roomId},
		msg => "much $_[0]" } }) };
	for (my $i = 0; $i < $n; $i += 100) {
		my $text = $chat->raw(join('', map { $post->($i + $_) } 0 .. 99),
			count => 100);
		my $good = () = $text =~ m{HTTP/1[.]1 200}g;
		die "only $good of 100" if $good < 100;
	}
}

say_much(2200);
subtest 'POST channels.delete' => sub {
	succeeded($ada->post('channels.delete', { %room }), 'a big room goes');
	refused($bob->get('channels.info', { %room }), 'error-room-not-found',
		$no_channel, 'at once');
	is $bob->get('chat.getMessage', { msgId => 'much2199' })->status, 400,
		'with all that was said';
	is $ada->post('channels.create', { name => 'dev' })->status, 200,
		'its name is free';
	$chat->done('room', 'topic', 'general', 'x'); # the server looks about
	my ($r, $until) = (undef, time + 60);
	do {
		sleep 0.1;
		$r = $ada->post('chat.sendMessage', { message => { rid =>
			'GENERAL', _id => 'much2199', msg => 'again' } });
	} until $r->status == 200 || time > $until;
	is $r->status, 200, 'and behind the scenes it is all gone';
	unlike scalar $chat->done('room', 'list'), qr/much/, 'nothing is left';
};
done_testing;
