# SPDX-License-Identifier: ISC
# Clients that send while the server is killed, and the reckoning afterwards.
#
#   my $s = Senders->new($chat, clients => 8, each => 1250);   # they begin
#   $s->acknowledged;      # how many messages were answered with 200
#   $s->finish;            # they stop (or have stopped: each or the server
#                          # has come to its end) and are waited for
#   $s->check;             # problems: lost, doubled, altered, out of order
#
# With restarts => 1 they outlive the server and go on with the next one, on
# the same port.  Each notes the text, id and time of what was answered.
package Senders;
use strict;
use warnings;
use POSIX ();
use Proc qw(reap slurp);
use Session;
use Time::HiRes qw(sleep time);

sub new {
	my ($class, $chat, %o) = @_;
	my $s = bless { %o, chat => $chat, children => [], seen => {},
		last => {}, newest => 0 }, $class;
	$s->{admin} = $chat->admin;
	$s->{file} = [map { $chat->home . "/answered.$_" } 1 .. $s->{clients}];
	$s->{stop} = $chat->home . '/stop';
	unlink $s->{stop};
	for my $nr (1 .. $s->{clients}) {
		my $pid = fork // die "fork: $!";
		push(@{ $s->{children} }, $pid), next if $pid;
		eval { $s->client($nr) };
		POSIX::_exit(0);
	}
	return $s;
}

sub client {
	my ($s, $nr) = @_;
	open my $note, '>', $s->{file}[$nr - 1] or die "answered.$nr: $!";
	$note->autoflush(1);
	my $me = $s->{admin}->again;
	for (my $i = 1; !$s->{each} || $i <= $s->{each}; $i++) {
		my $r = eval { $me->post('rooms/GENERAL/send', { msg => "c$nr n$i" }) };
		if ($r && $r->status == 200) {
			print $note "c$nr n$i $r->{message}{_id} $r->{message}{ts}\n";
		} elsif (!$s->{restarts}) {
			return;
		} else { # nobody knows what became of it: it is not sent again
			delete $me->{wire};
			return if -e $s->{stop};
			sleep 0.003;
		}
		return if $s->{restarts} && $i % 16 == 0 && -e $s->{stop};
	}
}

# Lines that are whole, those that were not seen before.
sub answered {
	my ($s) = @_;
	my @new;
	for my $file (@{ $s->{file} }) {
		open my $in, '<', $file or next;
		seek $in, $s->{at}{$file} // 0, 0;
		while (my $line = <$in>) {
			last unless $line =~ s/\n\z//;
			$s->{at}{$file} = tell $in;
			push @new, $line;
		}
	}
	return @new;
}

sub acknowledged {
	my ($s) = @_;
	my $n = 0;
	$n += () = slurp($_) =~ /\n/g for @{ $s->{file} };
	return $n;
}

sub finish {
	my ($s) = @_;
	open my $stop, '>', $s->{stop};
	for my $pid (splice @{ $s->{children} }) {
		defined reap($pid, 60) or kill('KILL', $pid), waitpid $pid, 0;
	}
}

# What the room holds since the last check, the oldest first.
sub there {
	my ($s) = @_;
	my (@all, $page, $latest);
	do {
		$page = $s->{admin}->get('rooms/GENERAL/messages', {
			oldest => $s->{newest}, $latest ? (latest => $latest) : () });
		push @all, @{ $page->{messages} };
		$latest = $all[-1]{ts} if @all;
	} while (@{ $page->{messages} });
	$s->{newest} = $all[0]{ts} if @all;
	return reverse grep { $_->{msg} =~ /^c\d+ n\d+$/ } @all;
}

# Everything answered up to now is there, once, as it was answered, and each
# client's in the order of sending.  Problems, and how many are there.
sub check {
	my ($s) = @_;
	my @answered = $s->answered;
	my (%new, @problems, $time);
	for my $m ($s->there) {
		my ($nr, $i) = $m->{msg} =~ /^c(\d+) n(\d+)$/;
		push @problems, "$m->{msg} is there twice"
			if $s->{seen}{ $m->{msg} }++;
		push @problems, "$m->{msg} is out of order"
			if $i <= ($s->{last}{$nr} // 0) ||
			defined $time && $m->{ts} le $time;
		($s->{last}{$nr}, $time) = ($i, $m->{ts});
		$new{ $m->{msg} } = "$m->{msg} $m->{_id} $m->{ts}";
	}
	my %known = (%{ $s->{before} || {} }, %new);
	for my $line (@answered) {
		my ($text) = $line =~ /^(c\d+ n\d+) / or next;
		push @problems, "$text is lost" unless $known{$text};
		push @problems, "$text was altered"
			if $known{$text} && $known{$text} ne $line;
	}
	$s->{before} = \%new; # an answer may be noted after the look
	$s->{checked} += @answered;
	return @problems;
}

sub DESTROY {
	my ($s) = @_;
	local ($?, $!);
	kill 'KILL', @{ $s->{children} };
	waitpid $_, 0 for @{ $s->{children} };
}

1;
