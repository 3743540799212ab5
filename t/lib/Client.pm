# SPDX-License-Identifier: ISC
# Clients of other people, as their packages ship them, against a server of
# this test.  They are not there on every machine: the test is skipped then.
#
#   needs('/usr/bin/apprise');       the files that make it, or skip_all
#   needs_node('rocketchat-api');    the same for modules of npm
#   my ($exit, $said) = client($chat, { NAME => 'value' }, @command);
#       run it, with little of this process's environment and a home of its own
#   my $got = steps($chat, 'x.js', { NAME => ... });
#       run a driver of t/clients/ with node; by name, what each step got
#   my $file = bundle($chat, 'x.js');
#       the driver and all that it loads in one file, as a page has it
#   my ($address, $path, $id) = hook($chat, 'room', @more);
#   my $chat = sealed();             a server with HTTPS, too; its certificate:
#   my $file = certificate($chat);
#
# Modules of npm are looked for in NODE_PATH, else in build/npm/node_modules.
package Client;
use strict;
use warnings;
use Carp;
use Cwd qw(abs_path);
use Exporter 'import';
use JSON::PP;
use Proc qw(reap slurp spawn);
use Test::More;
use V1;

our @EXPORT = qw(bundle certificate client hook needs needs_node sealed steps
	url);
my $modules = $ENV{NODE_PATH} || 'build/npm/node_modules';
my $patience = 60;

sub needs {
	my (@files) = @_;
	for my $file (@files) {
		plan skip_all => "$file is not installed" unless -e $file;
	}
}

sub needs_node {
	my (@names) = @_;
	plan skip_all => 'node is not installed'
		unless grep { -x "$_/node" } split /:/, $ENV{PATH};
	needs(map { "$modules/$_/package.json" } @names);
}

sub url { 'http://127.0.0.1:' . $_[0]->port }

# Exit status and all it said; undef: it did not end.
sub client {
	my ($chat, $env, @command) = @_;
	my $out = $chat->home . "/client-$$";
	my $pid = spawn({ PATH => $ENV{PATH}, HOME => $chat->home,
		LANG => 'C.UTF-8', %$env }, ['<', '/dev/null'], ['>', $out],
		['>>', $out], @command);
	my $status = reap($pid, $patience);
	kill('KILL', $pid), waitpid $pid, 0 unless defined $status;
	return ($status, slurp($out));
}

sub bundle {
	my ($chat, $driver) = @_;
	my $file = $chat->home . "/$driver";
	my ($status, $said) = client($chat, { NODE_PATH => abs_path($modules) },
		'node', "$modules/esbuild/bin/esbuild", "t/clients/$driver",
		'--bundle', '--platform=node', '--main-fields=module,main',
		"--outfile=$file");
	is $status, 0, "$driver is one file" or diag $said;
	return $file;
}

# A driver prints a line for each step: its name and what it got, in JSON.
sub steps {
	my ($chat, $driver, $env) = @_;
	my ($status, $said) = client($chat, { URL => url($chat),
		NODE_PATH => abs_path($modules), %{ $env || {} } },
		'node', $driver =~ m{/} ? $driver : "t/clients/$driver");
	my %got;
	for my $line (grep { /^\["/ } split /\n/, $said) {
		my ($step, $value) = @{ decode_json($line) };
		$got{$step} = $value;
	}
	is $status, 0, "$driver comes to its end" or diag $said;
	return \%got;
}

# As somebody tries HTTPS who has nothing but the program.
sub sealed {
	my $chat = v1(start => 0);
	$chat->done('cert', 'self-signed');
	$chat->{listen} = ['http://127.0.0.1:0', 'https://127.0.0.1:0'];
	$chat->{args} = ['--tls-cert', certificate($chat),
		'--tls-key', $chat->dir . '/key.pem'];
	return $chat->start;
}

sub certificate { $_[0]->dir . '/cert.pem' }

# An incoming webhook, made by the command line: its address, that without
# the server, and that without /hooks/.
sub hook {
	my ($chat, $room, @more) = @_;
	my $said = $chat->done('hook', 'add', $room, @more);
	my ($path, $id) = $said =~ m{(/hooks/(\w+/\w+))} or
		croak "no address: $said";
	$chat->secret($id =~ s{.*/}{}r, 'the token of a hook');
	return (url($chat) . $path, $path, $id);
}

1;
