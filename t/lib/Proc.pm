# SPDX-License-Identifier: ISC
# Other programs: started with their three ends tied, ended within a time.
package Proc;
use strict;
use warnings;
use Carp;
use Exporter 'import';
use POSIX qw(_exit ceil);
use Time::HiRes qw(time);

our @EXPORT_OK = qw(reap slurp spawn);

sub slurp {
	my ($file) = @_;
	open my $fh, '<:raw', $file or return '';
	local $/;
	return scalar(<$fh>) // '';
}

# Run something with its three ends tied; the process id.
sub spawn {
	my ($env, $in, $out, $err, @command) = @_;
	my $pid = fork // croak "fork: $!";
	return $pid if $pid;
	open STDIN, $in->[0], $in->[1] or _exit(126);
	open STDOUT, $out->[0], $out->[1] or _exit(126);
	open STDERR, $err->[0], $err->[1] or _exit(126);
	%ENV = %$env;
	no warnings 'exec';
	exec { $command[0] } @command;
	_exit(127);
}

# Exit status, 128 + the signal, or undef: it still runs.
sub reap {
	my ($pid, $seconds) = @_;
	my ($left, $began, $got) = (alarm 0, time);
	eval {
		local $SIG{ALRM} = sub { die "late\n" };
		alarm $seconds;
		$got = waitpid $pid, 0;
		alarm 0;
	};
	my $status = $?;
	alarm 0;
	if ($left) {
		$left = ceil($left - (time - $began));
		alarm($left > 1 ? $left : 1);
	}
	return unless defined $got && $got == $pid;
	return $status & 127 ? 128 + ($status & 127) : $status >> 8;
}

1;
