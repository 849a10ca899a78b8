/* SPDX-License-Identifier: Apache-2.0 */
/* A name that no project has is an error; one that some do not have is not. */
#include "cmd/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "cmd/past.h"
#include "cmd/worlds.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/state.h"

/* Of events that are not shown, how many are read for one that is. */
enum { READ_FOR_ONE = 10 };

/* What has been read so far. */
struct past_rows {
	struct value *rows;
	size_t wanted;                  /* of each project */
	bool more;                      /* there are older ones */
	size_t known;                   /* projects that have all the names */
	const char *project;            /* the one that is read now */
};

static bool past_take(struct command *c, struct ledger *l, const struct past_view *view,
		      struct past_rows *out, struct err *e)
{
	const char *project = out->project;
	struct ledger_page page;
	struct ledger_filter f;
	size_t told = 0;

	if (!past_filter(c, l, project, &f, e))
		return false;
	out->wanted = f.max;
	f.max *= view->is_told ? READ_FOR_ONE : 1;
	if (!ledger_history(l, c->arena, &f, &page, e))
		return false;
	if (f.promotion && !page.count && !state_promotion(ledger_state(l), f.promotion))
		return err_set(e, ERR_NAME, "the ledger knows no promotion \"%s\"", f.promotion);
	out->more = out->more || page.more;
	for (size_t i = 0; i < page.count; i++) {
		struct value *row = past_row(c->arena, project, &page.entries[i]);

		if (view->is_told && !view->is_told(row))
			continue;
		if (told++ < out->wanted)
			value_append(c->arena, out->rows, row);
		else
			out->more = true;
	}
	out->known++;
	return true;
}

static bool past_read(struct command *c, const struct list *projects, const struct past_view *view,
		      struct past_rows *out, struct err *e)
{
	for (size_t i = 0; i < projects->count; i++) {
		struct ledger *l;
		bool fine;

		if (!past_open_of(c, projects->items[i], &l, e))
			return false;
		out->project = projects->items[i];
		fine = past_take(c, l, view, out, e);
		past_note(c, l);
		ledger_close(l);
		if (!fine && (e->code != ERR_NAME || projects->count == 1))
			return false;
	}
	return out->known > 0; /* else e says what none of them has */
}

static int past_newest_first(const void *left, const void *right)
{
	const struct value *const *a = left, *const *b = right;
	int64_t l = 0, r = 0;

	clock_parse(value_get_text(*a, "at"), &l);
	clock_parse(value_get_text(*b, "at"), &r);
	if (l != r)
		return l > r ? -1 : 1;
	return strcmp(value_get_text(*a, "commit"), value_get_text(*b, "commit"));
}

static void past_merge(struct past_rows *all)
{
	qsort(all->rows->list.items, value_count(all->rows), sizeof(struct value *), past_newest_first);
	if (value_count(all->rows) > all->wanted) {
		all->rows->list.count = (uint32_t)all->wanted;
		all->more = true;
	}
}

static bool past_says_the_same(const struct value *a, const struct value *b)
{
	static const char *const keys[] = { "project", "kind", "stage", "subject", "actor", "reason" };

	for (size_t i = 0; i < COUNTOF(keys); i++)
		if (strcmp(value_get_text(a, keys[i]), value_get_text(b, keys[i])) != 0)
			return false;
	return true;
}

static void past_count(struct arena *a, struct value *row, size_t times)
{
	const char *subject = value_get_text(row, "subject");

	value_set(a, row, "subject", value_string(a, str_format(a, "%s (%zu times)", subject, times)));
}

/* For people: events that say the same again and again are one row, with how often and the newest's time. */
static const struct value *past_tabulate(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows);) {
		struct value *row = value_copy(a, value_at(rows, i));
		size_t same = 1;

		while (i + same < value_count(rows) && past_says_the_same(row, value_at(rows, i + same)))
			same++;
		if (same > 1)
			past_count(a, row, same);
		value_append(a, all, row);
		i += same;
	}
	return all;
}

/* Without the project where there is only one. */
static const struct out_column *past_columns(struct command *c, const struct out_column *columns)
{
	struct out_column *out;
	size_t count = 0, used = 0;

	while (columns[count].title)
		count++;
	out = arena_array(c->arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		if (strcmp(columns[i].key, "project") != 0 || worlds_may_be_several(c))
			out[used++] = columns[i];
	return out;
}

bool past_list(struct command *c, const struct past_view *view, struct err *e)
{
	struct past_rows all = { .rows = value_list(c->arena) };
	struct out_format format;
	struct list projects;
	const struct value *rows = all.rows;

	if (!out_format(c, &format, e) || !past_projects(c, &projects, e) ||
	    !past_read(c, &projects, view, &all, e))
		return false;
	if (projects.count > 1)
		past_merge(&all);
	if (out_is_table(&format))
		rows = past_tabulate(c->arena, all.rows);
	if (!out_rows(c, rows, past_columns(c, view->columns), past_empty(c, view->nothing), e))
		return false;
	fflush(stdout);
	if (all.more && out_is_table(&format))
		fprintf(stderr, "the newest %zu; there are older ones: --limit and --since say how many\n",
			value_count(all.rows));
	return true;
}
