#!/usr/bin/perl
# The program as it is built: how large, how hardened, and what it needs.
use strict;
use warnings;
use File::Temp;
use Test::More;
use lib 't/lib';
use Proc qw(slurp);

my $binary = $ENV{POCKETCHAT} || 'build/pocketchat';
plan skip_all => 'readelf and strip are not here'
	if system('readelf --version >/dev/null 2>&1') ||
	system('strip --version >/dev/null 2>&1');
plan skip_all => 'a build for sanitizers' if slurp($binary) =~ /__asan_init/;

my $dir = File::Temp->newdir;
is system('strip', '-o', "$dir/stripped", $binary), 0, 'it can be stripped';
my $size = -s "$dir/stripped";
note "$size bytes";
cmp_ok $size, '<', 1_000_000, 'and then is less than a megabyte';

my $elf = `readelf -hldW $binary`;
like $elf, qr/^\s*Type:\s+DYN /m, 'it can be loaded anywhere';
like $elf, qr/^\s*GNU_RELRO /m, 'its tables are read-only once it runs';
like $elf, qr/\bNOW\b/, 'all of them, from the start';
like $elf, qr/^\s*GNU_STACK .* RW /m, 'no code on the stack';
unlike $elf, qr/^\s*LOAD .* RWE /m, 'nor where it can be written';
like `readelf --dyn-syms -W $binary`, qr/__stack_chk_fail/,
	'functions guard their frames';
is_deeply [sort $elf =~ /\(NEEDED\).*\[(\w+)\.so/g],
	[qw(libc libcrypto libsqlite3 libssl)], 'it needs these and no others';

done_testing;
