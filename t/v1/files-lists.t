#!/usr/bin/perl
# GET /api/v1/channels.files, groups.files, im.files; and what becomes of files
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1(settings => { root_url => 'https://chat.example.org/' });
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my $cellar = $ada->room('cellar', members => ['bob'], private => 1);
my $direct = $ada->post('im.create', { username => 'bob' })->{room}{_id};

my %FILE = (_id => 'str', name => 'str', size => 'int', type => 'str',
	rid => 'str', 'description?' => 'str', store => 'str', complete => 'bool',
	uploading => 'bool', progress => 'int', extension => 'str', etag => 'str',
	path => 'str', url => 'str', uploadedAt => 'time', _updatedAt => 'time',
	userId => 'str', user => { _id => 'str', username => 'str', name => 'str' });

sub send_file {
	my ($who, $room, $name, $bytes) = @_;
	my $r = upload($who, "rooms.upload/$room", [file => $bytes, $name,
		'text/plain']);
	return $r->{message} // die "$r";
}

sub names { join ' ', map { $_->{name} } @{ $_[0]{files} } }

subtest 'GET channels.files' => sub {
	send_file($ada, $dev, "$_.txt", "the bytes of $_") for qw(b c a);
	my $r = $bob->get('channels.files', { roomName => 'dev' });
	shaped($r->json, { files => [\%FILE], count => 'int', offset => 'int',
		total => 'int', success => 'bool' });
	is names($r), 'a.txt b.txt c.txt', 'by name';
	my $f = $r->{files}[0];
	is_deeply [@$f{qw(rid size type extension complete progress userId)}],
		[$dev, 14, 'text/plain', 'txt', JSON::PP::true, 1, $ada->id],
		'each with its facts';
	is $f->{etag}, sha256_hex('the bytes of a'), 'its tag is its digest';
	is $f->{url}, "https://chat.example.org$f->{path}", 'and its address whole';
	is $bob->get($f->{path})->body, 'the bytes of a', 'where it is';
	$r = $bob->get('channels.files', { roomId => $dev, count => 1, offset => 1,
		sort => '{"uploadedAt":1}' });
	is_deeply [names($r), @$r{qw(count offset total)}], ['c.txt', 1, 1, 3],
		'in pages, sorted';
	is names($bob->get('channels.files', { roomId => $dev,
		query => '{"name":{"$regex":"^b"}}' })), 'b.txt', 'selected';
	refused($bob->get('channels.files'), 'error-roomid-param-not-provided',
		'The parameter "roomId" or "roomName" is required');
	refused($bob->get('channels.files', { roomId => $cellar }), 'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any channel');
	anonymous($bob->get('channels.files', { roomId => $dev }, anonymous => 1));
	my $gus = $chat->user('gus');
	$admin->post('users.update', { userId => $gus->id,
		data => { roles => ['guest'] } });
	unauthorized($gus->get('channels.files', { roomId => $dev }),
		'not who may not read it');
};

subtest 'GET groups.files' => sub {
	send_file($ada, $cellar, 'wine.txt', 'red');
	is names($bob->get('groups.files', { roomId => $cellar })), 'wine.txt',
		'for members';
	refused($eve->get('groups.files', { roomId => $cellar }), 'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any group');
};

subtest 'GET im.files' => sub {
	send_file($bob, $direct, 'secret.txt', 'psst');
	is names($ada->get('im.files', { roomId => $direct })), 'secret.txt',
		'by id';
	is names($bob->get('dm.files', { username => 'ada' })), 'secret.txt',
		'by name, and by the other one';
	is $eve->get('im.files', { roomId => $direct })->status, 400,
		'not for a stranger';
};

subtest 'what becomes of them' => sub {
	my $m = send_file($ada, $dev, 'twice.txt', 'shared');
	my $n = send_file($bob, $dev, 'same.txt', 'shared');
	my @all = stored($chat);
	my $path = $m->{attachments}[0]{title_link};
	succeeded($ada->post('chat.delete', { roomId => $dev, msgId => $m->{_id} }),
		'a message is deleted');
	is $ada->get($path)->status, 404, 'its file is gone with it';
	is $ada->get($n->{attachments}[0]{title_link})->body, 'shared',
		'but not the bytes of another';
	is_deeply [stored($chat)], \@all, 'which stand once';
	$admin->post('chat.delete', { roomId => $dev, msgId => $n->{_id} });
	my @left = grep { $_ ne sha256_hex('shared') } @all;
	ok settled($chat, @left), 'until nobody has them';
	succeeded($admin->post('channels.delete', { roomId => $dev }),
		'a room is deleted');
	ok settled($chat, map { sha256_hex($_) } 'red', 'psst'),
		'with its files' or diag join "\n", stored($chat);
};

subtest 'after a day' => sub {
	my $file = upload($ada, "rooms.media/$cellar", [file => 'late', 'l.txt'])
		->{file};
	my $db = $chat->dir . '/pocketchat.db';
	$chat->stop;
	plan skip_all => 'sqlite3 is not here' unless
		system('sqlite3 -version >/dev/null 2>&1') == 0;
	my $older = 'UPDATE upload SET made = made - 86400000 - 1000';
	is system('sqlite3', $db, "$older WHERE confirmed = 0"), 0, 'a day passes';
	$chat->start;
	kill 'USR1', $chat->pid;
	ok settled($chat, map { sha256_hex($_) } 'red', 'psst'),
		'what was not confirmed is gone';
	is $ada->get($file->{url})->status, 404, 'with its row';
};
done_testing;
