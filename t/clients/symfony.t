#!/usr/bin/perl
# php-symfony-rocket-chat-notifier of Debian: by hook, over HTTPS only
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;

needs('/usr/bin/php', map { "/usr/share/php/Symfony/Component/$_" }
	'Notifier/Bridge/RocketChat/RocketChatTransport.php',
	'HttpClient/autoload.php');
my $chat = sealed();
my $ada = $chat->user('ada');
my $dev = $ada->room('dev');
my ($address, $path, $id) = hook($chat, 'dev', '--as', 'ada');
# a token with a slash is a user and a password to its DSN
my ($status, $said) = client($chat, { CERT => certificate($chat),
	PORT => $chat->tls_port, TOKEN => $id =~ s{/}{%2F}r },
	'/usr/bin/php', 't/clients/symfony.php');
is $status, 0, 'it runs' or diag $said;
is_deeply [split /\n/, $said], ['sent', 'sent',
	'Unable to post the RocketChat message: ' .
	'{"success":false,"error":"invalid-channel"}.'],
	'two are sent, one has no place';
my ($paid, $due) = @{ $ada->get('channels.history',
	{ roomId => $dev })->{messages} };
is $due->{msg}, 'a bill is due', 'a text';
is_deeply [$paid->{msg}, @{ $paid->{attachments}[0] }{qw(title text color)}],
	['it is paid', 'Bill 7', '3 of 3', '#00ff00'], 'a text with more';
done_testing;
