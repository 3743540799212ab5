#!/usr/bin/perl
# Clients that stop sending: after a request, before its end, or at once.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(tls => 1);
my $admin = $chat->admin;
my $say = $admin->request_text('POST', 'rooms/GENERAL/send', form => { msg => 'said' });
my $login = $chat->anyone->request_text('POST', 'login',
	form => { user => $Chat::ADMIN, password => $Chat::ADMIN_PASS });
$chat->secret($Chat::ADMIN_PASS);

# All answers after the client has shut its side.
sub answers {
	my ($bytes) = @_;
	my $w = $chat->socket;
	$w->send($bytes);
	$w->shut;
	my @statuses;
	while (my $r = $w->reply) {
		push @statuses, $r->status;
		$chat->secret($1, 'a token') if $r->raw =~ /"authToken": "(.*?)"/;
	}
	return "@statuses" . ($w->was_reset ? ' reset' : '');
}

is answers($say), '200', 'a request and FIN is answered';
is answers($say x 50), join(' ', (200) x 50), '50 of them, too';
is answers($login), '200', 'one that waits for a hash, too';
is answers($login . $say), '200 200', 'and what is behind it';
is answers(''), '', 'nothing is not answered';
is answers("\r\n"), '', 'nor is an empty line';
my $before = $admin->get('rooms/GENERAL/messages', { count => 1 })->{messages}[0]{_id};
is answers(substr $say, 0, $_), '400', "a request of $_ bytes only is refused"
	for 1, 10, length($say) - 20, length($say) - 1;
is answers("POST /api/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"), '400',
	'chunks without their end, too';
is $admin->get('rooms/GENERAL/messages', { count => 1 })->{messages}[0]{_id}, $before, 'and does not run';

# Gone altogether, in the middle of everything.
for my $how (qw(close reset)) {
	for my $bytes ($login, $say, substr($say, 0, 60), $login . $say x 20) {
		my $w = $chat->socket;
		$w->send($bytes);
		$w->$how;
	}
	is $chat->anyone->get('version')->status, 200, "clients that $how at any time do no harm";
}
done_testing;
