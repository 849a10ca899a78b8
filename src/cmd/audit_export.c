/* SPDX-License-Identifier: Apache-2.0 */
/* A line is whole before the next event is read; its commit is where --after goes on. */
#include "cmd/audit_export.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/cloud_event.h"
#include "cmd/command.h"
#include "cmd/csv.h"
#include "cmd/past_filter.h"
#include "cmd/past_row.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/forward.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"

enum { FOLLOW_MS = 2000 };

enum export_format { EXPORT_JSONL, EXPORT_CLOUDEVENTS, EXPORT_CSV };

struct export {
	struct ledger *ledger;
	const char *project;
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
		       ? cloud_event(x->line, x->project, entry, ledger_state(x->ledger))
		       : past_row(x->line, x->project, entry);
	if (x->format == EXPORT_CSV)
		export_csv(x->line, line, false);
	else
		puts(json_text(x->line, line, 0));
	return !ferror(stdout) || err_errno(e, "writing the export");
}

static bool export_all(struct command *c, struct export *x, struct forward *f, struct err *e)
{
	bool follows = command_option(c, "follow") != NULL, moved;

	for (;;) {
		if (!forward_walk(x->ledger, f, e))
			return false;
		fflush(stdout);
		if (!follows)
			return true;
		f->after = *ledger_head(x->ledger) ? str_copy(c->arena, ledger_head(x->ledger)) : NULL;
		for (moved = false; !moved;) {
			clock_sleep(FOLLOW_MS);
			/* An outage of the remote is temporary: the next answer brings what was missed. */
			if (!ledger_sync(x->ledger, true, &moved, e) && e->code != ERR_NET)
				return false;
		}
	}
}

bool audit_export(struct command *c, struct ledger *l, const char *project, struct err *e)
{
	const struct event no_event = { .subject = "" };
	const struct ledger_entry nothing = { "", &no_event };
	AUTO(arena) struct arena *line = arena_new();
	struct export x = { .ledger = l, .project = project, .line = line };
	struct ledger_filter filter;
	struct forward f = { .after = command_option(c, "after"), .visit = export_visit, .context = &x };

	if (!export_read_format(c, &x.format, e) || !past_filter(c, l, project, &filter, e))
		return false;
	if (command_option(c, "limit"))
		return err_set(e, ERR_USAGE, "--limit: an export is whole; --since and --after shorten it");
	f.since = filter.since;
	f.stage = filter.stage;
	f.freight = filter.freight;
	f.promotion = filter.promotion;
	if (x.format == EXPORT_CSV && !f.after)
		export_csv(line, past_row(line, project, &nothing), true);
	return export_all(c, &x, &f, e);
}
