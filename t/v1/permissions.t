#!/usr/bin/perl
# permissions.*: which roles hold what.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my $anyone = $chat->anyone;
my %permission = (_id => 'str', roles => ['str'], _updatedAt => 'time');

sub roles_of {
	my ($name) = @_;
	my ($p) = grep { $_->{_id} eq $name }
		@{ $ada->get('permissions.listAll')->{update} };
	return join ' ', @{ $p->{roles} };
}

subtest 'GET permissions.listAll' => sub {
	my $r = $ada->get('permissions.listAll');
	shaped($r->json, { update => [\%permission], remove => ['any'],
		success => 'bool' });
	is roles_of('mention-all'), 'admin moderator owner site-moderator user',
		'a permission with its roles';
	is roles_of('view-statistics'), 'admin', 'one for administrators';
	is_deeply $ada->get('permissions.listAll',
		{ updatedSince => '2999-01-01T00:00:00.000Z' })->{update}, [],
		'only what was changed since';
	refused($ada->get('permissions.listAll', { updatedSince => 'x' }),
		'error-roomId-param-invalid',
		'The "updatedSince" query parameter must be a valid date.');
	anonymous($anyone->get('permissions.listAll'));
};

subtest 'GET permissions.list' => sub {
	my $r = $ada->get('permissions.list');
	shaped($r->json, { permissions => [\%permission], success => 'bool' });
	anonymous($anyone->get('permissions.list'));
};

subtest 'GET permissions' => sub {
	my $r = $ada->get('permissions');
	is $r->status, 200, 'the oldest one';
	shaped($r->json, [\%permission], 'is an array alone');
	anonymous($anyone->get('permissions'));
};

subtest 'POST permissions.update' => sub {
	my $since = $ada->get('permissions.listAll')->{update}[0]{_updatedAt};
	my $r = $admin->post('permissions.update', { permissions => [
		{ _id => 'create-c', roles => ['bot'] },
		{ _id => 'view-statistics', roles => [qw(admin user user)] }] });
	shaped($r->json, { permissions => [\%permission], success => 'bool' });
	is roles_of('create-c'), 'admin bot', 'just these, and admin always';
	is roles_of('view-statistics'), 'admin user', 'named or not';
	is_deeply [sort map { $_->{_id} } @{ $ada->get('permissions.listAll',
		{ updatedSince => $since })->{update} }],
		[qw(create-c view-statistics)], 'these were changed since';
	succeeded($ada->get('statistics'), 'it holds at once');
	is $ada->post('channels.create', { name => 'mine' })->status, 403,
		'for what was taken, too';

	my @before = map { roles_of($_) } qw(create-c create-p);
	my %bad = ('Invalid permission' => 'error-invalid-permission',
		'Invalid role' => 'error-invalid-role',
		'Editing permissions is not allowed' =>
			'error-edit-permissions-not-allowed');
	my $fails = sub {
		my ($who, $list, $text) = @_;
		my $reply = $who->post('permissions.update',
			{ permissions => $list });
		is_deeply [$reply->status, $reply->json], [400, { success =>
			JSON::PP::false, error => $text,
			errorType => $bad{$text} }], $text;
	};
	my $good = { _id => 'create-p', roles => ['bot'] };
	$fails->($admin, [$good, { _id => 'fly', roles => [] }],
		'Invalid permission');
	$fails->($admin, [$good, { _id => 'create-c', roles => ['none'] }],
		'Invalid role');
	$fails->($admin, [$good, { _id => 'create-c' }], 'Invalid role');
	$fails->($admin, [$good, { _id => 'create-c', roles => [[]] }],
		'Invalid role');
	$fails->($admin, $_, 'Invalid permission')
		for [], 'text', {}, [{}], [1], undef;
	$fails->($ada, [$good], 'Editing permissions is not allowed');
	anonymous($anyone->post('permissions.update',
		{ permissions => [$good] }));
	is_deeply [map { roles_of($_) } qw(create-c create-p)], \@before,
		'none of that changed anything';
};
done_testing;
