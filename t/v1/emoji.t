#!/usr/bin/perl
# /api/v1/emoji-custom.*
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my %EMOJI = (_id => 'str', name => 'str', aliases => ['str'],
	extension => 'str', _updatedAt => 'time');
my $BUSY = 'Custom_Emoji_Error_Name_Or_Alias_Already_In_Use';
my $IN_USE = 'The custom emoji or one of its aliases is already in use';

sub make { return upload($admin->again, 'emoji-custom.create', @_) }
sub all { return @{ $ada->get('emoji-custom.all')->{emojis} } }

subtest 'POST emoji-custom.create' => sub {
	is_deeply make([name => 'gear'], [aliases => 'cog, wheel'], [emoji =>
		png(8, 8), 'g.png', 'image/png'])->json,
		{ success => JSON::PP::true }, 'a picture with a name';
	my ($e) = all();
	shaped($e, \%EMOJI);
	is_deeply [$e->{name}, $e->{aliases}, $e->{extension}],
		['gear', ['cog', 'wheel'], 'png'], 'it is there';
	is $chat->anyone->get('/emoji-custom/gear.png')->body, png(8, 8),
		'and its picture';
	my @file = ([emoji => gif(1, 2), 'x', 'image/gif']);
	refused(make([name => 'gear'], @file), $BUSY, $IN_USE);
	refused(make([name => 'wheel'], @file), $BUSY, $IN_USE,
		'an alias is a name');
	refused(make([name => 'x'], [aliases => 'y,gear'], @file), $BUSY, $IN_USE,
		'a name is no alias');
	for ('a b', 'a:b', '<a>', 'a/b', '..') {
		refused(make([name => $_], @file), 'error-input-is-not-a-valid-field',
			"$_ is not a valid name");
	}
	refused(make([name => 'x'], [aliases => 'o k'], @file),
		'error-input-is-not-a-valid-field', 'o k is not a valid alias set');
	refused(make(@file), 'error-the-field-is-required',
		'The field Name is required');
	refused(make([name => 'x']), 'error-the-field-is-required',
		'The custom emoji file is required');
	refused(make([name => 'x'], [file => 'x', 'x']), 'invalid-field', '');
	refused(make([name => 'x'], [emoji => '<svg/>', 'x', 'image/svg+xml']),
		'error-invalid-file-type', 'File type is not accepted.');
	refused(upload($ada->again, 'emoji-custom.create', [name => 'x'], @file),
		'not_authorized', '');
	anonymous($ada->post('emoji-custom.create', {}, anonymous => 1));
	is scalar(all()), 1, 'what was refused is not there';
	ok settled($chat, sha256_hex(png(8, 8))), 'nor on disk';
};

subtest 'POST emoji-custom.update' => sub {
	my ($e) = all();
	my $change = sub { upload($admin->again, 'emoji-custom.update', @_) };
	succeeded($change->([_id => $e->{_id}], [name => 'gears'],
		[aliases => 'cog']), 'another name, the same picture');
	my ($f) = all();
	is_deeply [$f->{_id}, $f->{name}, $f->{aliases}],
		[$e->{_id}, 'gears', ['cog']], 'it has that';
	is $chat->anyone->get('/emoji-custom/gears.png')->body, png(8, 8),
		'the picture is there by it';
	is $chat->anyone->get('/emoji-custom/gear.png')->status, 404,
		'not by the old one';
	succeeded($change->([_id => $e->{_id}], [name => 'gears'],
		[emoji => gif(3, 3), 'x', 'image/gif']), 'another picture');
	is_deeply [map { $_->{extension} } all()], ['gif'], 'of another kind';
	is $chat->anyone->get('/emoji-custom/gears.gif')->body, gif(3, 3),
		'is served';
	ok settled($chat, sha256_hex(gif(3, 3))), 'the old one is gone';
	refused($change->([name => 'x']), undef,
		'The required "_id" query param is missing.');
	refused($change->([_id => 'x'], [name => 'x']), undef, 'Emoji not found.');
	make([name => 'other'], [emoji => png(1, 1), 'x', 'image/png']);
	refused($change->([_id => $e->{_id}], [name => 'other']), $BUSY, $IN_USE);
	refused(upload($ada->again, 'emoji-custom.update', [_id => $e->{_id}]),
		'not_authorized', '');
	anonymous($ada->post('emoji-custom.update', {}, anonymous => 1));
};

subtest 'GET emoji-custom.all' => sub {
	my $r = $ada->get('emoji-custom.all', { count => 1, sort => '{"name":-1}' });
	shaped($r->json, { emojis => [\%EMOJI], count => 'int', offset => 'int',
		total => 'int', success => 'bool' });
	is_deeply [$r->{emojis}[0]{name}, @$r{qw(count offset total)}],
		['other', 1, 0, 2], 'in pages, sorted';
	is_deeply [map { $_->{name} } @{ $ada->get('emoji-custom.all',
		{ query => '{"name":"gears"}' })->{emojis} }], ['gears'], 'selected';
	anonymous($ada->get('emoji-custom.all', {}, anonymous => 1));
};

subtest 'GET emoji-custom' => sub {
	my $r = $ada->get('emoji-custom');
	shaped($r->json, { emojis => [\%EMOJI], success => 'bool' });
	is scalar @{ $r->{emojis} }, 2, 'all of them';
	anonymous($ada->get('emoji-custom', {}, anonymous => 1));
};

subtest 'GET emoji-custom.list' => sub {
	my $r = $ada->get('emoji-custom.list');
	shaped($r->json, { emojis => { update => [\%EMOJI], remove => [] },
		success => 'bool' });
	is_deeply [map { $_->{name} } @{ $r->{emojis}{update} }],
		['gears', 'other'], 'all of them';
	my ($last) = sort { $b cmp $a } map { $_->{_updatedAt} }
		@{ $r->{emojis}{update} };
	is_deeply $ada->get('emoji-custom.list', { updatedSince => $last })
		->{emojis}, { update => [], remove => [] }, 'nothing since the last';
	refused($ada->get('emoji-custom.list', { updatedSince => 'x' }), 'error-roomId-param-invalid', 'The "updatedSince" query ' .
		'parameter must be a valid date.');
	anonymous($ada->get('emoji-custom.list', {}, anonymous => 1));
};

subtest 'POST emoji-custom.delete' => sub {
	my ($e) = all();
	refused($ada->post('emoji-custom.delete', { emojiId => $e->{_id} }),
		'not_authorized', '');
	refused($admin->post('emoji-custom.delete', {}), undef,
		'The "emojiId" params is required!');
	refused($admin->post('emoji-custom.delete', { emojiId => 'x' }), undef,
		'Emoji not found.');
	is_deeply $admin->post('emoji-custom.delete', { emojiId => $e->{_id} })
		->json, { success => JSON::PP::true }, 'one goes';
	is $chat->anyone->get('/emoji-custom/gears.gif')->status, 404,
		'with its picture';
	my $r = $ada->get('emoji-custom.list', { updatedSince => '2020-01-01' });
	shaped($r->{emojis}{remove}, [{ _id => 'str', _deletedAt => 'time' }]);
	is_deeply [map { $_->{_id} } @{ $r->{emojis}{remove} }], [$e->{_id}],
		'and those who ask since when are told';
	ok settled($chat, sha256_hex(png(1, 1))), 'its bytes are gone';
	anonymous($ada->post('emoji-custom.delete', {}, anonymous => 1));
};
done_testing;
