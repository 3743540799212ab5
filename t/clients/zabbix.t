#!/usr/bin/perl
# The Rocket.Chat media type that zabbix ships (Debian: zabbix-frontend-php),
# run by zabbix_js (zabbix-proxy-sqlite3), which is how zabbix tries it
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use Client;
use Proc qw(slurp);
use V1;

my $media = '/usr/share/doc/zabbix-frontend-php/templates/media/rocketchat/' .
	'media_rocketchat.yaml';
$media = "build/zabbix$media" unless -e $media;
needs($media, '/usr/bin/zabbix_js');
my $chat = v1();
my $bot = $chat->user('zabbix', roles => ['bot', 'user']);
my $dev = $bot->room('dev');

# the parameters' defaults, and the script by its indent
my ($names, $script) = slurp($media) =~
	/^      parameters:\n(.*?)^      script: \|\n(.*?)^      \w/ms;
my %defaults = $names =~ /^ +name: '?([^'\n]+?)'?\n +value: '?([^\n]*?)'?$/mg;
my $file = $chat->home . '/media.js';
open my $out, '>', $file or die "$file: $!\n";
print {$out} $script =~ s/^ {8}//gmr;
close $out;

sub alert {
	my (%more) = @_;
	my %all = (%defaults, rc_url => url($chat), rc_send_to => '#dev',
		rc_user_id => $bot->id, rc_user_token => $bot->token,
		rc_title_link => 'http://zabbix.example/tr_events.php?eventid=7',
		event_source => 0, event_value => 1, event_nseverity => 4,
		event_update_status => 0, alert_subject => 'Problem: disk full',
		alert_message => 'On nas', %more);
	my ($status, $said) = client($chat, {}, '/usr/bin/zabbix_js',
		'-s', $file, '-p', encode_json({ map { ($_ => "$all{$_}") }
			keys %all }), '-t', 20);
	is $status, 0, 'it runs' or diag $said;
	return eval { decode_json($said =~ /(\{.*\})/ ? $1 : $said) } || $said;
}

sub newest {
	return $bot->get('channels.history',
		{ roomId => $dev, count => 1 })->{messages}[0];
}

my $got = alert();
my $tags = $got->{tags};
my $problem = newest();
is_deeply [@$tags{qw(__zbx_rc_id __zbx_rc_rid)}], [@$problem{qw(_id rid)}],
	'a problem: it knows what it posted';
is $tags->{__zbx_rc_msg_url}, url($chat) . "/channel/dev?msg=$problem->{_id}",
	'and links to it';
is_deeply [@{ $problem->{attachments}[0] }{qw(title color)}],
	['Problem: disk full', '#E97659'], 'with its colour';
my %thread = (rc_room_id => $dev, rc_msg_id => $problem->{_id});
alert(%thread, event_update_status => 1, event_update_user => 'Ada',
	event_update_action => 'acknowledged', event_update_message => 'I look');
my $update = newest();
is_deeply [@$update{qw(msg alias tmid)}, $update->{attachments}[0]{text}],
	['acknowledged', 'Ada', $problem->{_id}, 'I look'],
	'what is said about it goes to its thread';
alert(%thread, event_value => 0, alert_subject => 'Resolved: disk full');
is_deeply [newest()->{tmid}, @{ newest()->{attachments}[0] }{qw(title color)}],
	[$problem->{_id}, 'Resolved: disk full', '#009900'], 'and so does its end';
is alert(use_default_message => 'true', rc_send_to => '@zabbix')->{tags}
	{__zbx_rc_rid} ne $dev, 1, 'a person can be told, too';
done_testing;
