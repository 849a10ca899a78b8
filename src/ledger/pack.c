/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing in levels: 64 events become one pack, sixteen of those one larger, and
 * sixteen of these one larger still, so that there are few packs, each event is packed three
 * times at most, and what was packed in the highest level is never touched again. A
 * thread with a handle of its own does it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "ledger/ledger_inner.h"

enum { LEVELS = 3 };

/* Events of one pack of each level. */
static const size_t level_at[LEVELS] = { 64, 1024, 16384 };

/* So many small packs make reading slow: then whoever appends waits. */
enum { TOO_MANY = 512 };

struct packing {
	struct arena *arena;
	struct thread *thread;
	const char *path, *project;
	char head[STORE_ID];
	bool hurry, done;               /* flags of base/thread.h */
};

static const char *level_ref(struct arena *a, const char *project, size_t level)
{
	return level == 0 ? str_format(a, "refs/gantry/packed/%s", project)
			  : str_format(a, "refs/gantry/packed-%zu/%s", level, project);
}

/* Up to where the level is packed; "" for nowhere, or somewhere that the branch has left. */
static bool level_end(struct store *s, const struct packing *p, size_t level, char end[STORE_ID],
		      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	if (!store_ref(s, level_ref(a, p->project, level), end, e))
		return false;
	if (end[0] && (!store_has_commit(s, end) || !store_is_ancestor(s, end, p->head)))
		end[0] = '\0';
	return true;
}

static bool set_end(struct store *s, const struct packing *p, size_t level, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *ref = level_ref(a, p->project, level);
	char old[STORE_ID];

	return store_ref(s, ref, old, e) && store_ref_set(s, ref, p->head, old, e);
}

static bool pack_from(struct store *s, struct packing *p, size_t level, const char *from,
		      struct err *e)
{
	if (strcmp(from, p->head) != 0 &&
	    !store_pack(s, p->head, from, level > 0 ? &p->hurry : NULL, e))
		return false;
	for (size_t i = 0; i <= level; i++)
		if (!set_end(s, p, i, e))
			return false;
	return true;
}

/* The lowest level comes first and is never given up: the others then read from few packs. */
static bool pack_pack_all(struct store *s, struct packing *p, struct err *e)
{
	char end[STORE_ID];

	if (!level_end(s, p, 0, end, e) || !pack_from(s, p, 0, end, e))
		return false;
	for (size_t i = LEVELS - 1; i > 0 && !flag_is_set(&p->hurry); i--) {
		if (!level_end(s, p, i, end, e))
			return false;
		if (store_count(s, end, p->head, level_at[i]) >= level_at[i])
			return pack_from(s, p, i, end, e) || e->code == ERR_CANCELLED;
	}
	return true;
}

static void pack_run(void *context)
{
	struct packing *p = context;
	struct store *s = NULL;
	struct err e;

	if ((!store_open(p->path, false, &s, &e) || !pack_pack_all(s, p, &e)) &&
	    e.code != ERR_CONFLICT)
		log_line(LOG_WARN, "ledger", "packing: %s", e.message);
	store_close(s);
	flag_set(&p->done);
}

static struct packing *packing_new(const struct ledger *l)
{
	struct arena *a = arena_new();
	struct packing *p = arena_alloc(a, sizeof(*p));

	p->arena = a;
	p->path = str_copy(a, l->options.path);
	p->project = str_copy(a, l->options.project);
	memcpy(p->head, l->head, STORE_ID);
	return p;
}

static void pack_finish(struct ledger *l)
{
	struct packing *p = l->packing;
	struct err e;

	thread_join(p->thread);
	arena_free(p->arena);
	l->packing = NULL;
	if (!store_packed(l->store, &e))
		log_line(LOG_WARN, "ledger", "packing: %s", e.message);
}

void pack_tend(struct ledger *l)
{
	struct err e;

	if (l->packing) {
		if (flag_is_set(&l->packing->done) || store_loose(l->store) >= TOO_MANY)
			pack_finish(l);
		return;
	}
	if (store_loose(l->store) < level_at[0])
		return;
	l->packing = packing_new(l);
	if (thread_start(&l->packing->thread, "gantry-pack", pack_run, l->packing, &e))
		return;
	log_line(LOG_WARN, "ledger", "packing: %s", e.message);
	arena_free(l->packing->arena);
	l->packing = NULL;
}

void pack_end(struct ledger *l)
{
	if (!l->packing)
		return;
	flag_set(&l->packing->hurry);
	pack_finish(l);
}

bool ledger_pack(struct ledger *l, struct err *e)
{
	if (l->packing)
		pack_finish(l);
	if (!l->head[0])
		return true;
	struct packing *p = packing_new(l);
	bool done = pack_pack_all(l->store, p, e);
	arena_free(p->arena);
	return done;
}
