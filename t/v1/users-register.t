#!/usr/bin/perl
# /api/v1/users.*: coming in
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $anyone = $chat->anyone;
my %eve = (username => 'eve', email => 'eve@example.org', name => 'Eve',
	pass => $chat->secret('eves-password-1'));

sub set { succeeded($admin->post("settings/$_[0]", { value => $_[1] }), $_[0]) }

subtest 'POST users.register' => sub {
	my @closed = ('error-user-registration-disabled',
		'User registration is disabled');
	refused($anyone->post('users.register', \%eve), @closed);
	set(Accounts_RegistrationForm => 'Public');
	my $r = $anyone->post('users.register', { %eve, roles => ['admin'],
		active => \0, verified => \1, customFields => { team => 'red' } });
	shaped($r->{user}, { _id => 'str', username => 'str', name => 'str',
		type => 'str', status => 'str', active => 'bool', utcOffset => 'int',
		statusConnection => 'str', statusDefault => 'str',
		emails => [{ address => 'str', verified => 'bool' }],
		roles => ['str'], createdAt => 'time', _updatedAt => 'time',
		customFields => 'any' });
	is_deeply [@{ $r->{user} }{qw(username roles active customFields)},
		$r->{user}{emails}[0]{verified}], ['eve', ['user'], JSON::PP::true,
		{ team => 'red' }, JSON::PP::false], 'an ordinary user';
	my $eve = $chat->login('eve', $eve{pass});
	is $eve->get('channels.list.joined')->{total}, 1, 'in the usual rooms';
	refused($eve->post('users.register', \%eve), undef,
		'Logged in users can not register again.');
	$r = $anyone->post('users.register', { %eve, username => 'zoe' });
	refused($r, '403', 'Email already exists.');
	like $r->body, qr/"errorType":403\b/, 'a number';
	my $post = sub { $anyone->post('users.register',
		{ %eve, email => 'z@example.org', @_ }) };
	refused($post->(), undef, 'Username is already in use');
	refused($post->(username => 'a b'), 'error-input-is-not-a-valid-field',
		'a b is not a valid username');
	refused($post->(username => 'zoe', email => 'z'), 'error-invalid-email',
		'Invalid email');
	refused($post->(pass => ''), undef, q(Match error: Missing key 'pass'));
	refused($post->(name => 7), undef,
		'Match error: Expected string, got number in field name');
	set(Accounts_RegistrationForm => 'Secret URL');
	set(Accounts_RegistrationForm_SecretURL => $chat->secret('come-in-0815'));
	refused($post->(username => 'zoe'), @closed);
	refused($post->(username => 'zoe', secretURL => 'x'), @closed);
	succeeded($post->(username => 'zoe', secretURL => 'come-in-0815'),
		'who knows the secret');
	set(Accounts_RegistrationForm_SecretURL => '');
	refused($post->(username => 'joe', secretURL => ''), @closed);
};

subtest 'POST users.forgotPassword' => sub {
	my $r = $anyone->post('users.forgotPassword', { email => $eve{email} });
	is_deeply $r->json, { success => JSON::PP::true }, 'taken note of';
	ok $chat->logged(qr/password was forgotten.*eve/), 'for the administrator';
	is $anyone->post('users.forgotPassword', { email => 'x@example.org' })
		->body, $r->body, 'and nobody learns who is here';
	refused($anyone->post('users.forgotPassword', {}), undef,
		q(The 'email' param is required));
	is $chat->login('eve', $eve{pass})->get('me')->status, 200,
		'nothing has changed';
};
done_testing;
