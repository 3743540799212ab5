#!/usr/bin/perl
# Nothing that is kept in memory may differ from the data: whatever is done by
# clients, by the command line and by another process, in any order, each
# answer is what a database that is asked anew says.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Asked;
use Chat;

my $seed = $ENV{CHAT_SEED} // int rand 1e9;
my $rounds = $ENV{CHAT_ROUNDS} // 25;
srand $seed;
my $chat = chat();
my $admin = $chat->admin;
my %who = map { $_ => $chat->user($_) } qw(ada bob eve);
my @users = sort keys %who;
my @words; # names of rooms (and ids), of today and of yesterday
my $data = Asked->new($chat->dir);
my $made = 0;

sub one_of { $_[rand @_] }

sub new_room {
	my $name = 'room' . ++$made;
	my @members = one_of([@users], [qw(ada bob)], [qw(eve ghost)])->@*;
	push @words, $name;
	return push @words, $admin->room($name, members => [@members, 'admin']) if rand() < 0.5;
	$chat->cli('room', 'add', $name, '--private',
		map { ('--member', $_) } grep { $_ ne 'ghost' } @members);
}

# One of the latest: so that what is kept of it is often asked for.
sub name { one_of(@words[-(@words < 6 ? @words : 6) .. -1]) }

sub call {
	my ($who, $what) = (one_of(@users), @_);
	$who{$who}->post($what, {});
	return "$who: $what";
}

sub send_to {
	my ($who, $room) = (one_of(@users, 'admin'), name());
	($who{$who} // $admin)->post("rooms/$room/send", { msg => 'm' . ++$made });
	return "$who sends to $room";
}

my @deeds = (
	(\&send_to) x 4,
	(sub { call('rooms/' . name() . '/join') }) x 3,
	(sub { call('rooms/' . name() . '/leave') }) x 5,
	sub { my $r = name(); my $v = one_of(qw(archive unarchive));
		$admin->post("room/$r/$v", {}); "$v $r" },
	sub { my ($r, $v) = (name(), one_of(qw(archive unarchive)));
		$chat->cli('room', $v, $r); "$v $r (cli)" },
	sub { my ($r, $v) = (name(), one_of(qw(on off)));
		$chat->cli('room', 'read-only', $r, $v); "read-only $r $v" },
	sub { my ($r, $to) = (name(), one_of('other' . ++$made, name()));
		$chat->cli('room', 'rename', $r, $to); push @words, $to; "rename $r $to" },
	sub { my ($v, $r, $u) = (one_of(qw(mute unmute)), name(), one_of(@users));
		$chat->cli('room', $v, $r, $u); "$v $r $u" },
	sub { my ($v, $u, $r) = (one_of(qw(give take)), one_of(@users), name());
		$chat->cli('role', $v, $u, one_of(qw(owner moderator)), '--room', $r); "$v $u $r" },
	sub { my $v = one_of(qw(grant revoke)); my $p = one_of(qw(view-c-room post-readonly));
		$chat->cli('role', $v, one_of(qw(user owner)), $p); "$v $p" },
	sub { my ($v, $u) = (one_of(qw(disable enable)), one_of(@users));
		$chat->cli('user', $v, $u); "$v $u" },
	sub { my $r = name(); $chat->cli('room', 'delete', $r); "delete $r" },
	sub { my $u = one_of(@users); $chat->cli('token', 'revoke', 'all', $u); "revoke $u" },
	# half of it is done when the last is refused: all is taken back
	sub { my $n = 'half' . ++$made; push @words, $n;
		$admin->post('bulk/createRoom', { rooms => [
			{ name => $n, members => [qw(ada bob)] }, { name => 'general', members => [qw(ada bob)] }] });
		"undone $n" },
	sub { my $n = 'gone' . ++$made; # a user comes, writes and goes
		my $g = $chat->user($n); my $r = name(); $g->post("rooms/$r/send", { msg => "by $n" });
		$g->post("rooms/$r/join", {});
		$chat->cli('user', 'delete', $n, one_of('--messages', ())); "$n was in $r" },
	sub { new_room(); 'made ' . $words[-1] },
);

sub page_told {
	my ($r) = @_;
	return join "\n", map { join "\t", $_->{_id}, $_->{u}{username}, $_->{msg} }
		@{ $r->{messages} };
}

sub rooms_told {
	return join "\n", map { join "\t", @$_{qw(_id name msgs)}, $_->{archived} ? 1 : 0, $_->{ro} ? 1 : 0,
		"@{ $_->{usernames} }", join ' ', @{ $_->{muted} || [] } }
		@{ $admin->get('publicRooms')->{rooms} };
}

# What the server says, of what it keeps and of what it keeps from now on.
sub faults {
	my @faults;
	my @look = (@words[-4 .. -1], 'GENERAL');
	for my $name (@users) {
		for my $word (@look) {
			my ($status, $row) = $data->access($name, $who{$name}->token, $word);
			my $r = $who{$name}->get("rooms/$word/messages");
			push @faults, "$name in $word: @{[$r->status]} for $status" if $r->status != $status;
			push @faults, "the page of $word for $name"
				if $row && $r->status == 200 && $data->page($row) ne page_told($r);
			next unless $row;
			($status, $r) = ($data->writing($name, $row),
				$who{$name}->post("rooms/$word/send", { msg => 'x' }));
			push @faults, "$name writes in $word: @{[$r->status]} for $status"
				if $r->status != $status;
		}
	}
	push @faults, "rooms:\n" . rooms_told() . "\nfor\n" . $data->rooms
		if $data->rooms ne rooms_told();
	return @faults;
}

# Who was locked out comes back now and then.
sub welcome {
	for my $name (grep { rand() < 0.5 } @users) {
		next if $who{$name}->get('joinedRooms')->status == 200;
		$chat->cli('user', 'enable', $name);
		$who{$name} = $chat->login($name, $who{$name}->pass);
	}
}

new_room() for 1 .. 4;
my (@done, @faults);
for (1 .. $rounds) {
	push @done, one_of(@deeds)->() for 1 .. 1 + rand 3;
	last if @faults = faults();
	welcome();
}
is "@faults", '', scalar(@done) . ' deeds, and every answer is true'
	or diag join "\n", "CHAT_SEED=$seed", @done[-9 .. -1];
$data->close;
is +($chat->cli('check'))[0], 0, 'and so are the data';
done_testing;
