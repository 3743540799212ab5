#!/usr/bin/perl
# HUP: the settings are read anew; what is done once waits for a restart, and
# the log names it.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(start => 0);
my $file = $chat->dir . '/pocketchat.conf';
mkdir $chat->dir, 0700;
sub write_conf {
	open my $fh, '>', $file or die "$file: $!";
	print {$fh} map { "$_\n" } @_;
	close $fh;
}
sub reload {
	write_conf(@_);
	my $before = () = $chat->log =~ /msg="?re(?:loaded|load refused)/g;
	kill 'HUP', $chat->pid;
	for (1 .. 500) {
		my $now = () = $chat->log =~ /msg="?re(?:loaded|load refused)/g;
		return $chat->log if $now > $before;
		select undef, undef, undef, 0.02;
	}
	return 'the log says nothing';
}

write_conf('max_message = 10', 'sandbox = off');
$chat->start;
my $ada = $chat->user('ada');
sub fits { return $ada->post('rooms/GENERAL/send', { msg => 'x' x $_[0] })->status }
is fits(11), 400, 'eleven characters are too many';
unlike reload('max_message = 20', 'sandbox = off'), qr/restart needed/, 'a limit needs no restart';
is fits(11), 200, 'now they fit';
my $log = reload('max_message = 20', 'https_redirect = on', 'root_url = https://a.b',
	'max_connections = 77', 'sandbox = log', 'user = nobody');
is_deeply [sort $log =~ /msg="restart needed" setting=(\w+)/g],
	[qw(max_connections sandbox user)],
	'what needs a restart is named, and nothing else' or diag $log;
like reload('max_message = 5', 'max_body = x'), qr/msg="reload refused" error="max_body \(\Q$file\E:2\)/,
	'a bad file is refused with file and line';
is fits(11), 200, 'and what was before stays';
is $chat->anyone->get('version')->status, 308, 'as the redirection, for who comes now';
done_testing;
