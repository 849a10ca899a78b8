/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the ledger's past. The project is asked of the manifests only when nobody names it. */
#include "cmd/past.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "app/app.h"
#include "cmd/command.h"
#include "cmd/manifests.h"
#include "cmd/worlds.h"
#include "config/settings.h"
#include "ledger/contact.h"
#include "ledger/ledger.h"
#include "model/credentials.h"
#include "model/project.h"

enum { MAX_NOTE = 1000 };

/* Of a running Kargo the only one that was recorded. */
static bool past_recorded_project(struct command *c, const char **out, struct err *e)
{
	struct list found = { 0 };
	const char *names = "";

	if (!app_recorded_projects(c->settings, c->arena, &found, e))
		return false;
	for (size_t i = 0; i < found.count; i++)
		names = str_format(c->arena, "%s%s%s", names, i ? ", " : "", (const char *)found.items[i]);
	*out = found.items[0];
	return found.count == 1 ||
	       err_set(e, ERR_USAGE, "several projects; choose with --project, or -A for all: %s", names);
}

/* The name of the project that the options or the manifests name. */
static bool past_project(struct command *c, const char **out, struct err *e)
{
	struct project *p;

	*out = c->settings->project;
	if (*out)
		return true;
	if (c->settings->attach)
		return past_recorded_project(c, out, e);
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "name the project with --project, or the manifests with -f");
	if (!manifests_project(c, NULL, &p, e))
		return err_wrap(e, "finding the project's name, which --project may say");
	*out = p->name;
	return true;
}

bool past_projects(struct command *c, struct list *names, struct err *e)
{
	struct list found = { 0 };
	const char *one;

	*names = (struct list){ 0 };
	if (!worlds_may_be_several(c)) {
		if (!past_project(c, &one, e))
			return false;
		list_add(c->arena, names, str_copy(c->arena, one));
		return true;
	}
	if (c->settings->attach)
		return app_recorded_projects(worlds_settings(c), c->arena, names, e);
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "name the manifests with -f: they say which "
					     "projects there are");
	if (!manifests_projects(c, &found, e))
		return false;
	for (size_t i = 0; i < found.count; i++)
		list_add(c->arena, names, str_copy(c->arena, ((struct project *)found.items[i])->name));
	return true;
}

/* A project's ledger being opened. */
struct past_access {
	struct command *command;
	const char *project;
};

/* A Secret of type git may say who we are to the remote; manifests that can't be read say nothing. */
static bool past_credentials(void *context, struct arena *a, const char *url, struct credentials *out)
{
	const struct past_access *access = context;
	const struct credentials_query query = { .type = "git", .url = url };
	struct project *p;

	return access->command->settings->manifests &&
	       manifests_named(access->command, access->project, &p) &&
	       credentials_find(a, p->secrets, p->shared_secrets, &query, out);
}

bool past_open_of(struct command *c, const char *project, struct ledger **out, struct err *e)
{
	const struct settings *s = c->settings;
	struct past_access *access = arena_alloc(c->arena, sizeof(*access));
	struct ledger_options o = {
		.path = s->ledger, .remote = s->remote, .project = project, .host = "", .read_only = true,
		.must_exist = !settings_ledger_is_usual(s), .credentials = past_credentials,
		.context = access, .allowed_signers = s->allowed_signers,
	};

	*access = (struct past_access){ c, project };
	if (!app_ledger_name(s, c->arena, project, &o.project, e))
		return false;
	if (!o.path)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
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

const char *past_empty(const struct command *c, const char *nothing)
{
	static const char *const narrowing[] = { "stage", "freight", "promotion", "since", "project" };
	const char *asked = "", *value;

	for (size_t i = 0; i < COUNTOF(narrowing); i++) {
		value = command_option(c, narrowing[i]);
		if (value)
			asked = str_format(c->arena, "%s --%s %s", asked, narrowing[i], value);
	}
	return *asked ? str_format(c->arena, "the ledger has nothing for%s", asked) : nothing;
}
