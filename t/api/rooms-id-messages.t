#!/usr/bin/perl
# GET /api/rooms/:id/messages
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('dev', members => [qw(ada admin)]);
$ada->post("rooms/$room/send", { msg => "n$_" }) for 1 .. 60;
sub page {
	my $r = $bob->get("rooms/$room/messages", { @_ });
	return [map { $_->{msg} } @{ $r->{messages} }];
}

is_deeply page(), [map { "n$_" } reverse 11 .. 60],
	'the newest fifty, newest first, membership not needed';
is_deeply page(limit => 3), [qw(n60 n59 n58)], 'limit';
is_deeply page(count => 2, offset => 2), [qw(n58 n57)], 'count and offset';
is_deeply page(skip => 58), [qw(n2 n1)], 'skip';
is scalar @{ page(limit => 1000) }, 50, 'never more than fifty';
is_deeply page(limit => 0), [], 'none, if none are asked for';
is_deeply page(skip => 100), [], 'beyond the end there are none';
is scalar @{ page(limit => 'x', skip => -5) }, 50, 'nonsense counts as absent';

my $all = $bob->get("rooms/$room/messages")->{messages};
my ($new, $old) = ($all->[5]{ts}, $all->[8]{ts});
is_deeply page(latest => $new, limit => 2), [qw(n54 n53)],
	'latest is a bound outside the page';
is_deeply page(latest => $new, oldest => $old), [qw(n54 n53)], 'oldest too';
is_deeply page(latest => $new, oldest => $old, inclusive => 'true'),
	[qw(n55 n54 n53 n52)], 'inclusive takes the bounds in';
my %seen;
ok !(grep { $seen{$_->{ts}}++ } @$all), 'times in a room differ';
is_deeply [sort keys %{ $all->[0] }], [qw(_id _updatedAt msg rid ts u)],
	'a plain message has these fields';
is_deeply $all->[0]{u}, { _id => $ada->id, username => 'ada' }, 'its author';
is $all->[0]{rid}, $room, 'its room';

is $bob->get("rooms/$room/messages", { latest => 'never' })->status, 400,
	'what is no time is a 400';
$chat->done('room', 'add', 'cellar', '--private', '--owner', 'admin');
my $hidden = $bob->get('rooms/cellar/messages');
is $hidden->status, 404, 'a private room of others is not there';
is $hidden->body, $bob->get('rooms/nowhere/messages')->body,
	'and looks like one that never was';
is $chat->anyone->get("rooms/$room/messages")->status, 401, 'needs a login';
is $bob->post("rooms/$room/messages", {})->status, 405, 'it is a GET';
done_testing;
