# SPDX-License-Identifier: ISC
# Bytes on a connection, and HTTP replies exactly as they came.
#
#   my $w = Wire->new($host, $port, tls => $ca_file_or_1, local => $address);
#       with tls also keys => $n: the client changes its keys so often first
#   $w = Wire->unix($path);
#   $w->send($bytes);         # dies when the peer takes nothing for long
#   my $r = $w->reply;        # one reply, undef: closed; reply('HEAD')
#   $w->until(qr/\n\n/);      # what came up to a pattern, undef: closed
#   $w->rest;                 # all bytes until the peer closes
#   $w->closed;               # the peer closed, and sent nothing more
#   $w->quiet($seconds);      # nothing came, and it stayed open
#   $w->shut; $w->close; $w->reset;     # FIN; close; close with a RST
#
# Every wait ends after $Wire::PATIENCE seconds and then dies.
#
# A reply: ->status ->reason ->version ->headers (lower-case names, equal ones
# joined by ", ") ->header($name) ->fields ([name, value] as sent) ->head and
# ->raw (bytes) ->body ->json.  Used as a hash it is its JSON: $r->{status}.
package Wire;
use strict;
use warnings;
use Carp;
use Errno qw(EAGAIN EINTR);
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use Socket;
use Time::HiRes qw(time);

our $PATIENCE = $ENV{CHAT_PATIENCE} || 30;
our $TLSPIPE;
my $PIECE = 65536;

sub new {
	my ($class, $host, $port, %o) = @_;
	return $class->tls($host, $port, @o{qw(tls keys)}) if $o{tls};
	return $class->wrap(IO::Socket::INET->new(
		PeerAddr => $host, PeerPort => $port, Timeout => $PATIENCE,
		$o{local} ? (LocalAddr => $o{local}) : ()),
		"$host:$port");
}

sub unix {
	my ($class, $path) = @_;
	return $class->wrap(IO::Socket::UNIX->new(Peer => $path), $path);
}

sub tls {
	my ($class, $host, $port, $ca, $keys) = @_;
	socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC
		or croak "socketpair: $!";
	my $pid = fork // croak "fork: $!";
	if (!$pid) {
		open STDIN, '<&', $theirs;
		open STDOUT, '>&', $theirs;
		CORE::close $ours;
		exec $TLSPIPE, $host, $port, $ca eq '1' ? () : $ca,
			$keys // () or
			POSIX::_exit(127);
	}
	CORE::close $theirs;
	my $w = $class->wrap($ours, "$host:$port");
	$w->{pid} = $pid;
	return $w;
}

sub wrap {
	my ($class, $socket, $name) = @_;
	croak "cannot connect to $name: $@ $!" unless $socket;
	$socket->blocking(0);
	return bless { socket => $socket, name => $name, in => '' }, $class;
}

# Wait until the socket can be read (or written); false when time is up.
sub ready {
	my ($w, $write, $until) = @_;
	my $bits = '';
	vec($bits, fileno $w->{socket}, 1) = 1;
	while ((my $left = $until - time) > 0) {
		my ($r, $s) = $write ? (undef, $bits) : ($bits, undef);
		my $n = select $r, $s, undef, $left;
		return 1 if $n > 0;
		croak "select: $!" if $n < 0 && $! != EINTR;
	}
	return 0;
}

sub send {
	my ($w, $bytes) = @_;
	my $at = 0;
	local $SIG{PIPE} = 'IGNORE';
	while ($at < length $bytes) {
		my $n = syswrite $w->{socket}, $bytes, $PIECE, $at;
		if (defined $n) {
			$at += $n;
		} elsif ($! != EAGAIN && $! != EINTR) {
			return 0;
		} elsif (!$w->ready(1, time + $PATIENCE)) {
			croak "$w->{name} took nothing for $PATIENCE s";
		}
	}
	return 1;
}

# Read a piece: true if some came, false at the end (or, with $until given,
# when time is up).
sub more {
	my ($w, $until) = @_;
	my $given = defined $until;
	$until //= time + $PATIENCE;
	while (!$w->{end}) {
		my $n = sysread $w->{socket}, $w->{in}, $PIECE, length $w->{in};
		return 1 if $n;
		if (defined $n || ($! != EAGAIN && $! != EINTR)) {
			$w->{reset} = !defined $n;
			$w->{end} = 1;
		} elsif (!$w->ready(0, $until)) {
			return 0 if $given;
			croak "$w->{name} said nothing for $PATIENCE s";
		}
	}
	return 0;
}

sub until {
	my ($w, $pattern) = @_;
	while (1) {
		return substr $w->{in}, 0, $+[0], '' if $w->{in} =~ $pattern;
		$w->more or return;
	}
}

# Exactly so many bytes, fewer at the end.
sub take {
	my ($w, $n) = @_;
	1 while length $w->{in} < $n && $w->more;
	return substr $w->{in}, 0, $n, '';
}

sub rest {
	my ($w) = @_;
	1 while $w->more;
	return $w->take(length $w->{in});
}

sub closed { $_[0]->rest eq '' }
sub was_reset { $_[0]{reset} }

sub quiet {
	my ($w, $seconds) = @_;
	return $w->{in} eq '' && !$w->more(time + $seconds) && !$w->{end};
}

# Nothing has come or ended up to now: a next request may be sent.
sub idle { $_[0]->quiet(0.000001) }

sub shut { shutdown $_[0]{socket}, 1 }

sub close {
	my ($w) = @_;
	CORE::close $w->{socket} if $w->{socket};
	waitpid delete $w->{pid}, 0 if $w->{pid};
	$w->{end} = 1;
	delete $w->{socket};
}

sub reset {
	my ($w) = @_;
	setsockopt $w->{socket}, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
	$w->close;
}

sub DESTROY {
	local ($?, $!, $@);
	$_[0]->close;
}

# One reply; $method tells whether a body belongs to it.  Interim 1xx replies
# are skipped, but stay visible in ->raw.
sub reply {
	my ($w, $method) = @_;
	my ($before, $r) = ('');
	while (1) {
		my $head = $w->until(qr/\r\n\r\n/);
		if (!defined $head) {
			croak "a broken reply: $w->{in}" if $w->{in} ne '';
			return;
		}
		$r = Wire::Reply->new($head);
		last if $r->status >= 200 || $r->status == 101;
		$before .= $head;
	}
	my ($body, $wire) = $w->body($r, $method // 'GET');
	return $r->finish($body, $before . $r->head . $wire);
}

# The body, and the bytes that carried it.
sub body {
	my ($w, $r, $method) = @_;
	my $length = $r->header('content-length');
	return ('', '') if $method eq 'HEAD' || $r->status =~ /^(?:101|204|304)$/;
	return $w->chunked if lc($r->header('transfer-encoding') // '') eq 'chunked';
	my $body = defined $length ? $w->take($length) : $w->rest;
	croak "a body cut short: " . length($body) . " of $length bytes"
		if defined $length && length $body < $length;
	return ($body, $body);
}

sub chunked {
	my ($w) = @_;
	my ($body, $wire) = ('', '');
	while (1) {
		my $line = $w->until(qr/\r\n/) // croak 'no chunk size';
		my ($hex) = $line =~ /^([0-9a-fA-F]+)\r\n$/ or
			croak "a bad chunk size: $line";
		my $data = $w->take(hex($hex) + 2);
		croak 'a chunk cut short' unless length $data == hex($hex) + 2 &&
			$data =~ /\r\n\z/;
		$wire .= $line . $data;
		return ($body, $wire) unless hex $hex;
		$body .= substr $data, 0, -2;
	}
}

package Wire::Reply;
use strict;
use warnings;
use Carp;
use JSON::PP;

use overload '%{}' => sub { $_[0]->json }, 'bool' => sub { 1 },
	'""' => sub { $_[0]->raw }, fallback => 1;
use constant { STATUS => 0, REASON => 1, VERSION => 2, HEAD => 3, FIELDS => 4,
	HEADERS => 5, BODY => 6, RAW => 7, JSON => 8 };

my $decoder = JSON::PP->new->utf8;

sub new {
	my ($class, $head) = @_;
	my ($version, $status, $reason, $lines) = $head =~
		m{^HTTP/(1\.[01]) (\d{3}) ([^\r\n]*)\r\n(.*)\r\n\z}s or
		croak "not a reply: $head";
	my (@fields, %headers);
	for my $line (split /\r\n/, $lines) {
		my ($name, $value) = $line =~
			/^([!#\$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\0-\x08\x0a-\x1f\x7f]*)$/
			or croak "not a header field: $line";
		push @fields, [$name, $value];
		$headers{lc $name} = join ', ',
			grep { defined } $headers{lc $name}, $value;
	}
	return bless [$status, $reason, $version, $head, \@fields, \%headers],
		$class;
}

sub finish {
	my ($r, $body, $raw) = @_;
	@$r[BODY, RAW] = ($body, $raw);
	return $r;
}

sub status { $_[0][STATUS] }
sub reason { $_[0][REASON] }
sub version { $_[0][VERSION] }
sub head { $_[0][HEAD] }
sub fields { $_[0][FIELDS] }
sub headers { $_[0][HEADERS] }
sub header { $_[0][HEADERS]{lc $_[1]} }
sub body { $_[0][BODY] }
sub raw { $_[0][RAW] }

sub json {
	my ($r) = @_;
	$r->[JSON] //= eval { $decoder->decode($r->body) } //
		croak 'the body is not JSON: ' . $r->raw;
	return $r->[JSON];
}

1;
