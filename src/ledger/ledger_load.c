/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The present read from a tree. Of promotions only those are read that may still move
 * and the newest few of each stage: a stage keeps twenty or more, and starting must
 * not wait for them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum {
	NEWEST_READ = 300,              /* promotions read for people, of all stages together */
	LAG_MAX = 4096,                 /* events that a tree may be behind; gantry writes 32 at most */
};

/* What is being loaded. */
struct ledger_load_loading {
	struct ledger *ledger;
	struct arena *arena;
	struct state_change *files;
	const char (*ids)[STORE_ID];
	size_t count;
	struct map last;                /* stage to the name of its last promotion, as text */
	bool all;                       /* every promotion is wanted */
};

static bool ledger_load_read_object(struct ledger_load_loading *g, size_t i, struct err *e)
{
	struct state_change *f = &g->files[i];
	struct value *v;
	struct str text;

	if (!store_blob(g->ledger->store, g->arena, g->ids[i], &text, e) ||
	    !json_parse(g->arena, text.at, text.len, &v, e))
		return err_wrap(e, "%s in the ledger", f->path);
	f->object = v;
	return true;
}

static bool is_promotion(const char *path)
{
	return has_prefix(path, "promotions/");
}

static bool read_others(struct ledger_load_loading *g, struct err *e)
{
	for (size_t i = 0; i < g->count; i++) {
		struct state_change *f = &g->files[i];
		if (is_promotion(f->path))
			continue;
		if (!ledger_load_read_object(g, i, e))
			return false;
		const char *last = value_path_text(f->object, "status.lastPromotion.name", NULL);
		const char *name = value_path_text(f->object, "metadata.name", "");
		if (last && has_prefix(f->path, "stages/"))
			map_set(g->arena, &g->last, name, str_format(g->arena, "%s", last));
	}
	return true;
}

/* May it still move? Up to the last one all are over (doc/kargo-rules.md 3.7: they go in order). */
static bool may_move(const struct ledger_load_loading *g, const char *path)
{
	const char *stage = path + strlen("promotions/");
	const char *slash = strchr(stage, '/');
	const char *last = slash ? map_get_n(&g->last, stage, (size_t)(slash - stage)) : NULL;

	return !last || strncmp(slash + 1, last, strlen(last)) > 0;
}

/* Promotions are read from the newest of each stage on, those first that may move. */
static bool ledger_load_read_promotions(struct ledger_load_loading *g, struct err *e)
{
	size_t left = NEWEST_READ;

	for (size_t i = g->count; i-- > 0;) {
		struct state_change *f = &g->files[i];
		if (!is_promotion(f->path))
			continue;
		bool wanted = g->all || may_move(g, f->path);
		if (!wanted && left == 0)
			continue;
		left -= !wanted;
		if (!ledger_load_read_object(g, i, e))
			return false;
	}
	return true;
}

/* Files of later versions are left alone, but only where the commit is an event at all. */
static void ledger_load_choose(struct ledger_load_loading *g, const struct list *files, bool is_event)
{
	char(*ids)[STORE_ID] = arena_array(g->arena, files->count + 1, sizeof(*ids));

	g->ids = (const char(*)[STORE_ID])ids;
	g->files = arena_array(g->arena, files->count + 1, sizeof(*g->files));
	for (size_t i = 0; i < files->count; i++) {
		const struct store_file *f = files->items[i];
		if (is_event && !state_is_file(f->path))
			continue;
		g->files[g->count].path = f->path;
		memcpy(ids[g->count++], f->id, STORE_ID);
	}
}

/* What the commit's tree holds. */
static bool ledger_load_tree(struct ledger_load_loading *g, const char *commit,
			     const struct state **out, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct list files = { 0 };
	struct recorded_event r;
	struct err why;

	if (!store_files(g->ledger->store, g->arena, commit, &files, e))
		return false;
	ledger_load_choose(g, &files, ledger_event(g->ledger, scratch, commit, &r, &why));
	return read_others(g, e) && ledger_load_read_promotions(g, e) &&
	       state_read(g->arena, g->files, g->count, out, e);
}

/* How far a tree is behind. */
struct ledger_load_lag {
	struct past_event base;         /* the commit that wrote it */
	struct list back;               /* struct past_event *: those since, newest first */
};

/* A commit that holds no event has the tree that it has. */
static bool ledger_load_find(struct ledger *l, struct arena *a, const char *commit,
			     struct ledger_load_lag *out, struct err *e)
{
	struct store_commit c;
	const char *id = str_copy(a, commit);
	struct err why;

	for (; out->back.count <= LAG_MAX; id = str_copy(a, c.parent)) {
		struct past_event *p = arena_alloc(a, sizeof(*p));
		p->event = arena_alloc(a, sizeof(*p->event));
		p->commit = id;
		if (!store_commit_read(l->store, a, id, &c, e))
			return false;
		memcpy(p->tree, c.tree, STORE_ID);
		if (!event_read(a, c.message.at, c.message.len, p->event, &why) ||
		    !p->event->defers || !c.parent[0]) {
			out->base = *p;
			return true;
		}
		list_add(a, &out->back, p);
	}
	return err_set(e, ERR_CONFIG, "the tree at %.12s is more than %d events behind", commit, LAG_MAX);
}

static bool ledger_load_replay(struct arena *a, const struct list *back, struct present *p,
			       struct err *e)
{
	for (size_t i = back->count; i-- > 0;) {
		const struct past_event *b = back->items[i];
		if (!state_apply(a, p->state, event_copy(a, b->event), &p->state, e))
			return err_wrap(e, "commit %.12s", b->commit);
	}
	return true;
}

/* From the tree and the events that it lacks. */
static bool ledger_load_from(struct ledger_load_loading *g, const char *commit, struct present *out,
			     struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct ledger_load_lag lag = { .base.commit = "" };
	struct present p = { .deferred = 0 };

	if (!ledger_load_find(g->ledger, scratch, commit, &lag, e) ||
	    !ledger_load_tree(g, lag.base.commit, &p.written, e))
		return false;
	p.state = p.written;
	if (!ledger_load_replay(g->arena, &lag.back, &p, e))
		return false;
	memcpy(p.head, commit, STORE_ID);
	memcpy(p.tree, lag.base.tree, STORE_ID);
	memcpy(p.written_at, lag.base.commit, STORE_ID);
	p.written_time = lag.base.event->at;
	p.deferred = lag.back.count;
	*out = p;
	return true;
}

bool ledger_load_all(struct ledger *l, struct arena *a, const char *commit, struct present *out,
		     struct err *e)
{
	struct ledger_load_loading g = { .ledger = l, .arena = a, .all = true };

	return ledger_load_from(&g, commit, out, e);
}

bool ledger_load(struct ledger *l, struct arena *a, const char *commit, struct present *out,
		 struct err *e)
{
	struct ledger_load_loading g = { .ledger = l, .arena = a };

	assert(commit && *commit);
	/* An event may concern an old promotion, which was not read. */
	return ledger_load_from(&g, commit, out, e) || ledger_load_all(l, a, commit, out, e);
}

bool ledger_event(struct ledger *l, struct arena *a, const char *commit, struct recorded_event *out,
		  struct err *e)
{
	assert(commit && *commit);
	if (!store_commit_read(l->store, a, commit, &out->commit, e))
		return false;
	return event_read(a, out->commit.message.at, out->commit.message.len, &out->event, e) ||
	       err_wrap(e, "commit %.12s", commit);
}
