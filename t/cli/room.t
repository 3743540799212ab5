#!/usr/bin/perl
# room: channels, groups and direct rooms from the command line.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
sub cli { return $chat->cli(@_) }
sub w { return split / /, $_[0] }

sub rows {
	my ($head, @rows) = map { [split /\t/] } split /\n/, (cli('room', 'list'))[1];
	return map { my $r = $_; +{ map { $head->[$_] => $r->[$_] } 0 .. $#$head } } @rows;
}

sub row {
	my ($name) = @_;
	my ($r) = grep { $_->{ROOM} eq $name || $_->{ID} eq $name } rows();
	return $r;
}

sub refused {
	my ($words, $hint, $sentence, $exit) = @_;
	my $before = (cli('room', 'list'))[1];
	my ($status, $out, $err) = cli(@$words);
	ok $status == ($exit || 1) && $out eq '' && $err =~ /\Apocketchat: .*$hint/ &&
		(cli('room', 'list'))[1] eq $before, $sentence
		or diag "exit $status: $out$err";
}

sub done {
	my ($words, $says, $sentence) = @_;
	my ($status, $out, $err) = cli(@$words);
	ok $status == 0 && $out =~ /\A$says\n\z/ && $err eq '', $sentence
		or diag "exit $status: $out$err";
}

sub last_of {
	my ($room) = @_;
	return $chat->admin->get("rooms/$room/messages")->{messages}[0];
}

is_deeply [@{ row('general') }{qw(ID TYPE STATE CREATOR)}], [qw(GENERAL c default -)],
	'GENERAL is there';
done([w('room add engine --owner ada --member bob,ada --topic'), 'steam', '--read-only'],
	'made the room engine \(\w{17}\)', 'a room with everything');
my $row = row('engine');
is_deeply [@$row{qw(TYPE STATE MEMBERS CREATOR TOPIC)}], ['c', 'read-only', 2, 'ada', 'steam'],
	'is listed so';
is $bob->post('rooms/engine/send', { msg => 'x' })->status, 403, 'read-only holds at once';
is $ada->post('rooms/engine/send', { msg => 'x' })->status, 200, 'but not for its owner';
done([qw(room add cellar --private --member bob --member ada)], 'made the room cellar .*',
	'a private room');
is row('cellar')->{TYPE}, 'p', 'is a group';
is $chat->admin->get('rooms/cellar/messages')->status, 404, 'which strangers do not see';
done([qw(room add lobby --default)], 'made the room lobby .*', 'a default room');
my $eve = $chat->user('eve');
is_deeply [sort map { $_->{name} } @{ $eve->get('joinedRooms')->{rooms} }], [qw(general lobby)],
	'everybody who comes then joins it';

my @two = sort $ada->id, $bob->id;
done([w('room add --direct ada,bob')], "made the room for two \\($two[0]$two[1]\\)",
	'a direct room has the ids of its two as its own');
is row("@two[0,1]" =~ s/ //r)->{MEMBERS}, 2, 'and both are in it';
refused([qw(room add --direct bob --direct ada)], 'a room already', 'there is one for them');
done([qw(room add --direct eve)], 'made the room .*' . $eve->id x 2 . '\)', 'one can talk to oneself');
refused([w('room add --direct ada,nobody')], 'no user nobody', 'both must be there');
refused([w('room add --direct ada,bob,eve')], 'two users', 'two are the most', 2);
refused([w('room add talk --direct ada,bob')], 'two users and nothing else', 'it has no name', 2);
refused([qw(room rename), $two[0] . $two[1], 'talk'], 'no name', 'and gets none');

refused([qw(room add)], 'NAME is missing', 'a room has a name', 2);
refused([qw(room add engine)], 'engine already', 'which is taken once');
refused([qw(room add ENGINE)], 'already', 'in any case');
refused(['room', 'add', 'a/b'], 'letters', 'and is simple');
refused([qw(room add x --owner nobody)], 'no user nobody', 'the owner is somebody');
refused([w('room add x --member ada,nobody')], 'no user nobody', 'so are members');
refused([qw(room add x --default --private)], 'private', 'a private room is not for all', 2);
refused([qw(room add x --topic), 'y' x 1025], '1024', 'topics end');
refused([qw(room archive nobody)], 'no room nobody.*room list', 'a room must be there');

done([qw(room archive engine)], 'engine is archived', 'archiving');
is $ada->post('rooms/engine/send', { msg => 'x' })->status, 403, 'holds at once';
is last_of('engine')->{t}, 'room-archived', 'and is told';
done([qw(room archive engine)], 'engine is archived, as it was', 'twice is once');
is row('engine')->{STATE}, 'archived,read-only', 'the list shows it';
done([qw(room unarchive engine)], 'engine is not archived', 'and back');
done([qw(room read-only engine off)], 'engine is open to write in', 'read-only ends');
is $bob->post('rooms/engine/send', { msg => 'x' })->status, 200, 'at once';
done([qw(room read-only engine)], 'engine is read-only', 'and begins');
refused([qw(room read-only engine maybe)], 'on or off', 'there is no third', 2);
cli(qw(room read-only engine off));
done([qw(room mute engine bob)], 'bob is muted in engine', 'muting');
is $bob->post('rooms/engine/send', { msg => 'x' })->status, 403, 'silences';
is last_of('engine')->{t}, 'user-muted', 'and is told';
done([qw(room unmute engine bob)], 'bob is not muted in engine', 'unmuting does not');
is $bob->post('rooms/engine/send', { msg => 'x' })->status, 200, 'any more';
refused([qw(room mute engine nobody)], 'no user nobody', 'who is muted is somebody');
done(['room', 'topic', 'engine', "no\033[2J <b>"], 'engine: no\\\\u001b\[2J <b>', 'a topic');
is last_of('engine')->{t}, 'room_changed_topic', 'is told';
is last_of('engine')->{msg}, "no\033[2J <b>", 'as it is';
is row('engine')->{TOPIC}, 'no\u001b[2J <b>', 'but a terminal is spared';
done(['room', 'topic', 'engine', ''], 'engine: no topic', 'and can be taken away');
done([qw(room rename engine works)], 'engine is now works', 'renaming');
is last_of('works')->{t}, 'r', 'is told';
refused([qw(room rename works general)], 'general already', 'to a free name');
refused([qw(room rename works a:b)], 'letters', 'that is a name');

my $id = row('works')->{ID};
done([qw(room delete works)], 'deleted the room works and its \d+ messages', 'deleting');
ok !row($id), 'takes it away';
is $ada->get("rooms/$id/messages")->status, 404, 'at once';
refused([qw(room delete general)], 'everybody', 'GENERAL stays');
refused([qw(room delete GENERAL)], 'everybody', 'by both names');

cli(qw(room add), sprintf('r%04d', $_)) for 1 .. 3;
my @names = grep { $_ ne '-' } map { $_->{ROOM} } rows();
is_deeply \@names, [sort @names], 'the list is in order';
done_testing;
