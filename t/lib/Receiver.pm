# SPDX-License-Identifier: ISC
# Somebody who is told: a small HTTP server on loopback, for outgoing
# integrations.
#
#   my $r = Receiver->new(sub { my ($request, $number) = @_; ... });
#   $r->url('/path'); $r->next; $r->count;
#
# The sub answers a request with the bytes of a reply; Receiver::reply(200,
# 'text', 'Name: value', ...) makes them.  next: the requests in their order,
# each { line, path, head, body, json, number }, waited for; number is how
# often its path has been asked for.
package Receiver;
use strict;
use warnings;
use Carp;
use IO::Socket::INET;
use JSON::PP;
use Proc qw(reap);
use Wire;

sub reply {
	my ($status, $body, @fields) = @_;
	return join("\r\n", "HTTP/1.1 $status Whatever", @fields,
		'Content-Length: ' . length $body, '', $body);
}

sub new {
	my ($class, $answer) = @_;
	my $listen = IO::Socket::INET->new(Listen => 64,
		LocalAddr => '127.0.0.1') or croak "listen: $!";
	pipe my $read, my $write or croak "pipe: $!";
	my $pid = fork // croak "fork: $!";
	if ($pid == 0) {
		close $read;
		$write->autoflush(1);
		alarm 300;
		eval { serve($listen, $write, $answer) };
		print STDERR $@ if $@;
		require POSIX;
		POSIX::_exit(0);
	}
	close $write;
	return bless { pid => $pid, port => $listen->sockport, owner => $$,
		wire => Wire->wrap($read, 'the receiver') }, $class;
}

sub serve {
	my ($listen, $write, $answer) = @_;
	my %times;
	while (my $c = $listen->accept) {
		my $w = Wire->wrap($c, 'a caller');
		my $head = $w->until(qr/\r\n\r\n/) // next;
		my ($length) = $head =~ /^Content-Length: (\d+)/mi;
		my $body = $w->until(qr/\A.{$length}/s) // next;
		my ($path) = $head =~ m{^\S+ (\S+)};
		my $n = ++$times{$path};
		print {$write} encode_json({ path => $path, head => $head,
			body => $body, number => $n }) . "\n";
		my $r = { path => $path, json => decode_json($body) };
		eval { $w->send($answer->($r, $n)) };
		$w->close;
	}
}

sub url { "http://127.0.0.1:$_[0]{port}$_[1]" }

sub next {
	my ($s) = @_;
	my $line = $s->{wire}->until(qr/\n/) // croak 'the receiver is gone';
	my $r = decode_json($line);
	$r->{json} = decode_json($r->{body});
	return $r;
}

sub quiet { $_[0]{wire}->quiet($_[1] // 0.3) }

sub DESTROY {
	my ($s) = @_;
	return unless $s->{owner} == $$;
	local $?;
	kill 'KILL', $s->{pid};
	reap($s->{pid}, 5);
}

1;
