#!/usr/bin/perl
# config show: each value and where it came from.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(start => 0, admin => 0, settings => { map { $_ => '' }
	qw(login_throttle rate_limit max_connections_per_address password_cost
	api_limit_read api_limit_write) });
mkdir $chat->dir;

sub show {
	my ($status, $out, $err) = $chat->cli('config', 'show', @_);
	my %of = map { /^(\w+) = (.*?)\s+# (.*)$/ ? ($1 => [$2, $3]) : () } split /\n/, $out;
	return ($status, \%of, $err, $out);
}

my ($status, $of, $err, $out) = show();
is $status, 0, 'it works without data';
is_deeply $of->{listen}, ['http://127.0.0.1:3000', 'default'], 'defaults are called so';
is_deeply $of->{data}, [$chat->dir, 'flag'], 'flags, too';
cmp_ok scalar keys %$of, '>=', 35, 'all are there';
unlike $out, qr/admin/i, 'the admins password is not among them';

my $file = $chat->dir . '/pocketchat.conf';
open my $conf, '>', $file or die;
print {$conf} "# chat\ntoken_idle = 12h\nmax_body = 1m\nlog_level = warn\n";
close $conf;
(undef, $of) = show('--max-body', '2m', { env => { POCKETCHAT_LOG_LEVEL => 'error', PORT => 3100,
	ROOT_URL => 'http://a.b' } });
is_deeply $of->{token_idle}, ['12h', "$file:2"], 'a line of the file';
is_deeply $of->{max_body}, ['2m', 'flag'], 'a flag';
is_deeply $of->{log_level}, ['error', 'POCKETCHAT_LOG_LEVEL'], 'a variable';
is_deeply $of->{listen}, ['http://127.0.0.1:3100', 'PORT'], "Rocket.Chat's PORT";
is_deeply $of->{root_url}, ['http://a.b', 'ROOT_URL'], 'and ROOT_URL';
(undef, $of) = show('--https-redirect', '--login-throttle', 'off', '--max_turn=5',
	'--listen', 'http://127.0.0.1:1', '--listen', 'http://127.0.0.1:2');
is_deeply [map { $of->{$_}[0] } qw(https_redirect login_throttle max_turn listen)],
	['on', 'off', 5, 'http://127.0.0.1:1,http://127.0.0.1:2'],
	'switches, values, lists, in every way of writing';
($status, $of, $err) = show('--https-redirect');
ok $status == 1 && $of->{https_redirect}[0] eq 'on' && $err =~ /nothing listens on https/,
	'what does not fit is shown and told';

for my $case ([{ env => { POCKETCHAT_MAX_BODDY => 1 } }, 'POCKETCHAT_MAX_BODY\?'],
	[{ env => { POCKETCHAT_RATE_LIMIT => 'x' } }, 'rate_limit \(POCKETCHAT_RATE_LIMIT\)']) {
	($status, $of, $err) = show($case->[0]);
	ok $status == 1 && $err =~ $case->[1] && $err =~ /\A.*\n\z/, 'a bad environment, in a line' or diag $err;
}
open $conf, '>>', $file or die;
print {$conf} "tls_cret = x\n";
close $conf;
($status, $of, $err) = show();
ok $status == 1 && $err =~ /\Q$file\E:5: .*tls_cert\?/, 'a bad file, with line and nearest key' or diag $err;
for my $words (['serve'], ['user', 'list'], ['check']) {
	($status, $out, $err) = $chat->cli(@$words, { seconds => 10 });
	ok $status == 1 && "$out$err" =~ /:5: /, "@$words tells it, too";
}
my $other = $chat->home . '/other.conf';
open $conf, '>', $other or die;
print {$conf} 'max_turn = 7';
close $conf;
(undef, $of) = show('--config', $other);
is_deeply $of->{max_turn}, [7, "$other:1"], '--config names another file';
($status, $of, $err) = show('--config', '/no/file');
ok $status == 1 && $err =~ m{/no/file: No such file}, 'which must be there';
like +($chat->cli('config', 'help'))[1], qr/--rate-limit N\n\s+.*\(20\)/, 'config help tells what can be set';
done_testing;
