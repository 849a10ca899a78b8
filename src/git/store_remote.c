/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store's exchange with a remote. What is fetched has a ref beneath refs/gantry/remote/
 * for a moment only: notes are dropped once they are old, and a ref to nothing would end
 * every later fetch.
 */
#include "git/store.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/remote.h"
#include "git/store_inner.h"

enum { EXCHANGE_MS = 60000 };

static const struct remote_access access_of_user = { .timeout_ms = EXCHANGE_MS };

/* Absent is fine. */
static bool drop_ref(struct repo *r, const char *ref, struct err *e)
{
	struct err why = { 0 };

	if (repo_remove_ref(r, ref, NULL, &why) || why.code == ERR_NOT_FOUND)
		return true;
	*e = why;
	return false;
}

bool store_fetch(struct store *s, const char *url, const char *ref, char id[STORE_ID],
		 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct repo r = { s->repo };
	const char *here = str_format(a, "refs/gantry/remote/%s", ref + strlen("refs/"));
	const char *spec = str_format(a, "+%s:%s", ref, here);
	struct err ignored;
	bool done;

	(void)drop_ref(&r, here, &ignored);     /* of a run that was cut short */
	done = remote_fetch(&r, a, url, &access_of_user, &spec, 1, true, NULL, e) &&
	       store_ref(s, here, id, e);
	return drop_ref(&r, here, done ? e : &ignored) && done;
}

bool store_push(struct store *s, const char *url, const char *ref, const char *id,
		const char *old, struct err *e)
{
	struct repo r = { s->repo };
	struct remote_push push = { .source = id[0] ? id : NULL, .target = ref, .force = true };
	struct oid expected = { "" };

	if (strlen(old) >= sizeof(expected.hex))
		return err_set(e, ERR_CONFIG, "\"%.60s\" is no commit id", old);
	memcpy(expected.hex, old, strlen(old));
	push.expected = &expected;
	return remote_push(&r, url, &access_of_user, &push, 1, e);
}
