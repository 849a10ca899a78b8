/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board as rows: the graph as a tree. A stage with several before it stands under the
 * last of them. Rows of many stages are written only when they come into view.
 */
#include "ui/screens/board_rows.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "ui/display.h"
#include "ui/pull_request.h"
#include "ui/screens/board_names.h"

enum { WIDE = 100, DEEPEST = 12, NARROW_DEEPEST = 8 };

struct tree;

struct row {
	const struct warehouse *warehouse;
	const struct stage *stage;
	const char *prefix;             /* lines of the tree */
	const struct tree *tree;
};

struct tree {
	struct view *v;
	size_t *parent;                 /* of each stage; SIZE_MAX: a warehouse or nothing */
	size_t *child, *sibling;        /* first and next; SIZE_MAX ends */
	struct row *rows;
	size_t count;
	bool roomy;
};

static void find_parents(struct tree *t)
{
	const struct world *w = t->v->w;
	struct map index = { 0 };

	for (size_t i = 0; i < w->nstages; i++)
		map_set(t->v->a, &index, w->stages[i]->name, (void *)(uintptr_t)(i + 1));
	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];

		t->parent[i] = t->child[i] = t->sibling[i] = SIZE_MAX;
		for (size_t r = 0; r < s->nrequests; r++)
			for (size_t j = 0; j < s->requests[r].nstages; j++) {
				size_t up = (uintptr_t)map_get(&index, s->requests[r].stages[j]);

				if (up && up - 1 < i && (t->parent[i] == SIZE_MAX || up - 1 > t->parent[i]))
					t->parent[i] = up - 1;
			}
	}
	for (size_t i = w->nstages; i-- > 0;)
		if (t->parent[i] != SIZE_MAX) {
			t->sibling[i] = t->child[t->parent[i]];
			t->child[t->parent[i]] = i;
		}
}

static void add_row(struct tree *t, const struct warehouse *w, const struct stage *s,
		    const char *prefix)
{
	t->rows[t->count++] = (struct row){ w, s, prefix, t };
}

/* One level of the tree's lines: in two cells, or in one where the terminal is narrow. */
static const char *tree_sign(const struct tree *t, const char *sign, const char *plain)
{
	const char *text = t->v->ascii ? plain : sign;
	size_t len = strcspn(text, " ");

	return t->v->cols < WIDE ? str_copy_n(t->v->a, text, len ? len : 1) : text;
}

/* "├ ", and behind the deepest level that is drawn how many there are beyond it: "├+3 ". */
static const char *tree_prefix(const struct tree *t, size_t at, size_t root, size_t beyond)
{
	const char *sign;

	if (at == root)
		return "";
	sign = t->sibling[at] != SIZE_MAX ? tree_sign(t, "├ ", "+ ") : tree_sign(t, "╰ ", "` ");
	return beyond ? str_format(t->v->a, "%.*s+%zu ", (int)strcspn(sign, " "), sign, beyond) : sign;
}

/* Depth first; the tree is walked by parents, not by recursion: a chain may be long. */
static void add_stages(struct tree *t, size_t root)
{
	struct arena *a = t->v->a;
	const char **indent = arena_array(a, t->v->w->nstages, sizeof(*indent));
	size_t at = root, depth = 0, deepest = t->v->cols < WIDE ? NARROW_DEEPEST : DEEPEST;

	indent[root] = "";
	for (;;) {
		size_t beyond = depth > deepest ? depth - deepest : 0;

		add_row(t, NULL, t->v->w->stages[at],
			str_format(a, "%s%s", indent[at], tree_prefix(t, at, root, beyond)));
		if (t->child[at] != SIZE_MAX) {
			size_t down = t->child[at];
			const char *more = at == root ? ""
					   : t->sibling[at] != SIZE_MAX ? tree_sign(t, "│ ", "| ")
									: tree_sign(t, "  ", "  ");
			const char *own = ++depth <= deepest ? str_format(a, "%s%s", indent[at], more)
							     : indent[at];

			for (; down != SIZE_MAX; down = t->sibling[down])
				indent[down] = own;
			at = t->child[at];
			continue;
		}
		while (at != root && t->sibling[at] == SIZE_MAX) {
			at = t->parent[at];
			depth--;
		}
		if (at == root)
			return;
		at = t->sibling[at];
	}
}

static bool takes_from(const struct stage *s, const char *warehouse)
{
	for (size_t i = 0; i < s->nrequests; i++)
		if (strcmp(s->requests[i].warehouse, warehouse) == 0)
			return true;
	return false;
}

static void make_rows(struct tree *t)
{
	const struct world *w = t->v->w;
	bool *done = arena_array(t->v->a, w->nstages, sizeof(*done));

	for (size_t i = 0; i < w->nwarehouses; i++) {
		add_row(t, w->warehouses[i], NULL, "");
		for (size_t j = 0; j < w->nstages; j++)
			if (!done[j] && t->parent[j] == SIZE_MAX &&
			    takes_from(w->stages[j], w->warehouses[i]->name)) {
				done[j] = true;
				add_stages(t, j);
			}
	}
	for (size_t j = 0; j < w->nstages; j++)
		if (!done[j] && t->parent[j] == SIZE_MAX)
			add_stages(t, j);
}

/* Where columns begin; on narrow terminals the right ones are left out. */
struct row_columns {
	int state, freight, artifact, remark, age;
};

static struct row_columns rows_columns(const struct view *v)
{
	struct row_columns c;
	int cols = v->cols;

	if (cols < 60)
		return (struct row_columns){ 13, 0, 25, 0, cols - 5 };
	c.state = cols >= 120 ? 30 : cols >= WIDE ? 24 : cols >= 76 ? 22 : 18;
	c.freight = c.state + 12 + (cols >= WIDE);
	c.artifact = c.freight + (cols >= WIDE ? 22 : 19);
	c.remark = cols >= WIDE ? c.artifact + (cols >= 140 ? 30 : 20) : 0;
	c.age = cols - 6;
	return c;
}

static void fill_warehouse(struct view *v, struct line *l,
			   const struct warehouse *w)
{
	const char *reason = display_warehouse_reason(v, w);
	struct row_columns c = rows_columns(v);
	size_t freight = 0;

	for (size_t i = 0; i < v->w->nfreight; i++)
		freight += strcmp(v->w->freight[i]->warehouse, w->name) == 0;
	line_at(l, 0, w->error ? ROLE_BAD : ROLE_TEXT,
		glyph_text(w->error ? GLYPH_BAD : GLYPH_WAREHOUSE, v->ascii));
	line_cut(l, 2, (c.freight ? c.freight : c.artifact) - 3, ROLE_NAME, w->name);
	if (w->error && c.freight)
		line_cut(l, c.freight, c.age - c.freight - 1, ROLE_BAD,
			 display_telling(v, w->error, c.age - c.freight - 1));
	else if (w->automatic && reason && c.freight)
		line_cut(l, c.freight, c.age - c.freight - 12, ROLE_WARNING, reason);
	else if (w->nsubscriptions && c.freight)
		line_cut(l, c.freight, c.age - c.freight - 12, ROLE_TEXT,
			 str_format(v->a, "%s %s", path_base(w->subscriptions[0].repo_url),
				    w->subscriptions[0].constraint));
	if (!w->error && c.freight && !v->w->loading)
		line_at(l, c.age - 11, ROLE_MUTED, str_format(v->a, "%zu freight", freight));
	line_at(l, c.age, ROLE_MUTED, display_seen(v, w->looked_at));
}

static const char *from_to(struct view *v, const char *from, const char *to)
{
	if (!from || !*from || strcmp(from, to) == 0)
		return to;
	return str_format(v->a, "%s %s %s", from, glyph_text(GLYPH_TO, v->ascii), to);
}

static void fill_promoting(struct view *v, struct line *l,
			   const struct promotion *p, struct row_columns c)
{
	if (c.freight)
		line_cut(l, c.freight, c.artifact - c.freight - 1, ROLE_FREIGHT,
			 from_to(v, p->from_freight ? display_freight(v, p->from_freight) : NULL,
				 display_freight(v, p->freight)));
	line_cut(l, c.artifact, (c.remark ? c.remark : c.age) - c.artifact - 1, ROLE_VERSION,
		 from_to(v, c.freight ? display_version(v, p->from_freight) : NULL,
			 display_version(v, p->freight)));
	line_at(l, c.age, ROLE_BUSY,
		display_took(v, p->started_at ? p->started_at : p->created_at, 0));
}

static struct display promoting_remark(struct view *v, const struct promotion *p)
{
	const struct promotion_step *at = p->current_step < p->nsteps ? &p->steps[p->current_step] : NULL;
	const char *step = at ? display_step_name(at) : "", *pull = at ? pull_request_brief(v, at) : NULL;

	if (pull)
		return (struct display){ GLYPH_RUNNING, pull_request_role(at), pull };
	return (struct display){ GLYPH_RUNNING, ROLE_BUSY,
			     str_format(v->a, "%zu of %zu %s", display_steps_done(p), p->nsteps, step) };
}

static void fill_settled(struct view *v, struct line *l,
			 const struct stage *s, struct row_columns c)
{
	const struct collection *runs = stage_runs(s);
	const char *name = runs && runs->nitems ? runs->items[0].freight : NULL;
	const struct freight *f = world_freight(v->w, name);
	const char *more = f && display_artifacts(f) > 1
				   ? str_format(v->a, " +%zu", display_artifacts(f) - 1) : "";

	line_at(l, c.age, ROLE_MUTED, display_age(v, runs ? runs->since : 0));
	if (runs && runs->nitems > 1) {         /* each has a line of its own below */
		line_cut(l, c.freight ? c.freight : c.artifact, 14, ROLE_MUTED,
			 str_format(v->a, "%zu warehouses", runs->nitems));
		return;
	}
	if (name && c.freight)
		line_cut(l, c.freight, c.artifact - c.freight - 1, ROLE_FREIGHT,
			 display_freight(v, name));
	if (f && display_artifacts(f))
		line_cut(l, c.artifact, (c.remark ? c.remark : c.age) - c.artifact - 1,
			 ROLE_VERSION, c.freight ? str_format(v->a, "%s%s", display_artifact(v, f, 0), more)
						 : freight_version(v->a, f));
}

static void rows_add_facts(struct view *v, struct line *l, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const struct promotion *p = world_promotion_in(v->w, s->name);

	if (!prompt_text(&v->s->filter)[0])
		return;
	l->at = runs ? runs->since : 0;
	line_fact(l, "stage", s->name);
	line_fact(l, "health", display_stage(v, s).word);
	line_fact(l, "health", health_name(s->health));
	line_fact(l, NULL, display_remark(v, s, 0).word);
	line_fact(l, "by", p ? p->actor : NULL);
	for (size_t i = 0; runs && i < runs->nitems; i++) {
		const struct freight *f = world_freight(v->w, runs->items[i].freight);

		line_fact(l, "freight", display_freight(v, runs->items[i].freight));
		line_fact(l, "version", f ? freight_version(v->a, f) : NULL);
		line_fact(l, "warehouse", runs->items[i].warehouse);
		for (size_t k = 0; f && k < display_artifacts(f); k++)
			line_fact(l, NULL, display_artifact(v, f, k));
	}
}

/* When it has no line of its own, what is wrong replaces the freight's name. */
static void fill_short(struct view *v, struct line *l, const struct stage *s,
		       struct row_columns c)
{
	int from = c.freight ? c.freight : c.artifact, width = (c.freight ? c.artifact : c.age) - from - 1;
	struct display remark = display_remark(v, s, width - 2);

	bool matters = remark.role == ROLE_BAD || remark.role == ROLE_WARNING || remark.role == ROLE_WAITING;

	if (!remark.word || !matters)
		return;
	line_at(l, from, ROLE_TEXT, str_format(v->a, "%*s", width, ""));
	line_at(l, from, remark.role, glyph_text(remark.glyph, v->ascii));
	line_cut(l, from + 2, width - 2, remark.role, remark.word);
}

static void rows_fill_stage(struct view *v, struct line *l,
					 const struct row *row)
{
	const struct stage *s = row->stage;
	const struct promotion *p = world_promotion_in(v->w, s->name);
	struct row_columns c = rows_columns(v);
	struct display state = display_stage(v, s);
	int indent = text_width(row->prefix, v->ascii);
	int room = c.state - indent - 3 > 4 ? c.state - indent - 3 : 4;

	rows_add_facts(v, l, s);
	line_at(l, 0, ROLE_WIRE, row->prefix);
	line_at(l, indent, state.role, glyph_text(state.glyph, v->ascii));
	line_cut(l, indent + 2, room, display_hue(s, ROLE_NAME),
		 text_shorten(v->a, s->name, room, v->ascii));
	line_cut(l, c.state, (c.freight ? c.freight : c.artifact) - c.state - 1, state.role,
		 state.word);
	if (p && p->phase == PHASE_RUNNING)
		fill_promoting(v, l, p, c);
	else
		fill_settled(v, l, s, c);
	if (!row->tree->roomy && !c.remark && !p)
		fill_short(v, l, s, c);
	if (c.remark) {
		struct display remark = p ? promoting_remark(v, p) : display_remark(v, s, 0);

		if (remark.word) {
			line_at(l, c.remark, remark.role, glyph_text(remark.glyph, v->ascii));
			line_cut(l, c.remark + 2, c.age - c.remark - 3, remark.role, remark.word);
		}
	}
}

static size_t by_warehouse_lines(const struct view *v)
{
	size_t lines = 0;

	for (size_t i = 0; i < v->w->nstages; i++) {
		const struct collection *runs = stage_runs(v->w->stages[i]);

		lines += runs && runs->nitems > 1 ? runs->nitems : 0;
	}
	return lines;
}

/* What runs in a stage of several warehouses: a line for each. */
static void add_by_warehouse(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	struct row_columns c = rows_columns(v);

	for (size_t i = 0; runs && runs->nitems > 1 && i < runs->nitems; i++) {
		const char *name = runs->items[i].freight;
		const struct freight *f = world_freight(v->w, name);
		struct line *l = sheet_line(sheet, NULL);
		int from = c.freight ? c.state : 4;

		l->detail = true;
		line_cut(l, from, (c.freight ? c.freight : c.artifact) - from - 1, ROLE_TEXT,
			 runs->items[i].warehouse);
		if (c.freight)
			line_cut(l, c.freight, c.artifact - c.freight - 1, ROLE_FREIGHT,
				 display_freight(v, name));
		line_cut(l, c.artifact, c.age - c.artifact - 1, ROLE_VERSION,
			 c.freight && f && display_artifacts(f) ? display_artifact(v, f, 0)
								: display_version(v, name));
	}
}

static struct display row_remark(struct view *v, const struct stage *s, int width)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);

	return p ? promoting_remark(v, p) : display_remark(v, s, width);
}

/* Whether an earlier request of the stage names it, too. */
static bool is_named_before(const struct stage *s, size_t request, const char *upstream)
{
	for (size_t i = 0; i < request; i++)
		for (size_t j = 0; j < s->requests[i].nstages; j++)
			if (strcmp(s->requests[i].stages[j], upstream) == 0)
				return true;
	return false;
}

/* "after uat, qa": all stages that it takes from, as the tree shows one. "" when there is only one. */
static const char *fan_in(struct view *v, const struct stage *s)
{
	const char *all = "";
	size_t count = 0;

	for (size_t i = 0; i < s->nrequests; i++)
		for (size_t j = 0; j < s->requests[i].nstages; j++) {
			const char *name = s->requests[i].stages[j];

			if (is_named_before(s, i, name))
				continue;
			all = str_format(v->a, "%s%s%s", all, *all ? ", " : "", name);
			count++;
		}
	return count > 1 ? str_format(v->a, "after %s", all) : "";
}

/* The line below a stage's, even when it is empty, so that nothing jumps. */
static void add_second(struct view *v, struct sheet *sheet, const struct row *row)
{
	struct row_columns c = rows_columns(v);
	struct line *l = sheet_line(sheet, NULL);
	int from = c.freight ? c.freight : c.state, indent = text_width(row->prefix, v->ascii) + 2;
	struct display remark = row_remark(v, row->stage, v->cols - from - 4);

	l->detail = true;
	line_cut(l, indent, from - indent - 1, ROLE_MUTED, fan_in(v, row->stage));
	if (!remark.word || c.remark)
		return;
	line_at(l, from, remark.role, glyph_text(remark.glyph, v->ascii));
	line_at(l, from + 2, remark.role, remark.word);
}

void rows_line(struct view *v, struct line *l, size_t index)
{
	const struct row *row = l->own;

	(void)index;
	if (row->warehouse)
		fill_warehouse(v, l, row->warehouse);
	else
		rows_fill_stage(v, l, row);
}

void rows_fill(struct view *v, struct sheet *sheet, int rows)
{
	size_t n = v->w->nstages, lines;
	struct tree *tree = arena_alloc(v->a, sizeof(*tree));

	*tree = (struct tree){ .v = v };
	tree->parent = arena_array(v->a, n, sizeof(*tree->parent));
	tree->child = arena_array(v->a, n, sizeof(*tree->child));
	tree->sibling = arena_array(v->a, n, sizeof(*tree->sibling));
	tree->rows = arena_array(v->a, n + v->w->nwarehouses, sizeof(*tree->rows));
	find_parents(tree);
	make_rows(tree);
	/* Two lines for each stage, where all of them have room. */
	lines = tree->count + n + by_warehouse_lines(v);
	tree->roomy = v->cols < WIDE && rows > 0 && lines <= (size_t)rows;
	for (size_t i = 0; i < tree->count; i++) {
		const struct row *row = &tree->rows[i];

		sheet_lazy(sheet, board_name(v->a, row->warehouse, row->stage), i);
		sheet->lines[sheet->count - 1].own = row;
		if (row->stage)
			add_by_warehouse(v, sheet, row->stage);
		if (row->stage && (tree->roomy || (v->cols >= WIDE && *fan_in(v, row->stage))))
			add_second(v, sheet, row);
	}
}
