#!/usr/bin/perl
# /api/v1/chat.get*, chat.search: messages that have something in common
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);
my %who = (_id => 'str', username => 'str', 'name?' => 'str');
my %message = (_id => 'str', rid => 'str', msg => 'str', ts => 'time',
	u => \%who, urls => [{ url => 'str' }], mentions => [\%who],
	channels => ['any'], _updatedAt => 'time', map { ("$_?" => 'any') }
	qw(t attachments reactions starred pinned pinnedAt pinnedBy tmid tcount
	tlm replies drid dcount dlm groupable editedAt editedBy));
my %page = (count => 'int', offset => 'int', total => 'int',
	success => 'bool');

sub posted {
	my ($who, $room, $text, %o) = @_;
	return $who->post('chat.postMessage',
		{ roomId => $room, text => $text, %o })->{message};
}

sub texts { return [map { $_->{msg} } @{ $_[0] }] }

# What all of them have: who may not read the room, and no room at all.
sub guarded {
	my ($call, $missing, $type, $text, $param) = @_;
	refused($ada->get($call), $type, $text, 'no room');
	for my $id ($cellar, 'nowhere') {
		refused($eve->get($call, { $param || 'roomId' => $id }),
			'error-not-allowed', $missing, "not in $id");
	}
	anonymous($chat->anyone->get($call, { $param || 'roomId' => $dev }));
}

my @said = map { posted($ada, $dev, $_) } 'one', 'two for @bob',
	'three for @bob', 'four';
succeeded($admin->post('chat.pinMessage', { messageId => $said[$_]{_id} }),
	'a pin') for 0, 3;
succeeded($bob->post('chat.starMessage', { messageId => $said[$_]{_id} }),
	'a star') for 1, 2;

subtest 'GET chat.getPinnedMessages' => sub {
	my $r = $bob->get('chat.getPinnedMessages', { roomId => $dev });
	shaped($r->json, { messages => [\%message], %page });
	is_deeply texts($r->{messages}), [qw(four one)], 'the newest first';
	is $r->{messages}[0]{pinned}, JSON::PP::true, 'they say so';
	$r = $bob->get('chat.getPinnedMessages',
		{ roomId => $dev, count => 1, offset => 1 });
	is_deeply [texts($r->{messages}), @$r{qw(count offset total)}],
		[['one'], 1, 1, 2], 'in pages';
	guarded('chat.getPinnedMessages', 'Not allowed',
		'error-roomId-param-not-provided',
		'The required "roomId" query param is missing.');
};

my @param = ('Not allowed', 'error-invalid-params',
	q(The 'roomId' param is required));

subtest 'GET chat.getMentionedMessages' => sub {
	my $r = $bob->get('chat.getMentionedMessages', { roomId => $dev });
	shaped($r->json, { messages => [\%message], %page });
	is_deeply texts($r->{messages}), ['three for @bob', 'two for @bob'],
		'those that name the caller';
	is $ada->get('chat.getMentionedMessages', { roomId => $dev })->{total},
		0, 'nobody else';
	$ada->post('chat.update', { roomId => $dev, msgId => $said[1]{_id},
		text => 'two for @ada' });
	is_deeply texts($bob->get('chat.getMentionedMessages',
		{ roomId => $dev })->{messages}), ['three for @bob'],
		'an edit takes a name away';
	is $ada->get('chat.getMentionedMessages', { roomId => $dev })->{total},
		1, 'and brings another';
	guarded('chat.getMentionedMessages', @param);
};

subtest 'GET chat.getStarredMessages' => sub {
	my $r = $bob->get('chat.getStarredMessages', { roomId => $dev });
	shaped($r->json, { messages => [\%message], %page });
	is_deeply texts($r->{messages}), ['three for @bob', 'two for @ada'],
		"the caller's own";
	is_deeply $r->{messages}[0]{starred}, [{ _id => $bob->id }], 'by whom';
	is $ada->get('chat.getStarredMessages', { roomId => $dev })->{total}, 0,
		'and nobody else sees them';
	is_deeply texts($bob->get('chat.getStarredMessages', { roomId => $dev,
		sort => '{"ts":1}', query => '{"msg":{"$regex":"two"}}' })
		->{messages}), ['two for @ada'], 'selected';
	guarded('chat.getStarredMessages', @param);
};

subtest 'GET chat.getDiscussions' => sub {
	my $r = $ada->get('chat.getDiscussions', { roomId => $dev });
	shaped($r->json, { messages => [\%message], %page });
	is_deeply [$r->{messages}, $r->{total}], [[], 0], 'there are none yet';
	guarded('chat.getDiscussions', @param);
};

subtest 'GET chat.getSnippetedMessages' => sub {
	ok grep({ $_->{_id} eq 'Message_AllowSnippeting' && !$_->{value} }
		@{ $ada->get('settings.public', { count => 0 })->{settings} }),
		'there are none, and a fact says so';
	guarded('chat.getSnippetedMessages', @param[0, 1],
		'The required "roomId" query param is missing.');
	refused($ada->get('chat.getSnippetedMessages', { roomId => $dev }),
		'error-not-allowed', 'Not allowed', 'whoever asks');
};

subtest 'GET chat.search' => sub {
	my $r = $ada->get('chat.search',
		{ roomId => $dev, searchText => 'three' });
	shaped($r->json, { messages => [\%message], success => 'bool' });
	is_deeply texts($r->{messages}), ['three for @bob'], 'by a word';
	is_deeply texts($ada->get('chat.search', { roomId => $dev,
		searchText => 'for', count => 1, offset => 1 })->{messages}),
		['two for @ada'], 'in pages, the newest first, as edited';
	is_deeply $ada->get('chat.search', { roomId => $cellar,
		searchText => 'three' })->{messages}, [], 'in this room only';
	refused($ada->get('chat.search', { roomId => $dev }),
		'error-searchText-param-not-provided',
		'The required "searchText" query param is missing.');
	refused($ada->get('chat.search', { searchText => 'x' }),
		'error-roomId-param-not-provided',
		'The required "roomId" query param is missing.');
	refused($eve->get('chat.search', { roomId => $cellar,
		searchText => 'x' }), 'error-not-allowed', 'Not allowed');
};

subtest 'GET chat.getDeletedMessages' => sub {
	my $since = '2001-02-03T04:05:06.007Z';
	my $gone = posted($ada, $dev, 'gone');
	$ada->post('chat.delete', { roomId => $dev, msgId => $gone->{_id} });
	my $r = $bob->get('chat.getDeletedMessages',
		{ roomId => $dev, since => $since });
	shaped($r->json, { messages => [{ _id => 'str' }], %page });
	is_deeply [$r->{messages}, @$r{qw(count offset total)}],
		[[{ _id => $gone->{_id} }], 1, 0, 1], 'its id';
	is $bob->get('chat.getDeletedMessages', { roomId => $dev,
		since => '2999-01-01' })->{total}, 0, 'not before that time';
	refused($ada->get('chat.getDeletedMessages', { since => $since }),
		'The required "roomId" query param is missing.', '');
	refused($ada->get('chat.getDeletedMessages', { roomId => $dev }),
		'The required "since" query param is missing.', '');
	refused($ada->get('chat.getDeletedMessages', { roomId => $dev,
		since => 'then' }),
		'The "since" query parameter must be a valid date.', '');
	refused($eve->get('chat.getDeletedMessages', { roomId => $cellar,
		since => $since }), 'error-not-allowed', 'Not allowed');
};

my @roots = map { posted($ada, $dev, $_) } 'first root', 'second root';
posted($bob, $dev, 'an answer', tmid => $roots[1]{_id});
my @answers = map { posted($_->[0], $dev, $_->[1], tmid => $roots[0]{_id}) }
	[$bob, 'answer a'], [$ada, 'answer b'];

subtest 'GET chat.getThreadsList' => sub {
	my $r = $ada->get('chat.getThreadsList', { rid => $dev });
	shaped($r->json, { threads => [\%message], %page });
	is_deeply texts($r->{threads}), ['first root', 'second root'],
		'the newest answer first';
	my $root = $r->{threads}[0];
	is_deeply [$root->{tcount}, $root->{tlm}, sort @{ $root->{replies} }],
		[2, $answers[1]{ts}, sort $ada->id, $bob->id],
		'how many answers, when, by whom';
	is_deeply texts($ada->get('chat.getThreadsList', { rid => $dev,
		text => 'SECOND' })->{threads}), ['second root'], 'by a text';
	is $admin->get('chat.getThreadsList', { rid => $dev,
		type => 'following' })->{total}, 0, 'who follows none';
	is $bob->get('chat.getThreadsList', { rid => $dev,
		type => 'following' })->{total}, 2, 'and who does';
	posted($admin, $dev, 'news', tmid => $roots[1]{_id});
	is_deeply texts($ada->get('chat.getThreadsList', { rid => $dev,
		type => 'unread' })->{threads}), ['second root'],
		'with answers that are not read';
	guarded('chat.getThreadsList', 'Not Allowed',
		'The required "rid" query param is missing.', '', 'rid');
};

subtest 'GET chat.getThreadMessages' => sub {
	my %of = (tmid => $roots[0]{_id});
	my $r = $ada->get('chat.getThreadMessages', \%of);
	shaped($r->json, { messages => [\%message], %page });
	is_deeply texts($r->{messages}), ['answer a', 'answer b'],
		'the oldest first';
	is $r->{messages}[0]{tmid}, $roots[0]{_id}, 'they name the thread';
	is_deeply texts($ada->get('chat.getThreadMessages',
		{ %of, count => 1, offset => 1 })->{messages}), ['answer b'],
		'in pages';
	$ada->post('chat.delete', { roomId => $dev, msgId => $answers[1]{_id} });
	is_deeply [@{ $ada->get('chat.getMessage', { msgId => $roots[0]{_id} })
		->{message} }{qw(tcount tlm)}], [1, $answers[0]{ts}],
		'one that is deleted does not count';
	refused($ada->get('chat.getThreadMessages'), 'error-invalid-params',
		'The required "tmid" query param is missing.');
	refused($ada->get('chat.getThreadMessages', { tmid => 'x' }),
		'error-invalid-message', 'Invalid Message');
	my $p = posted($ada, $cellar, 'secret');
	refused($eve->get('chat.getThreadMessages', { tmid => $p->{_id} }),
		'error-invalid-message', 'Invalid Message');
	$ada->post('chat.delete', { roomId => $dev, msgId => $roots[0]{_id} });
	is $ada->get('chat.getMessage', { msgId => $answers[0]{_id} })
		->{message}{tmid}, undef, 'without its begin there is no thread';
};
done_testing;
