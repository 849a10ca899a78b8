/* SPDX-License-Identifier: Apache-2.0 */
/* gantry history: who put what where, when, why, and with what outcome. */
#include "cmd/command.h"

#include <string.h>

#include "base/err.h"
#include "cmd/events.h"
#include "cmd/out.h"
#include "cmd/past.h"
#include "cmd/worlds.h"
#include "data/value.h"

static const struct option_def options[] = {
	PAST_OPTIONS,
	OPTION_ALL_PROJECTS,
	{ 0 },
};

static const struct out_column columns[] = {
	{ "WHEN", "at" },   { "PROJECT", "project" }, { "STAGE", "stage" },   { "WHAT", "subject" },
	{ "BY", "actor" },  { "WHY", "reason" },    { 0 },
};

/* Requests, their ends and failed verifications; what happens in between is for the audit. */
static bool history_is_told(const struct value *row)
{
	static const char *const kinds[] = { "promotion.requested", "promotion.finished",
					     "promotion.abort-requested", "promotion.pull-request",
					     "freight.approved", "stage.held", "stage.resumed",
					     "stage.verify-requested" };
	const char *kind = value_text(value_get(row, "kind"), "");

	/* A successful verification shows in the promotions that follow; a failed one has a reason. */
	if (strcmp(kind, "stage.verified") == 0)
		return *value_text(value_get(row, "reason"), "") != '\0';
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static bool cmd_history_run(struct command *c, struct err *e)
{
	static const struct past_view view = { history_is_told, columns, "nothing has been promoted yet" };

	return command_takes(c, 0, e) && past_list(c, &view, e);
}

const struct command_def command_history = {
	.name = "history",
	.summary = "Who promoted what where, when, why, and how it ended.",
	.usage = "gantry history [--stage NAME] [--freight NAME] [--since 2d] [-A] [-o json]",
	.options = options,
	.common = COMMON_READS,
	.run = cmd_history_run,
};
