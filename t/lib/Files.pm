# SPDX-License-Identifier: ISC
# Files for tests of uploads.
#
#   my ($body, $type) = parts([file => 'bytes', 'a.png', 'image/png'],
#       [msg => 'a field']);                    # a form of parts
#   my $r = upload($session, $path, @parts);    # posted
#   png(16, 32)  gif(..)  jpeg(..)  webp(..)    # heads of pictures
#   stored($chat)       # what is in DATA/uploads: digests, sorted
#   leftovers($chat)    # and what should not be there: parts, markers
#   settled($chat, @digests)    # true as soon as exactly these are there
package Files;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Exporter 'import';
use File::Find;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(parts upload png gif jpeg webp stored leftovers settled
	sha256_hex);
my $mark = 'a-boundary-4711';

sub parts {
	my $body = join '', map {
		my ($name, $bytes, $file, $type) = @$_;
		"--$mark\r\nContent-Disposition: form-data; name=\"$name\"" .
			(defined $file ? "; filename=\"$file\"" : '') . "\r\n" .
			(defined $type ? "Content-Type: $type\r\n" : '') .
			"\r\n$bytes\r\n";
	} @_;
	return ("$body--$mark--\r\n", "multipart/form-data; boundary=$mark");
}

sub upload {
	my ($who, $path, @parts) = @_;
	my ($body, $type) = parts(@parts);
	return $who->post($path, $body, type => $type);
}

sub png {
	my ($w, $h, $more) = @_;
	return "\x89PNG\r\n\x1a\n" . pack('N', 13) . 'IHDR' .
		pack('NN', $w, $h) . "\x08\x06\0\0\0" . ($more // '');
}

sub gif { 'GIF89a' . pack('vv', @_) . "\0\0\0;" }

sub jpeg {
	my ($w, $h) = @_;
	return "\xff\xd8\xff\xe0" . pack('n', 16) . "JFIF\0" . ("\0" x 9) .
		"\xff\xe1" . pack('n', 1002) . ("\xff" x 1000) .
		"\xff\xff\xc2" . pack('nCnn', 17, 8, $h, $w) . ("\0" x 12);
}

sub webp {
	my ($w, $h) = @_;
	return 'RIFF' . pack('V', 30) . 'WEBPVP8X' . pack('V', 10) . "\0\0\0\0" .
		substr(pack('V', $w - 1), 0, 3) . substr(pack('V', $h - 1), 0, 3);
}

sub files {
	my ($chat) = @_;
	my @files;
	my $dir = $chat->dir . '/uploads';
	find({ no_chdir => 1, wanted => sub {
		push @files, $File::Find::name if -f $File::Find::name;
	} }, $dir) if -d $dir;
	return map { s{^\Q$dir/\E}{}r } @files;
}

sub stored {
	my ($chat) = @_;
	return sort map { m{^(..)/(\1[0-9a-f]{62})$} ? $2 : () } files($chat);
}

sub leftovers {
	my ($chat) = @_;
	return sort grep { !m{^(..)/\1[0-9a-f]{62}$} } files($chat);
}

sub settled {
	my ($chat, @want) = @_;
	for (my $until = time + 10; time < $until; sleep 0.01) {
		return 1 if "@{[sort @want]}" eq "@{[stored($chat)]}" &&
			!leftovers($chat);
	}
	return 0;
}

1;
