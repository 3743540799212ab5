#!/usr/bin/perl
# What the README says of HTTPS, proxies and sqlite3, and every curl line that
# has no answer in it, as it stands there but for the port.
use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Test::More;
BEGIN {
	$ENV{POCKETCHAT} = abs_path($ENV{POCKETCHAT} || 'build/pocketchat');
	$ENV{TLSPIPE} = abs_path(($ENV{BUILD} || 'build') . '/t/lib/tlspipe');
	$ENV{PERL5LIB} = abs_path('t/lib');
}
use lib $ENV{PERL5LIB};
use Chat;
use Readme;

my $readme = Readme->new('README.md');
my @code = $readme->code('HTTPS');
my ($make) = grep { /^pocketchat cert/ } @code;
my ($serve) = grep { /^pocketchat serve/ } @code;
my ($curl) = grep { /^curl/ } @code;
ok $make && $serve && $curl, 'the three lines to try it are there';

my $chat = chat(start => 0, listen => ['https://127.0.0.1:0']);
my $top = getcwd;
chdir $chat->home or die;
sub run {
	my ($line) = @_;
	$line =~ s/^pocketchat/$ENV{POCKETCHAT}/;
	$line =~ s/\s+# .*//;
	return (scalar `$line 2>&1`, $? >> 8);
}

my ($said, $status) = run($make);
is $status, 0, $make or diag $said;
my ($next) = $said =~ /^(--tls-cert .*)/m;
is join(' ', $serve =~ /(--tls-\w+ \S+)/g), $next,
	'serve is told the files as cert says it';
($said, $status) = run($serve =~ s/ serve / config show /r);
is $status, 0, "$serve: is understood" or diag $said;
like $said, qr{^listen = https://0\.0\.0\.0:3443 }m, 'it listens for everybody';
$chat->{args} = [$serve =~ /(--tls-\w+) (\S+)/g];
$chat->start;
($said, $status) = run($curl =~ s/:3443/':' . $chat->tls_port/er);
ok $status == 0 && $said =~ /"api": "0\.1"/, $curl or diag "$status $said";
is_deeply [map { (run("curl -s --noproxy '*' --tls-max $_ " . $curl =~ s/^curl|:3443/
	$& eq 'curl' ? '' : ':' . $chat->tls_port/ger))[1] } '1.1', '1.2'], [35, 0],
	'TLS 1.1 is refused, 1.2 is not';

# The configuration for certbot, and the words for a proxy.
my ($conf) = join("\n", @code) =~ /^(listen = (?:.*\n?)*)/m;
for my $text ($conf, 'listen = unix:/run/pocketchat/sock',
	'trusted_proxies = unix, 127.0.0.1', "plain_http = anywhere\nlisten = http://0.0.0.0:3000") {
	open my $fh, '>', 'test.conf' or die;
	print {$fh} "$text\n";
	close $fh;
	my ($key) = $text =~ /^(.*)/;
	like $readme->text, qr/\Q$key\E/, "the README says $key";
	($said, $status) = run('pocketchat config show --config test.conf');
	is $status, 0, 'and it is understood' or diag $said;
}

# No curl line of the README is left out.
my @rest = grep { /^\s*(?:\$ )?curl / } split /\n/,
	$readme->text =~ s/^```console\n.*?^```$//gmsr;
is scalar @rest, 2, 'there is one more, at the top' or diag join "\n", @rest;
my $http = chat();
my ($line) = grep { !/--cacert/ } @rest;
my ($port, $pass) = ($http->port, $Chat::ADMIN_PASS);
$line =~ s/^\$ //;
($said, $status) = run($line =~ s/^curl/curl -s/r =~ s/:3000/:$port/r =~
	s/admin:\w+/admin:$pass/r);
like $said, qr/"status": "success".*"msg": "Hello, all!"/s, $line;

# The lines for sqlite3, too, on the data of a stopped server.
$http->stop;
chdir $http->home or die;
my $text = $readme->text =~ tr/\n/ /r;
my @lines = $text =~ /`(sqlite3 data\/[^`]*)`/g;
is scalar @lines, 2, 'sqlite3 is told of twice';
for (@lines) {
	($said, $status) = run($_);
	ok $status == 0 && $said eq '', $_ or diag $said;
}
for my $data ('data', 'copy') {
	mkdir 'copy' and rename 'copy.db', 'copy/pocketchat.db' if $data eq 'copy';
	($said, $status) = run("pocketchat check --data $data");
	like $said, qr/^ok database$/m, "$data is whole" or diag $said;
}
chdir $top;
done_testing;
