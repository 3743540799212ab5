#!/usr/bin/perl
# POST /api/v1/rooms.upload, media, mediaConfirm
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $gus = $chat->user('gus');
$admin->post('users.update', { userId => $gus->id,
	data => { roles => ['guest'] } });
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my $cellar = $ada->room('cellar', members => ['bob'], private => 1);
my $shut = $admin->room('shut', members => [qw(ada admin)]);
my $png = png(16, 32, 'x' x 100);

my %MESSAGE = (_id => 'str', rid => 'str', msg => 'str', ts => 'time',
	u => { _id => 'str', username => 'str', name => 'str' }, urls => [],
	mentions => [], channels => [], groupable => 'bool',
	file => { _id => 'str', name => 'str', type => 'str' },
	attachments => 'any', _updatedAt => 'time');

subtest 'POST rooms.upload/:rid' => sub {
	my $r = upload($ada, "rooms.upload/$dev", [msg => 'look'],
		[file => $png, 'C:\\pics\\a b.png', 'Image/PNG; x=y'],
		[description => 'a picture']);
	succeeded($r, 'a member sends a file');
	shaped($r->{message}, \%MESSAGE);
	my $m = $r->{message};
	my $link = "/file-upload/$m->{file}{_id}/a%20b.png";
	is_deeply $m->{attachments}, [{ title => 'a b.png', title_link => $link,
		title_link_download => JSON::PP::true, type => 'file',
		description => 'a picture', image_url => $link,
		image_type => 'image/png', image_size => length $png,
		image_dimensions => { width => 16, height => 32 } }],
		'with its attachment, without the path and the parameters of its type';
	is_deeply [@$m{qw(msg rid groupable)}, $m->{u}{username},
		@{ $m->{file} }{qw(name type)}],
		['look', $dev, JSON::PP::false, 'ada', 'a b.png', 'image/png'],
		'it is a message like others';
	is_deeply $ada->get('chat.getMessage', { msgId => $m->{_id} })->{message},
		$m, 'and stays so';
	is_deeply [stored($chat)], [sha256_hex($png)], 'it is on disk';

	for (['audio', 'a.ogg', 'audio/ogg'], ['video', 'v.mp4', 'video/mp4']) {
		my ($kind, $name, $type) = @$_;
		$m = upload($ada, "rooms.upload/$dev", [file => 'x', $name, $type])
			->{message};
		is $m->{attachments}[0]{"${kind}_type"}, $type, "$kind is said to be";
		is $m->{attachments}[0]{"${kind}_size"}, 1, 'of its size';
	}
	$r = upload($bob, "rooms.upload/$dev", [file => 'plain', 'notes'],
		[alias => ''], [groupable => 'true']);
	is_deeply [@{ $r->{message}{file} }{qw(name type)}],
		['notes', 'application/octet-stream'],
		'who may read a channel may send; no type is no type';
	is_deeply [$r->{message}{groupable}, $r->{message}{msg}],
		[JSON::PP::true, ''], 'groupable, if they say so; no text is needed';
	my $root = $ada->post('chat.postMessage', { roomId => $dev, text => 'r' })
		->{message}{_id};
	is upload($ada, "rooms.upload/$dev", [file => 'y', 'y.txt'],
		[tmid => $root])->{message}{tmid}, $root, 'in a thread';
	$r = upload($bob, "rooms.upload/$cellar", [file => $png, 'again.png']);
	succeeded($r, 'in a private group, for a member');
	is scalar(grep { $_ eq sha256_hex($png) } stored($chat)), 1,
		'the same bytes stand once';

	refused($ada->post("rooms.upload/$dev", { msg => 'x' }), undef,
		'File required');
	refused(upload($ada, "rooms.upload/$dev", [msg => 'x']), undef,
		'File required');
	refused(upload($ada->again, "rooms.upload/$dev",
		map { [file => $_, "$_.txt"] } 'a', 'b'), undef,
		'Just 1 file is allowed');
	refused(upload($ada->again, "rooms.upload/$dev", [image => 'a', 'a.txt']),
		'invalid-field', '');
	refused(upload($ada, "rooms.upload/$dev", [file => 'a', 'a'],
		['attachments[0][title]' => 'x']), 'error-invalid-params',
		'The parameter "attachments" is the file\'s own');
	anonymous($ada->again->post("rooms.upload/$dev", (parts([file => 'a', 'a']))[0],
		type => (parts())[1], anonymous => 1));
	for ([$eve, $cellar], [$gus, $dev], [$ada, 'nowhere'], [$eve, 'GENERAL2']) {
		unauthorized(upload($_->[0]->again, "rooms.upload/$_->[1]",
			[file => 'a', 'a']), $_->[0]->name . " may not in $_->[1]");
	}
	$admin->post('channels.archive', { roomId => $shut });
	refused(upload($ada->again, "rooms.upload/$shut", [file => 'a', 'a']),
		'error-room-archived', 'The room is archived');
	ok settled($chat, map { sha256_hex($_) } $png, 'x', 'y', 'plain'),
		'what was refused leaves nothing on disk';
};

subtest 'POST rooms.upload/:rid by settings' => sub {
	my $set = sub { succeeded($admin->post("settings/$_[0]",
		{ value => $_[1] }), "$_[0] is set") };
	$set->('FileUpload_MediaTypeWhiteList', 'image/*, text/plain');
	$set->('FileUpload_MediaTypeBlackList', 'image/gif');
	for (['image/png', 1], ['text/plain', 1], ['image/gif', 0],
		['text/html', 0], ['application/octet-stream', 0]) {
		my $r = upload($ada->again, "rooms.upload/$dev",
			[file => $_->[0], 'f', $_->[0]]);
		$_->[1] ? succeeded($r, "$_->[0] is allowed") : refused($r,
			'error-invalid-file-type', 'File type is not accepted.',
			"$_->[0] is not");
	}
	$set->('FileUpload_MediaTypeWhiteList', '');
	$set->('FileUpload_MaxFileSize', 5);
	succeeded(upload($ada, "rooms.upload/$dev", [file => '12345', 'f']),
		'a file of the largest size');
	refused(upload($ada->again, "rooms.upload/$dev", [file => '123456', 'f']),
		'error-file-too-large', 'File exceeds allowed size of 5 bytes.');
	$set->('FileUpload_Enabled', JSON::PP::false);
	refused(upload($ada->again, "rooms.upload/$dev", [file => '1', 'f']),
		'error-file-upload-disabled', 'File uploads are disabled.');
	$set->('FileUpload_Enabled', JSON::PP::true);
	$set->('FileUpload_MaxFileSize', 1000000);
};

subtest 'POST rooms.media/:rid' => sub {
	my $r = upload($ada, "rooms.media/$dev", [file => 'in two steps', 'ü.txt',
		'text/plain']);
	shaped($r->json, { file => { _id => 'str', url => 'str' },
		success => 'bool' });
	is $r->{file}{url}, "/file-upload/$r->{file}{_id}/%C3%BC.txt",
		'where it will be';
	is $ada->get($r->{file}{url})->body, 'in two steps', 'its sender sees it';
	is $bob->get($r->{file}{url})->status, 404, 'nobody else does';
	is_deeply [grep { $_->{_id} eq $r->{file}{_id} } @{
		$ada->get('channels.files', { roomId => $dev, count => 0 })->{files} }],
		[], 'and no list has it';
	refused(upload($ada, "rooms.media/$dev"), undef, 'File required');
	unauthorized(upload($eve->again, "rooms.media/$cellar", [file => 'a', 'a']),
		'a stranger may not');
};

subtest 'POST rooms.mediaConfirm/:rid/:fileId' => sub {
	my $file = upload($ada, "rooms.media/$dev", [file => png(3, 4), 'c.png',
		'image/png'])->{file};
	my $call = "rooms.mediaConfirm/$dev/$file->{_id}";
	for ([$bob, $call, 'of somebody else'],
		[$ada, "rooms.mediaConfirm/$cellar/$file->{_id}", 'in another room'],
		[$ada, "rooms.mediaConfirm/$dev/nothing", 'that is not there']) {
		refused($_->[0]->post($_->[1], {}), 'invalid-file', '', "one $_->[2]");
	}
	my $r = $ada->post($call, { msg => 'now', description => 'd' });
	shaped($r->{message}, \%MESSAGE);
	is $r->{message}{file}{_id}, $file->{_id}, 'the message shows the file';
	is $r->{message}{attachments}[0]{description}, 'd', 'with what is said of it';
	is $r->{message}{msg}, 'now', 'and to it';
	is $bob->get($file->{url})->body, png(3, 4), 'others see it now';
	refused($ada->post($call, {}), 'invalid-file', '', 'twice is once too often');
	unauthorized($eve->post("rooms.mediaConfirm/$cellar/x", {}), 'not a stranger');
};
done_testing;
