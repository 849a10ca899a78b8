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
#include "git/store_view.h"

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
				       .cancelled = r->cancelled, .traffic = r->traffic, .is_ledger = true };
}

/*
 * Branches get a ref here, so that a later fetch has less to bring. Notes (leases, say) get none:
 * they are dropped once they are replaced, and a ref to nothing would fail every later fetch.
 */
static const char *store_view_spec(struct arena *a, const char *ref)
{
	return has_prefix(ref, "refs/heads/")
		       ? str_format(a, "+%s:refs/gantry/remote/%s", ref, ref + strlen("refs/"))
		       : ref;
}

/* What a look at the remote is for. */
struct store_looking {
	struct store *s;
	const struct store_remote *r;
	const char *ref;                /* this one; NULL: all that are followed */
	struct list there;              /* struct repo_ref *, once listed */
	bool is_listed;
};

static bool store_look_wants(const struct store_looking *l, const char *ref)
{
	return l->ref ? strcmp(l->ref, ref) == 0 : store_view_follows(l->r->view, ref);
}

/* All that is wanted and has moved. */
static void store_look_choose(void *context, struct arena *a, const struct list *there, struct list *specs)
{
	struct store_looking *l = context;

	l->there = *there;
	l->is_listed = true;
	for (size_t i = 0; i < there->count; i++) {
		const struct repo_ref *ref = there->items[i];

		if (store_look_wants(l, ref->name) && !store_has_commit(l->s, ref->id.hex))
			list_add(a, specs, store_view_spec(a, ref->name));
	}
}

/* Another process may have fetched the same and held the lock of a ref: what counts are the commits. */
static bool store_look_has_all(const struct store_looking *l)
{
	bool has = l->is_listed;

	for (size_t i = 0; i < l->there.count; i++) {
		const struct repo_ref *ref = l->there.items[i];

		has = has && (!store_look_wants(l, ref->name) || store_has_commit(l->s, ref->id.hex));
	}
	return has;
}

static bool store_look_run(struct store_looking *l, struct arena *a, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	const struct remote_access access = store_access(l->s, l->r);
	const struct remote_look look = { { l->r->url, &access }, store_look_choose, l };
	struct err why;

	if (!repo_open(l->s->path, &repo, e))
		return false;
	if (remote_look(repo, a, &look, &why) || store_look_has_all(l))
		return true;
	*e = why;
	return false;
}

bool store_look(struct store *s, const struct store_remote *r, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct store_looking l = { .s = s, .r = r };
	bool fine;

	assert(r->view);
	switch (store_view_begin(r->view, STORE_VIEW_AGE, r->cancelled, e)) {
	case STORE_VIEW_KNOWN: return true;
	case STORE_VIEW_FAILED: return false;
	case STORE_VIEW_ASK: break;
	}
	fine = store_look_run(&l, a, e);
	store_view_answer(r->view, fine ? &l.there : NULL, e);
	return fine;
}

bool store_fetch(struct store *s, const struct store_remote *r, const char *ref, char id[STORE_ID],
		 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct store_looking l = { .s = s, .r = r, .ref = ref };
	char found[STORE_ID];

	assert(ref);
	if (r->view && !store_look(s, r, e))
		return false;
	if (r->view)
		store_view_find(r->view, ref, found);
	if (r->view && (!found[0] || store_has_commit(s, found))) {
		memcpy(id, found, STORE_ID);
		return true;
	}
	/* What the view knows may have been fetched into another repository. */
	if (!store_look_run(&l, a, e))
		return false;
	find_ref(&l.there, ref, id);
	return true;
}

bool store_heads(struct store *s, struct arena *a, const char *prefix, struct list *out,
		 struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	struct list refs = { 0 };

	if (!repo_open(s->path, &repo, e) ||
	    !repo_refs(repo, a, str_format(a, "%s*", prefix), &refs, e))
		return false;
	for (size_t i = 0; i < refs.count; i++) {
		const struct repo_ref *ref = refs.items[i];
		struct store_head *made = arena_alloc(a, sizeof(*made));

		made->ref = ref->name;
		memcpy(made->id, ref->id.hex, STORE_ID);
		list_add(a, out, made);
	}
	return true;
}

/* What is pushed together. */
struct store_push_group {
	struct store *s;
	const struct store_remote *r;
	struct repo *repo;
	struct store_view_push *moves;
};

static struct remote_push store_push_of(const struct store_move *m, struct oid *expected)
{
	*expected = (struct oid){ "" };
	if (m->old[0])
		memcpy(expected->hex, m->old, STORE_ID);
	return (struct remote_push){ .source = m->id[0] ? m->id : NULL, .target = m->ref, .force = true,
				     .expected = expected };
}

static bool store_push_moved(const struct store_remote *r, const struct store_move *m, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	if (e->code == ERR_CONFLICT)
		return err_again(e, ERR_CONFLICT, "%s was moved at %s by somebody else", m->ref,
				 remote_name(a, r->url));
	return false;
}

/* Whether it is there although its push did not say so: it may have gone with a group that failed. */
static bool store_push_is_there(const struct store_push_group *g, const struct store_move *m)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct remote_access access = store_access(g->s, g->r);
	struct remote_listing there;
	char found[STORE_ID];
	struct err ignored;

	if (!remote_refs(a, &(struct remote){ g->r->url, &access }, &there, &ignored))
		return false;
	find_ref(&there.refs, m->ref, found);
	return strcmp(found, m->id) == 0;
}

static void store_push_one(const struct store_push_group *g, struct store_view_push *one, bool again)
{
	const struct remote_access access = store_access(g->s, g->r);
	struct oid expected;
	const struct remote_push p = store_push_of(one->move, &expected);

	one->is_fine = remote_push(g->repo, &(struct remote){ g->r->url, &access }, &p, 1, one->e) ||
		       (again && one->e->code == ERR_CONFLICT && store_push_is_there(g, one->move)) ||
		       store_push_moved(g->r, one->move, one->e);
}

/* All at once; where the remote refuses one of them, each by itself. */
static void store_push_all(const struct store_push_group *g)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct remote_access access = store_access(g->s, g->r);
	struct list pushes = { 0 };
	struct remote_push *flat;
	struct err why;
	bool fine;

	for (struct store_view_push *m = g->moves; m; m = m->next) {
		struct remote_push *p = arena_alloc(a, sizeof(*p));

		*p = store_push_of(m->move, arena_alloc(a, sizeof(struct oid)));
		list_add(a, &pushes, p);
	}
	if (pushes.count == 1) {
		store_push_one(g, g->moves, g->moves->is_again);
		return;
	}
	flat = arena_array(a, pushes.count, sizeof(*flat));
	for (size_t i = 0; i < pushes.count; i++)
		flat[i] = *(const struct remote_push *)pushes.items[i];
	fine = remote_push(g->repo, &(struct remote){ g->r->url, &access }, flat, pushes.count, &why);
	for (struct store_view_push *m = g->moves; m; m = m->next) {
		m->is_fine = fine;
		if (!fine)
			*m->e = why;
		if (!fine && (why.code == ERR_CONFLICT || why.code == ERR_REFUSED))
			store_push_one(g, m, true);
	}
}

/* Together with what others of this process push meanwhile. */
static bool store_push_shared(struct store *s, const struct store_remote *r,
			      const struct store_move *m, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	struct store_view_push own = { .move = m, .e = e }, *group;
	struct err why;

	if (!store_view_join(r->view, &own, r->cancelled, &group))
		return own.is_fine;
	if (repo_open(s->path, &repo, &why)) {
		const struct store_push_group g = { s, r, repo, group };

		store_push_all(&g);
	} else {
		for (struct store_view_push *one = group; one; one = one->next)
			*one->e = why;
	}
	store_view_pushed(r->view, &own, group);
	return own.is_fine;
}

bool store_push(struct store *s, const struct store_remote *r, const struct store_move *m,
		struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	const struct remote_access access = store_access(s, r);
	struct oid expected;
	const struct remote_push p = store_push_of(m, &expected);
	const struct remote to = { r->url, &access };

	assert(m->ref && m->id && m->old);
	if (!store_save(s, e))
		return false;
	if (!r->view)
		return repo_open(s->path, &repo, e) && (remote_push(repo, &to, &p, 1, e) ||
							store_push_moved(r, m, e));
	if (store_push_shared(s, r, m, e)) {
		store_view_moved(r->view, m->ref, m->id);
		return true;
	}
	store_view_forget(r->view);
	return false;
}

bool store_push_many(struct store *s, const struct store_remote *r, const struct list *moves, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	AUTO(arena) struct arena *a = arena_new();
	struct store_push_group g = { .s = s, .r = r };
	bool fine = true;

	if (!moves->count)
		return true;
	if (!store_save(s, e) || !repo_open(s->path, &repo, e))
		return false;
	g.repo = repo;
	for (size_t i = 0; i < moves->count; i++) {
		struct store_view_push *one = arena_alloc(a, sizeof(*one));

		*one = (struct store_view_push){ .move = moves->items[i], .next = g.moves,
						 .e = arena_alloc(a, sizeof(struct err)) };
		g.moves = one;
	}
	store_push_all(&g);
	for (const struct store_view_push *one = g.moves; one; one = one->next) {
		if (one->is_fine && r->view)
			store_view_moved(r->view, one->move->ref, one->move->id);
		if (!one->is_fine)
			*e = *one->e;
		fine = fine && one->is_fine;
	}
	return fine;
}
