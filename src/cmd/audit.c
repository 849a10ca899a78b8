/* SPDX-License-Identifier: Apache-2.0 */
/* gantry audit: every ledger event; audit verify replays them all. */
#include "cmd/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/events.h"
#include "cmd/out.h"
#include "cmd/past.h"
#include "cmd/worlds.h"
#include "data/value.h"
#include "ledger/ledger.h"

static const struct option_def options[] = {
	PAST_OPTIONS,
	{ "format", 0, OPTION_TEXT, "FORMAT", "of an export: jsonl, cloudevents or csv" },
	{ "after", 0, OPTION_TEXT, "COMMIT", "export what came after this event" },
	{ "follow", 0, OPTION_FLAG, NULL, "go on exporting what is recorded from now on" },
	OPTION_ALL_PROJECTS,
	{ 0 },
};

static const struct out_column columns[] = {
	{ "WHEN", "at" }, { "PROJECT", "project" }, { "EVENT", "kind" }, { "WHAT", "subject" },
	{ "BY", "actor" },
	{ "FROM", "from" }, { "+WHY", "reason" }, { "COMMIT", "commit" }, { 0 },
};

static const char *cmd_audit_tell_signers(struct command *c, const struct ledger_verdict *v,
					  struct value *answer)
{
	struct value *signers = value_map(c->arena);
	const char *text = "";

	for (size_t i = 0; i < v->nsigners; i++) {
		const struct ledger_signer *s = &v->signers[i];
		value_set(c->arena, signers, s->who, value_int(c->arena, (int64_t)s->events));
		text = str_format(c->arena, "%s\n%zu signed by %s", text, s->events, s->who);
	}
	value_set(c->arena, answer, "signers", signers);
	value_set(c->arena, answer, "unsigned",
		  value_int(c->arena, (int64_t)(v->events - v->nsigned)));
	if (v->nsigned && v->nsigned < v->events)
		text = str_format(c->arena, "%s\n%zu not signed", text, v->events - v->nsigned);
	return text;
}

/* A ledger whose remote was not read is never called sound. */
static const char *verdict_text(struct command *c, const struct ledger *l,
				const struct ledger_verdict *v, const char *gap)
{
	if (!v->sound)
		return str_format(c->arena, "NOT SOUND: %s does not follow from what went before: %s",
				  v->commit ? v->commit : "the ledger", v->reason);
	if (gap)
		return str_format(c->arena, "NOT KNOWN: the %zu events that are here hold, head %.7s, %s",
				  v->events, ledger_head(l), gap);
	if (v->nunknown > 0)
		return str_format(c->arena, "sound: %zu events replayed, head %.7s; %zu of kinds that a "
				  "newer gantry records were not followed",
				  v->events, ledger_head(l), v->nunknown);
	if (!v->events)
		return "sound: no events yet";
	return str_format(c->arena, "sound: %zu events replayed, head %.7s", v->events, ledger_head(l));
}

/* One project's verdict; *text is the same for people. */
static bool audit_judge(struct command *c, struct ledger *l, struct value *answer, const char **text,
			struct err *e)
{
	const char *gap = past_gap(c->arena, l), *signers;
	struct ledger_verdict v;

	if (!ledger_verify(l, c->arena, &v, e))
		return false;
	value_set(c->arena, answer, "sound", value_bool(c->arena, v.sound && !gap));
	value_set(c->arena, answer, "events", value_int(c->arena, (int64_t)v.events));
	value_set(c->arena, answer, "head", value_string(c->arena, ledger_head(l)));
	value_set(c->arena, answer, "unknown", value_int(c->arena, (int64_t)v.nunknown));
	signers = cmd_audit_tell_signers(c, &v, answer);
	*text = str_format(c->arena, "%s%s", verdict_text(c, l, &v, gap), v.sound ? signers : "");
	describe_text(c->arena, answer, "commit", v.sound ? NULL : v.commit);
	describe_text(c->arena, answer, "reason", v.sound ? gap : v.reason);
	if (!v.sound || gap)
		c->status = EXIT_FAILED;
	return true;
}

/* Of one project its verdict, of several a list of them. */
static bool cmd_audit_verify(struct command *c, struct err *e)
{
	bool several = worlds_may_be_several(c);
	struct value *all = value_list(c->arena);
	const char *text, *lines = "";
	struct list projects;

	if (!past_projects(c, &projects, e))
		return false;
	for (size_t i = 0; i < projects.count; i++) {
		const char *project = projects.items[i];
		struct value *one = value_map(c->arena);
		struct ledger *l;
		bool fine;

		if (!past_open_of(c, project, &l, e))
			return false;
		describe_text(c->arena, one, "project", project);
		fine = audit_judge(c, l, one, &text, e);
		ledger_close(l);
		if (!fine)
			return err_wrap(e, "%s", project);
		value_append(c->arena, all, one);
		lines = str_format(c->arena, "%s%s%s%s%s", lines, i ? "\n" : "",
				   several ? project : "", several ? ": " : "", text);
	}
	return out_value(c, several ? all : value_at(all, 0), lines, e);
}

/* One project after the other, each from its oldest event on. */
static bool cmd_audit_export(struct command *c, struct err *e)
{
	struct export_sources all = { .count = 0 };
	struct list projects;
	bool fine = true;

	if (!past_projects(c, &projects, e))
		return false;
	all.items = arena_array(c->arena, projects.count, sizeof(*all.items));
	for (; fine && all.count < projects.count; all.count += fine) {
		struct export_source *s = &all.items[all.count];

		s->project = projects.items[all.count];
		fine = past_open_of(c, s->project, &s->ledger, e);
	}
	fine = fine && audit_export(c, &all, e);
	for (size_t i = 0; i < all.count; i++) {
		past_note(c, all.items[i].ledger);
		ledger_close(all.items[i].ledger);
	}
	return fine;
}

static bool cmd_audit_run(struct command *c, struct err *e)
{
	static const struct past_view view = { NULL, columns, "the ledger is empty" };
	const char *what = c->nwords == 1 ? c->words[0] : "";

	if (strcmp(what, "verify") == 0)
		return cmd_audit_verify(c, e);
	if (strcmp(what, "export") == 0)
		return cmd_audit_export(c, e);
	if (c->nwords)
		return err_set(e, ERR_USAGE, "audit \"%s\"? only: verify, export",
			       c->words[c->nwords > 1 ? 1 : 0]);
	return past_list(c, &view, e);
}

const struct command_def command_audit = {
	.name = "audit",
	.summary = "Every event of the ledger; \"audit verify\" replays them and says whether they "
		   "hold.",
	.usage = "gantry audit [verify] [--stage NAME] [--since 2d] [-A] [-o json]\n"
		 "       gantry audit export [--format jsonl|cloudevents|csv] [--after COMMIT] [--follow]",
	.options = options,
	.completes = "verify export",
	.common = COMMON_READS,
	.run = cmd_audit_run,
};
