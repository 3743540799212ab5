#!/usr/bin/perl
# room keep and message_keep: old messages leave, young ones and others stay.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Time::HiRes qw(sleep time);

my $chat = chat();
my ($admin, $ada) = ($chat->admin, $chat->user('ada'));
my %room = map { $_ => $admin->room($_, members => [qw(ada admin)]) }
	qw(short long);

sub texts {
	my ($room) = @_;
	return join ' ', map { $_->{msg} }
		@{ $ada->get("rooms/$room{$room}/messages")->{messages} };
}

sub becomes {
	my ($room, $want) = @_;
	for (my $until = time + 20; time < $until; sleep 0.02) {
		return 1 if texts($room) eq $want;
	}
	return 0;
}

sub post { $ada->post("rooms/$room{$_[0]}/send", { msg => $_[1] }) }

post($_, 'old') for qw(short long);
# more than a batch, so that it takes several turns
my $many = join '', map { "POST /api/rooms/$room{short}/send HTTP/1.1\r\n"
	. "Host: x\r\nX-Auth-Token: $ada->{token}\r\nX-User-Id: $ada->{id}\r\n"
	. "Content-Length: 5\r\n\r\nmsg=x" } 1 .. 1200;
my @ok = $chat->raw($many, count => 1200) =~ /200 OK/g;
is scalar @ok, 1200, 'many are sent';
# in one room each message has a millisecond of its own
sleep 2.4;
post('short', 'young');
$chat->done(qw(room keep short 1s));
ok becomes('short', 'young') || becomes('short', ''),
	'a room\'s own time takes effect at once';
is texts('long'), 'old', 'other rooms keep theirs';
my ($mine) = grep { $_->{name} eq 'short' }
	@{ $ada->get('publicRooms')->{rooms} };
cmp_ok $mine->{msgs}, '<=', 1, 'the count of messages follows';
$chat->done(qw(room keep short off));
post('short', 'for ever');

$chat->stop;
is qx{sqlite3 @{[$chat->dir]}/pocketchat.db "INSERT INTO message_search
	(message_search) VALUES('integrity-check')" 2>&1}, '',
	'the index of words follows';
$chat->{settings}{message_keep} = '1s';
$chat->start;
$chat->done(qw(user enable ada)); # anything: the server looks
ok becomes('long', ''), 'the setting holds for all rooms';
like texts('short'), qr/^for ever/, 'but for those that have their own';
sleep 1.1; # by now all is old
$chat->done(qw(room keep short default));
ok becomes('short', ''), 'and default is the setting again';
is +($chat->cli(qw(room keep short soon)))[0], 2, 'a bad time is refused';
done_testing;
