#!/usr/bin/perl
# SIGHUP reads certificate and key anew.
use strict;
use warnings;
use POSIX ();
use Test::More;
use lib 't/lib';
use Chat;
use Tls;

my $chat = chat(tls => 1, start => 0);
my ($cert, $key) = ($chat->cert, $chat->key);
make_pair($cert, $key, cn => 'first');
$chat->start;
my $refused = 'certificate refused; the old one stays';
is subject($chat), 'first', 'the first certificate';
my $old = $chat->anyone(tls => 1);
is $old->get('version')->status, 200, 'is believed';

make_pair("$key.cert", "$key.key", cn => 'second');
rename "$key.cert", $cert;
ok reload($chat, $refused), 'a certificate with the key of another is refused';
like $chat->log, qr/\Q$refused\E.*key\.pem: key values mismatch/, 'and the reason told';
is subject($chat), 'first', 'the old one stays';
rename "$key.key", $key;
ok reload($chat, 'msg=reloaded'), 'with its key it is taken';
is subject($chat), 'second', 'new connections see it';
is $old->get('version')->status, 200, 'old connections go on';
ok $old->wire->idle, 'and stay open';

for my $bad (['' => 'nothing'], ["garbage\n" => 'garbage'], [undef, 'no file at all']) {
	unlink $cert;
	if (defined $bad->[0]) {
		open my $fh, '>', $cert or die;
		print {$fh} $bad->[0];
		close $fh;
	}
	ok reload($chat, $refused), "$bad->[1] is refused";
	is subject($chat), 'second', 'and the old one stays';
}
make_pair($cert, $key, cn => 'third', type => 'rsa');
ok reload($chat, 'msg=reloaded'), 'one of another kind';
is subject($chat), 'third', 'is taken';

# Under traffic: three people who come anew each time, and one who stays.
sub talk {
	my ($who, $times) = @_;
	my $bad = 0;
	for (1 .. $times) {
		my $s = $who // $chat->anyone(tls => 1);
		my $r = eval { $s->get('version') };
		$bad++ unless $r && $r->status == 200;
	}
	return $bad;
}

my @people;
for my $who ((undef) x 3, $chat->anyone(tls => 1)) {
	my $pid = fork // die "fork: $!";
	POSIX::_exit(talk($who, $who ? 300 : 30) ? 1 : 0) unless $pid;
	push @people, $pid;
}
my $seen = 0;
for (1 .. 10) {
	$seen += reload($chat, 'msg=reloaded') ? 1 : 0;
	select undef, undef, undef, 0.02;
}
is $seen, 10, 'ten reloads under traffic';
my $dropped = grep { waitpid $_, 0; $? } @people;
is $dropped, 0, 'drop nothing';
is $old->get('version')->status, 200, 'not even the first of all';
done_testing;
