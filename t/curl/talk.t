#!/usr/bin/perl
# pocketchat send, tail and search: the program as its own client
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use JSON::PP;
use Proc qw(reap slurp spawn);
use Time::HiRes qw(sleep time);

my $chat = chat(tls => 1);
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
$chat->admin->room('ops', members => [qw(ada bob)]);
$chat->admin->room('family', members => [qw(ada bob)]);
my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my ($serial, %running) = (0);
my %at = (POCKETCHAT_URL => 'http://127.0.0.1:' . $chat->port,
	POCKETCHAT_TOKEN => $bob->token);

# A command somewhere else: it has no data there, only an environment.
sub begin {
	my ($env, @words) = @_;
	my $in = ref $words[-1] ? ${ pop @words } : '';
	my $file = $chat->home . '/talk-' . ++$serial;
	open my $fh, '>:raw', "$file.in" or die "$file: $!";
	print {$fh} $in;
	close $fh;
	my %env = (PATH => $ENV{PATH}, HOME => $chat->home, LC_ALL => 'C.UTF-8',
		%$env);
	my $pid = spawn(\%env, ['<', "$file.in"],
		['>', $file], ['>', "$file.err"], $binary, @words);
	$running{$pid} = 1;
	return ($pid, $file);
}

sub run {
	my ($pid, $file) = begin(@_);
	my $status = reap($pid, 60);
	delete $running{$pid};
	return ($status, slurp($file), slurp("$file.err"));
}

sub end_all {
	kill 'TERM', keys %running;
	reap($_, 10) for keys %running;
	%running = ();
	return;
}

sub holds {
	my ($file, $pattern) = @_;
	for (my $end = time + 40; time < $end; sleep 0.02) {
		return 1 if slurp($file) =~ $pattern;
	}
	diag slurp($file), slurp("$file.err");
	return 0;
}

sub newest {
	return decode_json($ada->get('/r/ops/json', { limit => 1 })->body);
}

subtest 'send' => sub {
	my ($status, $out, $err) = run(\%at, 'send', 'ops', "it's done");
	is_deeply [$status, $err], [0, ''], 'a word';
	is $out, newest()->{_id} . "\n", 'says its id';
	is newest()->{msg}, "it's done", 'as it was typed';
	run(\%at, 'send', 'ops', \"line 1\nline 2\n");
	is newest()->{msg}, "line 1\nline 2\n", 'what another program printed';
	run(\%at, 'send', 'ops', '--code', '--title', 'df & co', \"a\n");
	is_deeply [@{ newest() }{qw(msg attachments)}],
		["```\na\n```", [{ title => 'df & co' }]], 'with trimmings';
	run(\%at, 'send', '@ada', 'psst');
	like $ada->get('/r/@bob/raw')->body, qr/^psst$/m, 'to a person';
	($status, undef, $err) = run(\%at, 'send', 'nowhere', 'x');
	is_deeply [$status, $err],
		[1, "pocketchat: the server says 404: Invalid room\n"], 'no room';
	is +(run(\%at, 'send', 'ops', \''))[0], 1, 'nothing';
	is_deeply [(run(\%at, 'send', 'ops', \('x' x $_)))[0, 2]],
		[1, "pocketchat: the server says 413: the body is too large\n"],
		"$_ bytes: not taken, and not sent again" for 300_000, 7_000_000;
	is +(run(\%at, 'send', 'ops', \"\xfc"))[0], 1, 'what is no text';
};

subtest 'search' => sub {
	run(\%at, 'send', 'ops', $_) for 'backup of nas', 'backup of disk';
	my ($status, $out) = run(\%at, 'search', 'ops', 'backup');
	like $out, qr/bob: backup of nas\n.*bob: backup of disk\n\z/,
		'the newest last';
	($status, $out) = run(\%at, 'search', 'ops', 'backup', 'disk',
		'--json');
	is decode_json($out)->{msg}, 'backup of disk', 'all words, as JSON';
	is_deeply [(run(\%at, 'search', 'ops', 'nothinglikeit'))[0, 1]], [0, ''],
		'nothing is no failure';
};

subtest 'who, and where' => sub {
	my ($status, undef, $err) = run({}, 'send', 'ops', 'x');
	is $status, 2, 'no server is named';
	like $err, qr/POCKETCHAT_URL/, 'it says how to name it';
	my $url = $at{POCKETCHAT_URL};
	($status, undef, $err) = run({ POCKETCHAT_URL => $url }, 'send', 'ops',
		'x');
	is $status, 1, 'nobody knows who';
	like $err, qr/netrc/, 'it says how to tell';
	mkdir $chat->home . '/home';
	my $netrc = $chat->home . '/home/.netrc';
	open my $fh, '>', $netrc or die "$netrc: $!";
	print {$fh} "machine other.example login x password y\n" .
		"machine 127.0.0.1\n\tlogin ada\n\tpassword " . $ada->pass . "\n";
	close $fh;
	my %home = (HOME => $chat->home . '/home');
	is +(run({ %home }, 'send', 'ops', 'from netrc', '--server', $url))[0],
		0, '~/.netrc tells, and an option where';
	is newest()->{u}{username}, 'ada', 'who';
	$chat->user('cy', pass => 'a "b" # c');
	open $fh, '>', $netrc or die "$netrc: $!";
	print {$fh} "# ours\nmachine 127.0.0.1 # here\nlogin \"cy\"\n" .
		"password \"a \\\"b\\\" # c\"\n";
	close $fh;
	is_deeply [(run({ %home }, 'send', 'general', 'quoted', '--server',
		$url))[0, 2]], [0, ''], 'comments, and words in quotes';
	is +(run({ %at, POCKETCHAT_TOKEN => 'x' x 43 }, 'send', 'ops', 'x'))[0],
		1, 'a token that is none';
	is +(run({ %at, POCKETCHAT_URL => 'http://127.0.0.1:1' }, 'tail',
		'ops', '--insecure', '--help'))[0], 0, 'help asks nobody';
};

subtest 'TLS' => sub {
	my %tls = (%at, POCKETCHAT_URL => 'https://127.0.0.1:' .
		$chat->tls_port);
	my ($status, undef, $err) = run(\%tls, 'search', 'ops', 'x');
	is $status, 1, 'a certificate that nobody vouches for';
	like $err, qr/certificate is refused/, 'is refused, and it says so';
	is +(run({ %tls, SSL_CERT_FILE => $chat->cert }, 'send', 'ops',
		'by TLS'))[0], 0, 'one that an authority of ours signed';
	is +(run(\%tls, 'send', 'ops', 'any', '--insecure'))[0], 0,
		'or any, in so many words';
	is_deeply [(run({ %tls, SSL_CERT_FILE => $chat->cert }, 'send', 'ops',
		\('x' x 3_000_000)))[0, 2]],
		[1, "pocketchat: the server says 413: the body is too large\n"],
		'a connection that the server ends is no end of the program';
	my %name = (%tls, SSL_CERT_FILE => $chat->cert);
	$name{POCKETCHAT_URL} =~ s/127\.0\.0\.1/127.0.0.2/;
	is +(run(\%name, 'search', 'ops', 'x'))[0], 1, 'of another name not';
};

subtest 'tail says why there is nothing' => sub {
	my %tls = (%at, POCKETCHAT_URL => 'https://127.0.0.1:' .
		$chat->tls_port);
	my ($status, $out, $err) = run(\%tls, 'tail', 'ops');
	is_deeply [$status, $out], [1, ''], 'a certificate that is refused';
	like $err, qr/\Apocketchat: the certificate is refused: .+\n\z/,
		'is no reason to wait';
	($status, undef, $err) = run({ %at,
		POCKETCHAT_URL => 'http://127.0.0.1:1' }, 'tail', 'ops');
	is $status, 1, 'nor is an address where nobody is';
	like $err, qr/\Apocketchat: no connection to 127[.]0[.]0[.]1 port 1: /,
		'and it says so';
};

subtest 'tail' => sub {
	run(\%at, 'send', 'ops', "before $_") for 1 .. 12;
	my ($pid, $text) = begin(\%at, 'tail', 'ops');
	my ($json_pid, $json) = begin(\%at, 'tail', 'ops,family', '--json',
		'--since', 'now');
	ok holds($text, qr/before 12/), 'what is there';
	like slurp($text), qr/\A\S+ \S+ bob: before 3\n/, 'the newest ten';
	for (my $end = time + 30; time < $end; sleep 0.1) {
		run(\%at, 'send', 'family', 'hello');
		last if slurp($json) =~ /hello/;
	}
	run(\%at, 'send', 'ops', "now\nthen");
	ok holds($text, qr/now\n    then\n/), 'and what comes';
	ok holds($json, qr/"msg":"now\\nthen".*"room":"ops"/), 'of several rooms';
	end_all();
	my ($status, undef, $err) = run(\%at, 'tail', 'nowhere');
	is_deeply [$status, $err],
		[1, "pocketchat: the server says 404: Invalid room\n"],
		'a room that is not there is no reason to wait';
};

subtest 'a restart under 50 tails' => sub {
	my ($n, $port) = (50, $chat->port);
	$chat->{listen} = ["http://127.0.0.1:$port"];
	$chat->restart;
	my @tails = map { [begin({ %at,
		POCKETCHAT_URL => "http://127.0.0.1:$port" }, 'tail', 'ops',
		'--json', '--since', 'now')] } 1 .. $n;
	my ($count, $begun) = (0, 0);
	my $post = sub {
		$bob->post('/r/ops', 'number ' . ++$count, type => 'text/plain')
			->status == 200 or die 'not posted';
	};
	for (my $end = time + 60; $begun < $n && time < $end; sleep 0.05) {
		$post->();
		$begun = grep { -s $_->[1] } @tails;
	}
	is $begun, $n, 'all listen';
	$post->() for 1 .. 20;
	$chat->restart;
	$post->() for 1 .. 20;
	$chat->kill9;
	ok holds("$tails[0][1].err", qr/\Apocketchat: .+; trying again\n\z/),
		'they say, once, that they wait';
	$chat->start;
	$post->() for 1 .. 20;
	my $wrong = 0;
	for (@tails) {
		holds($_->[1], qr/"number $count"/) or $wrong++, next;
		my @got = slurp($_->[1]) =~ /"msg":"number (\d+)"/g;
		$wrong++ if "@got" ne join ' ', $got[0] .. $count;
	}
	is $wrong, 0, 'each heard everything once, in order';
	end_all();
};

END {
	my $status = $?;
	end_all();
	$? = $status;
}
done_testing;
