#!/usr/bin/perl
# backup, restore and check: the files that people sent, too.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $ada = $chat->user('ada');
my $file = $chat->home . '/copy.db';
my $beside = "$file.uploads";

sub sent {
	my ($bytes) = @_;
	my $r = upload($ada, 'rooms.upload/GENERAL', [file => $bytes, 'f.txt']);
	return $r->{message} // die "$r";
}

sub in_copy {
	my @found = map { m{/([0-9a-f]{64})$} } glob "$beside/*/*";
	return join ' ', sort @found;
}

sub digests { return join ' ', sort map { sha256_hex($_) } @_ }

my ($status, $out, $err) = $chat->cli('backup', $file);
is $status, 0, 'nothing was sent yet';
ok !-e $beside, 'so nothing is beside the copy';
my ($one, $two) = map { sent($_) } 'one' x 50_000, 'two';
like +($chat->cli('check'))[1], qr/^ok uploads: 2$/m, 'check counts them';
($status, $out, $err) = $chat->cli('backup', $file);
is $status, 0, 'a running server with files is backed up' or diag $err;
like $err, qr/^\Q$file\E is a whole copy of the data, with \Q$beside\E: files that were sent, 2 of 2 new$/,
	'and it says so';
is in_copy(), digests('one' x 50_000, 'two'), 'they are there';
is join(' ', map { sprintf '%o', (stat)[2] & 0777 } $beside,
	glob "$beside/*/*"), '700 600 600', 'for nobody else';
my $three = sent('three');
$ada->post('chat.delete', { roomId => 'GENERAL', msgId => $two->{_id} });
ok settled($chat, map { sha256_hex($_) } 'one' x 50_000, 'three'), 'later';
($status, $out, $err) = $chat->cli('backup', $file);
like $err, qr/1 of 2 new$/, 'what is there already is not copied again';
is in_copy(), digests('one' x 50_000, 'three'), 'what is gone leaves the copy';
my ($whole) = ($chat->cli('backup', '-'))[1];
like +($chat->cli('backup', '-'))[2], qr/files that were sent are not in it/,
	'- says that it has none';

# All is lost.
$chat->stop;
my $data = $chat->dir;
system 'rm', '-r', $data;
($status, $out, $err) = $chat->cli('restore', $file);
is $status, 0, 'everything is put back' or diag $err;
$chat->start;
$ada = $chat->login('ada', $ada->pass);
for ([$one, 'one' x 50_000], [$three, 'three']) {
	ok $ada->get($_->[0]{attachments}[0]{title_link})->body eq $_->[1],
		'a file is there';
}
is join(' ', stored($chat)), digests('one' x 50_000, 'three'), 'no more';
is_deeply [leftovers($chat)], [], 'and nothing else';

# A file that the disk has changed is noticed.
my $hex = sha256_hex('three');
my $path = '/' . substr($hex, 0, 2) . "/$hex";
open my $bad, '>', "$data/uploads$path" or die;
print {$bad} 'tHree';
close $bad;
unlink "$beside$path";
($status, $out, $err) = $chat->cli('backup', $file);
is $status, 1, 'one that is damaged is not passed off as a copy';
like $err, qr/of the files that were sent 1 are missing or damaged/, 'it says';
unlink "$data/uploads$path";
($status, $out) = $chat->cli('check');
like $out, qr/^fail uploads: 1 of 2 are missing$/m, 'check misses it';
$chat->stop;
system 'rm', '-r', $data;
($status, $out, $err) = $chat->cli('restore', '-', { stdin => $whole });
is $status, 0, 'what has no files beside it is restored, too';
like $err, qr/of the files that were sent 2 are missing/, 'and that is said';
done_testing;
