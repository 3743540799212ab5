# SPDX-License-Identifier: ISC
# Real curl, as scripts use it: people are known by their ~/.netrc.
#
#   my $curl = Curl->new($chat, 'ada', $token_or_password);
#   my ($exit, $out, $err) = $curl->run(@args, 'ops');      # ops: /r/ops
#   $curl->ok(@args, 'ops');        # its output; dies when curl fails
#   my $s = $curl->start(@args, 'ops/sse');                 # runs on
#   $s->until(qr/x/);  $s->text;  $s->ended;  $s->stop;     # exit status
#
# Words without a leading dash behind the options are paths under /r/.  Every
# wait has an end.
package Curl;
use strict;
use warnings;
use Carp;
use Exporter 'import';
use Proc qw(reap slurp spawn);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(curl_of);
my $serial = 0;

sub curl_of { return Curl->new(@_) }

sub new {
	my ($class, $chat, $name, $secret) = @_;
	my $home = $chat->home . '/as-' . ++$serial;
	mkdir $home or croak "$home: $!";
	my $s = bless { chat => $chat, home => $home, name => $name },
		$class;
	$s->write('.netrc', "machine 127.0.0.1 login $name password $secret\n")
		if defined $secret;
	return $s;
}

sub write {
	my ($s, $name, $text) = @_;
	open my $f, '>:raw', "$s->{home}/$name" or croak "$name: $!";
	print {$f} $text;
	close $f or croak "$name: $!";
	return "$s->{home}/$name";
}

sub url { return 'http://127.0.0.1:' . $_[0]{chat}->port . "/r/$_[1]" }

sub spawned {
	my ($s, $out, $in, @args) = @_;
	my $path = pop @args;
	my %env = (HOME => $s->{home}, PATH => $ENV{PATH}, LC_ALL => 'C.UTF-8');
	$path = $path =~ /^http/ ? $path : $s->url($path);
	my @netrc = -f "$s->{home}/.netrc" ? '-n' : ();
	return spawn(\%env, ['<', $in // '/dev/null'], ['>', $out],
		['>', "$out.err"], 'curl', '-sS', @netrc, '--max-time', 60,
		@args, $path);
}

sub run {
	my ($s, @args) = @_;
	my $out = "$s->{home}/out-" . ++$serial;
	my $in = ref $args[0] ? $s->write("in-$serial", ${ shift @args }) :
		undef;
	my $exit = reap($s->spawned($out, $in, @args), 70);
	croak "curl @args did not end" unless defined $exit;
	return ($exit, slurp($out), slurp("$out.err"));
}

sub ok {
	my ($s, @args) = @_;
	my @in = ref $args[0] ? shift @args : ();
	my ($exit, $out, $err) = $s->run(@in, '--fail-with-body', @args);
	croak "curl @{[grep { !ref } @args]}: $exit $out $err" if $exit;
	return $out;
}

# Status and body.
sub status {
	my ($s, @args) = @_;
	my @in = ref $args[0] ? shift @args : ();
	my ($exit, $out) = $s->run(@in, '-w', '\n%{http_code}', @args);
	return $out =~ /\A(.*)\n(\d+)\z/s ? ($2, $1) : (0, $out);
}

sub start {
	my ($s, @args) = @_;
	my $out = "$s->{home}/out-" . ++$serial;
	my $pid = $s->spawned($out, undef, '-N', @args);
	return bless { pid => $pid, out => $out }, 'Curl::Running';
}

package Curl::Running;
use strict;
use warnings;
use Carp;
use Proc qw(reap slurp);
use Time::HiRes qw(sleep time);

sub text { return slurp($_[0]{out}) }

# What has come, as soon as it holds that; dies when it never does.
sub until {
	my ($r, $pattern) = @_;
	for (my $end = time + 30; time < $end; sleep 0.01) {
		my $text = $r->text;
		return $text if $text =~ $pattern;
	}
	croak "there is no $pattern in: " . $r->text . slurp("$r->{out}.err");
}

# It ends by itself: its exit status.
sub ended {
	my ($r) = @_;
	return $r->{status} if exists $r->{status};
	my $status = reap($r->{pid}, 40);
	return $r->{status} = $status if defined $status;
	$r->stop;
	return;
}

sub stop {
	my ($r) = @_;
	return if exists $r->{status};
	kill 'KILL', $r->{pid};
	return $r->{status} = reap($r->{pid}, 10);
}

sub DESTROY { local ($?, $@, $!); $_[0]->stop }

1;
