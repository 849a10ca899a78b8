/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The present read from a tree. Of promotions only those are read that may still move
 * and the newest few of each stage: a stage keeps twenty or more, and starting must
 * not wait for them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

enum { NEWEST_READ = 300 };             /* promotions read for people, of all stages together */

/* What is being loaded. */
struct ledger_load_loading {
	struct ledger *ledger;
	struct arena *arena;
	struct state_change *files;
	const char (*ids)[STORE_ID];
	size_t count;
	struct map last;                /* stage to the name of its last promotion, as text */
};

static bool ledger_load_read_object(struct ledger *l, struct arena *a, const char *path,
				    const char *id, const struct value **out, struct err *e)
{
	struct value *v;
	struct str text;

	if (!store_blob(l->store, a, id, &text, e) || !json_parse(a, text.at, text.len, &v, e))
		return err_wrap(e, "%s in the ledger", path);
	*out = v;
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
		if (!ledger_load_read_object(g->ledger, g->arena, f->path, g->ids[i], &f->object,
					     e))
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
static bool ledger_load_read_promotions(struct ledger_load_loading *g, bool all, struct err *e)
{
	size_t left = NEWEST_READ;

	for (size_t i = g->count; i-- > 0;) {
		struct state_change *f = &g->files[i];
		if (!is_promotion(f->path))
			continue;
		bool wanted = all || may_move(g, f->path);
		if (!wanted && left == 0)
			continue;
		left -= !wanted;
		if (!ledger_load_read_object(g->ledger, g->arena, f->path, g->ids[i], &f->object,
					     e))
			return false;
	}
	return true;
}

bool ledger_load(struct ledger *l, struct arena *a, const char *commit, bool all,
		 const struct state **out, struct err *e)
{
	struct list files = { 0 };
	struct ledger_load_loading g = { .ledger = l, .arena = a };

	if (!store_files(l->store, a, commit, &files, e))
		return false;
	char(*ids)[STORE_ID] = arena_array(a, files.count + 1, sizeof(*ids));
	g.ids = (const char(*)[STORE_ID])ids;
	g.count = files.count;
	g.files = arena_array(a, files.count + 1, sizeof(*g.files));
	for (size_t i = 0; i < files.count; i++) {
		const struct store_file *f = files.items[i];
		g.files[i].path = f->path;
		memcpy(ids[i], f->id, STORE_ID);
	}
	return read_others(&g, e) && ledger_load_read_promotions(&g, all, e) &&
	       state_read(a, g.files, g.count, out, e);
}

bool ledger_event(struct ledger *l, struct arena *a, const char *commit, struct event *out,
		  char parent[STORE_ID], struct err *e)
{
	struct store_commit c;

	if (!store_commit_read(l->store, a, commit, &c, e))
		return false;
	if (!event_read(a, c.message.at, c.message.len, out, e))
		return err_wrap(e, "commit %.12s", commit);
	memcpy(parent, c.parent, STORE_ID);
	return true;
}

bool ledger_state_at(struct ledger *l, struct arena *a, const char *commit,
		     const struct state **out, struct err *e)
{
	return ledger_load(l, a, commit, true, out, e);
}
