/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry step: one promotion step on a folder, for people who write manifests. Prints what it
 * put out and what it changed.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "cmd/step_inner.h"
#include "data/json.h"
#include "data/value.h"
#include "messages/channel.h"
#include "model/project.h"
#include "steps/outside.h"
#include "steps/step.h"
#include "steps/workdir.h"

static const struct option_def options[] = {
	{ "config", 'c', OPTION_TEXT, "FILE", "the step's configuration, as YAML; - is stdin" },
	{ "dir", 'd', OPTION_TEXT, "FOLDER", "the work directory; the current folder when not given" },
	{ "env", 'e', OPTION_TEXT, "FILE", "a YAML map of variables for expressions" },
	{ "no-diff", 0, OPTION_FLAG, NULL, "do not print what changed" },
	{ 0 },
};

static void cmd_step_say(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

/* context: struct project *, or NULL. */
static void cmd_step_offer_secrets(void *context,
				   void (*use)(void *use_context, const struct value *own,
					       const struct value *shared),
				   void *use_context)
{
	const struct project *p = context;

	use(use_context, p ? p->secrets : NULL, p ? p->shared_secrets : NULL);
}

static bool cmd_step_find_channel(void *context, struct arena *a, const struct channel_name *name,
				  struct channel *out, struct err *e)
{
	return channel_find(a, context, name, out, e);
}

/* There is no ledger here: prints what would be recorded. */
static bool display_metadata(void *context, const char *kind, const char *name,
			 const struct value *updates, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	(void)context, (void)e;
	fprintf(stderr, "would be kept with %s %s: %s\n", kind, name, json_text(a, updates, 0));
	return true;
}

static bool display_alias(void *context, const char *freight, const char *alias, struct err *e)
{
	(void)context, (void)e;
	fprintf(stderr, "Freight %s would be called %s\n", freight, alias);
	return true;
}

/* A step to try out, with its parameters, and where. */
struct step_trial {
	const struct step_def *def;
	struct value *config;
	struct workdir *work;
};

static bool cmd_step_run_in(struct command *c, const struct step_trial *trial,
			    struct step_result *result, struct err *e)
{
	static const bool cancelled = false;
	struct project *project = NULL;

	if (command_option(c, "manifests") && !manifests_project(c, NULL, &project, e))
		return false;
	const struct outside_options o = { .secrets = cmd_step_offer_secrets,
					   .channel = project ? cmd_step_find_channel : NULL };
	const struct step_subject subject = {
		.project = project ? project->name : "demo", .stage = "stage",
		.promotion = "promotion", .alias = trial->def->kind, .actor = "",
		.started_at = clock_now(),
	};
	struct step_services services = { .context = NULL };
	struct step_run r = { .arena = c->arena,
			      .config = trial->config,
			      .work = trial->work,
			      .subject = &subject,
			      .services = &services,
			      .cancelled = &cancelled,
			      .say = cmd_step_say };
	struct outside *outside = outside_new(&o);
	bool fine;

	const struct outside_request rq = { .project = project, .needs = trial->def->needs };
	fine = outside_fill(outside, c->arena, &rq, &services, e);
	services.set_metadata = display_metadata;
	services.set_alias = display_alias;
	fine = fine && trial->def->run(&r, result, e);
	outside_free(outside);
	return fine;
}

static struct value *cmd_step_describe(struct arena *a, const struct step_result *r,
				       const char *diff)
{
	struct value *v = value_map(a);

	value_set(a, v, "status", value_string(a, step_status_name(r->status)));
	value_set(a, v, "message", value_string(a, r->message ? r->message : ""));
	value_set(a, v, "output", r->output ? r->output : value_null(a));
	if (diff)
		value_set(a, v, "diff", value_string(a, diff));
	return v;
}

static bool cmd_step_report(struct command *c, const struct step_result *r, const char *diff,
			    struct err *e)
{
	struct value *v = cmd_step_describe(c->arena, r, diff);
	const char *text = str_format(c->arena, "%s%s%s", step_status_name(r->status),
				      r->message && *r->message ? ": " : "", r->message ? r->message : "");

	for (size_t i = 0; i < value_count(r->output); i++) {
		const struct value_member *m = &r->output->map.members[i];

		text = str_format(c->arena, "%s\n  %s = %s", text, m->key.at,
				  json_text(c->arena, m->value, 0));
	}
	if (diff && *diff)
		text = str_format(c->arena, "%s\n\n%s", text, diff);
	return out_value(c, v, text, e);
}

static bool cmd_step_perform(struct command *c, const struct step_def *def, const char *folder,
			     struct err *e)
{
	struct step_result result = { .status = STEP_SUCCEEDED };
	const char *copy = NULL, *diff = NULL;
	struct step_trial trial = { .def = def };
	bool fine;

	if (!step_input(c, def, &trial.config, e) || !workdir_open(c->arena, folder, &trial.work, e) ||
	    (!command_option(c, "no-diff") && !difference_begin(c->arena, folder, &copy, e)))
		return false;
	fine = cmd_step_run_in(c, &trial, &result, e);
	workdir_close(trial.work);
	if (copy)
		fine = difference_end(c->arena, copy, folder, fine ? &diff : NULL, e) && fine;
	return fine && cmd_step_report(c, &result, diff, e);
}

static bool cmd_step_run(struct command *c, struct err *e)
{
	const char *folder = command_option(c, "dir");
	const struct step_def *def;

	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one step; gantry steps lists them");
	def = step_find(c->words[0]);
	if (!def)
		return err_set(e, ERR_USAGE, "no step \"%s\"; gantry steps lists them", c->words[0]);
	if (cmd_step_perform(c, def, folder ? folder : ".", e))
		return true;
	return err_wrap(e, "%s", def->kind);
}

const struct command_def command_step = {
	.name = "step",
	.summary = "Run one promotion step on a folder; print its outputs and what it changed.",
	.usage = "gantry step NAME --config FILE --dir FOLDER [--env FILE] [-f MANIFESTS]",
	.help = "FILE holds what a template has under config, or the whole step with uses and "
		"config.\n"
		"Expressions see the variables of --env; functions that look at a promotion's "
		"freight\n"
		"are not there: gantry promote --plan evaluates them. With --manifests the step\n"
		"has the credentials of the project's Secrets.",
	.options = options,
	.common = COMMON_MANIFESTS | COMMON_PROJECT | COMMON_OUTPUT,
	.run = cmd_step_run,
};
