#!/usr/bin/perl
# @rocket.chat/sdk of npm: what its bots do over REST
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Client;
use V1;

needs_node('@rocket.chat/sdk');
my $chat = v1();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $dev = $bob->room('dev');
$bob->room('cellar', private => 1, members => [$ada]);
my $got = steps($chat, 'rocketchat-sdk.js', { LOGIN => 'ada',
	PASSWORD => $ada->pass, ROOM => $dev });

# leaveRoom says rid where the API, of every version, wants roomId
my %fails = ('wrong password' => 401, leaveRoom => 400);
for my $step (sort keys %$got) {
	my $value = $got->{$step};
	my $failed = ref $value eq 'HASH' ? $value->{failed} : undef;
	is $failed, $fails{$step}, $step;
}
is scalar(keys %$got), 23, 'no step is left out';
is_deeply [sort @{ $got->{'users.allNames'} }],
	[sort qw(ada admin bob rocket.cat)], 'everybody, by name alone';
ok +(grep { $_ eq 'ada' } @{ $got->{'users.onlineNames'} }),
	'who is there';
is $got->{channelInfo}{_id}, $dev, 'a channel by its name';
is $got->{privateInfo}{name}, 'cellar', 'a group by its name';
is_deeply [map { $_->{msg} } grep { !$_->{t} }
	@{ $got->{loadHistory}{updated} }], ['hello, all', 'with a colour'],
	'what was said since a time';
my ($m) = grep { $_->{msg} eq 'hello, all' }
	@{ $bob->get('channels.history', { roomId => $dev })->{messages} };
is_deeply [sort keys %{ $m->{reactions} }], [':tada:', ':thumbsup:'],
	'both reactions, with and without colons';
is $bob->get('im.history', { roomId =>
	$got->{createDirectMessage}{_id} })->{messages}[0]{msg}, 'psst',
	'bob reads what was for him';
done_testing;
