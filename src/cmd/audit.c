/* SPDX-License-Identifier: Apache-2.0 */
/* gantry audit: every ledger event; audit verify replays them all. */
#include "cmd/command.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "cmd/audit_export.h"
#include "cmd/out.h"
#include "cmd/past.h"
#include "data/value.h"
#include "ledger/history.h"
#include "ledger/ledger.h"

static const struct option_def options[] = {
	{ "stage", 's', OPTION_TEXT, "NAME", "only of this stage" },
	{ "freight", 0, OPTION_TEXT, "NAME", "only of this freight, by its full name" },
	{ "promotion", 0, OPTION_TEXT, "NAME", "only of this promotion" },
	{ "since", 0, OPTION_TEXT, "WHEN", "a duration such as 24h, or a time in RFC 3339" },
	{ "limit", 'n', OPTION_TEXT, "COUNT", "at most so many, newest first; 50 when not given" },
	{ "format", 0, OPTION_TEXT, "FORMAT", "of an export: jsonl, cloudevents or csv" },
	{ "after", 0, OPTION_TEXT, "COMMIT", "export what came after this event" },
	{ "follow", 0, OPTION_FLAG, NULL, "go on exporting what is recorded from now on" },
	{ 0 },
};

static const struct out_column columns[] = {
	{ "WHEN", "at" }, { "EVENT", "kind" }, { "WHAT", "subject" }, { "BY", "actor" },
	{ "FROM", "from" }, { "COMMIT", "commit" }, { 0 },
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

/* What was not seen is never called sound. */
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
	return str_format(c->arena, "sound: %zu events replayed, head %.7s", v->events, ledger_head(l));
}

static bool cmd_audit_verify(struct command *c, struct ledger *l, struct err *e)
{
	struct value *answer = value_map(c->arena);
	const char *gap = past_gap(c->arena, l), *text;
	struct ledger_verdict v;

	if (!ledger_verify(l, c->arena, &v, e))
		return false;
	value_set(c->arena, answer, "sound", value_bool(c->arena, v.sound && !gap));
	value_set(c->arena, answer, "events", value_int(c->arena, (int64_t)v.events));
	value_set(c->arena, answer, "head", value_string(c->arena, ledger_head(l)));
	value_set(c->arena, answer, "unknown", value_int(c->arena, (int64_t)v.nunknown));
	const char *signers = cmd_audit_tell_signers(c, &v, answer);
	text = verdict_text(c, l, &v, gap);
	if (v.sound)
		text = str_format(c->arena, "%s%s", text, signers);
	else
		value_set(c->arena, answer, "commit", value_string(c->arena, v.commit ? v.commit : ""));
	if (!v.sound || gap) {
		value_set(c->arena, answer, "reason", value_string(c->arena, v.sound ? gap : v.reason));
		c->status = EXIT_FAILED;
	}
	return out_value(c, answer, text, e);
}

static bool cmd_audit_list(struct command *c, struct ledger *l, struct err *e)
{
	struct ledger_filter f;
	struct past_page page;

	if (!past_filter(c, &f, e) || !past_rows(c, l, &f, &page, e) ||
	    !out_rows(c, page.rows, columns, past_empty(c, "the ledger is empty"), e))
		return false;
	if (page.more)
		past_tell_cut(c, page.rows);
	return true;
}

static bool cmd_audit_run(struct command *c, struct err *e)
{
	bool verifies = c->nwords == 1 && strcmp(c->words[0], "verify") == 0;
	bool exports = c->nwords == 1 && strcmp(c->words[0], "export") == 0, fine;
	const char *project = NULL;
	struct ledger *l;

	if (c->nwords && !verifies && !exports)
		return err_set(e, ERR_USAGE, "audit \"%s\"? only: verify, export",
			       c->words[c->nwords > 1 ? 1 : 0]);
	if ((exports && !past_project(c, &project, e)) || !past_open(c, &l, e))
		return false;
	fine = verifies ? cmd_audit_verify(c, l, e)
	       : exports ? audit_export(c, l, project, e) : cmd_audit_list(c, l, e);
	if (!verifies)
		past_note(c, l);
	ledger_close(l);
	return fine;
}

const struct command_def command_audit = {
	.name = "audit",
	.summary = "Every event of the ledger; \"audit verify\" replays them and says whether they "
		   "hold.",
	.usage = "gantry audit [verify] [--stage NAME] [--since 24h] [-o json]\n"
		 "       gantry audit export [--format jsonl|cloudevents|csv] [--after COMMIT] [--follow]",
	.options = options,
	.common = COMMON_READS,
	.run = cmd_audit_run,
};
