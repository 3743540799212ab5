#!/usr/bin/perl
# prometheus-alertmanager of Debian, which tells Slack: to a hook
use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use lib 't/lib';
use Client;
use Proc qw(reap slurp spawn);
use V1;

my $program = '/usr/bin/prometheus-alertmanager';
needs($program);
my $chat = v1();
my $ada = $chat->user('ada');
my $dev = $ada->room('dev');
my ($hook) = hook($chat, 'general', '--as', 'ada');

sub free_port {
	my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
		or die "no port: $!\n";
	return $s->sockport;
}

my $conf = $chat->home . '/alertmanager.yml';
open my $out, '>', $conf or die "$conf: $!\n";
print {$out} <<"END";
route:
  receiver: chat
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
receivers:
- name: chat
  slack_configs:
  - api_url: $hook
    channel: '#dev'
    send_resolved: true
END
close $out;
my $port = free_port();
my $log = $chat->home . '/alertmanager.log';
my $pid = spawn({ PATH => $ENV{PATH}, HOME => $chat->home },
	['<', '/dev/null'], ['>', $log], ['>>', $log], $program,
	"--config.file=$conf", '--storage.path=' . $chat->home . '/alerts',
	"--web.listen-address=127.0.0.1:$port", '--cluster.listen-address=');

# Until it is true, or for so many tenths of a second.
sub wait_for {
	my ($what) = @_;
	for (1 .. 200) {
		my $got = $what->();
		return $got if $got;
		select undef, undef, undef, 0.1;
	}
	return;
}

sub alert {
	my ($end) = @_;
	my $body = encode_json([{ labels => { alertname => 'DiskFull',
		instance => 'nas' }, annotations => { summary => '97 %' },
		$end ? (endsAt => $end) : () }]);
	return wait_for(sub {
		my $s = IO::Socket::INET->new("127.0.0.1:$port") or return;
		print {$s} "POST /api/v2/alerts HTTP/1.0\r\nContent-Type: " .
			"application/json\r\nContent-Length: " . length($body) .
			"\r\n\r\n$body";
		return (<$s> // '') =~ / 200 /;
	});
}

sub told {
	my ($pattern) = @_;
	return wait_for(sub {
		my ($m) = grep { ($_->{attachments}[0]{title} // '') =~ $pattern }
			@{ $ada->get('channels.history',
				{ roomId => $dev })->{messages} };
		return $m;
	});
}

ok alert(), 'an alert';
my $fire = told(qr/FIRING/);
is_deeply [@$fire{qw(alias)}, $fire->{attachments}[0]{color}],
	['Alertmanager', 'danger'], 'reaches the room that it names';
like $fire->{attachments}[0]{title}, qr/DiskFull/, 'with its name';
like $fire->{attachments}[0]{title_link}, qr/^http/, 'and a link';
ok alert('2020-01-01T00:00:00Z'), 'its end';
my $over = told(qr/RESOLVED/);
is $over->{attachments}[0]{color}, 'good', 'is told, too';
unlike slurp($log), qr/Notify .*failed|level=error/, 'nothing failed';
done_testing;

END {
	local $?;
	if ($pid) {
		kill 'TERM', $pid;
		defined reap($pid, 10) or kill('KILL', $pid), reap($pid, 5);
	}
}
