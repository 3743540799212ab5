#!/usr/bin/perl
# POST /api/bulk/register
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
sub user { my ($n, %o) = @_; return { name => $n, email => "$n\@x.org", pass => "pw-$n-1", %o } }
sub register { my ($who, @users) = @_; return $who->post('bulk/register', { users => \@users }) }
sub count { return scalar split /\n/, $chat->done('user', 'list') }

my $r = register($admin, map { user($_) } qw(bob eve));
is $r->status, 200, 'who may, may';
is scalar @{ $r->{ids} }, 2, 'an id each, in order';
my $bob = $chat->login('bob', 'pw-bob-1');
is $bob->id, $r->{ids}[0]{uid}, 'the users are there';
is_deeply [map { $_->{name} } @{ $bob->get('joinedRooms')->{rooms} }],
	['general'], 'in the default channels';
is register($admin)->{status}, 'success', 'an empty list is fine';

$r = register($ada, user('mal'));
is $r->status, 403, 'others may not';
is_deeply $r->json, { status => 'error',
	message => 'You do not have permission to do this' }, 'in these words';
$chat->done(qw(role grant user bulk-register-user));
is register($ada, user('zoe'))->status, 200, 'the permission is enough';
$chat->done(qw(role revoke user bulk-register-user));
is register($ada, user('zoe2'))->status, 403, 'and its loss, at once';

is register($admin, user('ben', email => 'Ben <ben@x.org>'))->status, 200,
	'an e-mail holds an address, somewhere';

my $before = count();
my %bad = ('no name' => user('x', name => undef), 'no pass' => user('x', pass => ''),
	'no email' => user('x', email => undef), 'bad email' => user('x', email => 'me'),
	'a line in the email' => user('x', email => "a\nb\@x.org"),
	'a space in the name' => user('x', name => 'a b'), 'HTML' => user('x', name => '<b>'),
	'a number' => user('x', name => 5), 'no object' => 'x');
for (sort keys %bad) {
	$r = register($admin, user('fine'), $bad{$_});
	is $r->status, 400, "$_ is refused";
	is $r->{message}, 'Error :: [restapi] bulk/register -> record #1 is invalid '
		. '[invalid-user-record]', "and $_ names the record";
}
$r = register($admin, user('fine'), user('other', email => 'BOB@x.org'));
is $r->status, 400, 'an e-mail that is taken';
is $r->{message}, 'Error :: Email already exists. [403]', 'is told so';
$r = register($admin, user('fine'), user('Bob', email => 'b2@x.org'));
is $r->status, 400, 'a name that is taken, in whatever case';
is register($admin, user('twin'), user('twin', email => 't2@x.org'))->status, 400,
	'a name twice in one call';
for my $body ({}, { users => undef }, { users => 'x' }, { users => {} }) {
	$r = $admin->post('bulk/register', $body);
	is $r->status, 400, 'no list at all';
	is $r->{message}, "TypeError :: Cannot read property 'length' of undefined",
		'is what it always was';
}
is register($admin, map { user("many$_") } 1 .. 501)->status, 400, 'over 500';
is count(), $before, 'all or none: none of these left anything';
is $admin->post('bulk/register', 'users[0][name]=form&users[0][email]=f@x.org'
	. '&users[0][pass]=secret-99')->status, 200, 'a nested form will do';
is $chat->anyone->post('bulk/register', {})->status, 401, 'it needs a login';
done_testing;
