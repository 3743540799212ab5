#!/usr/bin/perl
# /api/v1/chat.sync*: what a client has missed
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);
my %who = (_id => 'str', username => 'str', 'name?' => 'str');
my %message = (_id => 'str', rid => 'str', msg => 'str', ts => 'time',
	u => \%who, urls => [{ url => 'str' }], mentions => [\%who],
	channels => ['any'], _updatedAt => 'time', map { ("$_?" => 'any') }
	qw(t reactions starred tmid tcount tlm replies editedAt editedBy));
my $ever = '2001-02-03T04:05:06.007Z';

sub posted {
	my ($text, %o) = @_;
	return $ada->post('chat.postMessage',
		{ roomId => $dev, text => $text, %o })->{message};
}

sub edit {
	my ($m, $text) = @_;
	return $ada->post('chat.update', { roomId => $dev, msgId => $m->{_id},
		text => $text })->{message};
}

sub drop {
	my ($m) = @_;
	return $ada->post('chat.delete', { roomId => $dev, msgId => $m->{_id} });
}

sub texts { return [map { $_->{msg} } @{ $_[0] }] }
sub ids { return [map { $_->{_id} } @{ $_[0] }] }

my ($old, $edited, $dropped) = map { posted($_) } 'old', 'to edit', 'to drop';
my $since = $dropped->{ts};

subtest 'GET chat.syncMessages' => sub {
	my $new = posted('new');
	edit($edited, 'edited');
	edit($new, 'new, edited');
	drop($dropped);
	my $r = $bob->get('chat.syncMessages',
		{ roomId => $dev, lastUpdate => $since });
	shaped($r->json, { success => 'bool', result => { updated => [\%message],
		deleted => [{ _id => 'str', _deletedAt => 'time' }] } });
	is_deeply [sort @{ texts($r->{result}{updated}) }],
		['edited', 'new, edited'], 'each that is new or another, once';
	is_deeply ids($r->{result}{deleted}), [$dropped->{_id}], 'what is gone';
	$r = $bob->get('chat.syncMessages', { roomId => $dev,
		lastUpdate => '2999-01-01' });
	is_deeply $r->{result}, { updated => [], deleted => [] },
		'nothing since then';
	$r = $bob->get('chat.syncMessages', { roomId => $dev,
		lastUpdate => $ever });
	is_deeply [grep { !/^to|^user/ } @{ texts($r->{result}{updated}) }],
		['old', 'edited', 'new, edited'], 'everything there is';
	refused($ada->get('chat.syncMessages', { lastUpdate => $since }),
		'error-roomId-param-not-provided',
		'The required "roomId" query param is missing.');
	refused($ada->get('chat.syncMessages', { roomId => $dev }),
		'error-lastUpdate-param-not-provided',
		'The required "lastUpdate" query param is missing.');
	refused($ada->get('chat.syncMessages', { roomId => $dev,
		lastUpdate => 'then' }), 'error-roomId-param-invalid',
		'The "lastUpdate" query parameter must be a valid date.');
	refused($eve->get('chat.syncMessages', { roomId => $cellar,
		lastUpdate => $since }), 'error-not-allowed', 'Not allowed');
	anonymous($chat->anyone->get('chat.syncMessages', { roomId => $dev }));
};

subtest 'of more than one step' => sub {
	my @many = map { posted("many $_") } 1 .. 150;
	$bob->post('chat.react', { messageId => $_->{_id}, emoji => 'x' })
		for @many[0 .. 99];
	my $r = $bob->get('chat.syncMessages',
		{ roomId => $dev, lastUpdate => $many[99]{ts} });
	is_deeply [sort @{ ids($r->{result}{updated}) }], [sort @{ ids(\@many) }],
		'each of them once';
	drop($_) for @many;
	$r = $bob->get('chat.syncMessages', { roomId => $dev,
		lastUpdate => $many[149]{ts} });
	is_deeply $r->{result}{updated}, [], 'none of them is there';
	is_deeply [sort @{ ids($r->{result}{deleted}) }], [sort @{ ids(\@many) }],
		'all are gone';
};

my @roots = map { posted($_) } 'a root', 'another';
my @answers = map { posted("to $_->{msg}", tmid => $_->{_id}) } @roots;
my $then = $answers[1]{ts};

subtest 'GET chat.syncThreadsList' => sub {
	my $r = $bob->get('chat.syncThreadsList',
		{ rid => $dev, updatedSince => $ever });
	shaped($r->json, { success => 'bool', threads => { update => [\%message],
		remove => ['any'] } });
	is_deeply texts($r->{threads}{update}), ['a root', 'another'],
		'all threads, and nothing else';
	is_deeply $r->{threads}{remove}, [], 'what was none is not told of';
	posted('more', tmid => $roots[0]{_id});
	$r = $bob->get('chat.syncThreadsList', { rid => $dev,
		updatedSince => $bob->get('chat.getMessage',
		{ msgId => $roots[1]{_id} })->{message}{_updatedAt} });
	is_deeply texts($r->{threads}{update}), ['a root'],
		'one that got an answer';
	refused($ada->get('chat.syncThreadsList', { updatedSince => $ever }),
		'error-room-id-param-not-provided',
		'The required "rid" query param is missing.');
	refused($ada->get('chat.syncThreadsList', { rid => $dev }),
		'error-updatedSince-param-invalid',
		'The required param "updatedSince" is missing.');
	refused($ada->get('chat.syncThreadsList', { rid => $dev,
		updatedSince => 'x' }), 'error-updatedSince-param-invalid',
		'The "updatedSince" query parameter must be a valid date.');
	refused($eve->get('chat.syncThreadsList', { rid => $cellar,
		updatedSince => $ever }), 'error-not-allowed', 'Not Allowed');
};

subtest 'GET chat.syncThreadMessages' => sub {
	my %of = (tmid => $roots[1]{_id});
	my $r = $bob->get('chat.syncThreadMessages',
		{ %of, updatedSince => $ever });
	shaped($r->json, { success => 'bool', messages => {
		update => [\%message], remove => ['any'] } });
	is_deeply texts($r->{messages}{update}), ['to another'], 'its answers';
	my $second = posted('second', %of);
	edit($answers[1], 'changed');
	drop($second);
	$r = $bob->get('chat.syncThreadMessages', { %of,
		updatedSince => $second->{ts} });
	is_deeply texts($r->{messages}{update}), ['changed'], 'one was edited';
	is_deeply ids($r->{messages}{remove}), [$second->{_id}], 'one is gone';
	refused($ada->get('chat.syncThreadMessages', { updatedSince => $ever }),
		'error-invalid-params',
		'The required "tmid" query param is missing.');
	refused($ada->get('chat.syncThreadMessages', { tmid => 'x',
		updatedSince => $ever }), 'error-invalid-message',
		'Invalid Message');
	refused($ada->get('chat.syncThreadMessages', \%of),
		'error-updatedSince-param-invalid',
		'The required param "updatedSince" is missing.');
	drop($roots[1]);
	$r = $bob->get('chat.syncThreadsList', { rid => $dev,
		updatedSince => $second->{ts} });
	is_deeply ids($r->{threads}{remove}), [$roots[1]{_id}],
		'a thread that is gone';
};
done_testing;
