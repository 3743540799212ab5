#!/usr/bin/perl
# rooms.cleanHistory: files alone, threads and discussions that stay
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Files;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my $dev = $ada->post('channels.create', { name => 'dev' })->{channel}{_id};
my $yes = JSON::PP::true;

sub say_it { my (%o) = @_; return $ada->post('chat.postMessage',
	{ roomId => $dev, %o })->{message} }
sub clean { my (%o) = @_; return $admin->post('rooms.cleanHistory',
	{ roomId => $dev, oldest => 1, latest => '2999-01-01T00:00:00.000Z',
	%o }) }
sub message { return $ada->get('chat.getMessage', { msgId => $_[0] })
	->{message} }

my $plain = say_it(text => 'plain');
my $r = upload($ada, "rooms.upload/$dev", [msg => 'look'],
	[file => 'bytes', 'notes.txt', 'text/plain']);
my $file = $r->{message}{_id};
my $url = $r->{message}{attachments}[0]{title_link};
is $ada->get($url)->status, 200, 'a file is there';
is clean(filesOnly => $yes)->{count}, 1, 'the files of one message go';
my $m = message($file);
is $m->{msg}, 'look', 'what was said stays';
ok !exists $m->{file}, 'it has none';
is_deeply [map { $_->{text} } @{ $m->{attachments} }],
	['_File removed by prune_'], 'and says so';
is $ada->get($url)->status, 404, 'it is nowhere';
is clean(filesOnly => $yes)->{count}, 0, 'once';
is message($plain->{_id})->{msg}, 'plain', 'others are as they were';

my $root = say_it(text => 'root');
my $answer = say_it(text => 'answer', tmid => $root->{_id});
$ada->post('rooms.createDiscussion', { prid => $dev, t_name => 'Talk' });
my $left = sub { [sort map { $_->{t} ? () : $_->{msg} }
	@{ $ada->get('channels.history', { roomId => $dev })->{messages} }] };
clean(ignoreThreads => $yes);
is_deeply $left->(), [qw(answer root)], 'threads may stay';
clean();
is_deeply $left->(), [], 'or go';
is $ada->get('channels.history', { roomId => $dev })->{messages}[0]{t},
	'discussion-created', 'what tells of a discussion stays';
done_testing;
