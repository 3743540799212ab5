#!/usr/bin/perl
# Started as root: the server becomes somebody else, or keeps but the name.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);

plan skip_all => 'only root can give up root' if $>;
my ($name, $uid, $gid) = (getpwnam 'daemon')[0, 2, 3];
plan skip_all => 'there is no daemon here' unless $uid;

sub uids { return join ' ', slurp("/proc/$_[0]/status") =~ /^[UG]id:\s*(.*)$/mg }

sub helpers {
	my ($chat) = @_;
	my $of = sub { grep { slurp("/proc/$_/status") =~ /^PPid:\s*$_[0]$/m }
		map { m{(\d+)} } glob '/proc/[0-9]*' };
	my ($keeper) = $of->($chat->pid);
	return grep { defined } $keeper, $of->($keeper);
}

# A folder that others may pass, too.
sub furnished {
	my $chat = chat(start => 0, @_);
	chmod 0755, $chat->home;
	$chat->done('user', 'add', 'ada', { env => { POCKETCHAT_PASSWORD => 'engine-1843' } });
	return $chat;
}

sub becomes {
	my ($chat, $how) = @_;
	$chat->start;
	like uids($chat->pid), qr/^(?:$uid\s+){4}(?:$gid\s*){4}$/, "$how: the server is $name";
	unlike uids($_), qr/\b0\b/, "$how: a helper is not root" for helpers($chat);
	my @roots = grep { (stat)[4] == 0 } $chat->dir, glob $chat->dir . '/*';
	is "@roots", '', "$how: nothing of the data is left to root";
	my $room = $chat->login('ada', 'engine-1843')->post('rooms/GENERAL/send', { msg => 'hi' });
	is $room->status, 200, "$how: it writes";
	$chat->done('user', 'add', 'bob', { env => { POCKETCHAT_PASSWORD => 'boat-1844' } });
	ok $chat->login('bob', 'boat-1844'), "$how: beside root on the command line";
	$chat->restart;
	ok $chat->login('ada', 'engine-1843'), "$how: and after a restart";
}

becomes(furnished(settings => { user => $name }), "user = $name");
my $theirs = furnished();
chown $uid, $gid, $theirs->dir;
becomes($theirs, "data of $name");

my $ours = chat();
like uids($ours->pid), qr/^0\s/, 'of data that are root\'s the server keeps the name';
like $ours->log, qr/running as root, without its powers/, 'and says so';
like slurp('/proc/' . $ours->pid . '/status'), qr/^CapEff:\s*0+$/m, 'without powers';

my $never = furnished();
my ($status, $out, $err) = $never->cli('serve', '--user', 'root', '--listen', 'http://127.0.0.1:0');
ok $status == 1 && $err =~ /name another/, 'user = root is none' or diag $err;
($status, $out, $err) = $never->cli('serve', '--user', 'no-one', '--listen', 'http://127.0.0.1:0');
ok $status == 1 && $err =~ /no-one: this user does not exist/, 'nor is one that is not there'
	or diag $err;
chmod 0700, $never->home;
($status, $out, $err) = $never->cli('serve', '--user', $name, '--listen', 'http://127.0.0.1:0');
ok $status == 1 && $err =~ /cannot use it/, 'data below a folder of root\'s alone are of no use'
	or diag $err;
done_testing;
