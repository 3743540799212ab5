#!/usr/bin/perl
# The n-th write, sync or move fails while a file is sent: it is a 503 and
# nothing is left, or it is a 200 and the file is there.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Faults;
use Files;
use V1;

plan skip_all => Faults::cannot() if Faults::cannot();
my ($EIO, $ENOSPC, $EXDEV, $HALF) = (5, 28, 18, 0);
my $bytes = join '', map { chr($_ % 251) } 1 .. 300_000;
my $chat = v1();
my $ada = $chat->user('ada');
my $seen = $chat->home . '/seen';
my $n = 0;

# One file that is sent while that call fails: [status, did it fail?].
sub one {
	my ($fault) = @_;
	unlink $seen;
	$chat->{env} = { LD_PRELOAD => Faults::library(), FAULT => $fault,
		FAULT_FROM => 'ready', FAULT_SEEN => $seen };
	$chat->restart;
	my $r = upload($ada->again, 'rooms.upload/GENERAL', [file => $bytes . $n++,
		"$fault.bin"]);
	return ($r, -s $seen ? 1 : 0);
}

# In a good world again: is what was said true?
sub true_now {
	my ($r) = @_;
	$chat->{env} = {};
	$chat->restart;
	my @files = @{ $ada->again->get('channels.files', { roomId => 'GENERAL',
		count => 0 })->{files} };
	my %digests = map { $_->{etag} => 1 } @files;
	my $path = $r->status == 200 &&
		$r->{message}{attachments}[0]{title_link};
	return 'the disk has ' . join ' ', stored($chat), leftovers($chat)
		unless settled($chat, keys %digests);
	return 'its file is not there' if $path && !grep { $_->{path} eq $path &&
		$ada->again->get($path)->body =~ /^\Q$bytes\E\d+\z/ } @files;
	return '';
}

for (['write', $EIO], ['write', $ENOSPC], ['fsync', $EIO], ['move', $EIO]) {
	my ($kind, $error) = @$_;
	my ($refused, $runs, @problems) = (0, 0);
	for my $nth (1 .. 30) {
		my ($r, $failed) = one("$kind:$nth:$error");
		last unless $failed;
		$runs++;
		$refused++ if $r->status == 503;
		push @problems, "$kind $nth: $r" unless $r->status =~ /^(200|503)$/;
		my $said = true_now($r);
		push @problems, "$kind $nth: $said" if $said;
	}
	cmp_ok $runs, '>', 0, "$kind with error $error: $runs of them failed";
	cmp_ok $refused, '>', 0, "$refused were told so with 503";
	is join("\n", @problems), '', 'and all that was said is true';
}
for my $nth (1 .. 3) {
	my ($r) = one("write:$nth:$HALF");
	is $r->status, 200, 'a write that is done by half is gone on with';
	is true_now($r), '', 'and the file is whole';
}

# Where nothing can be moved between directories (an older Landlock).
my ($r, $failed) = one("move:1:$EXDEV");
is_deeply [$r->status, $failed], [200, 1], 'a move that the system forbids';
my $path = $r->{message}{attachments}[0]{title_link};
ok $ada->again->get($path)->body =~ /^\Q$bytes\E\d+\z/, 'is no harm';
$chat->{env} = {};
$chat->restart;
ok $ada->again->get($path)->body =~ /^\Q$bytes\E\d+\z/, 'and it stays';
$ada->again->post('chat.delete', { roomId => 'GENERAL',
	msgId => $r->{message}{_id} });
my %left = map { $_->{etag} => 1 } @{ $ada->again->get('channels.files',
	{ roomId => 'GENERAL', count => 0 })->{files} };
ok settled($chat, keys %left), 'until it goes';
done_testing;
