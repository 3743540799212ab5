#!/usr/bin/perl
# The README's own lines, run in their order in one shell against a fresh
# server, answer what the README says.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;
use lib 't/lib';
BEGIN { $ENV{POCKETCHAT} = abs_path($ENV{POCKETCHAT} || 'build/pocketchat') }
use Chat;
use Proc qw(reap slurp spawn);
use Readme;

my $readme = Readme->new('README.md');
my @commands = $readme->commands;
cmp_ok scalar @commands, '>', 30, 'the README has lines to run';

# As a user has it: nothing is set, and the password is made up.
my $chat = chat(admin => 0, settings => { map { $_ => '' } qw(login_throttle
	rate_limit max_connections_per_address password_cost api_limit_read
	api_limit_write) });
my ($block) = $readme->text =~ /^```text\n(username: .*?)^```/ms;
my ($ready) = $chat->log =~ /^(.*\bmsg=ready\b.*\n)/m;
my $said = $chat->out . $ready;
$said =~ s/:@{[$chat->port]}$/:3000/m;
my ($password) = $said =~ /^password: (\w{20})$/m;
my ($example) = $block =~ /^password: (\w{20})$/m;
my $same = Readme::Same->new;
is $same->fault($block =~ s/$example/*/r, $said =~ s/$password/*/r), undef,
	'the first start prints what the quick start says';
like $readme->text, qr/^    PASSWORD=\Q$example\E\b/m,
	'the password of the examples is the one that was printed';
like $readme->text, qr{^    URL=http://127\.0\.0\.1:3000/api$}m,
	'and their address the one of make run';

# Each in a file of its own, read by one shell, so that variables last.
my $home = $chat->home;
sub put {
	my ($file, $text) = @_;
	open my $fh, '>', "$home/$file" or die "$file: $!";
	print {$fh} $text;
	close $fh;
}

# The shell goes on when it has been told so: what it is to run next may need
# ids and tokens of the answers before.
pipe my $go, my $tell or die;
my %env = (%ENV, HOME => $home, PATH => "$home/bin:$ENV{PATH}", LC_ALL => 'C');
delete @env{grep { /^(?:POCKETCHAT|ADMIN_|ROOT_URL$|PORT$|http_proxy$)/ } keys %env};
mkdir "$home/bin";
symlink $ENV{POCKETCHAT}, "$home/bin/pocketchat" or die;
put('all', "cd '$home'\nURL=http://127.0.0.1:@{[$chat->port]}/api\n" .
	"PASSWORD=$password\nwhile read n; do\n. ./\$n >\$n.tmp 2>&1 </dev/null\n" .
	"mv \$n.tmp \$n.out\ndone\n");
my $pid = spawn(\%env, ['<&', $go], ['>', "$home/said"], ['>&', \*STDOUT],
	'sh', "$home/all");
close $go;

sub answer {
	my ($n, $command) = @_;
	put($n, "$command\n");
	syswrite $tell, "$n\n";
	for (1 .. 3000) {
		return slurp("$home/$n.out") if -e "$home/$n.out";
		select undef, undef, undef, 0.02;
	}
	return 'no answer at all';
}

my %called;
for my $n (0 .. $#commands) {
	my ($line, $command, $want) = @{ $commands[$n] }{qw(line command answer)};
	my $got = answer($n + 1, $same->real($command));
	is $same->fault($want, $got), undef, "README.md:$line: " .
		($command =~ /^([^\n]{1,60})/)[0] or last;
	next unless $command =~ m{\$\{?URL(%/api)?\}?([^ "?]*)};
	my $path = ($1 ? q() : "/api") . $2;
	my $verb = $command =~ /-X (\w+)/ ? $1 : $command =~ / -T / ? 'PUT' :
		$command =~ / (?:-d|--data-binary|-F) / ? 'POST' : 'GET';
	$called{"$verb $path"} = 1;
}
close $tell;
is reap($pid, 10), 0, 'the shell has run them all';

my (undef, @rows) = split /\n/, $chat->done('routes');
for (@rows) {
	my ($verb, $path) = split /\t/;
	next if $path =~ # of these, the most used are
		m{^/(?:api/v1|hooks|file-upload|avatar|emoji-custom|assets)/};
	my $pattern = $path =~ s/:\w+/[^\/]+/gr;
	ok scalar(grep { /^$verb $pattern$/ } keys %called),
		"$verb $path is shown with curl";
}
done_testing;
