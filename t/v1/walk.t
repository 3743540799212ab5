#!/usr/bin/perl
# Every row of /api/v1/, whatever it is for: who may not call, which verbs
# there are not, and that a stranger learns and changes nothing.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;
use Walk;

cmp_ok scalar @rows, '>', 200, 'there are rows to walk';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $chat = v1();
my ($ada, $eve) = map { $chat->user($_) } qw(ada eve);
my $guest = $chat->user('gil', roles => ['guest']);
$chat->done(qw(role take gil user));

# ---- the doors ----

my $anyone = $chat->anyone;
my ($failures, $refusals) = (0, 0);
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
	$refusals += 2;
}
my %verbs;
push @{ $verbs{$_->{path}} }, $_->{verb} for @rows;
for my $path (sort keys %verbs) {
	my %has = map { $_ => 1 } @{ $verbs{$path} };
	my @allowed = grep { $has{$_} } qw(GET POST PUT PATCH DELETE);
	for my $verb (grep { !$has{$_} } qw(GET POST PUT PATCH DELETE)) {
		my $r = ask($ada, { verb => $verb, path => $path });
		is_deeply [$r->status, $r->header('allow'), $r->json], [405,
			join(', ', @allowed, 'OPTIONS'), { status => 'error',
			message => 'API endpoint does not exist' }],
			"$verb $path is none";
		$failures++;
	}
}

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

# ---- a stranger ----

my $before = state_of();
my %of_others = (
	(map { my $id = $_; $id => { (map { $_ => $known{$id} } qw(roomId rid
		channelId prid channel)), roomName => $id,
		(map { $_ => $id eq 'cellar' ? $secret : $whisper }
		qw(messageId msgId mid tmid pmid)), userId => $ada->id,
		(map { $_ => 'ada' } qw(username user)) } } keys %known));

# Nothing of it may be in any reply.
sub tales {
	my ($row, $r) = @_;
	my $own = $row->{path} =~ /PersonalAccessToken$/;
	return $r->body =~ /($mark|(?:ada|admin)\@example\.org)/ ||
		!$own && $r->body =~ /("token":"[^"])/ ? "it tells $1" : ();
}

sub stranger_faults {
	my ($who, $row) = @_;
	return map {
		my $case = $_;
		my %ids = %{ $of_others{$case} || {} };
		my %sent = map { $_ => $ids{$_} // $usual{$_} // 'made-up' }
			@{ $row->{params} };
		$sent{message} = { rid => $ids{roomId} // 'made-up', msg => 'x' }
			if exists $sent{message} && $row->{path} =~ /sendMessage/;
		my $r = ask($who, $row, path => target($row,
			$ids{roomId} // 'made-up', $ids{messageId} // 'made-up'),
			given(\%sent, $row->{verb} eq 'GET'));
		map { "$case: $_" } grep { defined } fault_of($r),
			tales($row, $r);
	} sort(keys %of_others), 'made up';
}

my ($read) = grep { name_of($_) eq 'GET groups.messages' } @rows;
like join(' ', stranger_faults($ada, $read)), qr/cellar: it tells $mark/,
	'what is told would be noticed';
for my $who ($guest, $eve) {
	for my $row (@rows) {
		next if $row->{path} =~
			/logout|deleteOwn|OtherTokens|OtherClients/;
		is_deeply [stranger_faults($who, $row)], [],
			name_of($row) . ' tells nothing to ' . $who->name;
		$refusals += 1 + keys %of_others;
	}
	is $who->get('me')->{username}, $who->name, 'who is still there';
}
is state_of(), $before, 'and strangers have changed nothing';

is $anyone->get('/health')->{status}, 'ok', 'the server is well';
is $ada->get('me')->{username}, 'ada', 'and still knows everybody';
note sprintf 'walked: %d endpoints, %d successes, %d failures, ' .
	'%d refusals, %d rights (in %d calls)', scalar(@rows), 0, $failures,
	$refusals, 0, calls();
done_testing;
