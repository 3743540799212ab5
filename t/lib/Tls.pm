# SPDX-License-Identifier: ISC
# Certificates of many kinds, and openssl's own client.
#
#   my $said = s_client($chat, '-tls1_2', \"GET / HTTP/1.0\r\n\r\n");
#       what `openssl s_client` prints when it has sent that (or nothing)
#   my $name = subject($chat);              the CN that a new client is shown
#   make_pair($cert, $key, cn => 'localhost', type => 'rsa', pass => 'secret',
#       ca => 1, by => [$ca_cert, $ca_key]);    cn and type 'ec' if left out
package Tls;
use strict;
use warnings;
use Carp;
use Exporter 'import';
use Proc qw(reap slurp spawn);

our @EXPORT = qw(make_pair openssl reload s_client subject);
my %TYPE = (rsa => ['rsa:2048'],
	ec => ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']);
my $count = 0;

# Exit status and all it said.
sub openssl {
	my ($home, $in, @args) = @_;
	my $file = "$home/openssl-$$-" . $count++;
	open my $fh, '>:raw', "$file.in" or croak "$file: $!";
	print {$fh} $in;
	close $fh;
	my $pid = spawn({ %ENV }, ['<', "$file.in"], ['>>', "$file.out"],
		['>>', "$file.out"], 'openssl', @args);
	my $status = reap($pid, 60);
	kill 'KILL', $pid unless defined $status;
	return ($status, slurp("$file.out"));
}

sub s_client {
	my ($chat, @args) = @_;
	my $in = ref $args[-1] ? ${ pop @args } : '';
	my ($status, $said) = openssl($chat->home, $in, 's_client',
		'-connect', '127.0.0.1:' . $chat->tls_port,
		$in ne '' ? '-ign_eof' : (), @args);
	return $said;
}

sub subject {
	my ($chat) = @_;
	return s_client($chat) =~ /^subject=.*?CN ?= ?([\w.]+)/m ? $1 : 'nobody';
}

sub make_pair {
	my ($cert, $key, %o) = @_;
	my ($home) = $cert =~ m{^(.*)/};
	my ($status, $said) = openssl($home, '', 'req', '-x509', '-days', 2,
		'-newkey', @{ $TYPE{ $o{type} // 'ec' } },
		'-subj', '/CN=' . ($o{cn} // 'localhost'), '-addext',
		$o{ca} ? 'keyUsage=keyCertSign' :
			'subjectAltName=DNS:localhost,IP:127.0.0.1',
		$o{pass} ? ('-passout', "pass:$o{pass}") : '-nodes',
		'-keyout', $key, '-out', $o{by} ? "$cert.self" : $cert);
	croak "openssl: $said" if $status;
	return unless $o{by};
	open my $ext, '>', "$cert.ext" or croak "$cert.ext: $!";
	print {$ext} "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
	close $ext;
	($status, $said) = openssl($home, '', 'x509', '-req', '-days', 2,
		'-in', "$cert.csr", '-CA', $o{by}[0], '-CAkey', $o{by}[1],
		'-set_serial', 2 + $count, '-extfile', "$cert.ext", '-out', $cert)
		unless (openssl($home, '', 'x509', '-x509toreq', '-in',
			"$cert.self", '-signkey', $key, '-out', "$cert.csr"))[0];
	croak "openssl: $said" if $status || !-s $cert;
}

# SIGHUP, and the line by which the server answers; how many there were.
sub reload {
	my ($chat, $line) = @_;
	my $had = () = $chat->log =~ /$line/g;
	kill 'HUP', $chat->pid;
	return $chat->logged(qr/(?:$line.*){@{[$had + 1]}}/s);
}

1;
