/* SPDX-License-Identifier: ISC */
/* commands.*: words behind a slash; what they do stands in command_deeds.c. */
#include "server/api/v1/v1.h"

#include <assert.h>

static const struct command *
command_named(struct str name)
{
	const struct command *c;

	for (c = commands; c->name; c++)
		if (str_ieq(name, str_of(c->name)))
			return c;
	return NULL;
}

/* ---- which there are ---- */

static void
write_members(struct writer *w, const struct command *c)
{
	json_str(w, "command", str_of(c->name));
	json_str(w, "params", str_of(c->params));
	json_str(w, "description", str_of(c->description));
	json_bool(w, "clientOnly", false);
	json_bool(w, "providesPreview", false);
	if (c->right)
		json_str(w, "permission", permission_name(c->right));
}

/* What a selector may look at. */
static struct str
rows(struct req *q)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	const struct command *c;

	json_open(&w, NULL, '[');
	for (c = commands; c->name; c++) {
		json_open(&w, NULL, '{');
		json_int(&w, "n", c - commands);
		write_members(&w, c);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	return buf_settle(&out, q->mem);
}

static int
write_commands(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	size_t i, mark;

	(void)s;
	(void)mem;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		json_open(&l->stream.out, NULL, '{');
		write_members(&l->stream.out, &commands[keys[i]]);
		json_close(&l->stream.out, '}');
		item_end(l, mark);
	}
	return 1;
}

static int
commands_list(struct req *q)
{
	struct listing *l = list_new(q, command_fields, false, write_commands);

	return l ? list_reply(q, l, "commands",
		       select_json(q->db, &l->stream.mem, &l->select, rows(q),
			   &l->keys, &l->count, &l->total))
		 : -1;
}

static int
commands_get(struct req *q)
{
	struct str name = param(q, "command");
	const struct command *c = command_named(name);

	if (!name.ptr)
		return fail_bare(
		    q, "The query param \"command\" must be provided.");
	if (!c)
		return fail_bare(q,
		    "There is no command in the system by the name of: %.*s",
		    (int)(name.len < 100 ? name.len : 100), name.ptr);
	v1_begin(q);
	json_open(&q->out, "command", '{');
	write_members(&q->out, c);
	json_close(&q->out, '}');
	return v1_end(q);
}

/* ---- running ---- */

/* How a call says what it lacks. */
struct wants {
	const char *command, *room;
};

static bool
is_text(const struct req *q, const char *name, bool needed)
{
	enum json_type type = json_type(param_json(q, name));

	return type == JSON_STRING || (!needed && type <= JSON_NULL);
}

static int
need_thread_of(struct req *q, struct order *o)
{
	struct str id = param(q, "tmid");
	int found;

	if (!is_text(q, "tmid", false))
		return fail_bare(
		    q, "The tmid parameter when provided must be a string.");
	if (!id.len)
		return 0;
	o->root = arena_zero(q->mem, sizeof *o->root);
	if ((found = message_by_id(q->db, q->mem, id, o->root)) < 0)
		return fail(q, E_STORE);
	return found && o->root->room == o->room.row
		   ? 0
		   : fail_bare(q, "Invalid thread.");
}

static int
need_order(struct req *q, const struct wants *wants, const struct command **c,
    struct order *o)
{
	int found;

	*o = (struct order){ .params = str_trim(param(q, "params")) };
	if (!is_text(q, "command", true))
		return fail_bare(q, "%s", wants->command);
	if (!is_text(q, "params", false))
		return fail_bare(q, "The parameters for the command must be a "
				    "single string.");
	if (!is_text(q, "roomId", true))
		return fail_bare(q, "%s", wants->room);
	if (!(*c = command_named(param(q, "command"))))
		return fail_bare(q, "The command provided does not exist (or "
				    "is disabled).");
	found = room_by_id(q->db, q->mem, param(q, "roomId"), &o->room);
	if (found == 1 && (found = may_read(q, &o->room)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? need_thread_of(q, o) : fail(q, E_FORBIDDEN);
}

static int
commands_run(struct req *q)
{
	static const struct wants wants = {
		"You must provide a command to run.",
		"The room's id where to execute this command must be provided "
		"and be a string.",
	};
	const struct command *c;
	struct order o;

	if (need_order(q, &wants, &c, &o))
		return -1;
	assert(c);
	if (c->run(q, &o))
		return -1;
	v1_begin(q);
	if (o.result.ptr)
		json_str(&q->out, "result", o.result);
	else
		json_null(&q->out, "result");
	return v1_end(q);
}

/* None of ours has previews. */
static int
no_preview(struct req *q)
{
	return fail_coded(q, "error-invalid-command",
	    "The command does not provide previews");
}

static int
preview_get(struct req *q)
{
	static const struct wants wants = {
		"You must provide a command to get the previews from.",
		"The room's id where the previews are being displayed must be "
		"provided and be a string.",
	};
	const struct command *c;
	struct order o;

	return need_order(q, &wants, &c, &o) ? -1 : no_preview(q);
}

static int
preview_run(struct req *q)
{
	static const struct wants wants = {
		"You must provide a command to run the preview item on.",
		"The room's id where the preview is being executed in must be "
		"provided and be a string.",
	};
	struct json item = param_json(q, "previewItem");
	const struct command *c;
	struct order o;

	if (is_text(q, "command", true) && is_text(q, "roomId", true) &&
	    is_text(q, "params", false)) {
		if (json_type(item) == JSON_NONE)
			return fail_bare(q, "The preview item being executed "
					    "must be provided.");
		if (!json_text(json_get(item, STR("id")), q->mem).len ||
		    !json_text(json_get(item, STR("type")), q->mem).len ||
		    json_type(json_get(item, STR("value"))) == JSON_NONE)
			return fail_bare(q, "The preview item being executed "
					    "is in the wrong format.");
	}
	return need_order(q, &wants, &c, &o) ? -1 : no_preview(q);
}

/* clang-format off */
static const struct route commands_routes[] = {
	GET("commands.list", USER, FREELY, LISTED, commands_list),
	GET("commands.get", USER, FREELY, "command?", commands_get),
	POST("commands.run", USER, FREELY,
	    "command? params? roomId? tmid? triggerId?", commands_run,
	    .effect = GROWS),
	GET("commands.preview", USER, FREELY, "command? params? roomId?",
	    preview_get),
	POST("commands.preview", USER, FREELY,
	    "command? params? roomId? previewItem? tmid? triggerId?",
	    preview_run, .effect = READS),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group commands_group;
const struct route_group commands_group = { V1, STYLE_V1, commands_routes };
