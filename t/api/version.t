#!/usr/bin/perl
# GET /api/version
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $anyone = $chat->anyone;
my $want = <<'END' =~ s/\n\z//r;
{
  "status": "success",
  "versions": {
    "api": "0.1",
    "rocketchat": "0.5"
  }
}
END

my $r = $anyone->get('version');
is $r->status, 200, 'anyone may ask for the version';
is $r->body, $want, 'the answer is indented by two spaces, byte for byte';
is $r->header('content-type'), 'application/json',
	'the type is exactly application/json';
is $r->header('content-length'), length $want, 'the length is told';
is $anyone->get('/api/version/')->body, $want, 'a slash at the end is the same';
is $anyone->get('version', { v => 1 })->body, $want, 'a query changes nothing';
is $chat->admin->get('version')->body, $want, 'a token changes nothing';

my $head = $anyone->request('HEAD', 'version');
is $head->status, 200, 'HEAD works';
is $head->body, '', 'HEAD has no body';
is $head->header('content-length'), length $want, 'but tells its length';

for my $method (qw(POST PUT DELETE PATCH)) {
	$r = $anyone->request($method, 'version', json => {});
	is $r->status, 405, "$method is refused";
	is $r->header('allow'), 'GET, OPTIONS', "and $method is told what works";
	is_deeply $r->json, { status => 'error',
		message => 'API endpoint does not exist' },
		"and $method has the envelope of 0.1";
}

is $anyone->get('versions')->status, 404, 'a longer name is not found';
is $anyone->get('version/x')->status, 404, 'nor is anything below it';
is $anyone->get('version')->status, 200, 'the connection goes on';
done_testing;
