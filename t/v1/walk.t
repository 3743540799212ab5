#!/usr/bin/perl
# Every row of /api/v1/, whatever it is for: who may not call, which verbs
# there are not, what rubbish does, and that a stranger learns nothing.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my @rows = map { { verb => $_->[0], path => $_->[1], who => $_->[2],
	params => [map { s/[?]$//r } split /[ |]/, $_->[4] eq '-' ? '' :
	$_->[4]] } } grep { $_->[1] =~ m{^/api/v1/} }
	map { [split /\t/] } split /\n/, `$binary routes`;
cmp_ok scalar @rows, '>', 200, 'there are rows to walk';
my %verbs;
push @{ $verbs{$_->{path}} }, $_->{verb} for @rows;
my $calls = 0;

my $chat = v1();
my $admin = $chat->admin;
my $boss = $chat->user('boss', roles => ['admin', 'user']);
my ($ada, $guest) = ($chat->user('ada'), $chat->user('gil', roles =>
	['guest']));

# ---- what is to stay unknown ----

my $mark = 'TOP-SECRET-4711';
my $cellar = $ada->post('groups.create', { name => 'cellar' })
	->{group}{_id};
$ada->post('groups.setTopic', { roomId => $cellar, topic => $mark });
my $secret = $ada->post('chat.postMessage', { roomId => $cellar,
	text => $mark })->{message}{_id};
$ada->post('chat.pinMessage', { messageId => $secret });
my $direct = $ada->post('im.create', { username => 'admin' })->{room}{_id};
my $whisper = $ada->post('chat.postMessage', { roomId => $direct,
	text => $mark })->{message}{_id};
my %known = (cellar => $cellar, direct => $direct);

# What of it there is, for who is in it.
sub state_of {
	return $json->encode([map {
		my ($prefix, $id) = @$_;
		my %q = (roomId => $id, count => 0);
		map { my $r = $ada->get("$prefix.$_", \%q)->json;
			delete $r->{success}; $r } qw(messages members);
	} [groups => $cellar], [im => $direct]]);
}

# ---- a value for each parameter, that fits ----

my (%fill, $scratch, $word);
my %fixed = (text => 'hello', msg => 'hello', topic => 'walked',
	query => '{}', sort => '{"ts":1}', fields => '{}', count => 5,
	offset => 0, emoji => ':smile:', reaction => ':smile:', type => 'c',
	(map { $_ => '2020-01-01T00:00:00.000Z' } qw(updatedSince lastUpdate
	since oldest latest from)), selector => '{"term":"a"}', action =>
	'archive', role => 'bot', roleName => 'bot', roleId => 'cook',
	command => 'shrug', favorite => JSON::PP::true, members => ['victim'],
	message => { msg => 'hello' }, data => {}, name => 'walked',
	status => 'away', email => 'walk@example.org', customFields => {});

# A room and a user that may be lost on the way; both come again.
sub refill {
	if ($boss->get('me')->status == 401) {
		$boss = $chat->login('boss', $boss->pass);
	}
	my $r = $boss->get('channels.info', { roomName => 'scratch' });
	$r = $boss->post('channels.create', { name => 'scratch' })
		unless $r->{success};
	$scratch = $r->{channel}{_id};
	$r = $boss->get('users.info', { username => 'victim' });
	my $victim = $r->{success} ? $r->{user}{_id} : do {
		$admin->post('/api/bulk/register', { users => [{ name =>
			'victim', email => 'victim@example.org', pass => 'x-4711' }] });
		$boss->get('users.info', { username => 'victim' })->{user}{_id};
	};
	my $said = $boss->post('chat.postMessage', { roomId => $scratch,
		text => 'walk' });
	$word = $said->{message}{_id} if $said->{success};
	%fill = (%fixed, (map { $_ => $scratch } qw(roomId rid channelId prid)),
		roomName => 'scratch', channel => '#scratch', userId => $victim,
		(map { $_ => 'victim' } qw(username user)), (map { $_ => $word }
		qw(messageId msgId mid tmid pmid)));
}

# ---- one call ----

sub target {
	my ($row, @args) = @_;
	return $row->{path} =~ s/:\w+/@args ? shift @args : 'made-up'/ger;
}

sub ask {
	my ($who, $row, %o) = @_;
	$calls++;
	return $who->request($row->{verb}, $o{path} || target($row), %o);
}

# A reply that no client chokes on: below 500, and in an envelope.
sub fault_of {
	my ($r) = @_;
	return 'status ' . $r->status if $r->status >= 500;
	return if $r->status >= 300 && $r->status < 400 ||
		($r->header('content-type') // '') !~ m{^application/json};
	my $body = eval { $r->json } or return 'no JSON';
	return if ref $body eq 'ARRAY';		# permissions, as of old
	return if ref $body->{success} eq 'JSON::PP::Boolean';
	return if ($body->{status} // '') =~ /^(?:success|error)$/;
	return 'no envelope';
}

sub name_of { return "$_[0]{verb} " . $_[0]{path} =~ s{^/api/v1/}{}r }

# ---- the doors ----

my $anyone = $chat->anyone;
for my $row (@rows) {
	my $r = ask($anyone, $row, $row->{verb} eq 'GET' ? () : (json => {}));
	my $name = name_of($row);
	if ($row->{who} eq 'anyone') {
		is fault_of($r), undef, "$name is for anyone";
		next;
	}
	anonymous($r, "$name needs a login");
	$r = ask($anyone, $row, headers => ['X-Auth-Token' => 'x' x 43,
		'X-User-Id' => $ada->id]);
	anonymous($r, "$name needs a token that holds");
}
for my $path (sort keys %verbs) {
	my %has = map { $_ => 1 } @{ $verbs{$path} };
	my @allowed = grep { $has{$_} } qw(GET POST PUT PATCH DELETE);
	for my $verb (grep { !$has{$_} } qw(GET POST PUT PATCH DELETE)) {
		my $r = ask($ada, { verb => $verb, path => $path });
		is_deeply [$r->status, $r->header('allow'), $r->json], [405,
			join(', ', @allowed, 'OPTIONS'), { status => 'error',
			message => 'API endpoint does not exist' }],
			"$verb $path is none";
	}
}

# ---- rubbish ----

my @broken = (
	['half an object' => '{"a":'], ['a list' => '[]'],
	['a text' => '"x"'], ['nothing' => 'null'],
	['two objects' => '{}{}'], ['no JSON' => 'a=b'],
	['a NUL' => '{"a":"\u0000"}'], ['a bare NUL' => "{\"a\":\"\0\"}"],
	['no UTF-8' => "{\"a\":\"\xff\"}"],
	['half a pair' => '{"a":"\ud800"}'],
	['a deep one' => '{"a":' . '[' x 40 . ']' x 40 . '}'],
	['a wide one' => '{"a":[' . join(',', (1) x 5000) . ']}'],
);

# What is broken is refused whatever it would have meant; bytes of a file
# are taken by other rules.
for my $row (grep { $_->{verb} ne 'GET' } @rows) {
	refill();
	my @faults;
	for my $case (@broken) {
		my $r = ask($boss, $row, body => $case->[1],
			type => 'application/json');
		my $fault = fault_of($r);
		$fault ||= 'status ' . $r->status
			if $r->status < 400 || $r->status >= 500;
		push @faults, "$case->[0]: $fault" if $fault;
	}
	for my $case (['a=%ff', 'application/x-www-form-urlencoded'],
		['a=%00', 'application/x-www-form-urlencoded'],
		['--x', 'multipart/form-data; boundary=x'],
		['x', 'multipart/form-data']) {
		my $r = ask($boss, $row, body => $case->[0], type => $case->[1]);
		my $fault = fault_of($r);
		push @faults, "$case->[1]: $fault" if $fault;
	}
	is_deeply \@faults, [], name_of($row) . ' refuses a broken body';
}

my @odd = (5, -1e300, JSON::PP::true, undef, [], [[{}]], { a => [1] },
	'', 'x' x 6000, "../\x{202e}<b>'\"%\r\n");

for my $row (@rows) {
	my $name = name_of($row);
	my $get = $row->{verb} eq 'GET';
	my @faults;
	for my $param (@{ $row->{params} }) {
		refill();
		my %good = map { $_ => $fill{$_} // 'x' } @{ $row->{params} };
		for my $odd ($get ? grep { !ref && defined } @odd : @odd) {
			my %sent = (%good, $param => $odd);
			my %o = $get ? (query => { map { $_ => ref $sent{$_} ?
				$json->encode($sent{$_}) : $sent{$_} } keys %sent })
				: (json => \%sent);
			my $fault = fault_of(ask($boss, $row, %o));
			push @faults, "$param as " . substr($json->encode($odd),
				0, 30) . ": $fault" if $fault;
		}
	}
	is_deeply \@faults, [], "$name lives with odd values";
	next unless $get;
	for my $query ('a=%00', 'a=%ff', 'a=%', 'query=%7B%00') {
		my $r = ask($boss, $row, path => target($row) . "?$query");
		push @faults, "$query: " . $r->status
			unless $r->status >= 400 && $r->status < 500;
	}
	is_deeply \@faults, [], "$name refuses a broken query";
}
for my $row (grep { $_->{path} =~ /:/ } @rows) {
	my @faults = map {
		my $r = ask($boss, $row, path => target($row, $_, $_),
			$row->{verb} eq 'GET' ? () : (json => {}));
		my $fault = fault_of($r);
		$fault ? "$_: $fault" : ();
	} '%00', '%ff', '%', '..%2f..', 'x' x 3000, '%22%27%3c', $scratch;
	is_deeply \@faults, [], name_of($row) . ' lives with odd paths';
}

# ---- a stranger ----

my $before = state_of();
my %of_others = (
	(map { my $id = $_; $id => { (map { $_ => $known{$id} } qw(roomId rid
		channelId prid channel)), roomName => $id,
		(map { $_ => $id eq 'cellar' ? $secret : $whisper }
		qw(messageId msgId mid tmid pmid)), userId => $ada->id,
		(map { $_ => 'ada' } qw(username user)) } } keys %known));

for my $row (grep { name_of($_) !~ /logout|deleteOwn|OtherTokens|OtherClients/ }
	@rows) {
	my @faults;
	for my $case (sort keys %of_others, 'made up') {
		my %ids = %{ $of_others{$case} || {} };
		my %sent = map { $_ => $ids{$_} // $fixed{$_} // 'made-up' }
			@{ $row->{params} };
		$sent{message} = { rid => $ids{roomId} // 'made-up', msg => 'x' }
			if exists $sent{message} && $row->{path} =~ /sendMessage/;
		my $r = ask($guest, $row, path => target($row,
			$ids{roomId} // 'made-up', $ids{messageId} // 'made-up'),
			$row->{verb} eq 'GET' ? (query => { map { $_ =>
			ref $sent{$_} ? $json->encode($sent{$_}) : $sent{$_} }
			keys %sent }) : (json => \%sent));
		my $fault = fault_of($r);
		push @faults, "$case: $fault" if $fault;
		push @faults, "$case: it tells $1" if $r->body =~
			/($mark|ada\@example\.org|admin\@example\.org|"token":"[^"])/;
	}
	is_deeply \@faults, [], name_of($row) . ' tells a stranger nothing';
}
is state_of(), $before, 'and a stranger has changed nothing';

is $anyone->get('/health')->{status}, 'ok', 'the server is well';
is $ada->get('me')->{username}, 'ada', 'and still knows everybody';
note "$calls calls";
done_testing;
