/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store's exchange with a remote. A push names what it expects to replace; of two
 * that push at once the remote itself refuses one.
 */
#include "git/store_remote.h"

#include <assert.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "git/remote.h"
#include "git/repo.h"
#include "git/store_inner.h"

/* In ms: a first fetch may be large, but a remote that says nothing is not waited for. */
enum { PATIENCE = 600000, SILENCE = 10000, LARGEST = 1 << 30 };

bool store_has_commit(struct store *s, const char *hex)
{
	git_commit *c = NULL;
	git_oid id;
	bool has = git_oid_fromstr(&id, hex) == 0 && git_commit_lookup(&c, s->repo, &id) == 0;

	git_commit_free(c);
	return has;
}

static void find_ref(const struct list *refs, const char *ref, char id[STORE_ID])
{
	id[0] = '\0';
	for (size_t i = 0; i < refs->count; i++) {
		const struct repo_ref *r = refs->items[i];
		if (strcmp(r->name, ref) == 0)
			memcpy(id, r->id.hex, STORE_ID);
	}
}

void store_log_in(struct store *s, const struct store_login *login)
{
	s->login = login;
}

static struct remote_access store_access(const struct store *s, const struct store_remote *r)
{
	static const struct store_login nobody;
	const struct store_login *login = s->login ? s->login : &nobody;

	assert(r->url);
	return (struct remote_access){ .username = login->username, .password = login->password,
				       .ssh_key = login->ssh_key, .timeout_ms = PATIENCE,
				       .silence_ms = SILENCE, .max_bytes = LARGEST,
				       .cancelled = r->cancelled };
}

/* Another process may fetch the same and hold the lock of the ref: what counts is the commit. */
static bool store_fetch_commit(struct store *s, const struct store_remote *r, const char *ref,
			       const char *id, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	AUTO(arena) struct arena *a = arena_new();
	const struct remote_access access = store_access(s, r);
	const char *spec = str_format(a, "+%s:refs/gantry/remote/%s", ref, ref + strlen("refs/"));
	struct err why;

	if (store_has_commit(s, id) ||
	    (repo_open(s->path, &repo, &why) &&
	     remote_fetch(repo, a, r->url, &access, &spec, 1, false, NULL, &why)) ||
	    store_has_commit(s, id))
		return true;
	*e = why;
	return false;
}

bool store_fetch(struct store *s, const struct store_remote *r, const char *ref, char id[STORE_ID],
		 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct remote_access access = store_access(s, r);
	struct list refs = { 0 };
	char found[STORE_ID];

	if (!remote_refs(a, r->url, &access, &refs, NULL, e))
		return false;
	find_ref(&refs, ref, found);
	if (found[0] && !store_fetch_commit(s, r, ref, found, e))
		return false;
	memcpy(id, found, STORE_ID);
	return true;
}

bool store_push(struct store *s, const struct store_remote *r, const struct store_move *m,
		struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	AUTO(arena) struct arena *a = arena_new();
	const struct remote_access access = store_access(s, r);
	struct oid expected = { "" };
	struct remote_push p = { .source = m->id[0] ? m->id : NULL, .target = m->ref, .force = true,
				 .expected = &expected };

	if (m->old[0])
		memcpy(expected.hex, m->old, STORE_ID);
	if (!store_save(s, e) || !repo_open(s->path, &repo, e))
		return false;
	if (remote_push(repo, r->url, &access, &p, 1, e))
		return true;
	if (e->code == ERR_CONFLICT)
		return err_again(e, ERR_CONFLICT, "%s was moved at %s by somebody else", m->ref,
				 remote_name(a, r->url));
	return false;
}
