/* SPDX-License-Identifier: ISC */
/* Rooms: their names, settings and lists. */
#include "t/store/fresh.h"

static int
add(struct store *s, const char *id, const char *name, char type, int64_t by)
{
	struct room r = {
		.id = str_of(id),
		.name = str_of(name),
		.type = type,
		.topic = STR("a topic"),
		.creator = by,
		.by_default = name && *name == 'g',
		.readonly = name && *name == 'r',
		.created = 5,
		.updated = 6,
	};

	return kept(s, room_add(marked(s), &r));
}

static void
adding(struct store *s)
{
	int64_t ada = new_user(s, "ada");
	struct room r;

	ok(add(s, "i1", "Den", 'c', ada) == 1, "a room is added");
	ok(room_by_id(s, &mem, STR("i1"), &r) == 1 && r.type == 'c' &&
		str_eq(r.name, STR("Den")) && str_eq(r.topic, STR("a topic")) &&
		r.creator == ada && str_eq(r.creator_id, STR("id-of-ada")) &&
		str_eq(r.creator_name, STR("ada")) && r.created == 5 &&
		r.updated == 6 && !r.archived && !r.readonly && !r.by_default &&
		!r.has_muted && r.last == 0 && r.messages == 0 &&
		r.members == 0,
	    "and comes back as it was");
	ok(add(s, "i2", "dEN", 'p', 0) == 0, "a name is taken in any case");
	ok(add(s, "i1", "other", 'p', 0) == 0, "an id once");
	ok(add(s, "i2", NULL, 'd', 0) == 1 && add(s, "i3", NULL, 'd', 0) == 1,
	    "two may have no name");
	ok(room_by_id(s, &mem, STR("i2"), &r) == 1 && !r.name.ptr &&
		!r.creator_id.ptr && !r.creator_name.ptr && r.type == 'd',
	    "which is absent then, and so is nobody as creator");
	ok(room_by_name(s, &mem, STR("DEN"), &r) == 1 &&
		room_by_name(s, &mem, STR("i1"), &r) == 0 &&
		room_by_id(s, &mem, STR("Den"), &r) == 0,
	    "by name in any case, by id, and not the other way");
	ok(add(s, "i4", "i1", 'c', 0) == 1 &&
		room_find(s, &mem, STR("i1"), &r) == 1 &&
		str_eq(r.id, STR("i1")) &&
		room_find(s, &mem, STR("den"), &r) == 1 &&
		room_find(s, &mem, STR("nowhere"), &r) == 0,
	    "a word is an id first, then a name");
}

static void
changing(struct store *s)
{
	struct room r = the_room(s, "den");
	int64_t row = r.row;

	ok(kept(s, room_set_archived(marked(s), row, true, 10)) == 1 &&
		the_room(s, "den").archived && the_room(s, "den").updated == 10,
	    "archived");
	ok(kept(s, room_set_readonly(marked(s), row, true, 11)) == 1 &&
		the_room(s, "den").readonly,
	    "read-only");
	ok(kept(s, room_set_topic(marked(s), row, STR("new"), 12)) == 1 &&
		str_eq(the_room(s, "den").topic, STR("new")),
	    "a new topic");
	ok(kept(s, room_set_name(marked(s), row, STR("I1"), 13)) == 0 &&
		the_room(s, "den").updated == 12,
	    "a name that is taken changes nothing");
	ok(kept(s, room_set_name(marked(s), row, STR("DEN"), 14)) == 1 &&
		str_eq(the_room(s, "den").name, STR("DEN")),
	    "its own in another case may be");
	ok(kept(s, room_set_archived(marked(s), 99, true, 10)) == 0 &&
		kept(s, room_set_topic(marked(s), 99, STR("x"), 10)) == 0 &&
		kept(s, room_set_name(marked(s), 99, STR("x"), 10)) == 0,
	    "no room, no change");
}

static void
listing(struct store *s)
{
	int64_t *rows, den = the_room(s, "den").row, general, some[3];
	struct room *list;
	struct message m;
	size_t n;

	add(s, "i5", "general", 'c', 0);
	general = the_room(s, "general").row;
	kept(s, post(marked(s), general, 1, "m1", "hi", 1, &m));
	ok(rooms_public(s, &mem, &rows, &n) == 1 && n == 3 &&
		rows[0] == general && rows[1] == den,
	    "public ones with most messages first, then in their order");
	ok(rooms_default(s, &mem, &rows, &n) == 1 && n == 1 &&
		rows[0] == general,
	    "those that everybody joins");
	some[0] = general;
	some[1] = 999;
	some[2] = den;
	ok(rooms_by_rows(s, &mem, some, 3, &list, &n) == 1 && n == 2 &&
		list[0].row == general && list[1].row == den,
	    "by rows in the order given, without those that are gone");
	ok(room_list(s, &mem, NO_STR, 2, &list, &n) == 1 && n == 2 &&
		str_eq(list[0].name, STR("DEN")) &&
		str_eq(list[1].name, STR("general")) &&
		room_list(s, &mem, STR("GENERAL"), 9, &list, &n) == 1 &&
		n == 3 && str_eq(list[0].name, STR("i1")),
	    "all by name in pages, ids in place of names");
}

static void
deleting(struct store *s)
{
	int64_t den = the_room(s, "den").row;
	struct member m = { den, 1, STR("m"), STR(""), 1 };
	struct room r;

	kept(s, member_add(marked(s), &m));
	ok(kept(s, room_delete(marked(s), den)) == 1 &&
		room_by_id(s, &mem, STR("i1"), &r) == 0 &&
		member_find(s, &mem, den, 1, &m) == 0,
	    "a room goes with its members");
	ok(kept(s, room_delete(marked(s), den)) == 0, "once");
	ok(new_room(s, "den") > den, "its row is not given again");
}

int
main(void)
{
	struct store *s = fresh();

	adding(s);
	changing(s);
	listing(s);
	deleting(s);
	gone(s);
	return done();
}
