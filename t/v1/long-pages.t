#!/usr/bin/perl
# A page of messages as long as they may be: all of it, and never whole in
# memory.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Proc qw(slurp);
use V1;

my $most = 60_000;
my $chat = v1(settings => { max_message => $most });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $id = $ada->post('channels.create', { name => 'dev',
	members => ['bob'] })->{channel}{_id};
my %r = (roomId => $id);

sub text { my ($n) = @_; my $t = "word$n "; return $t . 'x' x ($most - length $t) }
sub memory {
	return slurp('/proc/' . $chat->pid . '/status') =~ /^VmHWM:\s+(\d+)/m;
}

is scalar(grep { $ada->post('chat.postMessage', { %r, text => text($_) })
	->{success} } 1 .. 101), 101, 'they are sent';
my $bare = slurp($ENV{POCKETCHAT} || 'build/pocketchat') !~ /__asan_init/;
my @want = map { text($_) } reverse 2 .. 101;
my %pages = (
	'channels.history' => { count => 100, unreads => 'true' },
	'channels.messages' => { count => 100 },
);
my ($had) = memory();
for my $call (sort keys %pages) {
	my $r = $bob->get($call, { %r, %{ $pages{$call} } });
	is $r->status, 200, $call;
	is_deeply [map { length $_->{msg} } @{ $r->{messages} }],
		[($most) x 100], 'a hundred of them';
	ok !(grep { $r->{messages}[$_]{msg} ne $want[$_] } 0 .. 99),
		'each as it was sent';
	next unless $call eq 'channels.history';
	is $r->{unreadNotLoaded}, 1, 'one more is not read';
	is $r->{firstUnread}{msg}, text(1), 'and here';
}
my ($has) = memory();
note "most memory: $had KB before, $has KB after";
cmp_ok $has - $had, '<', 4096, 'with less than 4 MB more of memory' if $bare;

my $r = $bob->get('chat.search', { %r, searchText => 'word7 ', count => 5 });
is_deeply [map { $_->{msg} eq text(7) } @{ $r->{messages} }], [1], 'a search';
$r = $bob->get('chat.search', { %r, searchText => 'word9', count => 3,
	offset => 2 });
is_deeply [map { $_->{msg} =~ /^(word\d+)/ } @{ $r->{messages} }],
	[qw(word97 word96 word95)], 'from the third on';
$r = $bob->get('chat.search', { %r, searchText => 'word9', count => 3,
	offset => 200 });
is_deeply $r->{messages}, [], 'none behind the last';

done_testing;
