# SPDX-License-Identifier: ISC
# Somebody who talks to a server (Chat.pm) over a connection that is kept.
#
#   $s->get($path, \%query, %o)          paths without a / are under /api/
#   $s->post($path, \%json, %o)          a reference is sent as JSON,
#   $s->post($path, 'a=b', %o)           a string as it is: a form, or type =>
#   $s->request($method, $path, %o)      a reply of Wire.pm
#   $s->begin($method, $path, %o); $s->end     the same in two halves
#   $s->room($name, members => [names or sessions], private => 1)   its id
#   $s->again                            the same person on a new connection
#
# Options: query => {}, json => {}, form => {}, body => '', type => '',
# headers => [name => value, ...], anonymous => 1 (no token).
package Session;
use strict;
use warnings;
use Carp;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

sub new {
	my ($class, $chat, %o) = @_;
	return bless { %o, chat => $chat }, $class;
}

sub id { $_[0]{id} }
sub name { $_[0]{name} }
sub pass { $_[0]{pass} }
sub token { $_[0]{token} }
sub chat { $_[0]{chat} }

# Percent-encoded pairs, sorted; a list gives the name several times.
sub pairs {
	my (%of) = @_;
	my @pairs;
	for my $name (sort keys %of) {
		my @values = ref $of{$name} ? @{ $of{$name} } : $of{$name};
		push @pairs, join '=', map {
			my $text = $_;
			utf8::encode($text);
			$text =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ega;
			$text;
		} $name, $_ for @values;
	}
	return join '&', @pairs;
}

sub credentials {
	my ($s) = @_;
	return unless $s->{token};
	return ('X-Auth-Token' => $s->{token}, 'X-User-Id' => $s->{id});
}

# The bytes of a request.
sub request_text {
	my ($s, $method, $path, %o) = @_;
	my ($body, $type) = @o{qw(body type)};
	$path = $s->{chat}{prefix} . $path unless $path =~ m{^/};
	$path .= '?' . pairs(%{ $o{query} }) if $o{query} && %{ $o{query} };
	($body, $type) = ($json->encode($o{json}), 'application/json')
		if exists $o{json};
	$body = pairs(%{ $o{form} }) if $o{form};
	my @head = (Host => 'localhost',
		$o{anonymous} ? () : $s->credentials, @{ $o{headers} || [] });
	push @head, 'Content-Type' =>
		$type // 'application/x-www-form-urlencoded' if defined $body;
	push @head, 'Content-Length' => length($body // '')
		if defined $body || $method =~ /^P/;
	my $text = "$method $path HTTP/1.1\r\n";
	$text .= shift(@head) . ': ' . shift(@head) . "\r\n" while @head;
	return "$text\r\n" . ($body // '');
}

# The connection, a new one when it was closed or the server restarted.
sub wire {
	my ($s) = @_;
	my ($c, $w) = @$s{qw(chat wire)};
	if ($w && !$s->{over} && $s->{life} == $c->{life}) {
		return $w if $w->idle;
		croak "bytes that nobody asked for: $w->{in}" if $w->{in} ne '';
	}
	$s->{life} = $c->{life};
	$s->{over} = 0;
	return $s->{wire} = $c->socket(tls => $s->{tls});
}

sub begin {
	my ($s, $method, $path, %o) = @_;
	$s->wire->send($s->request_text($method, $path, %o));
	$s->{method} = $method;
	return $s;
}

# A connection that was announced to end is not used again.
sub end {
	my ($s) = @_;
	my $r = $s->{wire}->reply($s->{method}) //
		croak "no reply to $s->{method}";
	$s->{over} = ($r->header('connection') // '') eq 'close';
	return $r;
}

sub request { my $s = shift; return $s->begin(@_)->end }

sub get {
	my ($s, $path, $query, %o) = @_;
	return $s->request('GET', $path, query => $query, %o);
}

sub post {
	my ($s, $path, $body, %o) = @_;
	$o{ref $body ? 'json' : 'body'} = $body;
	return $s->request('POST', $path, %o);
}

sub again {
	my ($s) = @_;
	my %copy = %$s;
	delete $copy{wire};
	return bless \%copy, ref $s;
}

# Made as clients do it, if the admin wants a public room; in the API of 0.1
# nobody else can, so the command line makes all others.
sub room {
	my ($s, $name, %o) = @_;
	my @members = map { ref ? $_->name : $_ } @{ delete $o{members} || [] };
	return $s->room_by_command($name, \@members, %o)
		if %o || $s->name ne $Chat::ADMIN;
	push @members, $s->name while @members < 2;
	my $r = $s->post('/api/bulk/createRoom',
		{ rooms => [{ name => $name, members => \@members }] });
	croak "$name cannot be made: $r" unless $r->status == 200;
	return $r->{ids}[0]{rid};
}

# private, read-only, default => 1; topic => text.
sub room_by_command {
	my ($s, $name, $members, %o) = @_;
	my ($id) = $s->chat->done('room', 'add', $name, '--owner', $s->name,
		(map { ('--member', $_) } @$members),
		map { ("--$_", $_ eq 'topic' ? $o{$_} : ()) } sort keys %o) =~
		/\((\w+)\)$/m or croak "no id of $name";
	return $id;
}

1;
