# SPDX-License-Identifier: ISC
# The contract's table, walked: each call with what it answers, counted.
#
#   cast($chat, guest => $gil, member => $bob, stranger => $eve);
#   walk('GET channels.info', $ada, { roomId => $id }, $want);    the reply
#   deny('GET groups.info', { roomId => $id }, guest => $want, ...);
#   walked(qr/^(?:channels|groups)[.]/);        at the end; counts in a note
#
# What is wanted: a hash is the success with these keys and types (V1.pm,
# without "success"); a text is a failure: 'E code: Text' coded, 'E code' one
# without a text, 'F Text' a text alone, 'typed code: Text' both apart, 'bare'
# nothing, '403' refused, '403 route' by the row's list.  deny asks as each of
# the cast, who want the same unless they are named, and as nobody at all;
# 'done' is any success, for a call that is theirs to make, too.
package Contract;
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Test::More;
use V1;
use Walk ();

our (%ROOM, %DIRECT, %WHO, %MESSAGE, %SUB, %USER, %MEMBER, %FILE, %PAGE);
our @EXPORT = qw(cast deny walk walked %ROOM %DIRECT %WHO %MESSAGE %SUB %USER
	%MEMBER %FILE %PAGE);
my (%cast, $nobody, %shown, %count);
my %open = map { $_->{who} eq 'anyone' ? (Walk::name_of($_) => 1) : () }
	@Walk::rows;

sub maybe { return map { ("$_?" => 'any') } @_ }

%WHO = (_id => 'str', username => 'str', 'name?' => 'str');
%PAGE = map { $_ => 'int' } qw(count offset total);
%MESSAGE = (_id => 'str', rid => 'str', msg => 'str', ts => 'time',
	u => \%WHO, urls => [{ url => 'str' }], mentions => [\%WHO],
	channels => ['any'], _updatedAt => 'time', maybe(qw(t alias avatar emoji
	attachments parseUrls groupable bot editedAt editedBy reactions starred
	pinned pinnedAt pinnedBy file tmid tcount tlm replies drid dcount dlm
	tshow customFields role)));
%ROOM = (_id => 'str', t => 'str', name => 'str', fname => 'str',
	'u?' => \%WHO, ro => 'bool', sysMes => 'bool', default => 'bool',
	msgs => 'int', usersCount => 'int', ts => 'time', _updatedAt => 'time',
	'archived?' => 'bool', 'joinCodeRequired?' => 'bool', 'lm?' => 'time',
	'muted?' => ['str'], 'lastMessage?' => \%MESSAGE, maybe(qw(topic
	description announcement customFields broadcast prid teamId teamMain
	teamDefault)));
%DIRECT = (_id => 'str', t => 'str', usernames => ['str'], uids => ['str'],
	msgs => 'int', usersCount => 'int', ts => 'time', _updatedAt => 'time',
	'lm?' => 'time', 'lastMessage?' => \%MESSAGE, 'topic?' => 'str');
%SUB = (_id => 'str', rid => 'str', t => 'str', name => 'str',
	fname => 'str', u => \%WHO, (map { $_ => 'bool' } qw(open alert f)),
	(map { $_ => 'int' } qw(unread userMentions groupMentions)),
	ts => 'time', 'ls?' => 'time', 'roles?' => ['str'],
	'archived?' => 'bool', _updatedAt => 'time', maybe(qw(
	desktopNotifications mobilePushNotifications emailNotifications
	disableNotifications hideUnreadStatus muteGroupMentions ignored prid
	audioNotifications teamId teamMain)));
%USER = (_id => 'str', username => 'str', name => 'str', type => 'str',
	status => 'str', active => 'bool', utcOffset => 'int',
	'emails?' => [{ address => 'str', verified => 'bool' }],
	roles => ['str'], createdAt => 'time', _updatedAt => 'time',
	statusConnection => 'str', statusDefault => 'str',
	'lastLogin?' => 'time', 'requirePasswordChange?' => 'bool',
	maybe(qw(statusText nickname bio avatarETag customFields settings)));
%MEMBER = (_id => 'str', username => 'str', name => 'str', status => 'str',
	utcOffset => 'int', _updatedAt => 'time', 'statusText?' => 'str');
%FILE = (_id => 'str', name => 'str', size => 'int', type => 'str',
	rid => 'str', 'description?' => 'str', store => 'str',
	complete => 'bool', uploading => 'bool', progress => 'int',
	extension => 'str', etag => 'str', path => 'str', url => 'str',
	uploadedAt => 'time', _updatedAt => 'time', userId => 'str',
	user => \%WHO);

sub cast {
	my ($chat, %o) = @_;
	%cast = %o;
	$nobody = $chat->anyone;
}

# Params are the body or the query; a list of [options] goes as it is.
sub ask {
	my ($call, $who, $params) = @_;
	my ($verb, $path) = split / /, $call;
	my %q = %$params;
	$path =~ s/:(\w+)/delete $q{":$1"} \/\/ 'made-up'/ge;
	return $who->request($verb, $path, @{ $q{'-as'} }) if $q{'-as'};
	return $who->request($verb, $path, Walk::given(\%q, $verb eq 'GET'));
}

sub wanted {
	my ($want) = @_;
	my %no = (success => JSON::PP::false);
	return [400, \%no] if $want eq 'bare';
	return [403, { %no, error => $want eq '403' ? 'unauthorized' :
		'User does not have the permissions required for this action ' .
		'[error-unauthorized]' }] if $want =~ /^403/;
	return [400, { %no, error => $1 }] if $want =~ /^F (.*)/s;
	return [400, { %no, error => $2, errorType => $1 }]
		if $want =~ /^typed ([^:]*): (.*)/s;
	$want =~ /^E ([^:]*)(?:: (.*))?/s or die "what is '$want'?";
	return [400, { %no, error => defined $2 ? "$2 [$1]" : "[$1]",
		errorType => $1 }];
}

sub judge {
	my ($r, $want, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 2;
	if (ref $want) {
		my $ok = shaped($r->status == 200 ? $r->json : { $r->status =>
			$r->body }, { success => 'bool', %$want }, $what);
		return $ok;
	}
	return V1::succeeded($r, $what) if $want eq 'done';
	return is_deeply [$r->status, $r->json], wanted($want), $what;
}

sub walk {
	my ($call, $who, $params, $want) = @_;
	my $r = ask($call, $who, $params);
	my $kind = ref $want ? 'shapes' : 'failures';
	$count{$kind}++;
	$shown{$call}{$kind}++;
	judge($r, $want, "$call: " . (ref $want ? 'as it should be' : $want));
	return $r;
}

# Whoever may do it does it last: the order of the cast is that of the list.
sub deny {
	my ($call, $params, @wants) = @_;
	my %want = @wants;
	my $all = delete $want{all};
	unless ($open{$call}) {
		anonymous(ask($call, $nobody, $params), "$call: not anonymous");
		$count{refusals}++;
	}
	my @named = grep { $_ ne 'all' && exists $want{$_} }
		map { $wants[2 * $_] } 0 .. @wants / 2 - 1;
	my %named = map { $_ => 1 } @named;
	for my $who ((grep { defined $all && !$named{$_} } sort keys %cast),
			@named) {
		my $expect = $want{$who} // $all;
		$count{$expect eq 'done' ? 'rights' : 'refusals'}++;
		judge(ask($call, $cast{$who}, $params), $expect,
			"$call: a $who: $expect");
	}
	$shown{$call}{refusals}++;
}

# Each of these endpoints has answered, and has been asked by all of them.
sub walked {
	my ($which) = @_;
	my @calls = grep { s/^\w+ //r =~ $which } map { Walk::name_of($_) }
		@Walk::rows;
	is join(' ', grep { !$shown{$_}{shapes} } @calls), '',
		'each has shown its success';
	is join(' ', grep { !$shown{$_}{refusals} } @calls), '',
		'and whom it refuses';
	note sprintf 'walked: %d endpoints, %d successes, %d failures, ' .
		'%d refusals, %d rights', scalar(keys %shown), map { $_ // 0 }
		@count{qw(shapes failures refusals rights)};
	done_testing;
}

1;
