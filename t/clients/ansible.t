#!/usr/bin/perl
# ansible of Debian: community.general.rocketchat
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use Client;

needs('/usr/bin/ansible', '/usr/lib/python3/dist-packages/' .
	'ansible_collections/community/general/plugins/modules/rocketchat.py');
my $chat = sealed();
my $bot = $chat->user('robot', roles => ['bot', 'user']);
my $dev = $bot->room('dev');
my ($address, $path, $id) = hook($chat, 'dev', '--as', 'robot');

sub ansible {
	my (%args) = @_;
	return client($chat, { SSL_CERT_FILE => certificate($chat),
		ANSIBLE_LOCALHOST_WARNING => 'False' }, '/usr/bin/ansible',
		'localhost', '-c', 'local', '-m', 'community.general.rocketchat',
		'-a', encode_json({ token => $id, %args }));
}

sub newest {
	my ($room) = @_;
	return $bot->get('channels.history',
		{ roomId => $room, count => 1 })->{messages}[0];
}

my %plain = (protocol => 'http', domain => '127.0.0.1:' . $chat->port);
my ($status, $said) = ansible(%plain, msg => 'all hosts are done');
is $status, 0, 'a message' or diag $said;
my $m = newest($dev);
is_deeply [@$m{qw(msg alias)}], ['all hosts are done', 'Ansible'],
	'is there, in the name of Ansible';
($status, $said) = ansible(%plain, msg => 'it broke', color => 'danger',
	username => 'web1', icon_emoji => ':fire:', channel => 'general');
is $status, 0, 'one with a colour, elsewhere' or diag $said;
$m = newest('GENERAL');
is_deeply [@$m{qw(msg alias emoji)}, @{ $m->{attachments}[0] }{qw(text color)}],
	['', 'web1', ':fire:', 'it broke', 'danger'], 'is an attachment';
($status, $said) = ansible(domain => 'localhost:' . $chat->tls_port,
	attachments => [{ title => 'Load', text => 'of two hosts',
		color => '#ff00dd', fields => [{ title => 'A', value => '0.74',
			short => JSON::PP::true }] }]);
is $status, 0, 'attachments, over HTTPS' or diag $said;
is_deeply newest($dev)->{attachments}[0]{fields},
	[{ title => 'A', value => '0.74', short => JSON::PP::true }],
	'keep their fields';
($status, $said) = ansible(%plain, msg => 'x', token => 'wrong/wrong');
like $said, qr/return status=404/, 'a wrong token fails, with the status';
done_testing;
