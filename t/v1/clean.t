#!/usr/bin/perl
# /api/v1/: what was said in a time goes, by rooms.* and by channels.*
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $eve) = map { $chat->user($_) } qw(ada eve);

sub clean {
	my ($call) = @_;
	my $id = $ada->post('channels.create', { name => $call =~ s/\W//gr })
		->{channel}{_id};
	my @m = map { $ada->post('chat.postMessage',
		{ roomId => $id, text => "m$_" })->{message} } 1 .. 6;
	$ada->post('chat.pinMessage', { messageId => $m[1]{_id} });
	my $try = sub {
		my ($who, %o) = @_;
		return $who->post($call, { roomId => $id,
			oldest => $m[0]{ts}, latest => $m[4]{ts}, %o });
	};
	my $left = sub { join ' ', map { $_->{msg} } grep { !$_->{t} }
		@{ $ada->get('channels.history', { roomId => $id })->{messages} } };
	refused($try->($ada), 'error-not-allowed', 'Not allowed', 'no owner');
	refused($try->($admin, latest => undef), undef,
		'Body parameter "latest" is required.');
	refused($try->($admin, oldest => undef), undef,
		'Body parameter "oldest" is required.');
	refused($try->($admin, latest => 'soon'), 'error-invalid-params',
		'The parameter "latest" is no ISO 8601 time');
	refused($try->($admin, users => 'ada'), 'error-invalid-params',
		'The parameter "users" must be a list of at most 100 usernames');
	is $try->($admin, users => [1])->{count}, 0, 'of who has no name';
	is $try->($admin, latest => 0, oldest => 0)->{count}, 0, 'at no time';
	is $try->($admin, users => ['eve'])->{count}, 0, 'of another';
	is $try->($admin, users => ['nobody'])->{count}, 0, 'of nobody';
	is $try->($admin, filesOnly => JSON::PP::true)->{count}, 0, 'files';
	is $left->(), 'm6 m5 m4 m3 m2 m1', 'all are there';
	is_deeply $try->($admin, limit => 1, excludePinned => JSON::PP::true)
		->json, { _id => $id, count => 1, success => JSON::PP::true },
		'one, the oldest';
	is $left->(), 'm6 m5 m4 m2 m1', 'but one that is pinned';
	is $try->($admin, users => [qw(ada eve)])->{count}, 2, 'the others';
	is $left->(), 'm6 m5 m1', 'between the times';
	is $try->($admin, inclusive => JSON::PP::true)->{count}, 2, 'and at them';
	refused($admin->post($call, { roomId => 'x' }), 'error-room-not-found',
		'The required "roomId" or "roomName" param provided does not match ' .
		'any channel');
	anonymous($try->($chat->anyone));
	return;
}

subtest 'POST rooms.cleanHistory' => sub { clean('rooms.cleanHistory') };
subtest 'POST channels.cleanHistory' => sub { clean('channels.cleanHistory') };
done_testing;
