# SPDX-License-Identifier: ISC
# To walk all rows of /api/v1/ as `pocketchat routes` prints them, a hash
# each: verb, path, who, params (their names).
#
#   name_of($row)                 "GET channels.info"
#   target($row, 'id', ...)       its path, with these in place of ":name"
#   ask($who, $row, %o)           a call; %o as in Session.pm, or path
#   fault_of($reply)              why no client could live with it, or undef
#   given(\%values, GET?)         the options that send these values
#   %usual                        values that fit, for many parameters
#   calls()                       how many there were
package Walk;
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use V1;

our @EXPORT = qw(@rows %usual ask calls fault_of given name_of target);
my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $calls = 0;
our @rows = map { { verb => $_->[0], path => $_->[1], who => $_->[2],
	params => [map { s/[?]$//r } split /[ |]/, $_->[4] eq '-' ? '' :
	$_->[4]] } } grep { $_->[1] =~ m{^/api/v1/} }
	map { [split /\t/] } split /\n/, `$binary routes`;
our %usual = (text => 'hello', msg => 'hello', topic => 'walked',
	query => '{}', sort => '{"ts":1}', fields => '{}', count => 5,
	offset => 0, emoji => ':smile:', reaction => ':smile:', type => 'c',
	(map { $_ => '2020-01-01T00:00:00.000Z' } qw(updatedSince lastUpdate
	since oldest latest from)), selector => '{"term":"a"}', action =>
	'archive', role => 'bot', roleName => 'bot', roleId => 'cook',
	command => 'shrug', favorite => JSON::PP::true, members => ['victim'],
	message => { msg => 'hello' }, data => {}, name => 'walked',
	status => 'away', mentionIds => '',
	starredIds => '', pinned => 'false', email => 'walk@example.org', customFields => {});


sub calls { return $calls }
sub name_of { return "$_[0]{verb} " . $_[0]{path} =~ s{^/api/v1/}{}r }

sub given {
	my ($values, $get) = @_;
	return (json => $values) unless $get;
	return (query => { map { $_ => ref $values->{$_} ?
		$json->encode($values->{$_}) : $values->{$_} } keys %$values });
}

sub target {
	my ($row, @args) = @_;
	return $row->{path} =~ s/:\w+/@args ? shift @args : 'made-up'/ger;
}

sub ask {
	my ($who, $row, %o) = @_;
	$calls++;
	return $who->request($row->{verb}, $o{path} || target($row), %o);
}

# A reply that no client chokes on: below 500, and in an envelope.
sub fault_of {
	my ($r) = @_;
	return 'status ' . $r->status if $r->status >= 500;
	return if $r->status >= 300 && $r->status < 400 ||
		($r->header('content-type') // '') !~ m{^application/json};
	my $body = eval { $r->json } or return 'no JSON';
	return if ref $body eq 'ARRAY';		# permissions, as of old
	return if ref $body->{success} eq 'JSON::PP::Boolean';
	return if ($body->{status} // '') =~ /^(?:success|error)$/;
	return 'no envelope';
}

1;
