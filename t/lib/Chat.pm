# SPDX-License-Identifier: ISC
# A fresh server for a test, and people who talk to it.
#
#   my $chat = chat(settings => { login_throttle => 'on' }, tls => 1,
#       args => ['--log-json'], env => { PORT => 1 });     # all may be left out
#   my $ada = $chat->user('ada', roles => ['bot']);        # made and logged in
#   my $room = $ada->room('engine', members => [$bob]);    # its id
#   my $r = $ada->post("rooms/$room/send", { msg => 'hi' });
#   $r->status; $r->{status}; $r->json; $r->headers;       # see Wire.pm
#   my $text = $chat->raw("GET / HTTP/1.1\r\n...", count => 2);
#   my ($exit, $out, $err) = $chat->cli('user', 'list', { stdin => ... });
#   $chat->stop; $chat->kill9; $chat->restart; $chat->log;
#
# More options: start => 0 (only the folder and the command line), admin => 0
# (the server invents the admin's password), listen => [...], dir => a data
# directory that exists.  When the test ends the server is stopped, and the
# test fails if it did not stop cleanly, complained of an assert or of memory,
# or logged a password or token.  Nothing waits for ever.
package Chat;
use strict;
use warnings;
use Carp;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Temp;
use IO::Handle;
use POSIX qw(WNOHANG);
use Proc qw(reap slurp spawn);
use Session;
use Test::More;
use Time::HiRes qw(time);
use Wire;

our @EXPORT = qw(chat);
our ($ADMIN, $ADMIN_PASS) = ('admin', 'Admins-own-pass-4711');
my $BINARY = $ENV{POCKETCHAT} || 'build/pocketchat';
my $ALARMS =
	qr/assert|(?:Address|Leak|UndefinedBehavior)Sanitizer|runtime error/i;
my %EASY = (login_throttle => 'off', rate_limit => 'off',
	api_limit_read => 0, api_limit_write => 0,
	max_connections_per_address => 0, password_cost => 'ln=10,r=8,p=1');
my @servers;

$Wire::TLSPIPE = $ENV{TLSPIPE} || dirname($BINARY) . '/t/lib/tlspipe';
$SIG{$_} ||= sub { exit 1 } for qw(INT TERM HUP PIPE);
$SIG{ALRM} ||= sub { croak 'the test ran out of time' };
alarm($ENV{CHAT_TIME} || 300);

sub chat {
	my (%o) = @_;
	my $home = File::Temp->newdir('pocketchat-XXXXXX', TMPDIR => 1);
	my $c = bless { %o, home => $home, owner => $$, problems => [],
		secrets => { $ADMIN_PASS => "the admin's password" },
		life => 0 }, __PACKAGE__;
	$c->{dir} //= "$home/data";
	$c->{prefix} //= '/api/';
	push @servers, $c;
	$c->make_certificate if $c->{tls};
	$c->start unless exists $o{start} && !$o{start};
	return $c;
}

sub dir { $_[0]{dir} }
sub home { "$_[0]{home}" }
sub pid { $_[0]{pid} }
sub port { $_[0]{ports}{http} }
sub tls_port { $_[0]{ports}{https} }
sub cert { "$_[0]{home}/cert.pem" }
sub key { "$_[0]{home}/key.pem" }
sub secret { $_[0]{secrets}{$_[1]} = $_[2] // 'a secret'; $_[1] }

sub log { slurp("$_[0]{home}/log") }
sub out { slurp("$_[0]{home}/out") }

# True as soon as the log holds it; false when it never does.
sub logged {
	my ($c, $pattern) = @_;
	for (my $until = time + $Wire::PATIENCE; time < $until;) {
		return 1 if $c->log =~ $pattern;
		select undef, undef, undef, 0.01;
	}
	return 0;
}

sub make_certificate {
	my ($c) = @_;
	my $said = qx{openssl req -x509 -newkey ec -pkeyopt \\
		ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \\
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 \\
		-keyout @{[$c->key]} -out @{[$c->cert]} 2>&1};
	croak "openssl: $said" if $?;
}

sub environment {
	my ($c, $more) = @_;
	my %env = map { $_ => $ENV{$_} }
		grep { !/^(?:POCKETCHAT|ADMIN_|ROOT_URL$|PORT$)/ } keys %ENV;
	my %settings = (%EASY, %{ $c->{settings} || {} });
	$env{'POCKETCHAT_' . uc} = $settings{$_} for keys %settings;
	@env{qw(ADMIN_USERNAME ADMIN_PASS ADMIN_EMAIL)} =
		($ADMIN, $ADMIN_PASS, 'admin@example.org')
		unless exists $c->{admin} && !$c->{admin};
	return (%env, %{ $c->{env} || {} }, %{ $more || {} });
}

sub command {
	my ($c) = @_;
	my @listen = @{ $c->{listen} || ['http://127.0.0.1:0',
		$c->{tls} ? 'https://127.0.0.1:0' : ()] };
	return ($BINARY, 'serve', '--data', $c->dir,
		(map { ('--listen', $_) } @listen),
		$c->{tls} ? ('--tls-cert', $c->cert, '--tls-key', $c->key) : (),
		@{ $c->{args} || [] });
}

sub start {
	my ($c) = @_;
	pipe my $read, my $write or croak "pipe: $!";
	$c->{pid} = spawn({ $c->environment }, ['<', '/dev/null'],
		['>>', "$c->{home}/out"], ['>&', $write], $c->command);
	close $write;
	$c->{life}++;
	my $line = $c->ready_line($read);
	$c->{drain} = spawn({ %ENV }, ['<&', $read], ['>>', "$c->{home}/log"],
		['>>', "$c->{home}/log"], 'cat');
	$c->{ports} = {};
	$c->{ports}{$1} //= $2 while $line =~ m{\b(https?)://[^\s",]*?:(\d+)\b}g;
	return $c;
}

# Read the log up to the line that says "ready"; all of it goes to the file.
sub ready_line {
	my ($c, $read) = @_;
	open my $log, '>>:raw', "$c->{home}/log" or croak "log: $!";
	$log->autoflush(1);
	my $wire = Wire->wrap($read, 'the log');
	my $line = eval { $wire->until(qr/\bmsg"?[=:]"?ready\b[^\n]*\n/) };
	print {$log} $line // '', $wire->{in};
	$read->blocking(1);
	delete $wire->{socket};
	return $line if defined $line;
	kill 'KILL', $c->{pid};
	my $status = reap(delete $c->{pid}, 10) // 'none';
	croak "the server did not start (status $status): " . $c->log;
}

# The server ends by itself or was told to: its exit status.
sub ended {
	my ($c, $seconds) = @_;
	my $pid = $c->{pid} // return;
	my $status = reap($pid, $seconds // 10);
	if (!defined $status) {
		kill 'KILL', $pid;
		reap($pid, 10);
		push @{ $c->{problems} }, 'the server did not end in time';
	}
	delete $c->{pid};
	my $drain = delete $c->{drain};
	defined reap($drain, 5) or kill('KILL', $drain), reap($drain, 5);
	return $status;
}

sub stop {
	my ($c) = @_;
	return 0 unless $c->{pid};
	kill 'TERM', $c->{pid};
	my $status = $c->ended(10);
	push @{ $c->{problems} }, "the server ended with status $status"
		if $status;
	return $status;
}

sub kill9 {
	my ($c) = @_;
	kill 'KILL', $c->{pid};
	return $c->ended(10);
}

sub restart {
	my ($c) = @_;
	$c->stop;
	return $c->start;
}

# Everything that must never have happened.
sub judge {
	my ($c) = @_;
	if ($c->{pid} && waitpid($c->{pid}, WNOHANG) == $c->{pid}) {
		push @{ $c->{problems} }, sprintf
			'the server died (signal %d, exit %d)', $? & 127, $? >> 8;
		delete $c->{pid};
	}
	$c->stop;
	my $log = $c->log;
	push @{ $c->{problems} }, "the log complains: $1"
		if $log =~ /^(.*$ALARMS.*)$/m;
	push @{ $c->{problems} }, "the log holds $c->{secrets}{$_}"
		for grep { index($log, $_) >= 0 } keys %{ $c->{secrets} };
	diag("$_\n" . substr $log, -4000) for @{ $c->{problems} };
	return @{ $c->{problems} };
}

END {
	my $status = $?;
	my $bad = grep { $_->{owner} == $$ && $_->judge } @servers;
	$? = $status || ($bad ? 1 : 0);
}

sub cli {
	my ($c, @words) = @_;
	my %o = ref $words[-1] ? %{ pop @words } : ();
	my %file = map { $_ => "$c->{home}/cli-$$-$_" } qw(in out err);
	open my $in, '>:raw', $file{in} or croak "$file{in}: $!";
	print {$in} $o{stdin} // '';
	close $in;
	my $pid = spawn({ $c->environment($o{env}) }, ['<', $file{in}],
		['>', $file{out}], ['>', $file{err}], $BINARY, @words,
		'--data', $c->dir);
	my $status = reap($pid, $o{seconds} // 60);
	kill 'KILL', $pid unless defined $status;
	my ($out, $err) = map { slurp($file{$_}) } qw(out err);
	push @{ $c->{problems} }, "@words: $1" if $err =~ /^(.*$ALARMS.*)$/m;
	$c->secret($1, 'a token') while $out =~ /\b([\w-]{43})$/mg;
	return ($status, $out, $err);
}

# The command line when it has to succeed: its output.
sub done {
	my ($c, @words) = @_;
	my ($status, $out, $err) = $c->cli(@words);
	croak "@words: " . ($status // 'no end') . " $err" if $status // 1;
	return $out;
}

# A connection (Wire.pm); tls => 1 for the https listener.
sub socket {
	my ($c, %o) = @_;
	return Wire->new('127.0.0.1', $c->tls_port, tls => $c->cert) if $o{tls};
	return Wire->new('127.0.0.1', $c->port, %o);
}

# Bytes in, bytes out: up to count replies (1; 'all': until the server
# closes).  After a reply that announces it, also all until the close.
sub raw {
	my ($c, $bytes, %o) = @_;
	my $w = $c->socket(%o);
	my ($text, $count) = ('', $o{count} // 1);
	$w->send($bytes);
	return $w->rest if $count eq 'all';
	while ($count-- > 0 && (my $r = $w->reply($o{method}))) {
		$text .= $r->raw;
		return $text . $w->rest
			if lc($r->header('connection') // '') eq 'close';
	}
	return $text;
}

sub anyone {
	my ($c, %o) = @_;
	return Session->new($c, %o);
}

sub login {
	my ($c, $name, $pass, %o) = @_;
	my $s = $c->anyone(%o, name => $name,
		pass => $c->secret($pass, "$name\'s password"));
	my $r = $s->post('/api/login', { user => $name, password => $pass });
	croak "$name cannot log in: $r" unless $r->status == 200;
	$s->{token} = $c->secret($r->{data}{authToken}, "$name\'s token");
	$s->{id} = $r->{data}{userId};
	return $s;
}

sub admin { $_[0]{boss} //= $_[0]->login($ADMIN, $ADMIN_PASS) }

# Made by the command line if it has roles of its own, else as clients do.
sub user {
	my ($c, $name, %o) = @_;
	my $pass = $c->secret($o{pass} // "pass-of-$name-0815");
	my $email = $o{email} // "$name\@example.org";
	if ($o{roles}) {
		$c->done('user', 'add', $name, '--email', $email,
			(map { ('--role', $_) } @{ $o{roles} }),
			{ env => { POCKETCHAT_PASSWORD => $pass } });
	} else {
		my $r = $c->admin->post('/api/bulk/register', { users => [
			{ name => $name, email => $email, pass => $pass }] });
		croak "$name cannot be made: $r" unless $r->status == 200;
	}
	return $c->login($name, $pass);
}

1;
