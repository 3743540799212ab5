/* SPDX-License-Identifier: ISC */
/* Tokens: found by digest, swept when they are over. */
#include "t/store/fresh.h"

static int64_t ada, bob;

static struct token
token(uint8_t nr, int64_t user, int64_t created, int64_t expires)
{
	return (struct token){
		.hash = { nr, 0, nr },
		.user = user,
		.note = nr == 1 ? STR("cron") : NO_STR,
		.tail = STR("abcdef"),
		.created = created,
		.used = created,
		.expires = expires,
	};
}

static int
add(struct store *s, struct token t)
{
	return kept(s, token_add(marked(s), &t));
}

static bool
is_there(struct store *s, uint8_t nr)
{
	struct token t = token(nr, 0, 0, 0);

	return token_by_hash(s, &mem, t.hash, &t) == 1;
}

static void
finding(struct store *s)
{
	struct token t = token(1, ada, 10, 500), back;
	struct token *list;
	size_t n;

	ok(add(s, t) == 1 && add(s, t) == 0, "a token is added once");
	ok(token_by_hash(s, &mem, t.hash, &back) == 1 && back.user == ada &&
		!memcmp(back.hash, t.hash, 32) && back.created == 10 &&
		back.expires == 500 && back.used == 10 && !back.script &&
		str_eq(back.note, STR("cron")) &&
		str_eq(back.tail, STR("abcdef")),
	    "and comes back as it was");
	ok(!is_there(s, 2), "another is none");
	add(s, token(2, bob, 30, 0));
	add(s, token(3, ada, 20, 0));
	ok(token_list(s, &mem, 0, 10, &list, &n) == 1 && n == 3 &&
		list[0].created == 30 && list[1].created == 20 &&
		list[2].created == 10 && str_eq(list[0].username, STR("bob")),
	    "a list of all has the newest first, with names");
	ok(token_list(s, &mem, ada, 1, &list, &n) == 1 && n == 1 &&
		list[0].created == 20,
	    "one of a user has no more than asked for");
}

static void using(struct store *s)
{
	struct token t = token(1, 0, 0, 0);
	uint8_t none[32] = { 77 };

	ok(kept(s, token_set_used(marked(s), t.hash, 50, STR("192.0.2.1"))) ==
		    1 &&
		kept(s, token_set_used(marked(s), t.hash, 40, NO_STR)) == 0 &&
		token_by_hash(s, &mem, t.hash, &t) == 1 && t.used == 50,
	    "last use moves forward only");
	ok(kept(s, token_set_used(marked(s), none, 50, NO_STR)) == 0,
	    "none's does not");
}

static void
ending(struct store *s)
{
	struct token t = token(1, 0, 0, 0);
	int64_t n;

	ok(kept(s, token_delete(marked(s), t.hash)) == 1 &&
		kept(s, token_delete(marked(s), t.hash)) == 0 &&
		!is_there(s, 1),
	    "one is deleted once");
	add(s, token(4, ada, 1, 0));
	ok(kept(s, token_delete_of(marked(s), ada, &n)) == 1 && n == 2 &&
		!is_there(s, 3) && !is_there(s, 4) && is_there(s, 2),
	    "all of a user's, and nobody else's");
	ok(kept(s, token_delete_of(marked(s), ada, &n)) == 0 && n == 0,
	    "then there are none");
}

static void
sweeping(struct store *s)
{
	struct token script = token(14, ada, 1, 0);
	int64_t n;

	script.script = true;
	add(s, token(10, ada, 100, 200)); /* expires at 200 */
	add(s, token(11, ada, 100, 201));
	add(s, token(12, ada, 100, 0)); /* never, used at 100 */
	add(s, token(13, ada, 40, 0));  /* used at 40 */
	add(s, script);
	ok(kept(s, token_sweep(marked(s), 199, 0, 10, &n)) == 0 && n == 0,
	    "before its end none is swept");
	ok(kept(s, token_sweep(marked(s), 200, 0, 10, &n)) == 1 && n == 1 &&
		!is_there(s, 10) && is_there(s, 11),
	    "at its end it is");
	ok(kept(s, token_sweep(marked(s), 200, 41, 10, &n)) == 1 &&
		!is_there(s, 13) && is_there(s, 12) && is_there(s, 14),
	    "who was idle too long is, a script's never");
	ok(kept(s, token_sweep(marked(s), 1000, 1000, 1, &n)) == 1 && n == 1,
	    "no more than asked for at once");
}

static void
fresh_tokens(struct store *s)
{
	marked(s);
	ok(token_add(s,
	       &(struct token){
		   .hash = { 9 }, .user = 999, .tail = STR("x") }) == -1,
	    "nobody has a token");
	store_undo(s);
	store_commit(s);
}

int
main(void)
{
	struct store *s = fresh();

	ada = new_user(s, "ada");
	bob = new_user(s, "bob");
	finding(s);
	using(s);
	ending(s);
	sweeping(s);
	fresh_tokens(s);
	gone(s);
	return done();
}
