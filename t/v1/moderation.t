#!/usr/bin/perl
# /api/v1/moderation.*: what is reported, and who reads it
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $ada->room('dev', members => ['bob']);
my $den = $ada->room('den', members => ['bob'], private => 1);
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my %who = (_id => 'str', username => 'str', name => 'str');
my %message = (_id => 'str', msg => 'str', ts => 'time', u => \%who);
my %room = (_id => 'str', name => 'str', t => 'str');
my %of_message = (_id => 'str', description => 'str', ts => 'time',
	reportedBy => \%who, message => \%message, room => \%room);
my %of_user = (_id => 'str', description => 'str', ts => 'time',
	reportedBy => \%who, reportedUser => \%who);
my %page = (count => 'int', offset => 'int', total => 'int',
	success => 'bool');

sub said {
	my ($who, $room, $text) = @_;
	return $who->post('chat.postMessage', { roomId => $room,
		text => $text })->{message}{_id};
}

sub report {
	my ($who, $id, $why) = @_;
	succeeded($who->post('chat.reportMessage', { messageId => $id,
		description => $why }), "reported: $why");
}

my ($rude, $worse) = (said($ada, $dev, 'rude'), said($ada, $den, 'worse'));
my $lie = said($bob, $dev, 'a lie');
report($bob, $rude, 'that is rude');
report($admin, $rude, 'it is');
report($bob, $worse, 'even worse');
report($ada, $lie, 'not true');

subtest 'POST moderation.reportUser' => sub {
	my $tell = sub { my ($who, %o) = @_;
		$who->post('moderation.reportUser', \%o) };
	succeeded($tell->($eve, userId => $ada->id, description => 'a pest'),
		'anybody may');
	succeeded($tell->($bob, userId => $ada->id, description => 'indeed'),
		'more than one');
	refused($tell->($bob, description => 'x'), undef,
		'The required "userId" param is missing.');
	refused($tell->($bob, userId => $ada->id, description => ' '), undef,
		'The required "description" param is missing.');
	refused($tell->($bob, userId => $ada->id, description => 'x' x 1001),
		'error-invalid-description', 'Invalid description');
	refused($tell->($bob, userId => 'x', description => 'x'), undef,
		'Invalid user id provided.');
	anonymous($chat->anyone->post('moderation.reportUser', {}));
};

# Others than admins neither read nor dismiss.
sub guarded {
	my ($verb, $call, %q) = @_;
	for ([$bob, \&unauthorized], [$chat->anyone, \&anonymous]) {
		my ($who, $check) = @$_;
		my $r = $verb eq 'GET' ? $who->get($call, \%q) :
			$who->post($call, \%q);
		$check->($r, 'not for everybody', route => 1);
	}
}

subtest 'GET moderation.reportsByUsers' => sub {
	my $r = $admin->get('moderation.reportsByUsers');
	shaped($r->json, { %page, reports => [{ userId => 'str',
		username => 'str', name => 'str', message => 'str',
		msgId => 'str', rooms => [\%room], roomIds => ['str'],
		isUserDeleted => 'bool', ts => 'time', count => 'int' }] });
	is_deeply [map { [@$_{qw(username message count)}] }
		@{ $r->{reports} }], [['bob', 'a lie', 1], ['ada', 'worse', 3]],
		'whose messages, how often, the newest first';
	is_deeply [sort @{ $r->{reports}[1]{roomIds} }], [sort $dev, $den],
		'where';
	is_deeply [map { $_->{name} } @{ $r->{reports}[0]{rooms} }], ['dev'],
		'by name';
	$r = $admin->get('moderation.reportsByUsers', { count => 1,
		offset => 1 });
	is_deeply [$r->{reports}[0]{username}, @$r{qw(count offset total)}],
		['ada', 1, 1, 2], 'in pages';
	is $admin->get('moderation.reportsByUsers', { latest => '2020-01-01' })
		->{total}, 0, 'until then';
	is $admin->get('moderation.reportsByUsers', { oldest => '2020-01-01' })
		->{total}, 2, 'since then';
	refused($admin->get('moderation.reportsByUsers', { $_ => 'x' }),
		'error-invalid-date', qq(The "$_" query parameter must be a valid ) .
		'date.') for qw(latest oldest);
	guarded(GET => 'moderation.reportsByUsers');
};

subtest 'GET moderation.userReports' => sub {
	my $r = $admin->get('moderation.userReports');
	shaped($r->json, { %page, reports => [{ reportedUser => \%who,
		ts => 'time', count => 'int' }] });
	is_deeply [map { [$_->{reportedUser}{username}, $_->{count}] }
		@{ $r->{reports} }], [['ada', 2]], 'who, how often';
	guarded(GET => 'moderation.userReports');
};

subtest 'GET moderation.user.reportedMessages' => sub {
	my $r = $admin->get('moderation.user.reportedMessages',
		{ userId => $ada->id });
	shaped($r->{messages}, [\%of_message]);
	is_deeply [map { "$_->{message}{msg}: $_->{description}" }
		@{ $r->{messages} }], ['worse: even worse', 'rude: it is',
		'rude: that is rude'], 'each, the newest first';
	is_deeply [$r->{user}{username}, @$r{qw(count offset total)}],
		['ada', 3, 0, 3], 'of whom, counted';
	refused($admin->get('moderation.user.reportedMessages',
		{ userId => 'x' }), 'error-invalid-user', $nobody);
	guarded(GET => 'moderation.user.reportedMessages', userId => $ada->id);
};

subtest 'GET moderation.user.reportsByUserId' => sub {
	my $r = $admin->get('moderation.user.reportsByUserId',
		{ userId => $ada->id, count => 1 });
	shaped($r->{reports}, [\%of_user]);
	is_deeply [$r->{reports}[0]{description},
		$r->{reports}[0]{reportedBy}{username}, $r->{total}],
		['indeed', 'bob', 2], 'what is said of them, by whom';
	refused($admin->get('moderation.user.reportsByUserId',
		{ userId => 'x' }), 'error-invalid-user', $nobody);
	guarded(GET => 'moderation.user.reportsByUserId', userId => $ada->id);
};

my $first;
subtest 'GET moderation.reports' => sub {
	my $r = $admin->get('moderation.reports', { msgId => $rude });
	shaped($r->json, { %page, reports => [\%of_message] });
	is_deeply [map { "$_->{reportedBy}{username}: $_->{description}" }
		@{ $r->{reports} }], ['admin: it is', 'bob: that is rude'],
		'all of one message';
	$first = $r->{reports}[1];
	$ada->post('chat.delete', { roomId => $dev, msgId => $rude });
	is_deeply $admin->get('moderation.reports', { msgId => $rude })
		->{reports}[1], $first, 'also when it is gone';
	is $admin->get('moderation.reports', { msgId => 'x' })->{total}, 0,
		'there may be none';
	refused($admin->get('moderation.reports'), undef,
		'The required "msgId" param is missing.');
	guarded(GET => 'moderation.reports', msgId => $rude);
};

subtest 'GET moderation.reportInfo' => sub {
	is_deeply $admin->get('moderation.reportInfo',
		{ reportId => $first->{_id} })->{report}, $first, 'one';
	refused($admin->get('moderation.reportInfo', { reportId => 'x' }),
		undef, 'error-report-not-found');
	refused($admin->get('moderation.reportInfo'), undef,
		'The required "reportId" param is missing.');
	guarded(GET => 'moderation.reportInfo', reportId => $first->{_id});
};

sub counts {
	return join ' ', map { $admin->get("moderation.$_->[0]",
		{ userId => $_->[1] })->{total} }
		['user.reportedMessages', $ada->id],
		['user.reportedMessages', $bob->id],
		['user.reportsByUserId', $ada->id];
}

subtest 'POST moderation.dismissReports' => sub {
	my $drop = sub { $admin->post('moderation.dismissReports', { @_ }) };
	guarded(POST => 'moderation.dismissReports', msgId => $rude);
	is counts(), '3 1 2', 'all there are';
	succeeded($drop->(msgId => $rude), 'of a message');
	is counts(), '1 1 2', 'these are done with';
	succeeded($drop->(userId => $ada->id, reason => 'fine',
		action => 'none'), 'of a user');
	is counts(), '0 1 2', 'and these, no others';
	refused($drop->(), 'error-user-param-not-provided', 'The required ' .
		'"userId" or "username" param was not provided');
	refused($drop->(userId => 'x'), 'error-invalid-user', $nobody);
};

subtest 'POST moderation.dismissUserReports' => sub {
	guarded(POST => 'moderation.dismissUserReports', userId => $ada->id);
	refused($admin->post('moderation.dismissUserReports',
		{ userId => 'x' }), 'error-invalid-user', $nobody);
	succeeded($admin->post('moderation.dismissUserReports',
		{ userId => $ada->id }), 'of a user');
	is counts(), '0 1 0', 'what was said of them';
};

subtest 'POST moderation.reportUser, of and by who is gone' => sub {
	$bob->post('moderation.reportUser', { userId => $ada->id,
		description => 'again' });
	$eve->post('moderation.reportUser', { userId => $bob->id,
		description => 'him, too' });
	succeeded($admin->post('users.delete', { username => 'bob',
		confirmRelinquish => \1 }), 'one goes');
	is $admin->get('moderation.reportsByUsers')->{total}, 0,
		'with what was said of their messages';
	my $r = $admin->get('moderation.userReports');
	is_deeply [map { $_->{reportedUser}{username} } @{ $r->{reports} }],
		['ada'], 'and of them';
	$r = $admin->get('moderation.user.reportsByUserId',
		{ userId => $ada->id });
	is $r->{reports}[0]{description}, 'again', 'what they said stays';
};
done_testing;
