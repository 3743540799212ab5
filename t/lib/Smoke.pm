# SPDX-License-Identifier: ISC
# A little of everything a server does, and what must be true afterwards.
#
#   my $smoke = Smoke->prepare($chat);     # people, rooms, tokens
#   my $s = $smoke->again; $s->run; ... $s->verify;     # lists of problems
#
# Each deed is done, refused (then nothing was changed), or nobody knows,
# since there was no answer.
package Smoke;
use strict;
use warnings;
use Session;
use Time::HiRes qw(sleep time);

use constant { DONE => 'done', REFUSED => 'refused', UNKNOWN => 'unknown' };

sub prepare {
	my ($class, $chat) = @_;
	my $admin = $chat->admin;
	my $ada = $chat->user('ada');
	my %room = map { $_ => $admin->room($_, members => ['ada', 'rocket.cat']) }
		qw(den attic porch);
	$room{hall} = $admin->room('hall');
	$admin->post("rooms/$room{den}/send", { msg => "old $_" }) for 1 .. 3;
	return bless { chat => $chat, admin => $admin, ada => $ada,
		other => $chat->login('ada', $ada->pass), room => \%room }, $class;
}

sub again {
	my ($s) = @_;
	return bless { %$s, said => {}, sent => [], problems => [] }, ref $s;
}

sub problem { push @{ $_[0]{problems} }, $_[1]; return }

# The reply, or nothing when the connection broke.
sub ask {
	my ($s, $who, $method, $path, $body) = @_;
	local $Wire::PATIENCE = 8;
	my $r = eval { $who->request($method, $path,
		$body ? (json => $body) : ()) };
	return $r if $r;
	$s->problem("$path: a hang: $@") if $@ =~ /(?:said|took) nothing for/;
	delete $who->{wire};
	return;
}

sub deed {
	my ($s, $name, $who, $path, $body) = @_;
	$s->{said}{$name} = UNKNOWN;
	my $r = $s->ask($who, 'POST', $path, $body) // return;
	$s->{said}{$name} = $r->status == 200 ? DONE : REFUSED;
	eval { $r->json } or $s->problem("$name: no JSON: " . $r->raw);
	$s->problem("$name: " . $r->raw)
		if $r->status != 200 && $r->status < 500;
	return $r->status == 200 ? $r : undef;
}

sub look {
	my ($s, $path) = @_;
	my $r = $s->ask($s->{ada}, 'GET', $path) // return;
	my $json = eval { $r->json } or
		return $s->problem("$path: no JSON: " . $r->raw);
	return $json if $r->status == 200;
	$s->problem("$path: " . $r->raw) if $r->status < 500;
	return;
}

sub send {
	my ($s, $n) = @_;
	push @{ $s->{sent} }, $n;
	$s->deed("new $n", $s->{ada}, "rooms/$s->{room}{den}/send",
		{ msg => "new $n" });
}

# The room holds what was sent, once and in order.
sub read_den {
	my ($s) = @_;
	my $page = $s->look("rooms/$s->{room}{den}/messages") // return;
	my @there = map { $_->{msg} } grep { !$_->{t} } reverse @{ $page->{messages} };
	my %there = map { $_ => 1 } @there;
	my @want = ((map { "old $_" } 1 .. 3), grep {
		my $said = $s->{said}{$_};
		$said eq DONE || $said eq UNKNOWN && $there{$_} }
		map { "new $_" } @{ $s->{sent} });
	$s->problem("the room holds @there, not @want") if "@there" ne "@want";
}

sub run {
	my ($s) = @_;
	my ($ada, $admin, $room) = @$s{qw(ada admin room)};
	$s->send(1);
	$s->read_den;
	$s->deed('join', $ada, "rooms/$room->{hall}/join");
	$s->look($_) for 'publicRooms', 'joinedRooms', "rooms/$room->{den}/online",
		'version', '/health';
	my $r = $s->deed('login', $admin->again, 'login',
		{ user => 'ada', password => $ada->pass });
	$s->{token} = $r && { token => $r->{data}{authToken},
		id => $r->{data}{userId} };
	$s->send(2);
	$s->deed('leave', $ada, "rooms/$room->{porch}/leave");
	$s->deed('create', $admin, 'bulk/createRoom', { rooms => [
		{ name => 'nook', members => ['ada', 'rocket.cat'] }] });
	$s->deed('register', $admin->again, 'bulk/register', { users => [
		{ name => 'bob', email => 'bob@x.org', pass => 'pass-of-bob' },
		{ name => 'eve', email => 'eve@x.org', pass => 'pass-of-eve' }] });
	$s->deed('archive', $admin, "room/$room->{attic}/archive");
	$s->read_den;
	$s->deed('logout', $s->{other}, 'logout');
	$s->send(3);
	$s->look('joinedRooms');
	return $s->done;
}

sub done {
	my ($s) = @_;
	my @problems = @{ $s->{problems} };
	$s->{problems} = [];
	return @problems;
}

# One failure does not last: writing works again, after a second at most.
sub recovers {
	my ($s) = @_;
	my $n = 100;
	for (my $until = time + 4; time < $until; sleep 0.1) {
		return 1 if $s->send($n++);
	}
	return 0;
}

# What was done is so, what was refused is not, what nobody knows may be.
sub is_so {
	my ($s, $name, $truth) = @_;
	my $said = $s->{said}{$name} // UNKNOWN;
	$s->problem("$name was $said, and afterwards it is " .
		($truth ? 'so' : 'not so')) if $said ne UNKNOWN &&
		($said eq DONE) != !!$truth;
}

sub verify {
	my ($s) = @_;
	my $ada = $s->{ada};
	my $rooms = $s->look('publicRooms') //
		return ($s->done, 'nothing can be read afterwards');
	my %room = map { $_->{name} => $_ } @{ $rooms->{rooms} };
	my %in = map { $_ => { map { $_ => 1 } @{ $room{$_}{usernames} || [] } } }
		keys %room;
	my @names = map { /^(\w\S*)/ } split /\n/, $s->{chat}->done('user', 'list');
	my %user = map { $_ => 1 } @names;
	$s->read_den;
	$s->is_so('join', $in{hall}{ada});
	$s->is_so('leave', !$in{porch}{ada});
	$s->is_so('create', $room{nook});
	$s->is_so('register', $_) for $user{bob}, $user{eve};
	$s->is_so('archive', $room{attic}{archived});
	my $r = $s->ask($s->{other}, 'GET', 'joinedRooms');
	$s->is_so('logout', !$r || $r->status == 401);
	if ($s->{token}) {
		$r = $s->ask(Session->new($s->{chat}, %{ $s->{token} }), 'GET',
			'joinedRooms');
		$s->problem('the new token is not good')
			if !$r || $r->status != 200;
	}
	return $s->done;
}

1;
