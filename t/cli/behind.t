#!/usr/bin/perl
# Another process writes and tells nobody: what is written next is judged by
# what the data say by then, not by what was in memory.
use strict;
use warnings;
use IPC::Open2;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($admin, $ada) = ($chat->admin, $chat->user('ada'));
my $room = $admin->room('den', members => [qw(ada admin)]);
my $db = $chat->dir . '/pocketchat.db';

sub behind {
	my ($sql) = @_;
	is qx{sqlite3 -cmd '.timeout 10000' $db "$sql" 2>&1}, '',
		'another process writes';
}

sub sends { $ada->post("rooms/$room/send", { msg => 'x' }) }

# It writes while a request comes and has to wait for it.
sub meanwhile {
	my ($sql, $session, @request) = @_;
	my $pid = open2(my $out, my $in, 'sqlite3', $db);
	print {$in} "BEGIN IMMEDIATE; $sql; SELECT 'begun';\n";
	$in->flush;
	is scalar <$out>, "begun\n", 'another process is writing';
	$session->begin(@request);
	is $admin->get('version')->status, 200, 'others read' for 1, 2;
	print {$in} "COMMIT;\n";
	close $in;
	waitpid $pid, 0;
	return $session->end;
}

is sends()->status, 200, 'who may send sends';
behind("UPDATE room SET archived = 1 WHERE name = 'den'");
is sends()->status, 403, 'not into a room that was archived meanwhile';
behind("UPDATE room SET archived = 0 WHERE name = 'den'");
is sends()->status, 200, 'and again when it is not';
is sends()->status, 200, 'again';
my $users = { users => [{ name => 'eve', email => 'e@x.org', pass => 'p' }] };
is $ada->post('bulk/register', $users)->status, 403, 'a right that is not there';
behind("INSERT INTO role_permission VALUES('user', 'bulk-register-user')");
sends();
is $ada->post('bulk/register', $users)->status, 200, 'is there when it is given';
my @send = ('POST', "rooms/$room/send", json => { msg => 'x' });
is meanwhile("UPDATE room SET archived = 1 WHERE name = 'den'", $ada, @send)
	->status, 403, 'what had to wait is judged by what was written';
is meanwhile("UPDATE room SET archived = 0 WHERE name = 'den'", $ada, @send)
	->status, 200, 'either way';
behind('DELETE FROM token WHERE user = (SELECT row FROM user'
	. " WHERE username = 'ada')");
is sends()->status, 401, 'a token that is gone is no token';
behind("UPDATE user SET active = 0 WHERE username = 'ada'");
is $chat->anyone->post('login', { user => 'ada', password => $ada->pass })
	->status, 401, 'nor does a disabled user log in';
done_testing;
