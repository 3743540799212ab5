#!/usr/bin/perl
# hook: addresses that post, made, listed, turned off and removed.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(settings => { root_url => 'https://chat.example.org/' });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $dev = $ada->room('dev', members => [$bob]);
my $anyone = $chat->anyone;
sub cli { return $chat->cli('hook', @_) }

sub rows {
	my ($head, @rows) = map { [split /\t/] } split /\n/, (cli('list'))[1];
	return map { my $r = $_; +{ map { $head->[$_] => $r->[$_] } 0 .. $#$head } } @rows;
}

sub soon {
	my ($want, $path) = @_;
	for (1 .. 200) {
		return 1 if $anyone->post($path, { text => 'x' })->status == $want;
		select undef, undef, undef, 0.02;
	}
	return 0;
}

sub refused {
	my ($words, $hint, $sentence, $exit) = @_;
	my $before = (cli('list'))[1];
	my ($status, $out, $err) = cli(@$words);
	ok $status == ($exit || 1) && $out eq '' && $err =~ /\Apocketchat: .*$hint/ &&
		(cli('list'))[1] eq $before, $sentence or diag "exit $status: $out$err";
}

my ($status, $out, $err) = cli('add', 'dev', '--as', 'bob', '--name',
	'nightly', '--alias', 'Backup');
is $status, 0, 'an address is made';
my ($path, $id) = $out =~
	m{\Ahttps://chat\.example\.org((?:/hooks/(\w{17}))/[a-zA-Z2-9]{48})\n\z};
ok $path, 'and is printed, the whole of it' or diag $out;
like $err, qr/posts to dev as bob; it is shown only now/, 'once';
ok soon(200, $path), 'it posts, while the server runs';
my ($m) = @{ $ada->get('/api/v1/channels.history',
	{ roomId => $dev, count => 1 })->{messages} };
is_deeply [@$m{qw(msg alias)}, $m->{u}{username}], ['x', 'Backup', 'bob'],
	'as was said';
my ($row) = rows();
is_deeply [@$row{qw(HOOK KIND STATE AS ROOMS NAME)}],
	[$id, 'incoming', 'enabled', 'bob', '#dev', 'nightly'], 'it is listed';
my ($token) = $path =~ m{([^/]+)$};
unlike +(cli('list'))[1], qr/\Q$token\E/, 'without its token';

is +(cli('disable', $id))[1], "$id is disabled\n", 'turned off';
ok soon(503, $path), 'it is refused';
is +(rows())[0]{STATE}, 'disabled', 'and listed so';
is +(cli('enable', $id))[1], "$id is enabled\n", 'turned on';
ok soon(200, $path), 'it is served';

refused(['add', 'nowhere', '--as', 'bob'], 'no room nowhere', 'which room?');
refused(['add', 'dev', '--as', 'nobody'], 'no user nobody', 'whose?');
refused(['add', 'dev'], 'as', 'somebody has to be named', 2);
refused([$_, 'none'], 'there is no hook none', "$_ needs one")
	for qw(disable enable remove);

is +(cli('remove', $id))[1], "removed $id\n", 'removed';
ok soon(404, $path), 'there is none';
is scalar(rows()), 0, 'nor is it listed';
done_testing;
