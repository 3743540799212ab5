#!/usr/bin/perl
# What all lists of the newer API have: pages, and the fields one asks for.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my $ada = $chat->user('ada');
my $json = JSON::PP->new->utf8->canonical;

# A text that looks like what it is in.
my $odd = 'a "quoted" \\ {name:[1,2]},"x":{ ' . "\x{e9}\x{1f600}\t}]";
$ada->post('channels.create', { name => $_ }) for qw(one two three);
my $id = $ada->post('channels.create', { name => 'odd',
	members => ['admin'] })->{channel}{_id};
$ada->post('channels.setTopic', { roomId => $id, topic => $odd });
$ada->post('channels.setDescription', { roomId => $id,
	description => '","name":"no"' });
$ada->post('channels.setCustomFields', { roomId => $id,
	customFields => { deep => { list => [1, { b => '}' }], s => $odd } } });

sub listed {
	my (%query) = @_;
	$query{$_} = $json->encode($query{$_})
		for grep { ref $query{$_} } keys %query;
	return $ada->get('channels.list', \%query);
}

# The one room, with these fields of it.
sub with {
	my ($fields) = @_;
	my $r = listed(query => { _id => $id }, fields => $fields);
	is $r->{total}, 1, 'it is found, with ' .
		(ref $fields ? $json->encode($fields) : $fields);
	return $r->{channels}[0];
}

my $whole = with({});
is $whole->{topic}, $odd, 'no field left out';
is_deeply with({ topic => 1 }), { _id => $id, topic => $odd },
	'a text that looks like JSON';
is_deeply with({ u => 1, name => 1 }), { _id => $id, u => $whole->{u},
	name => 'odd' }, 'an object';
is_deeply with({ customFields => 1 }), { _id => $id,
	customFields => $whole->{customFields} }, 'one with everything in it';
is_deeply with({ 'u.username' => 1, 'na' => 1 }), { _id => $id,
	u => $whole->{u} }, 'all of what is wanted in part';
is_deeply with({ 'u.username' => 0 }), $whole, 'which does not leave it out';
is_deeply with({ nothing => 1 }), { _id => $id }, 'what is not there';
is_deeply with({ name => 1, _id => 0 }), { _id => $id, name => 'odd' },
	'the id is always told';
is_deeply with({ name => 0, _id => 1 }), { map { $_ => $whole->{$_} }
	grep { $_ ne 'name' } keys %$whole }, 'and does not decide';
is_deeply with({ _id => 1 }), { _id => $id }, 'alone it does';
is_deeply with({ map { $_ => 1 } keys %$whole }), $whole, 'all by name';
my %less = %$whole;
delete @less{qw(topic u description customFields)};
is_deeply with({ topic => 0, u => 0, description => 0, customFields => 0 }),
	\%less, 'all but some';
my ($first, $last) = (sort keys %$whole)[0, -1];
for my $key (sort keys %$whole) {
	my %rest = %$whole;
	delete $rest{$key};
	is_deeply with({ $key => 0 }), \%rest, "all but $key";
}
is_deeply with({ map { $_ => 0 } keys %$whole }), {}, 'nothing at all';
is_deeply with({ joinCode => 1 }), { _id => $id },
	'a secret is not to be had';
is_deeply with('{"name":true}'), { _id => $id, name => 'odd' },
	'true is as good as 1';
is_deeply with('{"na\u006de":1}'), { _id => $id, name => 'odd' },
	'a name in escapes';
refused(listed(fields => '[1]'), 'error-invalid-fields',
	'Invalid fields parameter provided: "[1]"');
refused(listed(fields => '{"a":'), 'error-invalid-fields',
	'Invalid fields parameter provided: "{"a":"');
refused(listed(fields => { map { ("f$_" => 1) } 1 .. 25 }),
	'error-invalid-fields', 'Invalid fields parameter provided: "' .
	substr($json->encode({ map { ("f$_" => 1) } 1 .. 25 }), 0, 300) . '"');

# ---- pages ----

sub names { return join ' ', map { $_->{name} } @{ $_[0]{channels} } }

is names(listed()), 'general odd one three two', 'all of them';
is names(listed(count => 2)), 'general odd', 'a page';
is names(listed(count => 2, offset => 3)), 'three two', 'another';
my $r = listed(count => 2, offset => 4);
is_deeply [names($r), @$r{qw(count offset total)}], ['two', 1, 4, 5],
	'the last one, with its counts';
$r = listed(offset => 99);
is_deeply [names($r), @$r{qw(count offset total)}], ['', 0, 99, 5],
	'behind the last';
is names(listed(count => 0)), 'general odd one three two', 'or everything';
is names(listed(count => $_, offset => $_)), 'general odd one three two',
	"a number that is none: $_" for 'x', '-1', '1.5', '9' x 30;
is names(listed(sort => { name => -1 }, count => 2)), 'two three', 'sorted';
is names(listed(sort => { usersCount => -1, name => 1 }, count => 2)),
	'general odd', 'by two';
$r = listed(query => { name => { '$regex' => '^t' } }, count => 1);
is_deeply [names($r), $r->{total}], ['three', 2], 'a selection, in pages';
$r = $ada->post('channels.list', {});
is $r->status, 405, 'what is read is not posted';
is_deeply [map { $ada->get('channels.list', { count => 1 }, %$_)
	->{channels}[0]{name} } {}, { body => '{"offset":2,"count":9}',
	type => 'application/json' }], ['general', 'general'],
	'paging is always in the query';
done_testing;
