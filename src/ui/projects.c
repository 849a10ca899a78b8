/* SPDX-License-Identifier: Apache-2.0 */
/* A fleet is given back only after the rows have moved to the next one. */
#include "ui/projects.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "model/attachment.h"
#include "model/fleet_row.h"
#include "model/fleet_table.h"
#include "model/project.h"
#include "ui/display.h"
#include "ui/port.h"

enum { CONTEXTS_MAX = 16 << 10, NAMES_MAX = 40 };

static const struct project nobody = { .name = "" };

static const struct fleet *projects_borrow(struct projects *p)
{
	if (p->port->borrow_fleet)
		return p->port->borrow_fleet(p->port->context);
	p->one[0] = p->port->borrow(p->port->context);
	p->single = (struct fleet){ .serial = p->one[0]->serial, .worlds = p->one, .nworlds = 1 };
	return &p->single;
}

/* A source of several projects is shown once: with its oldest look, and its longest failure. */
static void projects_add_source(struct world *all, const struct source *from)
{
	struct source *to = all->sources;

	while (to < all->sources + all->nsources &&
	       (to->kind != from->kind || !same_text(to->name, from->name)))
		to++;
	if (to == all->sources + all->nsources) {
		all->sources[all->nsources++] = *from;
		return;
	}
	if (from->seen_at && (!to->seen_at || from->seen_at < to->seen_at))
		to->seen_at = from->seen_at;
	if (from->failing_since &&
	    (!to->failing_since || from->failing_since < to->failing_since)) {
		to->failing_since = from->failing_since;
		to->error = from->error;
	}
}

static enum engine_place projects_engine(const struct fleet *f)
{
	static const enum engine_place weightiest[] = { ENGINE_NONE, ENGINE_HERE,
							ENGINE_ELSEWHERE };

	for (size_t k = 0; k < COUNTOF(weightiest); k++)
		for (size_t i = 0; i < f->nworlds; i++)
			if (f->worlds[i]->engine == weightiest[k])
				return weightiest[k];
	return ENGINE_UNKNOWN;
}

const char *projects_contexts(const struct projects *p, struct arena *a)
{
	AUTO(buf) struct buf all;
	const char *last = "";

	buf_init(&all, CONTEXTS_MAX);
	/* Projects are in the order of their names, which begin with the context where there are several. */
	for (size_t i = 0; i < p->fleet->nworlds; i++) {
		const struct attachment *at = p->fleet->worlds[i]->attachment;

		if (at && strcmp(at->context, last) != 0)
			buf_format(&all, "%s\n", at->context);
		last = at ? at->context : last;
	}
	return str_copy(a, buf_str(&all));
}

/* What the header says of all of them: of several clusters their names, or how many there are. */
static const struct attachment *projects_attachment(const struct projects *p)
{
	const char *lines = projects_contexts(p, p->arena), *text = "";
	struct attachment *made = arena_alloc(p->arena, sizeof(*made));
	size_t count = 0;

	for (const char *at = lines; *at; at += strcspn(at, "\n") + 1, count++)
		text = str_format(p->arena, "%s%s%.*s", text, count ? ", " : "", (int)strcspn(at, "\n"), at);
	if (count > 1 && strlen(text) > NAMES_MAX)
		text = str_format(p->arena, "%zu clusters", count);
	*made = (struct attachment){ .context = text, .server = "" };
	return count ? made : NULL;
}

const char *projects_agents(const struct projects *p, struct arena *a)
{
	const char *all = "";
	struct map counts = { 0 };
	struct list texts = { 0 };

	for (size_t i = 0; i < p->fleet->nworlds; i++) {
		const char *text = display_engine(a, p->fleet->worlds[i]);
		size_t *count = map_get(&counts, text);

		if (!count) {
			count = arena_alloc(a, sizeof(*count));
			map_set(a, &counts, text, count);
			list_add(a, &texts, text);
		}
		++*count;
	}
	for (size_t i = 0; i < texts.count; i++) {
		const char *text = texts.items[i];
		const size_t *count = map_get(&counts, text);

		all = str_format(a, "%s%s%s", all, i ? ", " : "",
				 projects_are_many(p) ? str_format(a, "%s: %zu", text, *count) : text);
	}
	return all;
}

static void projects_sum_up(struct projects *p)
{
	const struct fleet *f = p->fleet;
	size_t room = 0;

	arena_reset(p->arena);
	p->all = (struct world){ .serial = f->serial,
				 .project = &nobody,
				 .ledger_head = "",
				 .loading = f->nworlds > 0,
				 .engine = projects_engine(f) };
	p->all.attachment = projects_attachment(p);
	for (size_t i = 0; i < f->nworlds; i++)
		room += f->worlds[i]->nsources;
	p->all.sources = arena_array(p->arena, room, sizeof(*p->all.sources));
	for (size_t i = 0; i < f->nworlds; i++) {
		const struct world *w = f->worlds[i];

		p->all.loading = p->all.loading && w->loading;
		p->all.read_only = p->all.read_only || w->read_only;
		p->all.built_at = w->built_at > p->all.built_at ? w->built_at : p->all.built_at;
		if (*w->ledger_head)
			p->all.ledger_head = w->ledger_head;
		if (w->engine_host && w->engine == p->all.engine)
			p->all.engine_host = w->engine_host;
		for (size_t j = 0; j < w->nsources; j++)
			projects_add_source(&p->all, &w->sources[j]);
	}
}

void projects_begin(struct projects *p, const struct ui_port *port)
{
	*p = (struct projects){ .port = port, .table = fleet_table_new(), .arena = arena_new() };
	p->fleet = projects_borrow(p);
	fleet_table_update(p->table, p->fleet, clock_now());
	projects_sum_up(p);
}

static void projects_give_back(struct projects *p, const struct fleet *f, const struct world *one)
{
	if (p->port->borrow_fleet)
		p->port->give_back_fleet(p->port->context, f);
	else
		p->port->give_back(p->port->context, one);
}

void projects_end(struct projects *p)
{
	fleet_table_free(p->table);
	projects_give_back(p, p->fleet, p->one[0]);
	arena_free(p->arena);
}

/* The rows are still those of the worlds before. */
static bool projects_have_failed(const struct projects *p, const struct fleet *newer)
{
	for (size_t i = 0; i < newer->nworlds; i++) {
		const struct world *w = newer->worlds[i];
		const struct fleet_row *row = fleet_table_find(p->table, world_name(w));

		if (row && row->world != w && !row->world->loading &&
		    display_failed_since(w, row->world->built_at))
			return true;
	}
	return false;
}

bool projects_renew(struct projects *p, bool *failed)
{
	const struct world *one = p->one[0];
	const struct fleet *old = p->fleet, *newer;
	uint64_t serial = old->serial;
	bool same;

	newer = projects_borrow(p);
	same = newer == old && newer->serial == serial &&
	       (p->port->borrow_fleet || p->one[0] == one);
	if (!same && projects_have_failed(p, newer))
		*failed = true;
	p->fleet = newer;
	if (!same) {
		fleet_table_update(p->table, newer, clock_now());
		projects_sum_up(p);
	}
	projects_give_back(p, old, one);
	return !same;
}

bool projects_tick(struct projects *p, int64_t now)
{
	return now >= fleet_table_until(p->table) && fleet_table_update(p->table, p->fleet, now);
}

bool projects_are_many(const struct projects *p)
{
	return p->fleet->nworlds > 1;
}

const struct world *projects_world(const struct projects *p, const char *name)
{
	const struct fleet_row *row;

	if (p->fleet->nworlds == 1)
		return p->fleet->worlds[0];
	row = fleet_table_find(p->table, name);
	return row ? row->world : &p->all;
}
