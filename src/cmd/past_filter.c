/* SPDX-License-Identifier: Apache-2.0 */
/* A misspelt name must not look like a stage that was never promoted. */
#include "cmd/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/manifests.h"
#include "cmd/names.h"
#include "config/settings.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"

enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 100000 };

/* "2d", "1w12h": days and weeks, which durations of Kargo's do not have, before the rest. */
static bool past_parse_age(const char *text, int64_t *ms)
{
	enum { DAY_MS = 86400000, MOST_DAYS = 36500 };
	int64_t days = 0, ns = 0;
	bool any = false;

	for (;;) {
		char *end;
		long n = strtol(text, &end, 10);

		if (end == text || *text == '-' || *text == '+' || n < 0 || n > MOST_DAYS ||
		    (*end != 'd' && *end != 'w'))
			break;
		days += n * (*end == 'w' ? 7 : 1);
		text = end + 1;
		any = true;
	}
	if ((*text || !any) && (!duration_parse(text, &ns) || ns < 0))
		return false;
	*ms = days * DAY_MS + ns / 1000000;
	return days <= MOST_DAYS;
}

static bool parse_since(const char *text, int64_t *out, struct err *e)
{
	int64_t ms;

	if (past_parse_age(text, &ms)) {
		*out = clock_now() - ms;
		return true;
	}
	return clock_parse(text, out) ||
	       err_set(e, ERR_USAGE, "--since %s: write 2d, 24h, or 2026-01-31T09:00:00Z", text);
}

/* By name, alias or a beginning that only one has. A whole name that has left the tree is one, too. */
static bool past_find_freight(const struct state *s, const char *text, const char **out, struct err *e)
{
	enum { LEAST = 4, WHOLE = 40 };
	const char *found = NULL;
	size_t count = 0;

	for (size_t b = 0; b < COUNTOF(s->freight); b++)
		for (size_t i = 0; s->freight[b] && i < s->freight[b]->count; i++) {
			const struct state_object *o = s->freight[b]->items[i];

			*out = o->name;
			if (strcmp(o->name, text) == 0 ||
			    strcmp(value_get_text(o->object, "alias"), text) == 0)
				return true;
			if (strlen(text) >= LEAST && has_prefix(o->name, text) && ++count)
				found = o->name;
		}
	*out = count == 1 ? found : text;
	if (count > 1)
		return err_set(e, ERR_NAME, "%zu freight begin with \"%s\"", count, text);
	return count == 1 || (strlen(text) == WHOLE && strspn(text, "0123456789abcdef") == WHOLE) ||
	       err_set(e, ERR_NAME, "the ledger knows no freight \"%s\"; gantry get freight lists it",
		       text);
}

/* A stage that the ledger knows, or the manifests. */
static bool past_find_stage(struct command *c, const struct state *s, const char *project, struct err *e)
{
	const char *name = command_option(c, "stage");
	struct list names = { 0 };
	struct project *p = NULL;

	if (!name || state_stage(s, name))
		return true;
	if (c->settings->manifests && manifests_named(c, project, &p) && project_stage(p, name))
		return true;
	for (size_t i = 0; i < s->nstages; i++)
		list_add(c->arena, &names, str_copy(c->arena, s->stages[i]->name));
	for (size_t i = 0; p && i < p->nstages; i++)
		list_add(c->arena, &names, str_copy(c->arena, p->stages[i]->name));
	return err_set(e, ERR_NAME, "no stage \"%s\"%s", name,
		       names_hint(c->arena, &names, name, "; neither the ledger nor the manifests have one"));
}

bool past_filter(struct command *c, const struct ledger *l, const char *project, struct ledger_filter *out,
		 struct err *e)
{
	const char *since = command_option(c, "since"), *limit = command_option(c, "limit");
	const char *freight = command_option(c, "freight");
	char *end = NULL;

	*out = (struct ledger_filter){
		.stage = command_option(c, "stage"),
		.promotion = command_option(c, "promotion"),
		.max = DEFAULT_LIMIT,
	};
	if ((since && !parse_since(since, &out->since, e)) ||
	    !past_find_stage(c, ledger_state(l), project, e))
		return false;
	if (freight && !past_find_freight(ledger_state(l), freight, &out->freight, e))
		return false;
	if (limit) {
		unsigned long n = strtoul(limit, &end, 10);

		if (!*limit || *end || !n || n > MAX_LIMIT)
			return err_set(e, ERR_USAGE, "--limit %s: a number up to %d", limit, MAX_LIMIT);
		out->max = n;
	}
	return true;
}
