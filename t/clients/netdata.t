#!/usr/bin/perl
# alarm-notify.sh of netdata (Debian: netdata-plugins-bash)
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

my $script = '/usr/lib/netdata/plugins.d/alarm-notify.sh';
needs($script, '/usr/bin/curl');
my $chat = v1();
my $ada = $chat->user('ada');
my $dev = $ada->room('dev');
my ($address) = hook($chat, 'general', '--as', 'ada');

open my $conf, '>', $chat->home . '/health_alarm_notify.conf'
	or die "health_alarm_notify.conf: $!\n";
print {$conf} <<"END";
SEND_EMAIL="NO"
SEND_ROCKETCHAT="YES"
ROCKETCHAT_WEBHOOK_URL="$address"
DEFAULT_RECIPIENT_ROCKETCHAT="dev"
role_recipients_rocketchat[sysadmin]="dev"
END
close $conf;
my ($status, $said) = client($chat, { NETDATA_USER_CONFIG_DIR => $chat->home,
	NETDATA_STOCK_CONFIG_DIR => $chat->home,
	NETDATA_CACHE_DIR => $chat->home, NETDATA_REGISTRY_URL =>
	'http://127.0.0.1:1', NETDATA_HOSTNAME => 'nas' }, $script, 'test');
is $status, 0, 'its own test runs' or diag $said;
is scalar(() = $said =~ /sent rocketchat notification/g), 3,
	'warning, critical, clear' or diag $said;
my @m = reverse grep { !$_->{t} } @{ $ada->get('channels.history',
	{ roomId => $dev })->{messages} };
is_deeply [map { $_->{attachments}[0]{color} } @m],
	[qw(warning danger good)], 'all three are in the room that it names';
like $m[0]{alias}, qr/^netdata on /, 'in its name';
is_deeply [map { $_->{title} } @{ $m[0]{attachments}[0]{fields} }],
	['test.chart', 'test.family'], 'with what it measured';
like $m[0]{msg}, qr/needs attention.*test[ .]chart/, 'and what is wrong';
done_testing;
