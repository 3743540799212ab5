#!/usr/bin/perl
# backup and restore: a whole copy of a running server's data, put back.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc 'slurp';

my $chat = chat();
my $ada = $chat->user('ada');
my $file = $chat->home . '/copy.db';
my $mode = sub { sprintf '%04o', (stat $_[0])[2] & 07777 };

sub texts {
	my $r = $ada->get('rooms/GENERAL/messages');
	return join ' ', map { $_->{msg} } grep { !$_->{t} } @{ $r->{messages} };
}

$ada->post('rooms/GENERAL/send', { msg => $_ }) for qw(one two);
my ($status, $out, $err) = $chat->cli('backup', $file);
is $status, 0, 'a running server is backed up' or diag $err;
like $err, qr/^\Q$file\E is a whole copy/, 'and it says so';
is $mode->($file), '0600', 'a copy is its owner\'s alone';
ok !-e "$file.part" && !-e "$file-wal", 'and stands alone';
is qx{sqlite3 $file 'PRAGMA integrity_check'}, "ok\n", 'it is whole';

my ($whole) = ($chat->cli('backup', '-'))[1];
is substr($whole, 0, 15), 'SQLite format 3', '- writes it to stdout';
is length $whole, -s $file, 'all of it';
my $left = sub { map { s{.*/}{}r } glob $chat->dir . '/pocketchat.db.*' };
is_deeply [$left->()], [], 'and leaves nothing behind';
my $pocketchat = $ENV{POCKETCHAT} || 'build/pocketchat';
is qx{$pocketchat backup - --data @{[$chat->dir]} | head -c 6}, 'SQLite',
	'who reads it may go away';
is_deeply [$left->()], [], 'then nothing is left either';
open my $stale, '>', $chat->dir . '/pocketchat.db.copy-1' or die;
close $stale;
is +($chat->cli('backup', '-'))[0], 0, 'another one';
is_deeply [$left->()], [], 'takes away what a killed one left';
is +($chat->cli('backup', '/nowhere/at/all'))[0], 1, 'a bad place is a failure';
like +($chat->cli('backup', '/nowhere/at/all'))[2], qr/no backup was made/,
	'that is told';

$ada->post('rooms/GENERAL/send', { msg => 'three' });
($status, $out, $err) = $chat->cli('restore', $file);
is $status, 1, 'a running server is not restored over';
like $err, qr/a server runs/, 'and it says why';
$chat->stop;

open my $bad, '>', "$file.bad" or die;
print {$bad} 'this is no database' x 500;
close $bad;
for my $no ("$file.bad", "$file.none") {
	is +($chat->cli('restore', $no))[0], 1, 'what is no backup is refused';
}
qx{sqlite3 $file.other 'CREATE TABLE x(y); PRAGMA user_version=1'};
is +($chat->cli('restore', "$file.other"))[0], 1,
	'nor is another program\'s file taken';
open my $half, '>:raw', "$file.half" or die;
print {$half} substr $whole, 0, length($whole) / 2;
close $half;
is +($chat->cli('restore', "$file.half"))[0], 1, 'nor half of one';
$chat->start;
is texts(), 'three two one', 'and nothing was changed by them';
$chat->stop;

($status, $out, $err) = $chat->cli('restore', $file);
is $status, 0, 'a stopped one is restored' or diag $err;
like $out, qr/before-restore/, 'and it says where the rest is';
$chat->start;
is texts(), 'two one', 'what was there then is there';
is $ada->post('rooms/GENERAL/send', { msg => 'four' })->status, 200,
	'the old token works, and so does sending';
is texts(), 'four two one', 'in its place';
$chat->stop;
is qx{sqlite3 @{[$chat->dir]}/pocketchat.db.before-restore \\
	"SELECT text FROM message WHERE text = 'three'"}, "three\n",
	'what was there before is kept';
is +($chat->cli('restore', '-', { stdin => $whole }))[0], 0, '- reads stdin';
$chat->start;
is texts(), 'two one', 'the same again';
is +($chat->cli('check'))[0], 0, 'and check is content';
done_testing;
