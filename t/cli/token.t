#!/usr/bin/perl
# token: for scripts, listed and revoked.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
sub cli { return $chat->cli(@_) }

sub rows {
	my ($head, @rows) = map { [split /\t/] } split /\n/, (cli('token', 'list', @_))[1];
	return map { my $r = $_; +{ map { $head->[$_] => $r->[$_] } 0 .. $#$head } } @rows;
}

sub bearer {
	my ($token) = @_;
	return $chat->anyone->get('joinedRooms', {},
		headers => [Authorization => "Bearer $token"])->status;
}

sub soon {
	my ($want, $token) = @_;
	for (1 .. 100) {
		return 1 if bearer($token) == $want;
		select undef, undef, undef, 0.02;
	}
	return 0;
}

sub refused {
	my ($words, $hint, $sentence, $exit) = @_;
	my $before = (cli('token', 'list'))[1];
	my ($status, $out, $err) = cli(@$words);
	ok $status == ($exit || 1) && $out eq '' && $err =~ /\Apocketchat: .*$hint/ &&
		(cli('token', 'list'))[1] eq $before, $sentence
		or diag "exit $status: $out$err";
}

my ($status, $out, $err) = cli(qw(token create bob --note), 'backup cron', '--expires', '90d');
ok $status == 0 && $out =~ /\A([\w-]{43})\n\z/, 'a token stands alone on stdout' or diag $err;
my $token = $1;
like $err, qr/for bob; it ends 20\d\d-[\dT:.-]+Z, and is shown only now/, 'what it is, on stderr';
is bearer($token), 200, 'it is good at once';
my ($row) = grep { $_->{KIND} eq 'script' } rows();
is_deeply [@$row{qw(TOKEN USER NOTE)}], [substr($token, -6), 'bob', 'backup cron'],
	'the list shows its end';
unlike +(cli('token', 'list'))[1], qr/\Q$token\E/, 'and no more of it';
my @days = map { /^(\d+)-(\d+)-(\d+)/ } @$row{qw(CREATED EXPIRES)};
isnt "@days[0,1,2]", "@days[3,4,5]", 'it ends another day';
is scalar(grep { $_->{KIND} eq 'login' } rows()), 3, 'logins are listed, too';
is_deeply [sort map { $_->{USER} } rows('bob')], [qw(bob bob)], 'or those of one user';

($status, $out, $err) = cli(qw(token create ada --note x));
like $err, qr/ends never/, 'without an end it has none';
(my $lasting = $out) =~ s/\n//;
($row) = grep { $_->{TOKEN} eq substr $lasting, -6 } rows();
is $row->{EXPIRES}, 'never', 'as the list says';
like((cli(qw(token create ada --note y --expires), $_))[2], qr/ends 20\d\d/, "$_ is a time")
	for qw(1y 12h 10m 30);
cli(qw(token create ada --note soon --expires 1s));
my $short = (cli(qw(token create ada --note soon --expires 1s)))[1] =~ s/\n//r;
ok soon(401, $short), 'a token that has ended is no more';

refused([qw(token create nobody --note x)], 'no user nobody', 'it is somebodys');
refused([qw(token create ada --note x --expires), $_], 'like 90d', "'$_' is no time", 2)
	for qw(0 1w -1d d 101y), '';
refused([qw(token create ada --note), 'x' x 201], '200', 'notes end');
refused([qw(token revoke abcdef)], 'no token that ends in abcdef', 'what is not there cannot end');
refused([qw(token revoke all nobody)], 'no user nobody', 'nor can nobodys');
refused(['token', 'revoke', substr($token, -6), 'ada'], 'no token', 'nor anothers');
cli(qw(user disable bob));
refused([qw(token create bob --note x)], 'user enable bob', 'who is disabled gets none');
ok soon(401, $token), 'and has none';
cli(qw(user enable bob));

is bearer($lasting), 200, 'a token that lasts';
($status, $out, $err) = $chat->cli('token', 'revoke', substr $lasting, -6);
if (substr($lasting, -6, 2) ne '--') {
	is $out, "tokens ended: 1\n", 'is revoked by its end' or diag $err;
	ok soon(401, $lasting), 'at once';
}
my $n = () = rows('ada');
is((cli(qw(token revoke all ada)))[1], "tokens ended: $n\n", 'all of a user');
is $ada->get('joinedRooms')->status, 401, 'logins too';
$n = () = rows();
is((cli(qw(token revoke all)))[1], "tokens ended: $n\n", 'or all there are');
is scalar(rows()), 0, 'then there are none';
done_testing;
