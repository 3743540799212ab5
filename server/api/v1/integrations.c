/* SPDX-License-Identifier: ISC */
/* integrations.*: who speaks by an address, and who is told of what. */
#include "server/api/v1/v1.h"

int
need_outgoing(struct req *q)
{
	return q->srv->outgoing
		   ? 0
		   : fail_coded(q, "error-outgoing-webhooks-off",
			 "Outgoing webhooks are off: the owner of the server "
			 "may set outgoing = on");
}

int64_t
hooks_of_mine(struct req *q)
{
	if (may(q, MAY_MANAGE_INTEGRATIONS))
		return 0;
	return may(q, MAY_MANAGE_OWN_INTEGRATIONS) ? q->me->row
						   : fail(q, E_FORBIDDEN);
}

/* ---- making and changing ---- */

static int
need_right(struct req *q)
{
	return may(q, MAY_MANAGE_INTEGRATIONS) ||
		       may(q, MAY_MANAGE_OWN_INTEGRATIONS)
		   ? 0
		   : fail_coded(q, "not_authorized", "Unauthorized");
}

static int
need_type(struct req *q, bool *outgoing)
{
	struct json v = param_json(q, "type");
	struct str type = json_text(v, q->mem);

	if (json_type(v) <= JSON_NULL)
		return fail_bare(q, "Match error: Missing key 'type'");
	*outgoing = str_eq(type, STR("webhook-outgoing"));
	return *outgoing || str_eq(type, STR("webhook-incoming"))
		   ? 0
		   : fail_bare(q, "Invalid integration type.");
}

static int
hook_reply(struct req *q, const struct hook *h, struct str token)
{
	outgoing_forget(q->srv->outgoing);
	v1_begin(q);
	doc_hook(&q->out, "integration", h, token);
	return v1_end(q);
}

static int
create(struct req *q)
{
	struct hook h = { .name = NO_STR };
	struct str token;

	if (need_type(q, &h.outgoing) || need_right(q) ||
	    (h.outgoing && need_outgoing(q)) ||
	    hook_make(q, q->body, &h, &token))
		return -1;
	return hook_reply(q, &h, token);
}

/* 1 found, and the caller's to manage; 0, -1 answered. */
static int
find_mine(struct req *q, struct str id, struct hook *h)
{
	int64_t mine = hooks_of_mine(q);
	int found;

	if (mine < 0)
		return -1;
	if ((found = hook_by_id(q->db, q->mem, id, h)) < 0)
		return fail(q, E_STORE);
	return found && (mine == 0 || h->maker == mine);
}

static int
need_hook(struct req *q, const char *name, const char *none, struct hook *h)
{
	struct str id = param(q, name);
	int found = id.len ? find_mine(q, id, h) : 0;

	if (found < 0)
		return -1;
	return found ? 0 : fail_bare(q, "%s", none);
}

static int
update(struct req *q)
{
	struct hook_wish *w = arena_zero(q->mem, sizeof *w);
	bool outgoing;

	if (need_type(q, &outgoing) || need_right(q) ||
	    (outgoing && need_outgoing(q)))
		return -1;
	if (need_hook(q, "integrationId", "No integration found.", &w->hook))
		return -1;
	if (w->hook.outgoing != outgoing)
		return fail_bare(q, "Invalid integration type.");
	if (hook_wish(q, q->body, w))
		return -1;
	if (hook_set(q->db, &w->hook, w->place, w->places) != 1 ||
	    hook_by_id(q->db, q->mem, w->hook.id, &w->hook) != 1)
		return fail(q, E_STORE);
	return hook_reply(q, &w->hook, NO_STR);
}

/* By its id or, of an outgoing one, its address. */
static int
need_removable(struct req *q, bool outgoing, struct hook *h)
{
	struct str id = param(q, "integrationId"), url;
	int64_t mine = hooks_of_mine(q);
	int found;

	url = param(q, "target_url");
	if (mine < 0)
		return -1;
	if (!id.len && !url.len)
		return fail_bare(
		    q, "An integrationId or target_url needs to be provided.");
	found = url.len ? hook_by_url(q->db, q->mem, url, h)
			: hook_by_id(q->db, q->mem, id, h);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found || (mine && h->maker != mine) || h->outgoing != outgoing)
		return fail_bare(q, "No integration found.");
	return 0;
}

static int
remove_hook(struct req *q)
{
	struct hook h;
	bool outgoing;

	if (need_type(q, &outgoing) || need_right(q) ||
	    need_removable(q, outgoing, &h))
		return -1;
	if (hook_delete(q->db, h.row) < 0)
		return fail(q, E_STORE);
	return hook_reply(q, &h, NO_STR);
}

/* ---- reading ---- */

static int
get(struct req *q)
{
	struct str by = param(q, "createdBy");
	struct hook h;

	if (hooks_of_mine(q) < 0)
		return -1;
	if (!param(q, "integrationId").len)
		return fail_bare(
		    q, "The query parameter \"integrationId\" is required.");
	if (need_hook(
		q, "integrationId", "The integration does not exists.", &h))
		return -1;
	if (by.len && !str_eq(by, h.maker_id))
		return fail_bare(q, "The integration does not exists.");
	v1_begin(q);
	doc_hook(&q->out, "integration", &h, NO_STR);
	return v1_end(q);
}

static int
write_hooks(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct hook *h;
	size_t i, mark;
	int done = hooks_by_rows(s->db, mem, keys, n, &h, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		doc_hook(&l->stream.out, NULL, &h[i], NO_STR);
		item_end(l, mark);
	}
	return done;
}

static int
hooks_reply(struct req *q, enum hook_list which, int64_t room, struct str word)
{
	int64_t mine = hooks_of_mine(q);
	struct listing *l;

	if (mine < 0 || !(l = list_new(q, hook_fields, false, write_hooks)))
		return -1;
	l->more = "items";
	return list_reply(q, l, "integrations",
	    hooks_select(q->db, &l->stream.mem, &l->select, which, room, word,
		mine, &l->keys, &l->count, &l->total));
}

static int
list(struct req *q)
{
	return hooks_reply(q, HOOKS_ALL, 0, NO_STR);
}

/* Those of the room, and those of all rooms of its kind unless they are not
 * wanted. */
static int
of_room(struct req *q)
{
	struct room r;
	bool channel;
	struct json all;

	if (hooks_of_mine(q) < 0 || need_room(q, &r))
		return -1;
	channel = r.type == 'c';
	all = param_json(q,
	    channel ? "includeAllPublicChannels" : "includeAllPrivateGroups");
	return hooks_reply(q,
	    str_eq(json_text(all, q->mem), STR("false")) ? HOOKS_OF_ROOM
							 : HOOKS_OF_WORD,
	    r.row,
	    channel ? STR("all_public_channels") : STR("all_private_groups"));
}

static int
write_history(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct delivery *d;
	size_t i, mark;
	int done = deliveries_by_rows(s->db, mem, keys, n, &d, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		doc_delivery(&l->stream.out, &d[i]);
		item_end(l, mark);
	}
	return done;
}

static int
history(struct req *q)
{
	struct listing *l;
	struct hook h;

	if (hooks_of_mine(q) < 0 ||
	    need_hook(q, "id", "Invalid integration id.", &h) ||
	    !(l = list_new(q, delivery_fields, false, write_history)))
		return -1;
	l->more = "items";
	return list_reply(q, l, "history",
	    deliveries_select(q->db, &l->stream.mem, &l->select, h.row,
		&l->keys, &l->count, &l->total));
}

/* clang-format off */
#define WISH "type? name? enabled? username? channel? alias? avatar? emoji?" \
	" scriptEnabled? script? urls? event? triggerWords? token?" \
	" targetChannel? targetRoom? retryFailedCalls? retryCount?" \
	" retryDelay? impersonateUser? runOnEdits? triggerWordAnywhere?"

static const struct route integrations_routes[] = {
	POST("integrations.create", USER, FREELY, WISH, create),
	PUT("integrations.update", USER, FREELY, "integrationId? " WISH, update),
	POST("integrations.remove", USER, FREELY,
	    "type? integrationId? target_url?", remove_hook),
	GET("integrations.get", USER, FREELY, "integrationId? createdBy?", get),
	GET("integrations.list", USER, FREELY, LISTED, list),
	GET("integrations.history", USER, FREELY, "id? " LISTED, history),
	GET("channels.getIntegrations", USER, FREELY,
	    "roomId? roomName? includeAllPublicChannels? " LISTED, of_room),
	GET("groups.getIntegrations", USER, FREELY,
	    "roomId? roomName? includeAllPrivateGroups? " LISTED, of_room),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group integrations_group;
const struct route_group integrations_group = { V1, STYLE_V1,
	integrations_routes };
