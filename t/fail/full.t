#!/usr/bin/perl
# A small disk: below the reserve nothing new is taken, at its end nothing is
# written at all; reads go on, and when there is room it recovers by itself.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use File::Temp;
use Time::HiRes qw(sleep time);

plan skip_all => 'mounting a small disk needs root' if $>;
my $disk = File::Temp->newdir(TMPDIR => 1);
system('mount', '-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', $disk) == 0
	or plan skip_all => 'a small disk cannot be mounted here';
my $chat;
END { $chat->stop if $chat; system('umount', '-l', $disk) if $disk }

$chat = chat(dir => "$disk/data", settings => { disk_reserve => '3m' });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('den', members => [qw(ada bob)]);
my @sent;

sub say_it {
	my ($text) = @_;
	my $r = $ada->post("rooms/$room/send", { msg => $text });
	push @sent, $text if $r->status == 200;
	return $r;
}

sub there {
	my $page = $bob->get("rooms/$room/messages", { limit => 50 });
	return join ' ', map { $_->{msg} } grep { !$_->{t} }
		reverse @{ $page->{messages} };
}

sub health { $chat->anyone->get('/health')->status }

# As soon as the deed's reply has that status (or at the end of patience).
sub comes_to {
	my ($status, $deed) = @_;
	my $r;
	for (my $until = time + 10; time < $until; sleep 0.1) {
		$r = $deed->()->status;
		last if $r == $status;
	}
	return $r;
}

# Take room until so many bytes are left.
sub take_room {
	my ($leave) = @_;
	open my $out, '>>:raw', "$disk/filler" or die "filler: $!";
	for (;;) {
		my ($left) = `df -B1 --output=avail $disk` =~ /(\d+)\s*\z/;
		last if $left <= $leave;
		my $n = $left - $leave > 65536 ? 65536 : $left - $leave;
		last unless syswrite $out, 'x' x $n;
	}
	close $out;
}

is say_it('one')->status, 200, 'with room, a message is taken';
is health(), 200, 'and all is well';
take_room(2.5 * 1024 * 1024);
is comes_to(503, sub { say_it('two') }), 503,
	'below the reserve a message is refused';
like say_it('two')->{message}, qr/disk/i, 'and it is said why';
is health(), 503, 'a supervisor hears it';
is $chat->admin->post('bulk/register', { users => [{ name => 'eve',
	email => 'eve@x.org', pass => 'pass-of-eve' }] })->status, 503,
	'so are new users';
is there(), "@sent", 'reads go on';
is $bob->post("rooms/$room/leave")->status, 200, 'leaving does';
ok $chat->login('bob', $bob->pass), 'so does logging in';
is $bob->post("rooms/$room/join")->status, 200, 'and coming back';
is $bob->again->post('logout')->status, 200, 'and logging out';
$bob = $chat->login('bob', $bob->pass);

unlink "$disk/filler";
is comes_to(200, sub { $chat->anyone->get('/health') }), 200,
	'with room again, all is well, though nobody has written';
is say_it('three')->status, 200, 'and messages are taken';

take_room(0);
$chat->anyone->get('version');
my ($refused, $tries) = (0, 0);
for my $n (1 .. 40) {
	my $r = $ada->post("rooms/" . ($n % 2 ? 'general' : $room) . '/' .
		($n % 4 < 2 ? 'join' : 'leave'));
	$tries++;
	$refused++ if $r->status == 503;
	sleep 0.05;
}
cmp_ok $refused, '>', 0, 'on a disk that is full to the end nothing is written';
is there(), "@sent", 'and reads go on';
unlink "$disk/filler";
is comes_to(200, sub { say_it('four') }), 200, 'with room, it recovers by itself';
is there(), "@sent", 'nothing was lost, nothing came twice';

$chat->kill9;
$chat->start;
is there(), "@sent", 'nor after a kill';
my ($status, $out) = $chat->cli('check');
unlike $out, qr/^fail\b.*database/m, 'the database is whole';

$chat->stop;
system('mount', '-o', 'remount,ro', $disk) == 0 or die 'remount';
my $began = eval { $chat->start; 1 };
ok !$began, 'on a read-only disk it does not start';
like $@, qr/status 1\).*pocketchat: \S*\Q$disk\E.*[Rr]ead-?\s?only/s,
	'and says why';
system('mount', '-o', 'remount,rw', $disk) == 0 or die 'remount';
$chat->start;
is there(), "@sent", 'when it can be written again, it does';
done_testing;
