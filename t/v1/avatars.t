#!/usr/bin/perl
# POST /api/v1/users.setAvatar, resetAvatar; GET users.getAvatar
use strict;
use warnings;
use MIME::Base64;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1(settings => { root_url => 'https://chat.example.org' });
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $png = png(100, 100);

sub avatar { return $chat->anyone->get("/avatar/$_[0]") }

subtest 'POST users.setAvatar' => sub {
	my $drawn = avatar('ada');
	is $drawn->header('content-type'), 'image/svg+xml', 'at first it is drawn';
	my $r = upload($ada, 'users.setAvatar', [image => $png, 'me.png',
		'image/png']);
	is_deeply [$r->status, $r->json], [200, { success => JSON::PP::true }],
		'a picture of oneself';
	$r = avatar('ada');
	is_deeply [$r->header('content-type'), $r->body], ['image/png', $png],
		'is served as it came';
	my $tag = $ada->get('users.info', { username => 'ada' })
		->{user}{avatarETag};
	ok $tag, 'and has a tag';
	my %url = (jpeg => jpeg(5, 6), gif => gif(7, 8), webp => webp(9, 10));
	for (sort keys %url) {
		succeeded($ada->post('users.setAvatar', { avatarUrl =>
			"data:image/$_;base64," . encode_base64($url{$_}, '') }), $_);
		$r = avatar('ADA');
		is_deeply [$r->header('content-type'), $r->body],
			["image/$_", $url{$_}], 'by an address that has it whole';
	}
	isnt $ada->get('users.info', { username => 'ada' })->{user}{avatarETag},
		$tag, 'the tag is another one now';
	like $r->header('content-disposition'), qr/^inline; filename="ada[.]webp"/,
		'its name is theirs';
	ok settled($chat, sha256_hex($url{webp})), 'older ones are gone';
	succeeded(upload($ada, 'users.setAvatar', [image => jpeg(1, 1), 'me',
		'image/jpg']), 'a type that browsers of old have');
	is avatar('ada')->header('content-type'), 'image/jpeg', 'is made right';
	succeeded(upload($ada, 'users.setAvatar', [image => $png, 'me']),
		'no type');
	is avatar('ada')->header('content-type'), 'image/png', 'by its bytes';

	for (['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
		['<html>', 'image/png'], ['', 'image/png'], [$png, 'image/gif'],
		[substr($png, 0, 20), 'image/png']) {
		refused(upload($ada->again, 'users.setAvatar', [image => $_->[0],
			'x', $_->[1]]), 'error-invalid-file-type',
			'File type is not accepted.', "$_->[1] is not what it says");
	}
	for my $url ('nonsense', 'data:text/html;base64,aaaa', 'data:image/png,x',
		'data:image/png;base64,%%%', 'file:///etc/passwd') {
		refused($ada->post('users.setAvatar', { avatarUrl => $url }),
			'error-avatar-invalid-url', "Invalid avatar URL: $url");
	}
	refused($ada->post('users.setAvatar', { avatarUrl => 'http://a.b/c.png' }),
		'error-avatar-url-handling', 'Error while handling avatar setting ' .
		'from a URL (http://a.b/c.png) for ada');
	refused($ada->post('users.setAvatar', {}), undef,
		"The 'image' param is required");
	refused(upload($ada->again, 'users.setAvatar', [file => $png, 'x']),
		'invalid-field', '');
	refused(upload($ada->again, 'users.setAvatar', [image => 'x' x 4200000,
		'x']), 'error-file-too-large',
		'File exceeds allowed size of 4194304 bytes.');
	is avatar('ada')->body, $png, 'what was refused changed nothing';

	unauthorized(upload($ada, 'users.setAvatar', [image => $png, 'x'],
		[username => 'bob']), 'not that of others');
	succeeded(upload($admin, 'users.setAvatar', [username => 'bob'],
		[image => gif(1, 1), 'x']), 'but an administrator may');
	is avatar('bob')->body, gif(1, 1), 'it is theirs';
	refused(upload($admin, 'users.setAvatar', [image => $png, 'x'],
		[userId => 'nobody']), 'error-invalid-user',
		'The required "userId" or "username" param provided does not match ' .
		'any users');
	anonymous($ada->post('users.setAvatar', {}, anonymous => 1));
};

subtest 'POST users.resetAvatar' => sub {
	unauthorized($ada->post('users.resetAvatar', { username => 'bob' }),
		'not that of others');
	is_deeply $ada->post('users.resetAvatar', {})->json,
		{ success => JSON::PP::true }, 'one\'s own';
	is avatar('ada')->header('content-type'), 'image/svg+xml',
		'is drawn again';
	ok !exists $ada->get('users.info', { username => 'ada' })
		->{user}{avatarETag}, 'and has no tag';
	succeeded($ada->post('users.resetAvatar', {}), 'twice is no fault');
	succeeded($admin->post('users.resetAvatar', { userId => $bob->id }),
		'an administrator may that of others');
	ok settled($chat), 'and nothing stays on disk';
	anonymous($ada->post('users.resetAvatar', {}, anonymous => 1));
	$admin->post('settings/Accounts_AllowUserAvatarChange',
		{ value => JSON::PP::false });
	refused($ada->post('users.resetAvatar', {}), 'error-not-allowed',
		'Change avatar is not allowed');
	refused(upload($ada->again, 'users.setAvatar', [image => $png, 'x']),
		'error-not-allowed', 'Change avatar is not allowed');
};

subtest 'GET users.getAvatar' => sub {
	my $r = $chat->anyone->get('users.getAvatar', { username => 'ada' });
	is_deeply [$r->status, $r->header('location')],
		[307, 'https://chat.example.org/avatar/ada'], 'where it is';
	$r = $chat->anyone->get('users.getAvatar', { userId => $bob->id });
	is $r->header('location'), 'https://chat.example.org/avatar/bob', 'by id';
	refused($chat->anyone->get('users.getAvatar', { username => 'nobody' }),
		'error-invalid-user', 'The required "userId" or "username" param ' .
		'provided does not match any users');
};
done_testing;
