#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# make soak: a great many calls of all kinds, and what the server's memory does
# meanwhile.
#   soak.pl CALLS [CLIENTS]
# A line at 1, 10, 50 and 100 %: calls, calls a second, memory, data.  It fails
# when a call answers with another status than it should, when the server
# complains, or when its memory at the end is more than GROWTH (1.2) times that
# at a tenth, and 4 MB.  A build with sanitizers (POCKETCHAT=...) does too.
use strict;
use warnings;
use lib qw(t/lib);
use Chat;
use IO::Handle;
use Proc qw(reap);
use Time::HiRes qw(sleep time);

my ($calls, $clients) = ($ARGV[0] || 1_000_000, $ARGV[1] || 4);
my $growth = $ENV{GROWTH} || 1.2;
$ENV{CHAT_TIME} //= 72000;
alarm $ENV{CHAT_TIME};
my ($batch, $each) = (16, int $calls / $clients);
my $chat = chat(prefix => '/api/v1/', settings => { api_limit_read => 0,
	api_limit_write => 0 });
my $admin = $chat->admin;
my $hook = $admin->post('integrations.create', { type => 'webhook-incoming',
	name => 'soak', username => 'admin', channel => '#general',
	enabled => JSON::PP::true, scriptEnabled => JSON::PP::false })
	->{integration};
my $hook_path = "/hooks/$hook->{_id}/" . $chat->secret($hook->{token});

sub pick { $_[rand @_] }

# A client's world: what it knows of.
my (%w, $s);
sub word { "word" . int rand 1000 }
sub mine { pick(@{ $w{messages} }) // 'none' }
sub keep { my ($list, $id, $most) = @_; push @{ $w{$list} }, $id;
	shift @{ $w{$list} } if @{ $w{$list} } > $most; return }
my $upload = sub { my $m = 'soakboundary'; return ("--$m\r\nContent-" .
	"Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n" .
	"Content-Type: text/plain\r\n\r\n" . word() x (1 + rand 50) .
	"\r\n--$m--\r\n", "multipart/form-data; boundary=$m") };

# [weight, statuses, () -> (method, path, options), (reply) -> ()]
my @kinds = (
	[30, '200', sub { POST => 'chat.postMessage', json => {
		roomId => $w{room}, text => join ' ', map { word() } 1 .. 12 } },
		sub { keep(messages => $_[0]{message}{_id}, 50) }],
	[2, '200', sub { POST => 'chat.postMessage', json => {
		channel => '#general', text => '@all ' . word(), alias => 'x',
		attachments => [{ title => word(), text => word() x 20 }] } }],
	[3, '200|400', sub { POST => 'chat.postMessage', json => {
		roomId => $w{room}, text => 'answer', tmid => mine() } }],
	[4, '200|400', sub { POST => 'chat.update', json => {
		roomId => $w{room}, msgId => mine(), text => word() } }],
	[4, '200|400', sub { POST => 'chat.delete', json => {
		roomId => $w{room}, msgId => pop @{ $w{messages} } // 'x' } }],
	[4, '200|400', sub { POST => 'chat.react', json => {
		messageId => mine(), emoji => pick(qw(:smile: :tada:)) } }],
	[2, '200|400', sub { POST => 'chat.starMessage',
		json => { messageId => mine() } }],
	[2, '200|400', sub { POST => 'chat.pinMessage',
		json => { messageId => mine() } }],
	[10, '200', sub { GET => 'channels.history', query => {
		roomId => $w{room}, count => pick(1, 20, 50) } }],
	[3, '200', sub { GET => 'channels.messages', query => {
		roomId => $w{room}, query => '{"pinned":true}' } }],
	[3, '200', sub { GET => 'chat.search', query => {
		roomId => $w{room}, searchText => word() } }],
	[3, '200', sub { GET => 'chat.getThreadsList',
		query => { rid => $w{room} } }],
	[4, '200', sub { GET => 'subscriptions.get', query => {} }],
	[3, '200', sub { GET => 'rooms.get', query => {} }],
	[3, '200', sub { GET => 'users.list', query => { count => 100 } }],
	[3, '200', sub { GET => 'channels.members', query => {
		roomId => $w{room} } }],
	[3, '200', sub { GET => 'directory', query => {
		query => '{"type":"channels"}', sort => '{"name":-1}' } }],
	[3, '200', sub { GET => 'spotlight', query => { query => 'so' } }],
	[3, '200', sub { GET => 'channels.list', query => { count => 0 } }],
	[2, '200', sub { GET => 'me', query => {} }],
	[2, '200', sub { POST => 'subscriptions.read',
		json => { rid => $w{room} } }],
	[2, '200', sub { POST => 'users.setStatus', json => {
		message => word(), status => pick(qw(online away busy)) } }],
	[2, '200|400', sub { POST => 'channels.setTopic', json => {
		roomId => $w{room}, topic => word() } }],
	[1, '200', sub { POST => 'channels.create', json => {
		name => "r$$-" . ++$w{rooms} } },
		sub { keep(made => $_[0]{channel}{_id}, 1000) }],
	[1, '200|400', sub { POST => 'channels.delete', json => {
		roomId => shift @{ $w{made} } // 'none' } }],
	[0, '200|429', sub { POST => 'users.create', json => {
		username => "u$$-" . ++$w{users}, name => 'x', password =>
		'long-enough-1', email => "u$$-$w{users}\@example.org" } },
		sub { keep(people => $_[0]{user}{_id}, 1000) }],
	[1, '200|400', sub { POST => 'users.delete', json => {
		userId => shift @{ $w{people} } // 'none' } }],
	[1, '200', sub { my ($body, $type) = $upload->();
		POST => "rooms.upload/$w{room}", body => $body, type => $type }],
	[0, '200|429', sub { POST => 'login', anonymous => 1, json => {
		user => 'admin', password => $Chat::ADMIN_PASS } },
		sub { $w{extra} = $_[0]{data} }],
	[1, '200|401', sub { POST => 'logout', anonymous => 1, headers => [
		'X-Auth-Token' => $w{extra}{authToken} // 'x',
		'X-User-Id' => $w{extra}{userId} // 'x'] }],
	[2, '200', sub { POST => $hook_path, anonymous => 1,
		json => { text => word() } }],
	[2, '401', sub { GET => 'me', anonymous => 1 }],
	[2, '400', sub { POST => 'chat.postMessage', json => {
		roomId => 'nowhere', text => 'x' } }],
	[1, '400', sub { POST => 'chat.update', body => '{"broken',
		type => 'application/json' }],
	[1, '404', sub { GET => 'no.such.call' }],
	[1, '200', sub { GET => 'shield.svg', anonymous => 1,
		query => { type => 'online' } }],
	[1, '200', sub { GET => "/r/$w{room}/raw", query => { limit => 20 } }],
	[1, '200', sub { POST => "/r/$w{room}", body => word() }],
);
# What is hashed waits for idle moments: it would be all that is measured.
# On a busy machine the line is full: 429.
my @rare = grep { $_->[0] == 0 } @kinds;
my @wheel = map { ($_) x $_->[0] } @kinds;
sub kind { return rand() < 0.002 ? pick(@rare) : pick(@wheel) }

sub client {
	my ($out, $n) = @_;
	srand $n;
	$s = $admin->again;
	%w = (rooms => 0, users => 0, messages => [], made => [], people => []);
	$w{room} = $s->post('channels.create', { name => "soak$n" })
		->{channel}{_id};
	my $done = 0;
	while ($done < $each) {
		my @batch = map { my $k = kind(); [$k, $k->[2]->()] }
			1 .. $batch;
		my $w = $s->wire;
		$w->send(join '', map { my ($k, $verb, $path, %o) = @$_;
			$s->request_text($verb, $path, %o) } @batch);
		for (@batch) {
			my ($k, $verb, $path) = @$_;
			my $r = $w->reply($verb) // die "closed at $path\n";
			die "$verb $path: " . $r->status . ' ' .
				substr($r->body, 0, 300) . "\n"
				unless $r->status =~ /^(?:$k->[1])$/;
			$k->[3]->($r) if $k->[3] && $r->status == 200;
		}
		$done += $batch;
		print {$out} "$batch\n";
	}
}

sub memory {
	open my $fh, '<', '/proc/' . $chat->pid . '/status' or die "proc: $!";
	my ($kb) = join('', <$fh>) =~ /^VmRSS:\s+(\d+)/m;
	return $kb / 1024;
}

pipe my $in, my $out or die "pipe: $!";
my @pids;
for my $n (1 .. $clients) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $in;
		$out->autoflush(1);
		my $fine = eval { client($out, $n); 1 };
		print STDERR "client $n: $@" unless $fine;
		require POSIX;
		POSIX::_exit($fine ? 0 : 1);
	}
	push @pids, $pid;
}
close $out;

my ($done, $began, %at) = (0, time);
my @marks = map { $each * $clients * $_ } 0.01, 0.1, 0.5, 1;
printf "%10s %10s %10s %10s\n", qw(calls a-second MB-memory MB-data);
while (@marks && defined(my $line = <$in>)) {
	$done += $line;
	next if $done < $marks[0];
	my $mark = shift @marks;
	$at{ scalar @marks } = memory();
	printf "%10d %10.0f %10.1f %10.1f\n", $done, $done / (time - $began),
		$at{ scalar @marks }, (-s $chat->dir . '/pocketchat.db') / 2**20;
	STDOUT->flush;
}
1 while defined(my $rest = <$in>);
my $bad = grep { (reap($_, 60) // 1) != 0 } @pids;
die "$bad clients failed\n" if $bad;
die "it did not end\n" if @marks;
my $most = $at{2} * $growth + 4;
die sprintf "memory grew: %.1f MB at a tenth, %.1f at the end\n", @at{2, 0}
	if $at{0} > $most;
print "memory is flat\n";
