#!/usr/bin/perl
# sandbox: what the server and its helpers may still do, seen from outside.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);

sub status { return { slurp("/proc/$_[0]/status") =~ /^(\w+):\s*(.*)$/mg } }

# The server's processes by their names; parents first.
sub family {
	my ($chat) = @_;
	my %of = (server => $chat->pid);
	for (1 .. 500) {
		for (map { m{(\d+)} } glob '/proc/[0-9]*') {
			my $s = status($_);
			$of{$1} = $_ if ($s->{PPid} // 0) == ($of{server} // 0) &&
				($s->{Name} // '') =~ /^pocketchat-(keep)/;
			$of{$1} = $_ if $of{keep} && ($s->{PPid} // 0) == $of{keep} &&
				($s->{Name} // '') =~ /^pocketchat-(hash)/;
		}
		last if $of{hash};
		select undef, undef, undef, 0.01;
	}
	return %of;
}

my ($default) = chat(start => 0)->done('config', 'show') =~ /^sandbox = (\w+)/m;
plan skip_all => 'this build is for tools that need more' if $default ne 'on';
my %known = map { $_ => 1 } split ' ', slurp('/proc/sys/kernel/seccomp/actions_avail');

sub works {
	my ($chat, $how) = @_;
	my $admin = $chat->admin->again;
	my $r = $admin->post('rooms/GENERAL/send', { msg => "hello $how" });
	is $r->status, 200, "$how: a message is taken";
	$chat->restart;
	$r = $admin->get('rooms/GENERAL/messages');
	like $r->raw, qr/hello \Q$how\E/, "$how: and there after a restart";
	ok $chat->login($Chat::ADMIN, $Chat::ADMIN_PASS), "$how: one can log in";
}

my %chat = map { $_ => chat(settings => { sandbox => $_ }) } qw(on log off);
works($chat{$_}, "sandbox=$_") for qw(on log off);

for my $mode (qw(on log off)) {
	my %of = family($chat{$mode});
	for my $who (qw(server keep hash)) {
		my $s = status($of{$who});
		my $limits = slurp("/proc/$of{$who}/limits");
		my $say = "sandbox=$mode: $who";
		is $s->{NoNewPrivs}, 1, "$say can gain no privileges";
		like "@$s{qw(CapEff CapPrm CapInh CapBnd)}", qr/^[0 ]+$/,
			"$say has none" if $> == 0;
		is hex $s->{CapEff}, 0, "$say uses none";
		like $limits, qr/^Max core file size +0 +0 /m, "$say leaves no core";
		SKIP: {
			skip 'no filter here', 1 unless $known{kill_process};
			my $off = $who eq 'server' && $mode eq 'off';
			is $s->{Seccomp}, $off ? 0 : 2, "$say is " .
				($off ? 'free' : 'held by a filter');
		}
		next if $who eq 'server';
		unlike $limits, qr/^Max address space +unlimited/m,
			"$say has memory within bounds";
	}
	SKIP: {
		skip 'root sees all', 1 if $> == 0;
		ok !opendir(my $dh, "/proc/$of{server}/fd"),
			"sandbox=$mode: nobody looks into it";
	}
}

my $lacking = $chat{on}->log =~ /the sandbox is not whole.*landlock/;
is(() = $chat{off}->log =~ /sandbox/g, 0, 'what is off is not missed');
cmp_ok scalar(() = $chat{on}->log =~ /the sandbox is not whole/g), '<=', 2,
	'a start complains in one line at most';

# The worker dies: the next one is held as well.
my %of = family($chat{on});
kill 'KILL', $of{hash};
my $next = $of{hash};
for (1 .. 500) {
	last if ($next = { family($chat{on}) }->{hash} // 0) && $next != $of{hash};
	select undef, undef, undef, 0.01;
}
isnt $next, $of{hash}, 'a dead worker has a successor';
is status($next)->{Seccomp}, status($of{keep})->{Seccomp}, 'held as well';
ok $chat{on}->login($Chat::ADMIN, $Chat::ADMIN_PASS), 'that does its work';

# Who holds the server holds its helpers.
$chat{on}->kill9;
my $left = 1;
for (1 .. 500) {
	last unless $left = grep { kill 0, $_ } $of{keep}, $next;
	select undef, undef, undef, 0.01;
}
is $left, 0, 'a killed server leaves no helper behind';

# Certificates: read again where they were, refused where they were not.
my $tls = chat(tls => 1, settings => { sandbox => 'on' });
my $home = $tls->home;
sub hup { kill 'HUP', $tls->pid }
sub answers { return $tls->anyone(tls => 1)->get('version')->status }

hup();
ok $tls->logged(qr/msg=reloaded/), 'HUP reads the same files again';
is answers(), 200, 'and serves with them';
SKIP: {
	skip 'no Landlock here', 5 if $lacking;
	rename $tls->key, "$home/kept.pem";
	symlink chat(start => 0, tls => 1)->key, $tls->key;
	hup();
	ok $tls->logged(qr/reload refused.*outside the directories.*restart needed/),
		'a key that moved away is refused';
	is answers(), 200, 'and the old one stays';
	is $tls->login($Chat::ADMIN, $Chat::ADMIN_PASS)->get('joinedRooms')->status,
		200, 'as does the server';
	unlink $tls->key;
	symlink 'kept.pem', $tls->key;
	hup();
	ok $tls->logged(qr/msg=reloaded.*msg=reloaded/s), 'in its place it is taken';
	is answers(), 200, 'and serves';
}

my ($status, $out, $err) = chat(start => 0)->cli('serve', '--sandbox', 'maybe');
ok $status == 1 && $err =~ /on\|log\|off/, 'on, log or off' or diag $err;
done_testing;
