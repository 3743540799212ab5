#!/usr/bin/perl
# kill -9 at random moments while files are sent (ROUNDS=200 for more): what
# was acknowledged is there whole, and neither half a file nor a row without
# its bytes nor bytes without a row are left.
use strict;
use warnings;
use POSIX ();
use Test::More;
use lib 't/lib';
use Files;
use Proc qw(reap slurp);
use V1;
use Time::HiRes qw(sleep);

use constant { ROUNDS => $ENV{ROUNDS} // 8, CLIENTS => 3 };

alarm 60 + 10 * ROUNDS;
my $chat = v1(settings => { api_limit_read => 'off', api_limit_write => 'off' });
my $ada = $chat->user('ada');
$chat->{listen} = ['http://127.0.0.1:' . $chat->port];
my $acked = $chat->home . '/acked';

# Sends files until it is killed or the server is; a line for each that was
# acknowledged: its address and digest.
sub send_files {
	my ($seed) = @_;
	srand $seed;
	open my $log, '>>', $acked or die;
	$log->autoflush(1);
	my $me = $ada->again;
	while (1) {
		my $bytes = pack('N', rand 2**32) x (1 + rand 80_000);
		# one in four has been sent before
		$bytes = 'the same' . int rand 3 unless int rand 4;
		my $r = eval { upload($me, 'rooms.upload/GENERAL',
			[file => $bytes, 'f']) } or last;
		last unless $r->status == 200;
		my $m = $r->{message};
		print {$log} "$m->{attachments}[0]{title_link} ",
			sha256_hex($bytes), "\n";
		# and one in five is taken back
		next if int rand 5;
		$r = eval { $me->post('chat.delete', { roomId => 'GENERAL',
			msgId => $m->{_id} }) };
		print {$log} "$m->{attachments}[0]{title_link} ",
			$r ? 'gone' : 'doubtful', "\n";
		last unless $r;
	}
	POSIX::_exit(0);
}

# What the lists say, page by page: address => digest.
sub listed {
	my $me = $ada->again;
	my $r = $me->get('channels.files', { roomId => 'GENERAL', count => 0 });
	return map { $_->{path} => $_->{etag} } @{ $r->{files} };
}

my (@problems, $checked);
for my $round (1 .. ROUNDS) {
	my @clients;
	for (1 .. CLIENTS) {
		my $pid = fork // die;
		send_files($$ + 1000 * $round + $_) unless $pid;
		push @clients, $pid;
	}
	sleep 0.1 + rand 0.5;
	$chat->kill9;
	reap($_, 20) // push @problems, 'a client does not end' for @clients;
	$chat->start;
	my %listed = listed();
	my %have = map { $_ => 1 } values %listed;
	settled($chat, keys %have) or push @problems, "round $round: on disk are " .
		join(' ', stored($chat), leftovers($chat)) . "\nlisted are " .
		join(' ', sort keys %have);
	my %want;
	for (split /\n/, -e $acked ? slurp($acked) : '') {
		my ($path, $digest) = split ' ';
		$want{$path} = $digest;
	}
	for my $path (keys %want) {
		next if $want{$path} eq 'doubtful';
		my $r = $ada->again->get($path);
		my $got = $r->status == 200 ? sha256_hex($r->body) :
			$r->status == 404 ? 'gone' : $r->status;
		push @problems, "round $round: $path is $got, not $want{$path}"
			if $got ne $want{$path};
		$checked++;
	}
	unlink $acked;
	last if @problems;
}
is join("\n", @problems), '', 'what was acknowledged is whole, and nothing ' .
	'else is left';
cmp_ok $checked // 0, '>', ROUNDS, 'files were acknowledged';
note "$checked files";
done_testing;
