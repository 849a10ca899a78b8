/* SPDX-License-Identifier: Apache-2.0 */
/* A line is whole before the next event is read; its commit is where --after goes on. */
#include "cmd/events.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/formats.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/forward.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"

enum { FOLLOW_MS = 2000 };

enum export_format { EXPORT_JSONL, EXPORT_CLOUDEVENTS, EXPORT_CSV };

struct export {
	const struct export_source *source;
	enum export_format format;
	struct arena *line;             /* what one line needs */
};

static const char *const export_formats[] = { "jsonl", "cloudevents", "csv" };

static bool export_read_format(const struct command *c, enum export_format *out, struct err *e)
{
	const char *word = command_option(c, "format");

	*out = EXPORT_JSONL;
	for (size_t i = 0; word && i < COUNTOF(export_formats); i++)
		if (strcmp(word, export_formats[i]) == 0) {
			*out = (enum export_format)i;
			return true;
		}
	return !word || err_set(e, ERR_USAGE, "--format %s: use jsonl, cloudevents or csv", word);
}

static void export_csv(struct arena *a, const struct value *row, bool is_head)
{
	const char **cells = arena_array(a, value_count(row), sizeof(*cells));

	for (size_t i = 0; i < value_count(row); i++)
		cells[i] = is_head ? row->map.members[i].key.at : value_text(row->map.members[i].value, "");
	csv_print(cells, value_count(row));
}

static bool export_visit(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct export *x = context;
	const struct value *line;

	arena_reset(x->line);
	line = x->format == EXPORT_CLOUDEVENTS
		       ? cloud_event(x->line, x->source->project, entry, ledger_state(x->source->ledger))
		       : past_row(x->line, x->source->project, entry);
	if (x->format == EXPORT_CSV)
		export_csv(x->line, line, false);
	else
		puts(json_text(x->line, line, 0));
	return !ferror(stdout) || err_errno(e, "writing the export");
}

/* Of one project; the next walk goes on where this one ended. */
static bool export_walk(struct command *c, struct export *x, struct forward *f, struct err *e)
{
	const struct ledger *l = x->source->ledger;

	if (!forward_walk(x->source->ledger, f, e))
		return err_wrap(e, "%s", x->source->project);
	fflush(stdout);
	f->after = *ledger_head(l) ? str_copy(c->arena, ledger_head(l)) : NULL;
	return true;
}

static bool export_follow(struct command *c, struct export *x, const struct export_sources *all,
			  struct forward *walks, struct err *e)
{
	for (;;) {
		clock_sleep(FOLLOW_MS);
		for (size_t i = 0; i < all->count; i++) {
			bool moved = false;

			x->source = &all->items[i];
			/* An outage of the remote is temporary: the next answer brings what was missed. */
			if (!ledger_sync(x->source->ledger, true, &moved, e) && e->code != ERR_NET)
				return err_wrap(e, "%s", x->source->project);
			if (moved && !export_walk(c, x, &walks[i], e))
				return false;
		}
	}
}

/* What each project's walk is to bring. */
static bool export_prepare(struct command *c, struct export *x, const struct export_source *s,
			   struct forward *out, struct err *e)
{
	struct ledger_filter filter;

	if (!past_filter(c, s->ledger, s->project, &filter, e))
		return false;
	*out = (struct forward){ .after = command_option(c, "after"), .since = filter.since,
				 .stage = filter.stage, .freight = filter.freight,
				 .promotion = filter.promotion, .visit = export_visit, .context = x };
	return true;
}

bool audit_export(struct command *c, const struct export_sources *all, struct err *e)
{
	const struct event no_event = { .subject = "" };
	const struct ledger_entry nothing = { "", &no_event };
	AUTO(arena) struct arena *line = arena_new();
	struct forward *walks = arena_array(c->arena, all->count, sizeof(*walks));
	struct export x = { .line = line };

	if (!export_read_format(c, &x.format, e))
		return false;
	if (command_option(c, "limit"))
		return err_set(e, ERR_USAGE, "--limit: an export is whole; --since and --after shorten it");
	if (command_option(c, "after") && all->count > 1)
		return err_set(e, ERR_USAGE,
			       "--after names an event of one project: name that with --project");
	for (size_t i = 0; i < all->count; i++)
		if (!export_prepare(c, &x, &all->items[i], &walks[i], e))
			return false;
	if (x.format == EXPORT_CSV && !command_option(c, "after"))
		export_csv(line, past_row(line, "", &nothing), true);
	for (size_t i = 0; i < all->count; i++) {
		x.source = &all->items[i];
		if (!export_walk(c, &x, &walks[i], e))
			return false;
	}
	return !command_option(c, "follow") || export_follow(c, &x, all, walks, e);
}
