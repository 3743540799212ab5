#!/usr/bin/perl
# multipart/form-data where a form is taken, as curl -F and browsers send it.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(settings => { max_fields => 6 });
my $admin = $chat->admin;
my $mark = '------------------------d74496d66958873e';

# Parts of [disposition, text, more headers], as curl -F does.
sub parts {
	my $body = join '', map { "--$mark\r\nContent-Disposition: form-data; $_->[0]\r\n" .
		($_->[2] // '') . "\r\n$_->[1]\r\n" } @_;
	return "$body--$mark--\r\n";
}

sub ask {
	my ($path, $body, %o) = @_;
	return $admin->post($path, $body, type => "multipart/form-data; boundary=$mark", %o);
}

sub say_it { return ask('rooms/GENERAL/send', @_) }

my $r = say_it(parts(['name="msg"', "Hello,\r\n\xc3\xa4ll!"]));
is $r->status, 200, 'a field' or diag $r;
is $r->{message}{msg}, "Hello,\r\n\xe4ll!", 'arrives whole';
is say_it(parts(['name="x"', 'y'], ['name=msg', 'm'], ['name="z"', '']))->{message}{msg}, 'm',
	'so does one among others';
$r = say_it(parts(['name="file"; filename="a.png"', "\x89PNG\r\n\x1a\n\0", "Content-Type: image/png\r\n"],
	['name="msg"', 'm', "Content-Type: text/plain; charset=utf-8\r\n"]));
is $r->status, 200, 'a file that nobody takes does no harm';
is $r->{message}{msg}, 'm', 'nor a type of a field';
$r = say_it(parts(['name="msg"; filename="msg.txt"', 'm', "Content-Type: text/plain\r\n"]));
is $r->status, 400, 'a file is no field';
like $r->{message}, qr/"msg" is required/, 'and the field is missed';
is say_it("--$mark--\r\n")->status, 400, 'so it is in no parts';
is say_it('')->status, 400, 'and in nothing';
is say_it(parts(['name="msg"', 'm']) =~ s/\r\n\z//r, headers => [])->status, 200, 'without the last line end';
is say_it("preamble\r\n" . parts(['name="msg"', 'm']) . "epilogue")->status, 200, 'with text around it';

# In chunks that cut every line.
my $body = parts(['name="msg"', 'in pieces']);
my $w = $chat->socket;
$w->send("POST /api/rooms/GENERAL/send HTTP/1.1\r\nHost: a\r\nX-Auth-Token: " . $admin->token .
	"\r\nX-User-Id: " . $admin->id . "\r\nContent-Type: multipart/form-data; boundary=$mark\r\n" .
	"Transfer-Encoding: chunked\r\n\r\n" . join('', map { sprintf "%x\r\n%s\r\n", length, $_ }
	unpack '(a7)*', $body) . "0\r\n\r\n");
is $w->reply->{message}{msg}, 'in pieces', 'in chunks';

# Names nest, as in a form.
$r = ask('bulk/register', parts(map { ["name=\"users[0][$_->[0]]\"", $_->[1]] }
	['name', 'ada'], ['email', 'ada@x.org'], ['pass', $chat->secret('pw-of-ada-1')]));
is $r->status, 200, 'names nest' or diag $r;
is scalar @{ $r->{ids} }, 1, 'into a user';
$r = ask('login', parts(['name="user"', 'ada'], ['name="password"', 'pw-of-ada-1']), anonymous => 1);
is $r->status, 200, 'who logs in by such a form';
$chat->secret($r->{data}{authToken});
$r = ask('login', parts(map { ["name=\"$_\"", 'x'] } qw(user password)), anonymous => 1);
is $r->status, 401, 'or not, with a wrong password';

# What is refused, in words; the next request works.
my $before = () = @{ $admin->get('rooms/GENERAL/messages')->{messages} };
my $field = parts(['name="msg"', 'm']);
for my $case (
	['half a body', $field =~ s/--\r\n\z//r, 'the last boundary is missing'],
	['no boundary at all', 'msg=m', 'the last boundary is missing'],
	['letters behind a boundary', $field =~ s/\Q$mark\E/${mark}x/r, 'a boundary line is malformed'],
	['a part without a name', parts(['x=y', 'm']), 'a part has no name'],
	['bare LFs', $field =~ s/\r\n/\n/gr, 'a boundary line is malformed|the last boundary is missing'],
	['a field of Latin-1', parts(['name="msg"', "\xe4"]), 'is not UTF-8'],
	['a name of Latin-1', parts(["name=\"\xe4\"", 'm']), 'name of a part is malformed'],
	['a NUL in a field', parts(['name="msg"', "\0"]), 'is not UTF-8'],
	['too many fields', parts(map { ["name=\"msg\"", 'm'] } 1 .. 7), 'too many parts'],
	['a large head', parts(['name="msg"', 'm', 'X: ' . 'y' x 5000 . "\r\n"]), 'headers of a part are too large'],
) {
	my ($what, $text, $why) = @$case;
	$r = say_it($text);
	is $r->status, 400, "$what is refused";
	like $r->{message}, qr/(?:$why).*\[error-invalid-form\]$/, 'and told why';
}
is say_it(parts(map { ["name=\"msg\"", 'm'] } 1 .. 6))->status, 400, 'as many as there may be, of one name, are a list';
$r = say_it(parts(['name="msg"', 'bQ==', "Content-Transfer-Encoding: base64\r\n"]));
is $r->status, 415, 'an encoded part is refused';
is say_it($field, type => $_)->status, 400, "the type \"$_\" is refused" for 'multipart/form-data',
	'multipart/form-data; boundary=', "multipart/form-data; boundary=$mark; boundary=$mark",
	'multipart/form-data; boundary=' . 'x' x 71;
is say_it($field, type => $_)->status, 415, "and $_" for 'multipart/mixed; boundary=' . $mark, 'multipart/form-datax';
is say_it('x' x 262_145)->status, 413, 'a body over max_body is refused before it is looked at';
my $after = () = @{ $admin->get('rooms/GENERAL/messages')->{messages} };
is $after, $before, 'nothing of that was written';
is say_it($field)->status, 200, 'and the next one is';
done_testing;
