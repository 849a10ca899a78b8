/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as text: the gates, the outcome of each step, and the diffs as git prints them. */
#include "cmd/requests.h"

#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/intent.h"
#include "model/plan.h"
#include "model/stage.h"
#include "model/world.h"

enum { MAX_TEXT = 64 << 20, MAX_LINE = 1000 };

static void print_gates(struct arena *a, struct buf *b, const struct gates *g)
{
	buf_text(b, "\nGATES\n");
	for (size_t i = 0; i < g->count; i++) {
		const struct gate *gate = &g->items[i];
		const char *opener = gate_opener(gate);

		if (!gate->needed) {
			buf_format(b, "  %-10s %s\n", "not needed", gate->word);
			continue;
		}
		buf_format(b, "  %-10s %-10s %s%s%s\n", gate_state_word(gate->state), gate->word,
			   str_line(a, gate->sentence, MAX_LINE), opener ? "; " : "", opener ? opener : "");
	}
}

static void print_steps(struct arena *a, struct buf *b, const struct plan *p)
{
	buf_text(b, "\nSTEPS\n");
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct plan_step *s = &p->steps[i];
		bool announced = s->way == PLAN_ANNOUNCED;

		buf_format(b, "  %2zu  %-20s %-10s %s%s\n", i + 1, s->uses, plan_way_word(s->way),
			   announced ? "would " : "",
			   str_line(a, *s->message ? s->message : s->about, MAX_LINE));
	}
}

static void print_changelog(struct arena *a, struct buf *b, const struct plan_changelog *c)
{
	buf_format(b, "\nCOMMITS of %s, %.7s to %.7s: %zu%s\n", c->url, c->from, c->to,
		   c->commits_in_all, c->is_back ? ", taken back" : "");
	for (size_t i = 0; i < c->ncommits; i++)
		buf_format(b, "  %.7s  %s  (%s)\n", c->commits[i].id,
			   str_line(a, c->commits[i].subject, MAX_LINE),
			   str_line(a, c->commits[i].author, MAX_LINE));
	if (c->commits_in_all > c->ncommits)
		buf_format(b, "  and %zu more\n", c->commits_in_all - c->ncommits);
}

static void print_diff(struct buf *b, const struct plan_diff *d)
{
	buf_format(b, "\nDIFF of %s%s%s%s in %s: %zu file%s, +%zu -%zu\n",
		   d->into ? "a pull request from " : d->is_new ? "the new branch " : "", d->branch,
		   d->into ? " to " : "", d->into ? d->into : "", d->url, d->files_in_all,
		   d->files_in_all == 1 ? "" : "s", d->added, d->removed);
	if (d->varies)
		buf_text(b, "(holds the id of a commit or the promotion's name, others by then)\n");
	for (size_t i = 0; i < d->nlines; i++)
		buf_format(b, "%s\n", d->lines[i]);
	if (d->is_cut)
		buf_text(b, "(the rest is too long to be shown)\n");
}

/* Warns of what the diff does not show. */
static void print_doubts(struct buf *b, const struct plan *p)
{
	size_t unforeseen = plan_count(p, PLAN_UNFORESEEN);

	if (unforeseen)
		buf_format(b, "\n%zu step%s cannot be foreseen: what %s would change is not in the diff.\n",
			   unforeseen, unforeseen == 1 ? "" : "s", unforeseen == 1 ? "it" : "they");
	if (!p->diffs.count)
		buf_text(b, "\nNothing would be pushed.\n");
}

/* A plan, and what speaks against what it is of. */
struct plan_answer {
	const struct world *w;
	const struct plan *plan;
	struct gates gates;
	const char *refusal;            /* NULL: none */
};

static const char *cmd_plan_print_text_of(struct arena *a, const struct plan_answer *answer)
{
	const struct plan *p = answer->plan;
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_TEXT);
	buf_format(&b, "%s %s   %s -> %s   (plan %.8s)\n", p->rollback ? "Roll back" : "Promote", p->stage,
		   describe_freight_name(a, answer->w, p->from_freight),
		   describe_freight_name(a, answer->w, p->freight), p->mark);
	print_gates(a, &b, &answer->gates);
	print_steps(a, &b, p);
	for (size_t i = 0; i < p->changelogs.count; i++)
		print_changelog(a, &b, p->changelogs.items[i]);
	for (size_t i = 0; i < p->diffs.count; i++)
		print_diff(&b, p->diffs.items[i]);
	print_doubts(&b, p);
	if (answer->refusal)
		buf_format(&b, "\nIt would be refused: %s\n", answer->refusal);
	while (b.len && b.at[b.len - 1] == '\n')
		b.at[--b.len] = '\0';
	return buf_copy(&b, a);
}

static bool cmd_plan_print(struct command *c, const struct world *w, const struct plan *p,
			   struct err *e)
{
	struct plan_answer answer = { .w = w, .plan = p,
				      .refusal = "the stage or the freight is gone by now" };
	const struct stage *s = world_stage(w, p->stage);
	const struct freight *f = world_freight(w, p->freight);
	struct value *v = plan_value(c->arena, p);

	if (s && f) {
		gates_of(c->arena, &(struct gate_question){ w, s, f, clock_now() }, &answer.gates);
		answer.refusal = gates_refusal(c->arena, &answer.gates, p->rollback);
	}
	value_set(c->arena, v, "gates", describe_gates(c->arena, &answer.gates));
	describe_text(c->arena, v, "refused", answer.refusal);
	if (p->phase != PHASE_SUCCEEDED)
		c->status = EXIT_FAILED;
	if (answer.refusal)
		c->status = EXIT_REFUSED;
	return out_value(c, v, cmd_plan_print_text_of(c->arena, &answer), e);
}

bool plan_show(struct command *c, struct app *app, const struct world *w, const struct plan_wish *wish,
	       struct err *e)
{
	struct intent *i = wish->intent;
	struct plan *p;
	bool fine;

	i->reason = command_option(c, "reason");
	if (!intent_check(i, e))
		return false;
	if (!app_plan(app, i, wish->timeout_ms, &p, e))
		return false;
	fine = cmd_plan_print(c, w, p, e);
	plan_free(p);
	return fine;
}
