#!/usr/bin/perl
# apprise of Debian: notifications by login, by hook, and over HTTPS
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;

needs('/usr/bin/apprise');
my $chat = sealed();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $dev = $ada->room('dev', members => [$bob]);
my ($address, $path, $id) = hook($chat, 'dev', '--as', 'ada');

sub apprise {
	my ($where, @more) = @_;
	return client($chat, { REQUESTS_CA_BUNDLE => certificate($chat) },
		'/usr/bin/apprise', '-v', '-b', @more, $where);
}

sub newest {
	my ($room) = @_;
	my $r = $bob->get('channels.history', { roomId => $room, count => 1 });
	return $r->{messages}[0];
}

my $at = '127.0.0.1:' . $chat->port;
my $login = 'ada:' . $ada->pass;
my ($status, $said) = apprise("rocket://$login\@$at/#dev/$dev/\@bob",
	'disk *full*');
is $status, 0, 'login, three messages, logout' or diag $said;
is scalar(grep { $_->{msg} eq 'disk *full*' } @{ $bob->get(
	'channels.history', { roomId => $dev })->{messages} }), 2,
	'by the name of the room and by its id';
is $bob->get('im.list')->{ims}[0]{lastMessage}{msg}, 'disk *full*',
	'and to a person';
($status, $said) = apprise("rocket://ada:wrong\@$at/#dev", 'x');
is $status, 1, 'a wrong password fails' or diag $said;
like $said, qr/401|Unauthorized/i, 'and is called so';
($status, $said) = apprise("rocket://$login\@$at/#nowhere", 'x');
is $status, 1, 'so does a room that is not there' or diag $said;

($status, $said) = apprise("rocket://$id\@$at", 'by hook');
is $status, 0, 'an incoming webhook' or diag $said;
is newest($dev)->{msg}, 'by hook', 'posts';
like newest($dev)->{avatar}, qr/^https:.*apprise-info/, 'with its picture';
($status, $said) = apprise("rocket://$id\@$at/#general/?avatar=no", 'there');
is $status, 0, 'a room of its own choice' or diag $said;
is newest('GENERAL')->{msg}, 'there', 'is where it posts';
($status, $said) = apprise("rockets://$id\@localhost:" . $chat->tls_port,
	'under a seal');
is $status, 0, 'HTTPS' or diag $said;
is newest($dev)->{msg}, 'under a seal', 'carries it too';
done_testing;
