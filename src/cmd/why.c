/* SPDX-License-Identifier: Apache-2.0 */
/* gantry why: what is between a stage and the freight that it could take next, as behind "w" on the board. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/why.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_FREIGHT,
	{ 0 },
};

static const char *why_gates_text(struct arena *a, const struct gates *g)
{
	const char *all = "";

	for (size_t i = 0; i < g->count; i++) {
		const struct gate *gate = &g->items[i];
		const char *opener = gate_opener(gate);

		if (gate->needed)
			all = str_format(a, "%s\n  %-8s  %-9s  %s%s%s", all, gate_state_word(gate->state),
					 gate->word, gate->sentence, opener ? "; " : "",
					 opener ? opener : "");
	}
	return all;
}

static const char *why_outlook_word(enum why_outlook outlook)
{
	static const char *const words[] = { "runs", "on its way", "by itself", "now", "at", "not before",
					     "unknown" };

	return words[outlook];
}

/* The last line: when it can start, and how. */
static const char *why_outlook_text(struct arena *a, const struct why *why, int64_t now)
{
	const char *stage = why->stage->name, *label = freight_label(a, why->freight);
	const char *left = clock_age(a, why->at > now ? why->at - now + 999 : 0);

	switch (why->outlook) {
	case WHY_RUNS: return str_format(a, "It runs in %s.", stage);
	case WHY_ON_ITS_WAY: return str_format(a, "It is on its way: gantry wait %s", stage);
	case WHY_BY_ITSELF: return "It can start now; auto-promotion is on: it starts by itself.";
	case WHY_NOW:
		return str_format(a, "It can start now: gantry promote %s --freight %s%s", stage, label,
				  why->setback.kind == SETBACK_BACKED_OUT ? " --again" : "");
	case WHY_AT:
		return str_format(a, "Soonest it can start: %s, in %s.", clock_rfc3339(a, why->at), left);
	case WHY_NOT_BEFORE:
		return str_format(a, "Not before %s, in %s; exactly when is unknown.",
				  clock_rfc3339(a, why->at), left);
	case WHY_UNKNOWN: break;
	}
	return "When it can start is unknown: it waits for what is above.";
}

static struct value *why_value(struct arena *a, const struct world *w, const struct why *why)
{
	const struct freight *f = why->freight;
	struct value *v = value_map(a);

	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "stage", why->stage->name);
	describe_text(a, v, "freight", f ? freight_label(a, f) : NULL);
	describe_text(a, v, "version", f ? freight_version(a, f) : NULL);
	describe_text(a, v, "freightName", f ? f->name : NULL);
	describe_text(a, v, "outlook", f ? why_outlook_word(why->outlook) : "no freight");
	describe_time(a, v, "at", why->at);
	value_set(a, v, "open", value_bool(a, why->gates.open));
	describe_text(a, v, "reason", why->gates.open ? NULL : why->gates.summary);
	value_set(a, v, "gates", describe_gates(a, &why->gates));
	value_set(a, v, "setback", describe_setback(a, &why->setback));
	return v;
}

static bool why_print(struct command *c, const struct world *w, struct why *why, struct err *e)
{
	int64_t now = clock_now();
	const char *text, *said;

	why_of(c->arena, w, now, why);
	said = setback_sentence(c->arena, &why->setback, now);
	text = str_format(c->arena, why->outlook == WHY_RUNS ? "%s runs in %s%s%s\n%s" : "%s into %s%s%s\n%s",
			  describe_freight_name(c->arena, w, why->freight->name), why->stage->name,
			  why_gates_text(c->arena, &why->gates),
			  *said ? str_format(c->arena, "\n  but       %s", said) : "",
			  why_outlook_text(c->arena, why, now));
	return out_value(c, why_value(c->arena, w, why), text, e);
}

/* No freight is there to ask about. */
static bool why_print_empty(struct command *c, const struct world *w, const struct why *why, struct err *e)
{
	const char *text = str_format(c->arena, "There is no freight for %s yet: gantry refresh looks for "
				      "it, and says why when it finds none.", why->stage->name);

	return out_value(c, why_value(c->arena, w, why), text, e);
}

static bool cmd_why(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	const char *named = command_option(c, "freight");
	struct why why = { .freight = NULL };

	(void)app;
	if (!find_stage_of_words(c, w, &why.stage, e) ||
	    (named && !find_freight(c->arena, w, named, &why.freight, e)))
		return false;
	if (!named)
		why.freight = why_freight(c->arena, w, why.stage, clock_now());
	return why.freight ? why_print(c, w, &why, e) : why_print_empty(c, w, &why, e);
}

static bool cmd_why_run(struct command *c, struct err *e)
{
	return with_world(c, APP_READS, cmd_why, e);
}

const struct command_def command_why = {
	.name = "why",
	.summary = "Say why freight is not in a stage: what blocks it, until when, who can unblock it.",
	.usage = "gantry why STAGE [--freight NAME] [-o json]",
	.help = "Without --freight: the newest that the stage could take.",
	.options = options,
	.completes = "<stage>",
	.common = COMMON_SHOWS,
	.run = cmd_why_run,
};
