# SPDX-License-Identifier: ISC
# A smoke run in a world that fails (faults.c): for each n, fresh data, the
# n-th call of a kind fails, and whatever was answered must be true.
#
#   my $f = Faults->new;
#   $f->sweep('malloc', stride => 7);         # counted from the ready line
#   $f->sweep('write', from => 'start', error => 28, count => 0);
#
# FAIL_ALL=1 in the environment: each n, whatever the stride.
package Faults;
use strict;
use warnings;
use Chat;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use Proc qw(reap slurp spawn);
use Smoke;
use Test::More;
use Time::HiRes qw(sleep time);

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $library = dirname($binary) . '/t/lib/faults.so';
# what the disk really does is not asked here
$ENV{TMPDIR} //= '/dev/shm' if -d '/dev/shm' && -w _;
my @LAST_WORDS = ('out of memory', 'OpenSSL cannot compute SHA-256',
	'no randomness to be had');

sub library { $library }

# Why these tests cannot be run here, or nothing.
sub cannot {
	return 'faults.so is not built' unless -e $library;
	return 'a sanitizer has an allocator of its own'
		if slurp($binary) =~ /__asan_init/;
	return;
}

# The data that each run begins with.
sub new {
	my ($class) = @_;
	my $chat = chat();
	my $f = bless { chat => $chat, smoke => Smoke->prepare($chat) }, $class;
	$chat->stop;
	$f->{data} = $chat->home . '/template';
	mkdir $f->{data} or die "$f->{data}: $!";
	copy($_, "$f->{data}/") or die "$_: $!"
		for grep { !-d } glob $chat->dir . '/*';
	return $f;
}

sub fresh_data {
	my ($f) = @_;
	my $dir = $f->{chat}->dir;
	unlink glob "$dir/* $dir/.[a-z]*";
	copy($_, "$dir/") or die "$_: $!" for glob "$f->{data}/*";
	chmod 0600, glob "$dir/*";
}

# Start it: true when it is ready, false when it ended.
sub start {
	my ($f, %env) = @_;
	my $c = $f->{chat};
	my $log = $c->home . '/fault-log';
	unlink $log;
	$f->{pid} = spawn({ $c->environment(\%env) }, ['<', '/dev/null'],
		['>>', $c->home . '/out'], ['>', $log], $c->command);
	$c->{life}++;
	for (my $until = time + 10; time < $until; sleep 0.003) {
		$f->{log} = slurp($log);
		if ($f->{log} =~ /\bmsg=ready\b[^\n]*?http:\S*:(\d+)[^\n]*\n/) {
			$c->{ports}{http} = $1;
			return 1;
		}
		if (defined(my $status = $f->died)) {
			$f->{status} = $status;
			return 0;
		}
	}
	$f->problem('it does not start');
	return 0;
}

sub died {
	my ($f) = @_;
	my $got = waitpid $f->{pid}, POSIX::WNOHANG();
	return unless $got == $f->{pid};
	delete $f->{pid};
	return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

sub stop {
	my ($f, $signal) = @_;
	my $pid = delete $f->{pid} // return $f->{status};
	kill $signal, $pid;
	$f->{status} = reap($pid, 12);
	return $f->{status} if defined $f->{status};
	kill 'KILL', $pid;
	reap($pid, 5);
	$f->problem('it does not end');
}

sub problem {
	my ($f, $what) = @_;
	push @{ $f->{problems} }, "$f->{fault}: $what";
	return;
}

# How it ended, and with what words.
sub judge_end {
	my ($f, $started) = @_;
	my $log = slurp($f->{chat}->home . '/fault-log');
	my @words = grep { !/^ts=/ } split /\n/, $log;
	my $status = $f->{status} // 'none';
	my $last = join '|', map { quotemeta } @LAST_WORDS;
	return if $started && $status eq '0' && !@words;
	return if $status eq '70' && @words == 1 &&
		$words[0] =~ /^pocketchat: (?:$last)$/;
	return if !$started && $status eq '1' && @words &&
		!grep { !/^pocketchat: ./ } @words;
	$f->problem("it ended with $status and said: $log");
}

sub one {
	my ($f, $n, %o) = @_;
	my $seen = $f->{chat}->home . '/seen';
	my $smoke = $f->{smoke}->again;
	unlink $seen;
	$f->{fault} = join ':', $o{kind}, $n, $o{error} // 12, $o{count} // 1;
	$f->{status} = undef;
	$f->fresh_data;
	my $started = $f->start(LD_PRELOAD => $library, FAULT => $f->{fault},
		FAULT_SEEN => $seen,
		($o{from} // 'ready') eq 'ready' ? (FAULT_FROM => 'ready') : ());
	$f->problem($_) for $started ? $smoke->run : ();
	$f->{status} = $f->died if $started;
	$f->problem('it does not recover') if $started && $f->{pid} &&
		$o{recovers} && -s $seen && !$smoke->recovers;
	$f->stop('TERM');
	$f->judge_end($started);
	$f->look_after($smoke);
	return -s $seen;
}

# In a good world again: is all true that was said?
sub look_after {
	my ($f, $smoke) = @_;
	my $c = $f->{chat};
	$f->check if $ENV{FAIL_ALL} || $f->{checks}++ % 8 == 0;
	$f->start or return $f->problem('it does not start any more: ' . $f->{log});
	$f->problem($_) for $smoke->verify;
	$f->stop('KILL');
}

sub check {
	my ($f) = @_;
	my ($status, $out) = $f->{chat}->cli('check');
	$f->problem("check says $out") if $out =~ /^fail\b.*database/m;
}

sub sweep {
	my ($f, $kind, %o) = @_;
	my $stride = $ENV{FAIL_ALL} ? 1 : $o{stride} // 1;
	my ($n, $runs) = ($o{first} // 1, 0);
	$f->{problems} = [];
	while ($f->one($n, %o, kind => $kind)) {
		$runs++;
		last if @{ $f->{problems} } > 5 || $o{last} && $n >= $o{last};
		$n += $stride;
	}
	note "$kind: $runs runs, up to call $n";
	cmp_ok $runs, '>', 0, "$kind: some calls failed";
	is join("\n", @{ $f->{problems} }), '', $o{says};
	return $runs;
}

1;
