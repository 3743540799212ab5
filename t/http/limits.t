#!/usr/bin/perl
# Bounds that are settings hold what they say, at their edges.
use strict;
use warnings;
use JSON::PP ();
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(settings => { max_headers => 10, max_fields => 4, max_bulk_fields => 9, max_json => 5,
	max_bulk_json => 17, login_throttle => 'on', login_attempts => 2, login_period => '15m', linger_timeout => '1h',
	max_linger => '64k', max_turn_bytes => '4k', max_turn_accepts => 1, max_bulk_waiting => 1, busy_timeout => '1s' });
my $admin = $chat->admin;

sub with_headers {
	return $chat->raw("GET /api/version HTTP/1.1\r\nHost: a\r\n" . join('', map { "X-$_: y\r\n" } 2 .. $_[0]) .
		"Connection: close\r\n\r\n" =~ s/\A/X-1: y\r\n/r) =~ m{^HTTP/1.1 (\d+)} && $1;
}
is with_headers(8), 200, 'max_headers are';
is with_headers(9), 431, 'one more is too many';

my @json = ({ msg => 'm', a => 1 }, { msg => 'm', a => 1, b => 2 });
sub text { return $admin->post('rooms/GENERAL/send', $_[0], @_[1 .. $#_]) }
is text($json[0])->status, 200, 'max_json values and names are';
is text($json[1])->status, 400, 'more are too many';
is text('a&b&c&msg=m')->status, 200, 'max_fields are';
my $r = text('a&b&c&d&msg=m');
is $r->status, 400, 'one more is too many';
like $r->{message}, qr/too many form fields/, 'and told so';
is text('a&b&c&d&msg=m', query => { a => 1 })->status, 400, 'in a query';

# A bulk call has bounds of its own: an object, a list, and seven for a user.
sub user { return { name => $_[0], email => "$_[0]\@x.org", pass => 'pass-of-' . $_[0] } }
$chat->secret("pass-of-$_") for qw(u1 u2 u3 u4 u5);
sub register { return $admin->post('bulk/register', @_) }
is register({ users => [map { user($_) } qw(u1 u2)] })->status, 200, 'max_bulk_json are';
is register({ users => [map { user($_) } qw(u3 u4)], x => [1] })->status, 400, 'more are too many';
sub pairs { my $n = shift; return map { my $u = user($_); my $i = $n++; map { "users[$i][$_]=$u->{$_}" } sort keys %$u } @_ }
is register(join '&', pairs(0, qw(u3)), 'a=b', 'c=d', 'e=f', 'g=h', 'i', 'j')->status, 200, 'so are fields of a bulk form';
is register(join '&', pairs(0, qw(u4 u5)), 'a=b', 'c=d', 'e=f', 'g=h')->status, 400, 'up to max_bulk_fields';

# Whoever is refused before a row is found hears it in the words of that API.
sub bad_length {
	my ($path) = @_;
	my $w = $chat->socket;
	$w->send("POST $path HTTP/1.1\r\nHost: a\r\nContent-Length: 5x\r\n\r\n");
	return $w->reply;
}
my $why = bad_length('/api/version')->{message};
is_deeply bad_length('/api/version')->json, { status => 'fail', message => $why }, 'API 0.1';
is_deeply bad_length('/api/v1/info')->json, { success => JSON::PP::false, error => $why }, 'API v1';
is bad_length('/r/general')->body, "$why\n", 'a line for curl';

# Who goes on sending after a refusal is cut off at max_linger, or in time.
sub refused {
	my $w = $_[0]->socket;
	$w->send("BAD\r\n\r\n");
	is $w->reply->status, 400, 'a refused request';
	ok $w->closed, 'is the last';
	return $w;
}
my $w = refused($chat);
my $sent = 0;
local $SIG{PIPE} = 'IGNORE';
while ($sent < 50_000_000 && $w->send('x' x 10_000)) {
	$sent += 10_000;
}
cmp_ok $sent, '<', 50_000_000, 'what follows is taken up to max_linger only';
$w = refused(chat(settings => { linger_timeout => '1s' }));
$sent = 0;
while ($sent < 300 && $w->send('x')) {
	$sent++;
	select undef, undef, undef, 0.1;
}
cmp_ok $sent, '<', 300, 'who drips is let go after linger_timeout';

# Attempts at a password.
sub try { return $chat->anyone->post('/api/login', { user => 'u1', password => $_[0] }) }
is try('wrong')->status, 401, 'a wrong password' for 1, 2;
$r = try('wrong');
is $r->status, 429, 'login_attempts are counted';
cmp_ok $r->header('retry-after'), '>', 800, 'and the next may come after login_period';

my @all = map { $chat->socket } 1 .. 20;
$_->send("GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n" x 3) for @all;
is scalar(grep { $_->reply->status == 200 } @all, @all, @all), 60, 'a turn of little ends, and the next goes on';

my %shown = $chat->done('config', 'show') =~ /^(\w+) = (\S+)/mg;
is_deeply [@shown{qw(max_headers login_period max_linger)}], [10, '15m', '64k'], 'config show prints them';
done_testing;
