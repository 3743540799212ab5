#!/usr/bin/perl
# A wrong password takes the same work whoever was asked for.  Work is counted
# in the worker's page faults, which do not depend on who else is busy.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);

plan skip_all => 'a sanitizer has its own memory'
	if ($ENV{POCKETCHAT} || '') =~ /asan/;
my $chat = chat(settings => { password_cost => 'ln=13,r=8,p=3' });
$chat->admin->post('bulk/register', { users => [
	{ name => 'weak', email => 'weak@x.org', pass => 'weak-pass-1' }] });

sub children { return split ' ', slurp("/proc/$_[0]/task/$_[0]/children") }
my ($worker) = map { children($_) } children($chat->pid);
plan skip_all => 'no /proc tells of the worker' unless $worker;

sub faults { return (split ' ', slurp("/proc/$worker/stat") =~ s/^.*\) //sr)[7] }

# Of one refused login, the second of two.
sub work {
	my ($name) = @_;
	my $before;
	for (1 .. 2) {
		$before = faults();
		is $chat->anyone->post('login', { user => $name,
			password => 'wrong' })->status, 401, "$name is refused";
	}
	return faults() - $before;
}

my %work = map { $_ => work($_) } qw(nobody weak admin);
note join ' ', map { "$_=$work{$_}" } sort keys %work;
for (qw(weak admin)) {
	cmp_ok abs($work{$_} - $work{nobody}), '<=', 64 + $work{nobody} / 8,
		"$_ takes the memory that nobody takes, once";
}
is $chat->anyone->post('login', { user => 'weak', password => 'weak-pass-1' })
	->status, 200, 'the right password is right';
my ($pages) = (split ' ', slurp("/proc/$worker/statm"))[1];
cmp_ok $pages, '<', 1536, 'and the memory goes back';
done_testing;
