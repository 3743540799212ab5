/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: integrations and their history. */
#include "server/docs.h"

void
doc_hook(
    struct writer *w, const char *key, const struct hook *h, struct str token)
{
	json_open(w, key, '{');
	json_str(w, "_id", h->id);
	json_str(w, "type",
	    h->outgoing ? STR("webhook-outgoing") : STR("webhook-incoming"));
	json_str(w, "name", h->name.ptr ? h->name : STR(""));
	json_bool(w, "enabled", h->enabled);
	json_str(w, "username", h->username);
	json_str(w, "userId", h->user_id);
	json_text_as_is(w, "channel", h->channels);
	json_members(w, h->extra);
	json_bool(w, "scriptEnabled", false);
	json_str(w, "token", h->outgoing ? h->token : token);
	json_time(w, "_createdAt", h->created);
	doc_who(w, "_createdBy", h->maker_id, h->maker_name, NO_STR);
	json_time(w, "_updatedAt", h->updated);
	json_close(w, '}');
}

/* How far it came, in the words of the original. */
static struct str
step_of(const struct delivery *d)
{
	if (d->due)
		return d->tries ? STR("going-to-retry")
				: STR("start-execute-url");
	return d->error.ptr ? STR("after-http-call-error") : STR("finished");
}

void
doc_delivery(struct writer *w, const struct delivery *d)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", d->id);
	json_str(w, "type", STR("outgoing-webhook"));
	json_str(w, "step", step_of(d));
	json_open(w, "integration", '{');
	json_str(w, "_id", d->hook_id);
	json_close(w, '}');
	json_str(w, "event", d->event);
	json_str(w, "url", d->url);
	json_text_as_is(w, "data", d->sent);
	json_bool(w, "finished", d->due == 0);
	json_bool(w, "error", d->error.ptr != NULL);
	json_int(w, "tries", d->tries);
	if (d->status) {
		json_open(w, "httpCallData", '{');
		json_int(w, "statusCode", d->status);
		json_close(w, '}');
	}
	json_str(w, "httpError", d->error);
	json_str(w, "httpResult", d->answer);
	if (d->due)
		json_time(w, "nextTry", d->due);
	json_time(w, "_createdAt", d->at);
	json_time(w, "_updatedAt", d->updated);
	json_close(w, '}');
}
