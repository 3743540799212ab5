/* SPDX-License-Identifier: ISC */
/*
 * Any JSON as a client's selector or order: what is taken must always be a
 * question that the engine understands, whatever list it is for.
 */
#include "json/buf.h"
#include "t/fuzz/fuzz.h"
#include "t/store/fresh.h"

static struct store *db;

static void
tidy(void)
{
	gone(db);
}

/* A user, a room and a day, so that there is something to be looked at. */
static void
begin(void)
{
	struct statistic today = { 1000, STR("{\"totalUsers\":1}") };

	db = fresh();
	atexit(tidy);
	must(new_user(db, "ada") && new_room(db, "engine"));
	must(kept(db, statistic_add(marked(db), &today)) == 1);
}

static const struct select_field *const tables[] = { user_fields, room_fields,
	statistic_fields, setting_fields, emoji_fields, hook_fields,
	delivery_fields, upload_fields, message_fields, command_fields,
	status_fields };

enum { TABLES = sizeof tables / sizeof *tables, SORT = 16, FULL = 32 };

static int
ask(unsigned list, struct select *sel, struct arena *a)
{
	struct str array = STR("[{\"n\":1,\"_id\":\"x\",\"public\":true}]");
	struct room room = { .row = 1 };
	int64_t *keys, total;
	size_t n;

	switch (list) {
	case 0:
		return users_select(db, a, sel, &keys, &n, &total);
	case 1:
		return rooms_select(
		    db, a, sel, ROOMS_OF_TYPE, 'c', 1, &keys, &n, &total);
	case 2:
		return statistics_select(db, a, sel, &keys, &n, &total);
	case 4:
		return emoji_select(db, a, sel, 0, &keys, &n, &total);
	case 5:
		return hooks_select(db, a, sel, (enum hook_list)0, 1, STR("x"),
		    1, &keys, &n, &total);
	case 6:
		return deliveries_select(db, a, sel, 1, &keys, &n, &total);
	case 7:
		return uploads_select(db, a, sel, 1, &keys, &n, &total);
	case 8:
		return messages_select(db, a, sel, &room, &keys, &n, &total);
	default:
		return select_json(db, a, sel, array, &keys, &n, &total);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_limits limits = { .tokens = 512,
		.depth = 8,
		.plain_text = true,
		.object_only = true };
	struct arena a = { 0 };
	struct select sel = { .limit = 10, .online = STR("[1]") };
	struct json v;
	unsigned list;
	char *copy;
	size_t at;
	int done;

	if (!db)
		begin();
	if (size < 1)
		return 0;
	copy = copy_of((struct str){ (const char *)data + 1, size - 1 });
	list = data[0] % 16 % TABLES;
	sel.fields = tables[list];
	sel.privileged = data[0] & FULL;
	if (json_parse(&a, (struct str){ copy, size - 1 }, &limits, &v, &at) ==
		JSON_FINE &&
	    (data[0] & SORT ? select_sort(&sel, &a, v)
			    : select_query(&sel, &a, v)) == SELECT_FINE) {
		must(sel.count <= SELECT_VALUES);
		done = ask(list, &sel, &a);
		must(done == 1 || (done == 0 && sel.cut));
	}
	arena_free(&a);
	free(copy);
	return 0;
}
