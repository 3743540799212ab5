/* SPDX-License-Identifier: ISC */
/* Randomness, and what is made of it. */
#define OPENSSL_SUPPRESS_DEPRECATED /* of RAND_METHOD, to break it */
#include "auth/random.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/unit/tap.h"

static const char letters[] =
    "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

static void
bytes(void)
{
	enum { DRAWS = 100000, LARGE = 10000 };
	uint8_t(*draw)[16] = malloc(DRAWS * sizeof *draw);
	uint8_t *large = calloc(1, LARGE);
	size_t i, seen = 0, doubled = 0, zeros = 0;

	for (i = 0; i < DRAWS; i++)
		random_bytes(draw[i], sizeof *draw);
	qsort(draw, DRAWS, sizeof *draw, compare);
	for (i = 1; i < DRAWS; i++)
		doubled += compare(draw[i - 1], draw[i]) == 0;
	ok(doubled == 0, "100,000 draws differ from each other");
	random_bytes(large, LARGE);
	for (i = 0; i < LARGE; i++)
		zeros += large[i] == 0;
	ok(zeros < LARGE / 100, "a draw larger than the pool is whole");
	for (i = 0; i < 1024; i++) {
		memset(large, 0, 1026);
		random_bytes(large + 1, i);
		seen += large[0] == 0 && large[i + 1] == 0;
	}
	ok(seen == 1024, "no draw is larger than asked for");
	free(draw);
	free(large);
}

static void
forks(void)
{
	char mine[32], theirs[32] = { 0 };
	int fd[2];
	ssize_t n = -1;

	random_bytes(mine, 1);
	if (pipe(fd) < 0)
		return;
	if (fork() == 0) {
		random_bytes(theirs, sizeof theirs);
		n = write(fd[1], theirs, sizeof theirs);
		_exit(n != sizeof theirs);
	}
	random_bytes(mine, sizeof mine);
	n = read(fd[0], theirs, sizeof theirs);
	wait(NULL);
	ok(n == sizeof theirs && memcmp(mine, theirs, sizeof mine) != 0,
	    "a child draws other bytes than its parent");
	close(fd[0]);
	close(fd[1]);
}

static int
none(unsigned char *out, int n)
{
	(void)out, (void)n;
	return 0;
}

static void
without(void)
{
	static const RAND_METHOD broken = { .bytes = none };
	char token[TOKEN_LEN];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		RAND_set_rand_method(&broken);
		token_new(token);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 70,
	    "without randomness the process ends");
}

/* Counts letters; false if one is of no known alphabet. */
static bool
tally(const char *text, size_t len, size_t counts[55])
{
	size_t i;
	const char *at;

	for (i = 0; i < len; i++) {
		if (!text[i] || !(at = strchr(letters, text[i])))
			return false;
		counts[at - letters]++;
	}
	return true;
}

/* Each letter within a tenth of its share: more than 6 sigma. */
static bool
even(const size_t counts[55], size_t total)
{
	size_t share = total / 55, i;

	for (i = 0; i < 55; i++)
		if (counts[i] < share - share / 10 ||
		    counts[i] > share + share / 10)
			return false;
	return true;
}

static void
ids(void)
{
	enum { IDS = 60000 };
	size_t counts[55] = { 0 }, i, ordered = 0, close_ = 0;
	bool known = true;
	char last[ID_LEN], id[ID_LEN];

	id_new(last, 1463747292064);
	for (i = 1; i <= IDS; i++) {
		id_new(id, 1463747292064 + (int64_t)i);
		ordered += memcmp(last, id, 10) < 0;
		known = known && tally(id, ID_LEN, (size_t[55]){ 0 }) &&
			tally(id + 10, 7, counts);
		memcpy(last, id, ID_LEN);
	}
	ok(known, "ids have the 55 letters of Rocket.Chat");
	ok(ordered == IDS, "they grow with time");
	ok(even(counts, IDS * 7), "and end in letters of which none is rarer");
	for (i = 0; i < 1000; i++) {
		id_new(id, 5);
		id_new(last, 5);
		close_ += memcmp(id, last, ID_LEN) == 0;
	}
	ok(close_ == 0, "two of one moment differ");
	id_new(id, -1);
	id_new(last, INT64_MAX);
	ok(tally(id, ID_LEN, counts) && tally(last, ID_LEN, counts),
	    "a clock that is wrong still gives ids");
}

static void
secrets(void)
{
	enum { TOKENS = 20000 };
	static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t counts[55] = { 0 }, hooks[55] = { 0 };
	size_t fine = 0, options = 0, i, j;
	bool known = true, named = true;
	char hook[HOOK_TOKEN_LEN];
	char token[TOKEN_LEN + 1], other[TOKEN_LEN], password[PASSWORD_LEN + 1];

	token[TOKEN_LEN] = password[PASSWORD_LEN] = '!';
	for (i = 0; i < TOKENS; i++) {
		token_new(token);
		token_new(other);
		for (j = 0; j < TOKEN_LEN; j++)
			fine += token[j] && strchr(url, token[j]) != NULL;
		fine += memcmp(token, other, TOKEN_LEN) != 0;
		options += token[TOKEN_LEN - TOKEN_TAIL] == '-';
		password_new(password);
		known = known && tally(password, PASSWORD_LEN, counts);
		hook_token_new(hook);
		named = named && tally(hook, HOOK_TOKEN_LEN, hooks);
	}
	ok(fine == TOKENS * (TOKEN_LEN + 1),
	    "tokens are base64url and differ from each other");
	ok(options == 0, "and no tail looks like an option");
	ok(known && even(counts, TOKENS * PASSWORD_LEN),
	    "passwords have letters of which none is rarer");
	ok(named && even(hooks, TOKENS * HOOK_TOKEN_LEN),
	    "so have tokens of integrations");
	ok(token[TOKEN_LEN] == '!' && password[PASSWORD_LEN] == '!',
	    "neither is longer than it should be");
}

int
main(void)
{
	without();
	bytes();
	forks();
	ids();
	secrets();
	return done();
}
