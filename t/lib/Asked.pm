# SPDX-License-Identifier: ISC
# What the data say, asked of the file by a process that keeps nothing from one
# question to the next.
#
#   my $data = Asked->new($directory);
#   my ($status, $row) = $data->access($name, $token, $word);
#   $data->writing($name, $row);         # 200 or 403
#   $data->page($row); $data->rooms;     # lines, with tabs between the fields
#   $data->ask($sql); $data->close;
package Asked;
use strict;
use warnings;
use IPC::Open2;

sub new {
	my ($class, $dir) = @_;
	my $s = bless {}, $class;
	$s->{pid} = open2($s->{answers}, $s->{questions}, 'sqlite3', '-batch', '-cmd',
		'.timeout 10000', '-separator', "\t", "$dir/pocketchat.db");
	return $s;
}

sub ask {
	my ($s, $sql) = @_;
	print { $s->{questions} } "$sql;\nSELECT 'that is all';\n";
	$s->{questions}->flush;
	my @rows;
	while (defined(my $row = readline $s->{answers})) {
		chomp $row;
		return @rows if $row eq 'that is all';
		push @rows, $row;
	}
	die "sqlite3: $sql";
}

sub close {
	my ($s) = @_;
	CORE::close $s->{questions};
	waitpid $s->{pid}, 0;
}

# Of a room (by id, else by name) for a user with this token: the status that
# they are due, and with 200 the room's row.
sub access {
	my ($s, $name, $token, $word) = @_;
	my ($user) = $s->ask("SELECT u.row FROM user u JOIN token t ON t.user = u.row WHERE"
		. " u.username = '$name' AND u.active AND t.tail = '" . substr($token, -6) . "'");
	return 401 unless $user;
	my ($room) = $s->ask("SELECT row, type FROM room WHERE id = '$word'");
	($room) = $s->ask("SELECT row, type FROM room WHERE name = '$word' COLLATE NOCASE") unless $room;
	return 404 unless $room;
	my ($row, $type) = split /\t/, $room;
	my ($in) = $s->ask("SELECT 1 FROM member WHERE room = $row AND user = $user");
	my ($may) = $s->ask("SELECT 1 FROM user_role NATURAL JOIN role_permission"
		. " WHERE user = $user AND permission = 'view-c-room'");
	return $in || $may && $type eq 'c' ? (200, $row) : ($type eq 'c' ? 403 : 404);
}

# May this user, who can see it, write in it: 200 or 403.
sub writing {
	my ($s, $name, $row) = @_;
	my ($user) = $s->ask("SELECT row FROM user WHERE username = '$name'");
	my ($not) = $s->ask("SELECT archived OR EXISTS(SELECT 1 FROM muted"
		. " WHERE room = $row AND user = $user) FROM room WHERE row = $row");
	my ($readonly) = $s->ask("SELECT readonly FROM room WHERE row = $row");
	my ($may) = $s->ask("SELECT 1 FROM role_permission p WHERE permission = 'post-readonly'"
		. " AND (role IN (SELECT role FROM user_role WHERE user = $user)"
		. " OR EXISTS(SELECT 1 FROM member WHERE room = $row AND user = $user"
		. " AND instr(' ' || roles || ' ', ' ' || p.role || ' ')))");
	return $not || $readonly && !$may ? 403 : 200;
}

# The newest messages of a room.
sub page {
	my ($s, $row) = @_;
	return join "\n", $s->ask("SELECT m.id, coalesce(u.username, 'Removed user'), m.text"
		. " FROM message m JOIN user u ON u.row = m.author"
		. " WHERE m.pk >> 40 = $row ORDER BY m.pk DESC LIMIT 50");
}

# All public rooms.
sub rooms {
	my ($s) = @_;
	return join "\n", $s->ask("SELECT r.id, r.name, r.messages, r.archived, r.readonly,"
		. " (SELECT group_concat(name, ' ') FROM (SELECT coalesce(u.username, m.ghost) AS name"
		. " FROM member m LEFT JOIN user u ON u.row = m.user WHERE m.room = r.row ORDER BY m.row)),"
		. " (SELECT group_concat(name, ' ') FROM (SELECT u.username AS name FROM muted m"
		. " JOIN user u ON u.row = m.user WHERE m.room = r.row ORDER BY 1))"
		. " FROM room r WHERE r.type = 'c' ORDER BY r.messages DESC, r.row");
}

1;
