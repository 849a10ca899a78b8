/* SPDX-License-Identifier: Apache-2.0 */
/* gantry history: who put what where, when, why, and with what outcome. */
#include "cmd/command.h"

#include <string.h>

#include "base/err.h"
#include "cmd/out.h"
#include "cmd/past.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"

static const struct out_column columns[] = {
	{ "WHEN", "at" },   { "STAGE", "stage" },   { "WHAT", "subject" },
	{ "BY", "actor" },  { "WHY", "reason" },    { 0 },
};

/* Requests, their ends and failed verifications; what happens in between is for the audit. */
static bool is_told(const struct value *row)
{
	static const char *const kinds[] = { "promotion.requested", "promotion.finished",
					     "promotion.abort-requested", "promotion.pull-request",
					     "freight.approved", "stage.held", "stage.resumed" };
	const char *kind = value_text(value_get(row, "kind"), "");

	/* A verification that went well is told by what it lets in; a bad one has a reason. */
	if (strcmp(kind, "stage.verified") == 0)
		return *value_text(value_get(row, "reason"), "") != '\0';
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static bool cmd_history_show(struct command *c, struct ledger *l, struct err *e)
{
	struct value *told = value_list(c->arena);
	struct ledger_filter f;
	struct past_page page;
	size_t wanted, i;

	if (!past_filter(c, &f, e))
		return false;
	wanted = f.max;
	f.max *= 10; /* events between are left out: read enough to fill the page */
	if (!past_rows(c, l, &f, &page, e))
		return false;
	for (i = 0; i < value_count(page.rows) && value_count(told) < wanted; i++)
		if (is_told(page.rows->list.items[i]))
			value_append(c->arena, told, page.rows->list.items[i]);
	for (; i < value_count(page.rows); i++)
		page.more = page.more || is_told(page.rows->list.items[i]);
	if (!out_rows(c, told, columns, past_empty(c, "nothing has been promoted yet"), e))
		return false;
	if (page.more)
		past_tell_cut(c, told);
	return true;
}

static bool cmd_history_run(struct command *c, struct err *e)
{
	struct ledger *l;
	bool fine;

	if (!past_open(c, &l, e))
		return false;
	fine = cmd_history_show(c, l, e);
	past_note(c, l);
	ledger_close(l);
	return fine;
}

const struct command_def command_history = {
	.name = "history",
	.summary = "Who promoted what where, when, why, and how it ended.",
	.usage = "gantry history [--stage NAME] [--since 24h] [-o json]",
	.options = past_options,
	.common = COMMON_READS,
	.run = cmd_history_run,
};
