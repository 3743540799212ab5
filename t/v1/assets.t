#!/usr/bin/perl
# POST /api/v1/assets.setAsset, unsetAsset
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my @RIGHT = ('error-action-not-allowed', 'Managing assets not allowed');

subtest 'POST assets.setAsset' => sub {
	is_deeply upload($admin, 'assets.setAsset', [refreshAllClients => 'true'],
		[logo => png(2, 2), 'l.png', 'image/png'])->json,
		{ success => JSON::PP::true }, 'a logo';
	is $chat->anyone->get('/assets/logo.png')->body, png(2, 2), 'is served';
	succeeded(upload($admin, 'assets.setAsset', [logo => gif(2, 2), 'l.gif',
		'image/gif']), 'another one');
	is $chat->anyone->get('/assets/logo')->body, gif(2, 2), 'takes its place';
	ok settled($chat, sha256_hex(gif(2, 2))), 'and the old one is gone';
	for ([passwd => png(1, 1)], ['../logo' => png(1, 1)]) {
		refused(upload($admin->again, 'assets.setAsset', [@$_, 'x',
			'image/png']), 'error-invalid-asset', 'Invalid asset');
	}
	refused($admin->post('assets.setAsset', {}), 'error-invalid-asset',
		'Invalid asset');
	refused(upload($admin->again, 'assets.setAsset', [logo =>
		'<svg xmlns="http://www.w3.org/2000/svg"/>', 'x', 'image/svg+xml']),
		'error-invalid-file-type', 'File type is not accepted.');
	refused(upload($ada->again, 'assets.setAsset', [logo => png(1, 1), 'x']),
		@RIGHT);
	anonymous($ada->post('assets.setAsset', {}, anonymous => 1));
	is $chat->anyone->get('/assets/logo')->body, gif(2, 2),
		'what was refused changed nothing';
};

subtest 'POST assets.unsetAsset' => sub {
	refused($ada->post('assets.unsetAsset', { assetName => 'logo' }), @RIGHT);
	refused($admin->post('assets.unsetAsset', { assetName => 'x' }),
		'error-invalid-asset', 'Invalid asset');
	is_deeply $admin->post('assets.unsetAsset', { assetName => 'logo' })->json,
		{ success => JSON::PP::true }, 'it goes';
	is $chat->anyone->get('/assets/logo')->status, 404, 'for everybody';
	succeeded($admin->post('assets.unsetAsset', { assetName => 'logo' }),
		'twice is no fault');
	ok settled($chat), 'and nothing stays on disk';
	anonymous($ada->post('assets.unsetAsset', {}, anonymous => 1));
};
done_testing;
