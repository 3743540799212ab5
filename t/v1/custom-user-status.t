#!/usr/bin/perl
# /api/v1/custom-user-status.*
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my %shape = (_id => 'str', name => 'str', statusType => 'str');
my @taken = ('Custom_User_Status_Error_Name_Already_In_Use',
	'The custom user status name is already in use');
my @unnamed = ('error-the-field-is-required', 'The field Name is required');
my $tea;

subtest 'POST custom-user-status.create' => sub {
	my $new = sub { $_[0]->post('custom-user-status.create', $_[1]) };
	my $r = $new->($admin, { name => 'Tea', statusType => 'away' });
	shaped($r->{customUserStatus}, \%shape);
	$tea = $r->{customUserStatus}{_id};
	is $new->($admin, { name => 'Here' })->{customUserStatus}{statusType},
		'online', 'online, if it is not said';
	refused($new->($admin, { name => 'Tea' }), @taken);
	refused($new->($admin, { statusType => 'away' }), @unnamed);
	refused($new->($admin, { name => 'x' x 121 }), @unnamed);
	refused($new->($admin, { name => 'X', statusType => 'asleep' }),
		'error-input-is-not-a-valid-field',
		'asleep is not a valid status type');
	unauthorized($new->($ada, { name => 'X' }), 'a right', route => 1);
	anonymous($new->($chat->anyone, { name => 'X' }));
};

subtest 'GET custom-user-status.list' => sub {
	my $r = $ada->get('custom-user-status.list');
	shaped($r->json, { statuses => [\%shape], count => 'int',
		offset => 'int', total => 'int', success => 'bool' });
	is_deeply [map { "$_->{name}:$_->{statusType}" } @{ $r->{statuses} }],
		['Here:online', 'Tea:away'], 'by name';
	$r = $ada->get('custom-user-status.list', { count => 1, offset => 1 });
	is_deeply [@$r{qw(count offset total)}, $r->{statuses}[0]{name}],
		[1, 1, 2, 'Tea'], 'in pages';
	is $ada->get('custom-user-status.list',
		{ query => '{"name":"Tea"}' })->{statuses}[0]{_id}, $tea, 'selected';
	anonymous($chat->anyone->get('custom-user-status.list'));
};

subtest 'POST custom-user-status.update' => sub {
	my $set = sub { $_[0]->post('custom-user-status.update', $_[1]) };
	is_deeply $set->($admin, { _id => $tea, name => 'Coffee',
		statusType => 'busy' })->{customUserStatus}, { _id => $tea,
		name => 'Coffee', statusType => 'busy' }, 'another one';
	is $ada->get('custom-user-status.list')->{statuses}[0]{name}, 'Coffee',
		'in the list, too';
	refused($set->($admin, { _id => $tea, name => 'Here' }), @taken);
	refused($set->($admin, { _id => $tea }), @unnamed);
	refused($set->($admin, { name => 'X' }), undef,
		'The "_id" params is required!');
	refused($set->($admin, { _id => 'x', name => 'X' }), undef,
		'No custom user status found with the id of "x".');
	unauthorized($set->($ada, { _id => $tea, name => 'X' }), 'a right',
		route => 1);
	anonymous($set->($chat->anyone, {}));
};

subtest 'POST custom-user-status.delete' => sub {
	my $end = sub { $_[0]->post('custom-user-status.delete', $_[1]) };
	unauthorized($end->($ada, { customUserStatusId => $tea }), 'a right',
		route => 1);
	succeeded($end->($admin, { customUserStatusId => $tea }), 'gone');
	is $ada->get('custom-user-status.list')->{total}, 1, 'one is left';
	refused($end->($admin, { customUserStatusId => $tea }), undef,
		qq(No custom user status found with the id of "$tea".));
	refused($end->($admin, {}), undef,
		'The "customUserStatusId" params is required!');
	anonymous($end->($chat->anyone, {}));
};
done_testing;
