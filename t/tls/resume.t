#!/usr/bin/perl
# Coming back by a ticket.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Tls;

my $chat = chat(tls => 1);
my $home = $chat->home;

# The second of two visits: New or Reused.
sub visit {
	my ($version, @args) = @_;
	return s_client($chat, "-tls1_$version", @args,
		\"GET /api/version HTTP/1.0\r\n\r\n");
}

for my $v (2, 3) {
	my $file = "$home/session$v";
	like visit($v, '-sess_out', $file), qr/^New, TLSv1\.$v, /m, "1.$v: the first time is new";
	my $said = visit($v, '-sess_in', $file, '-sess_out', "$file.next");
	ok $said =~ /^Reused, TLSv1\.$v, /m && $said =~ m{^HTTP/1\.1 200 }m,
		"1.$v: the next time a ticket does" or diag $said;
	like visit($v, '-sess_in', "$file.next"), qr/^Reused, /m, "1.$v: and so on" if $v == 3;
	ok reload($chat, 'msg=reloaded'), 'a reload';
	like visit($v, '-sess_in', $file), qr/^Reused, /m, "1.$v: keeps the tickets";
}
my $said = visit(3);
my $tickets = () = $said =~ /^Post-Handshake New Session Ticket/mg;
is $tickets, 1, 'one ticket is given, not two' or diag $said;

$chat->restart;
like visit(2, '-sess_in', "$home/session2"), qr/^New, /m, '1.2: a restart forgets';
like visit(3, '-sess_in', "$home/session3"), qr/^New, /m, '1.3: a restart forgets';
like visit(3, '-no_ticket'), qr/^New, .*^HTTP\/1\.1 200 /ms, 'who wants no ticket is served';
done_testing;
