# SPDX-License-Identifier: ISC
# For tests of /api/v1/: a file is a noun, with one
#
#   subtest 'POST channels.join' => sub { ... };
#
# for each endpoint (t/routes.t looks for them).  Paths without a / are under
# /api/v1/.  refused: a failure in the envelope of that API, exactly; with
# type => undef one that has a text alone.
#
# shaped($document, { _id => 'str', 'topic?' => 'str', ts => 'time',
#     msgs => 'int', ro => 'bool', roles => ['str'], u => {...}, x => 'any' }):
# every key with its type, and no other; "?" may be missing.
package V1;
use strict;
use warnings;
use Chat;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(v1 refused succeeded unauthorized anonymous shaped);

sub v1 { return chat(prefix => '/api/v1/', @_) }

# refused($reply, 'error-code', 'Text', 'what is tried'): a 400.
sub refused {
	my ($r, $type, $text, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $error = defined $type ? $text eq '' ? "[$type]" : "$text [$type]" :
		$text;
	my %want = (success => JSON::PP::false, error => $error,
		defined $type ? (errorType => $type) : ());
	return is_deeply [$r->status, $r->json], [400, \%want], $what || $error;
}

sub succeeded {
	my ($r, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $ok = ok $r->status == 200 && $r->{success}, $what;
	diag $r->body unless $ok;
	return $ok;
}

# 403: by the row's permission (route => 1), or by the handler.
sub unauthorized {
	my ($r, $what, %o) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $text = $o{route} ? 'User does not have the permissions required ' .
		'for this action [error-unauthorized]' : 'unauthorized';
	return is_deeply [$r->status, $r->json],
		[403, { success => JSON::PP::false, error => $text }], $what;
}

# 401 for everybody without a login.
sub anonymous {
	my ($r, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_deeply [$r->status, $r->json], [401, { status => 'error',
		message => 'You must be logged in to do this.' }],
		$what || 'it needs a login';
}

my %is = (
	str => sub { !ref $_[0] && defined $_[0] },
	int => sub { !ref $_[0] && ($_[0] // '') =~ /^-?\d+$/ },
	bool => sub { ref $_[0] eq 'JSON::PP::Boolean' },
	time => sub { ($_[0] // '') =~
		/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}Z$/ },
	any => sub { 1 },
);

sub faults {
	my ($at, $got, $want) = @_;
	if (ref $want eq 'ARRAY') {
		return "$at is no list" unless ref $got eq 'ARRAY';
		return map { faults("$at\[$_]", $got->[$_], $want->[0]) }
			0 .. $#$got;
	}
	unless (ref $want) {
		return $is{$want}->($got) ? () : "$at is no $want";
	}
	return "$at is no object" unless ref $got eq 'HASH';
	my %known = map { s/[?]$//r => 1 } keys %$want;
	my @faults = map { $known{$_} ? () : "$at.$_ is not known" } keys %$got;
	for my $key (keys %$want) {
		my $name = $key =~ s/[?]$//r;
		push @faults, exists $got->{$name} ?
			faults("$at.$name", $got->{$name}, $want->{$key}) :
			$name eq $key ? "$at.$name is missing" : ();
	}
	return @faults;
}

sub shaped {
	my ($got, $want, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is join("\n", sort(faults('', $got, $want))), '',
		$what || 'it has its keys and types';
}

1;
