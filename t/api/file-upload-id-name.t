#!/usr/bin/perl
# GET /file-upload/:id/:name: who may, how it is served, parts of it
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $cellar = $ada->room('cellar', members => ['bob'], private => 1);
my $bytes = join '', map { chr($_ % 256) } 1 .. 200_000;

sub sent {
	my ($bytes, $name, $type, $room) = @_;
	my $r = upload($ada, 'rooms.upload/' . ($room // $cellar),
		[file => $bytes, $name, $type]);
	return $r->{message}{attachments}[0]{title_link} // die "$r";
}

my $path = sent($bytes, 'data.bin', 'application/x-thing');
my $r = $bob->get($path);
is $r->status, 200, 'a member has it';
ok $r->body eq $bytes, 'whole';
my $tag = '"' . sha256_hex($bytes) . '"';
is_deeply { map { $_ => $r->header($_) } qw(content-type etag cache-control
	accept-ranges content-length x-content-type-options) }, {
	'content-type' => 'application/octet-stream', etag => $tag,
	'cache-control' => 'private, no-cache', 'accept-ranges' => 'bytes',
	'content-length' => 200_000, 'x-content-type-options' => 'nosniff' },
	'with headers that run nothing';
like $r->header('content-security-policy'), qr/\bsandbox\b/, 'in a sandbox';
like $r->header('content-disposition'),
	qr/^attachment; filename="data[.]bin"; /, 'to be saved';
is $bob->get($path =~ s{[^/]+$}{other}r)->body eq $bytes, 1,
	'the name is for people: the id counts';

# Who may not: as if it were not there.
my $none = $bob->get('/file-upload/nothing/x');
is_deeply [$none->status, $none->json], [404, { error => 'File not found' }],
	'one that is not there';
$r = $eve->get($path);
is_deeply [$r->status, $r->json], [404, $none->json], 'not for a stranger';
is $bob->get($path, {}, anonymous => 1)->status, 401, 'nor without a login';
is $bob->get($path, { rc_uid => $bob->id, rc_token => $bob->token },
	anonymous => 1)->status, 401, 'a login is good in no address';
upload($ada, 'users.setAvatar', [image => png(1, 1), 'x', 'image/png']);
my $avatar = $ada->get('users.info', { username => 'ada' })->{user}{avatarETag};
is $ada->get("/file-upload/$avatar/ada.png")->status, 404,
	'other files are not here';
$ada->post('groups.kick', { roomId => $cellar, userId => $bob->id });
is $bob->get($path)->status, 404, 'who is no member any more has it no more';

# What is shown, and what is saved.
for (['image/png', 'image/png'], ['text/plain; charset=latin1',
	'text/plain; charset=utf-8'], ['application/pdf', 'application/pdf'],
	['video/mp4', 'video/mp4'], ['audio/ogg', 'audio/ogg'],
	map { [$_, ''] } 'text/html', 'image/svg+xml', 'text/xml',
	'application/xhtml+xml', 'text/javascript', 'image/x-own') {
	my ($type, $shown) = @$_;
	$r = $ada->get(sent('<b>', 'f', $type));
	is $r->header('content-type'), $shown || 'application/octet-stream',
		"$type: its type";
	like $r->header('content-disposition'), $shown ? qr/^inline;/ :
		qr/^attachment;/, $shown ? 'to be looked at' : 'to be saved';
}
$r = $ada->get(sent('x', "a\\\"b\xc3\xa4.txt", 'text/plain'));
is $r->header('content-disposition'), 'inline; filename="a_b__.txt"; ' .
	"filename*=UTF-8''a%22b%C3%A4.txt", 'its name, in both forms';

# Parts.
sub part {
	my ($range, %more) = @_;
	return $ada->get($path, {}, headers => [Range => $range, %more]);
}

for (['bytes=0-99', 0, 99], ['bytes=100-', 100, 199_999],
	['bytes=-7', 199_993, 199_999], ['bytes=199999-300000', 199_999, 199_999],
	['bytes=-300000', 0, 199_999], ['bytes=65535-131072', 65_535, 131_072]) {
	my ($range, $from, $to) = @$_;
	$r = part($range);
	is $r->status, 206, $range;
	is $r->header('content-range'), "bytes $from-$to/200000", 'its place';
	ok $r->body eq substr($bytes, $from, $to - $from + 1), 'its bytes';
}
for ('bytes=200000-', 'bytes=-0', 'bytes=999999-1000000') {
	$r = part($_);
	is_deeply [$r->status, $r->header('content-range'), $r->body],
		[416, 'bytes */200000', ''], "$_ is outside";
}
for ('bytes=0-1,5-6', 'bytes=5-1', 'bytes=a-b', 'bytes=', 'lines=1-2',
	'bytes=-', 'bytes=--5', 'bytes=0-99999999999999999999', 'bytes=7-x',
	'bytes=999999-5', 'bytes=200001-200000') {
	$r = part($_);
	ok $r->status == 200 && $r->body eq $bytes, "$_ does not count: all";
}
is part('bytes=0-1', 'If-Range' => $tag)->status, 206, 'of the same file';
is part('bytes=0-1', 'If-Range' => '"x"')->status, 200, 'of another: all';
is part('bytes=0-1', 'If-Range' => 'Wed, 21 Oct 2015 07:28:00 GMT')->status,
	200, 'by a date: all';

# Known already.
for ($tag, "W/$tag", "\"x\", $tag", '*') {
	$r = $ada->get($path, {}, headers => ['If-None-Match' => $_]);
	is_deeply [$r->status, $r->header('etag'), $r->header('content-length')],
		[304, $tag, undef], "$_ is known";
}
is $ada->get($path, {}, headers => ['If-None-Match' => '"x"'])->status, 200,
	'another is not';
$r = $ada->request('HEAD', $path);
is_deeply [$r->status, $r->header('content-length'), $r->body],
	[200, 200_000, ''], 'HEAD tells its size';
is $ada->get('me')->status, 200, 'and the connection goes on';
my $empty = sent('', 'nothing', 'text/plain');
is_deeply [map { $_->status, $_->body } $ada->get($empty), $ada->get($empty,
	{}, headers => [Range => 'bytes=0-'])], [200, '', 416, ''],
	'an empty file is one';

# What the disk has lost is not half an answer.
my $hex = sha256_hex($bytes);
unlink $chat->dir . '/uploads/' . substr($hex, 0, 2) . "/$hex" or die;
$r = $ada->get($path);
is_deeply [$r->status, $r->header('etag'), $r->header('cache-control')],
	[503, undef, 'no-store'], 'a content that is lost is a 503';
done_testing;
