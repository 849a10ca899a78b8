/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the ledger's past. The project is asked of the manifests only when nobody names it. */
#include "cmd/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "config/settings.h"
#include "data/value.h"
#include "ledger/contact.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/credentials.h"
#include "model/event.h"
#include "model/project.h"

enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 100000, MAX_NOTE = 1000 };

const struct option_def past_options[] = {
	{ "stage", 's', OPTION_TEXT, "NAME", "only of this stage" },
	{ "freight", 0, OPTION_TEXT, "NAME", "only of this freight, by its full name" },
	{ "promotion", 0, OPTION_TEXT, "NAME", "only of this promotion" },
	{ "since", 0, OPTION_TEXT, "WHEN", "a duration such as 24h, or a time in RFC 3339" },
	{ "limit", 'n', OPTION_TEXT, "COUNT", "at most so many, newest first; 50 when not given" },
	{ 0 },
};

bool past_project(struct command *c, const char **out, struct err *e)
{
	struct project *p;

	*out = c->settings->project;
	if (*out)
		return true;
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "name the project with --project, or the manifests with -f");
	if (!manifests_project(c, NULL, &p, e))
		return err_wrap(e, "finding the project's name, which --project may say");
	*out = p->name;
	return true;
}

/* A Secret of type git may say who we are to the remote; manifests that can't be read say nothing. */
static bool past_credentials(void *context, struct arena *a, const char *url, struct credentials *out)
{
	struct command *c = context;
	const struct credentials_query query = { .type = "git", .url = url };
	struct project *p;
	struct err e;

	return c->settings->manifests && manifests_project(c, NULL, &p, &e) &&
	       credentials_find(a, p->secrets, p->shared_secrets, &query, out);
}

bool past_open(struct command *c, struct ledger **out, struct err *e)
{
	const struct settings *s = c->settings;
	struct ledger_options o = { .path = s->ledger, .remote = s->remote, .host = "", .read_only = true,
				    .must_exist = !settings_ledger_is_usual(s),
				    .credentials = past_credentials, .context = c,
				    .allowed_signers = s->allowed_signers };

	if (!o.path)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	if (!past_project(c, &o.project, e))
		return false;
	return ledger_open(&o, out, e) || err_wrap(e, "opening the ledger %s", o.path);
}

const char *past_gap(struct arena *a, const struct ledger *l)
{
	struct ledger_contact contact;

	ledger_contact(l, &contact);
	if (!contact.failing_since)
		return NULL;
	return str_format(a, "as of %s; the ledger's remote was not reached: %s",
			  contact.reached_at ? clock_rfc3339(a, contact.reached_at)
					     : "an unknown moment (this machine has never reached it)",
			  contact.error);
}

void past_note(struct command *c, const struct ledger *l)
{
	const char *gap = past_gap(c->arena, l);

	if (gap)
		fprintf(stderr, "gantry: %s\n", str_clean(c->arena, gap, strlen(gap), MAX_NOTE));
}

static bool parse_since(const char *text, int64_t *out, struct err *e)
{
	int64_t ns;

	if (duration_parse(text, &ns) && ns >= 0) {
		*out = clock_now() - ns / 1000000;
		return true;
	}
	return clock_parse(text, out) ||
	       err_set(e, ERR_USAGE, "--since %s: write 24h, or 2026-01-31T09:00:00Z", text);
}

bool past_filter(const struct command *c, struct ledger_filter *out, struct err *e)
{
	const char *since = command_option(c, "since"), *limit = command_option(c, "limit");
	char *end = NULL;

	*out = (struct ledger_filter){
		.stage = command_option(c, "stage"),
		.freight = command_option(c, "freight"),
		.promotion = command_option(c, "promotion"),
		.max = DEFAULT_LIMIT,
	};
	if (since && !parse_since(since, &out->since, e))
		return false;
	if (limit) {
		unsigned long n = strtoul(limit, &end, 10);

		if (!*limit || *end || !n || n > MAX_LIMIT)
			return err_set(e, ERR_USAGE, "--limit %s: a number up to %d", limit, MAX_LIMIT);
		out->max = n;
	}
	return true;
}

const char *past_empty(const struct command *c, const char *nothing)
{
	const char *asked = "", *value;

	for (const struct option_def *o = past_options; o->name; o++) {
		value = command_option(c, o->name);
		if (value && strcmp(o->name, "limit") != 0)
			asked = str_format(c->arena, "%s --%s %s", asked, o->name, value);
	}
	value = command_option(c, "project");
	if (value)
		asked = str_format(c->arena, "%s --project %s", asked, value);
	return *asked ? str_format(c->arena, "the ledger has nothing for%s", asked) : nothing;
}

static void cmd_past_set(struct arena *a, struct value *row, const char *key, const char *text)
{
	value_set(a, row, key, value_string(a, text ? text : ""));
}

struct value *past_row(struct arena *a, const struct ledger_entry *entry)
{
	const struct event *ev = entry->event;
	struct value *row = value_map(a);

	cmd_past_set(a, row, "at", clock_rfc3339(a, ev->at));
	cmd_past_set(a, row, "kind", event_word_of(ev));
	cmd_past_set(a, row, "stage", ev->stage);
	cmd_past_set(a, row, "subject", ev->subject);
	cmd_past_set(a, row, "actor", ev->actor ? ev->actor : "gantry");
	cmd_past_set(a, row, "from", ev->from);
	cmd_past_set(a, row, "reason", ev->reason);
	cmd_past_set(a, row, "freight", ev->freight);
	cmd_past_set(a, row, "promotion", ev->promotion);
	cmd_past_set(a, row, "commit", entry->commit);
	return row;
}

bool past_rows(struct command *c, struct ledger *l, const struct ledger_filter *f,
	       struct past_page *out, struct err *e)
{
	struct value *list = value_list(c->arena);
	struct ledger_page page;

	if (!ledger_history(l, c->arena, f, &page, e))
		return false;
	for (size_t i = 0; i < page.count; i++)
		value_append(c->arena, list, past_row(c->arena, &page.entries[i]));
	out->rows = list;
	out->more = page.more;
	return true;
}

void past_tell_cut(const struct command *c, const struct value *rows)
{
	struct out_format format;
	struct err ignored;

	fflush(stdout);
	if (out_format(c, &format, &ignored) && out_is_table(&format))
		fprintf(stderr, "the newest %zu; there are older ones: --limit and --since say how many\n",
			value_count(rows));
}
