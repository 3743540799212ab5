#!/usr/bin/perl
# Words and options: what is refused, and with which hint.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(start => 0);
sub cli { return $chat->cli(@_) }

# Exit 2, nothing on stdout, and one line that says what to do.
sub misused {
	my ($words, $hint, $sentence) = @_;
	my ($status, $out, $err) = cli(@$words);
	ok $status == 2 && $out eq '' && $err =~ /\Apocketchat: .*$hint/,
		$sentence or diag "exit $status: $out$err";
}

misused(['user', 'lits'], 'is it user list\?', 'a mistyped command is told its nearest name');
misused(['chekc'], 'is it check\?', 'one of a single word, too');
misused(['usr', 'list'], 'no command usr; is it user\?', 'and a group of them');
misused(['help', 'user', 'lits'], 'is it user list\?', 'help does the same');
misused(['xyzzyxyzzyxyzzy'], 'pocketchat help', 'what is like nothing is sent to help');
misused(['user', 'list', '--dta', 'x'], 'is it --data\?', 'an unknown option is told its nearest');
misused(['user', 'add', 'ada', '--emial', 'x'], 'is it --email\?', 'also one of the command');
misused(['serve', '--max-boddy', '1m'], 'is it --max-?_?body\?', 'also a setting');
misused(['user', 'list', '--max-body', '1m'], '--max-body', 'settings are for what serves');
misused(['--email', 'x', 'user', 'add'], 'before the command', 'options of a command stand behind it');
misused(['-x'], 'no option -x', 'there are no short options');
misused(['user', 'add'], 'NAME is missing', 'a word that is missing is named');
misused(['role', 'grant', 'user'], 'PERMISSION is missing', 'also the second');
misused(['user', 'list', 'all'], '"all" is one word too many', 'and one too many');
misused(['user', 'add', 'ada', '--bot=yes'], 'takes no value', 'a switch takes no value');
misused(['user', 'add', 'ada', '--name', '--bot'], 'needs a value', 'an option is not a value');
misused(['user', 'add', 'ada', '--email', 'a@b.c', '--email', 'a@b.d'], 'twice',
	'an option is given once');
misused(['user', 'add', "\xff"], 'UTF-8', 'words are UTF-8');
misused(['user', 'add', 'ada', '--name', "\xc3("], 'UTF-8', 'so are values');
misused(['token', 'create', 'ada'], '--note', 'a token has a note');
misused(['help', 'nonsense'], 'no command nonsense', 'help knows its commands');
ok !-e $chat->dir . '/pocketchat.db', 'wrong usage leaves nothing behind';

my ($status, $out, $err) = cli();
ok $status == 2 && $err =~ /usage: pocketchat/ && $out eq '',
	'nothing at all prints the help, as an error';
($status, $out, $err) = cli('user');
ok $status == 2 && $err =~ /user add NAME/ && $err !~ /room/ && $out eq '',
	'half a command prints its half';
($status, $out) = cli('--help');
ok $status == 0 && $out =~ /^  serve /m && $out =~ /^  permission list /m, '--help tells all';
my @commands = $out =~ /^  (\w[\w-]*(?: [a-z][\w-]+)?)/mg;
cmp_ok scalar @commands, '>=', 36, 'and it is much';
for my $name (@commands) {
	($status, $out, $err) = cli(split(/ /, $name), '--help');
	ok $status == 0 && $out =~ /\Ausage: pocketchat $name\b/ && $err eq '',
		"$name --help";
}
is((cli('help', 'user', 'add'))[1], (cli('user', 'add', '--help'))[1],
	'help COMMAND says the same');
like +(cli('serve', '-h'))[1], qr/--token-lifetime TIME/, 'serve has every setting';
($status, $out) = cli('version');
ok $status == 0 && $out =~ /\Apocketchat \d+\.\d+\.\d+\n\z/, 'version';
is((cli('--version'))[1], $out, 'is what --version says');
like +(cli('routes'))[1], qr{^POST\t/api/rooms/:id/send\tuser\t}m, 'routes prints its table';

for my $words (['user', 'list'], ['user', 'passwd', 'ada'], ['room', 'list'],
	['role', 'list'], ['permission', 'list'], ['token', 'list']) {
	($status, $out, $err) = cli(@$words, { stdin => "x\n" });
	ok $status == 1 && $err =~ /no data in .*--data.*pocketchat init/,
		"@$words without data says where it might be";
}
ok !-e $chat->dir, 'and makes none';
($status, $out, $err) = cli("user\n\033[2J", 'list');
ok $status == 2 && $err !~ /[\0-\x09\x0b-\x1f]/, 'words are shown without their control characters';

my $dir = $chat->dir;
($status) = $chat->cli('user', 'add', '--email', 'a@b.cd', 'ada', { stdin => "x\n" });
is $status, 0, 'options and words come in any order';
my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
delete @ENV{grep /^POCKETCHAT_/, keys %ENV};
like `$binary --data '$dir' user list`, qr/^ada\t/m, '--data may stand before the command';
like `$binary user --data='$dir' list`, qr/^ada\t/m, 'or between, or with =';
like `POCKETCHAT_DATA='$dir' $binary user list`, qr/^ada\t/m, 'or in the environment';
like `$binary --data '$dir' user list -- 2>&1`, qr/^ada\t/m, 'behind -- are words only';
like `$binary --data '$dir' user list > /dev/full 2>&1; echo \$?`, qr/^1$/m,
	'an answer that nobody could read is no success';
done_testing;
