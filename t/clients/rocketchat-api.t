#!/usr/bin/perl
# rocketchat-api of npm: all that it offers over REST
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('rocketchat-api');
my $chat = v1();
my $bob = $chat->user('bob');
my $admin = $chat->admin;
my $direct = $admin->post('im.create', { username => 'bob' })->{room}{_id};
my $got = steps($chat, 'rocketchat-api.js', { LOGIN => $Chat::ADMIN,
	PASSWORD => $Chat::ADMIN_PASS, OTHER => 'bob', OTHER_ID => $bob->id,
	DIRECT => $direct });

my %fails = ('wrong password' => qr/Could not login/,
	'me again' => qr/requires an authentication/,
	# the picture is on a machine that nobody fetches from
	'users.setAvatar' => qr/./,
	# a setting allows it, and it is off
	'im.messages.others' => qr/endpoint-disabled/i);
for my $step (sort keys %$got) {
	my $value = $got->{$step};
	if ($fails{$step}) {
		like $value->{failed}, $fails{$step}, "$step is refused";
	} else {
		ok !$value->{failed}, $step or diag $value->{failed};
	}
}
cmp_ok scalar(keys %$got), '>=', 78, 'no step is left out';
is $got->{me}{username}, $Chat::ADMIN, 'who one is';
is_deeply [map { $_->{name} } @{ $got->{'channels.list'}{channels} }],
	['engines', 'general'], 'a list by query, sorted';
is $got->{'channels.history'}{messages}[0]{msg}, 'second',
	'what was said and edited';
is_deeply $got->{'im.history'}{messages}[0]{msg}, 'just us', 'among two';
is $got->{'users.info'}{user}{name}, 'Carola', 'somebody renamed';
is_deeply [sort map { $_->{username} } @{ $got->{'groups.members'}{members} }],
	['admin', 'bob', 'rocket.cat'], 'who is in a group';
done_testing;
