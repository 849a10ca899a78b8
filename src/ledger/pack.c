/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing in levels: 64 events become one pack, sixteen of those one larger, and
 * sixteen of these one larger still, so that there are few packs, each event is packed three
 * times at most, and what was packed in the highest level is never touched again. Threads
 * with handles of their own do it, one for the lowest level and one for those above.
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

/*
 * So many small packs make reading slow: then each append waits for the packing thread, a
 * millisecond for every 25 of them, but never long. Nobody pays for a whole pack at once, and whoever
 * appends faster than the packing can follow is held back the more the further it is behind.
 */
enum { TOO_MANY = 512, PACE = 25, PACE_MAX_MS = 200 };

struct packing {
	struct arena *arena;
	struct thread *thread;
	const char *path, *project;
	char head[STORE_ID];
	size_t small;                   /* small packs when it began */
	bool is_large;                  /* of the levels above the lowest */
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
	const struct store_packing what = { .head = p->head, .packed = from, .is_large = level > 0,
					    .quit = level > 0 ? &p->hurry : NULL };

	if (strcmp(from, p->head) != 0 && !store_pack(s, &what, e))
		return false;
	/* The lowest level has gone on meanwhile. */
	for (size_t i = level > 0; i <= level; i++)
		if (!set_end(s, p, i, e))
			return false;
	return true;
}

static bool pack_small(struct store *s, struct packing *p, struct err *e)
{
	char end[STORE_ID];

	return level_end(s, p, 0, end, e) && pack_from(s, p, 0, end, e);
}

/*
 * The highest level that is due, up to where the lowest has come: past that, the next small pack
 * would hold the same events again. The counts are asked from below: they cost a walk each.
 */
static bool pack_large(struct store *s, struct packing *p, struct err *e)
{
	char ends[LEVELS][STORE_ID] = { "" };
	size_t level = 0;

	if (!level_end(s, p, 0, ends[0], e))
		return false;
	if (!ends[0][0])
		return true;
	memcpy(p->head, ends[0], STORE_ID);
	for (size_t i = 1; i < LEVELS; i++) {
		if (!level_end(s, p, i, ends[i], e))
			return false;
		if (store_count(s, ends[i], p->head, level_at[i]) < level_at[i])
			break;
		level = i;
	}
	return !level || flag_is_set(&p->hurry) || pack_from(s, p, level, ends[level], e) ||
	       e->code == ERR_CANCELLED;
}

static void pack_run(void *context)
{
	struct packing *p = context;
	struct store *s = NULL;
	struct err e;

	if ((!store_open(p->path, false, &s, &e) ||
	     !(p->is_large ? pack_large(s, p, &e) : pack_small(s, p, &e))) &&
	    e.code != ERR_CONFLICT)
		log_line(LOG_WARN, "ledger", "packing: %s", e.message);
	store_close(s);
	flag_set(&p->done);
}

static struct packing *packing_new(const struct ledger *l, bool is_large)
{
	struct arena *a = arena_new();
	struct packing *p = arena_alloc(a, sizeof(*p));

	p->arena = a;
	p->path = str_copy(a, l->options.path);
	p->project = str_copy(a, l->options.project);
	p->is_large = is_large;
	p->small = store_loose(l->store);
	memcpy(p->head, l->now.head, STORE_ID);
	return p;
}

static void pack_start(struct ledger *l, bool is_large)
{
	struct packing *p = packing_new(l, is_large);
	struct err e;

	if (thread_start(&p->thread, is_large ? "gantry-pack-all" : "gantry-pack", pack_run, p, &e)) {
		*(is_large ? &l->packing_large : &l->packing) = p;
		return;
	}
	log_line(LOG_WARN, "ledger", "packing: %s", e.message);
	arena_free(p->arena);
}

static void pack_join(struct packing **p)
{
	if (!*p)
		return;
	thread_join((*p)->thread);
	arena_free((*p)->arena);
	*p = NULL;
}

/* The small packs are one now: what was kept in memory for reading is let go. */
static void pack_small_join(struct ledger *l)
{
	size_t small = l->packing->small;
	struct err e;

	pack_join(&l->packing);
	if (!store_packed(l->store, small, &e))
		log_line(LOG_WARN, "ledger", "packing: %s", e.message);
}

static bool pack_is_done(struct packing *p, size_t loose)
{
	int64_t pace = (int64_t)loose / PACE;

	if (flag_is_set(&p->done))
		return true;
	if (loose < TOO_MANY ||
	    !thread_join_within(p->thread, pace < PACE_MAX_MS ? pace : PACE_MAX_MS))
		return false;
	p->thread = NULL;
	return true;
}

/* Large packs take seconds and are made beside the small ones, so that nobody waits for them. */
void pack_tend(struct ledger *l)
{
	size_t loose = store_loose(l->store);

	if (l->packing_large && flag_is_set(&l->packing_large->done))
		pack_join(&l->packing_large);
	if (l->packing && pack_is_done(l->packing, loose)) {
		pack_small_join(l);
		if (!l->packing_large)
			pack_start(l, true);
	} else if (!l->packing && loose >= level_at[0]) {
		pack_start(l, false);
	}
}

void pack_end(struct ledger *l)
{
	if (l->packing_large)
		flag_set(&l->packing_large->hurry);
	if (l->packing)
		pack_small_join(l);
	pack_join(&l->packing_large);
}

bool ledger_pack(struct ledger *l, struct err *e)
{
	if (l->packing)
		pack_small_join(l);
	pack_join(&l->packing_large);
	if (!l->now.head[0])
		return true;
	struct packing *p = packing_new(l, true);
	bool done = pack_small(l->store, p, e) && pack_large(l->store, p, e);
	arena_free(p->arena);
	return done;
}
