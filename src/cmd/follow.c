/* SPDX-License-Identifier: Apache-2.0 */
/* Steps end in their order. What a step took is measured here until the ledger has it. */
#include "cmd/requests.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"

enum { STAGE_MS = 10000, MAX_LINE = 2000 };

struct promotion_follow {
	const char *promotion;
	FILE *out;                      /* where steps are told */
	bool is_terminal;               /* what runs now is shown on standard error, too, and goes again */
	bool is_shown;
	size_t told;                    /* steps whose ends were told */
	int64_t since;                  /* ticks: when the last of them was, and the next began; 0: never */
	int64_t over_since;             /* ticks: its stage does not know of its end; 0: not so */
};

static void follow_wipe(struct promotion_follow *f)
{
	if (f->is_shown)
		fputs("\r\033[K", stderr);
	f->is_shown = false;
}

/*
 * Whether a step's end can be told. One that did not succeed waits for the ledger, which has its message:
 * before that only its state is known.
 */
static bool follow_has_ended(const struct promotion *p, const struct promotion_step *s)
{
	if (s->status == STEP_PENDING || s->status == STEP_RUNNING)
		return false;
	return s->status == STEP_SUCCEEDED || s->status == STEP_SKIPPED || s->finished_at ||
	       promotion_is_over(p);
}

/* " after 1.2s"; "" for what was not run. */
static const char *follow_took(struct arena *a, const struct promotion_follow *f, const struct promotion *p)
{
	const struct promotion_step *s = &p->steps[f->told];
	int64_t ms = s->started_at && s->finished_at ? s->finished_at - s->started_at : -1;

	if (s->status == STEP_SKIPPED)
		return "";
	if (ms < 0)
		ms = f->since ? clock_ticks() - f->since : p->started_at ? clock_now() - p->started_at : -1;
	return ms >= 0 ? str_format(a, " after %s", duration_text(a, ms * 1000000)) : "";
}

static void follow_tell_step(struct promotion_follow *f, const struct promotion *p)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct promotion_step *s = &p->steps[f->told];
	const char *line = str_format(a, "%s: step %zu of %zu, %s (%s): %s%s%s%s", p->stage, f->told + 1,
				      p->nsteps, s->uses, s->alias, promotion_step_word(s),
				      follow_took(a, f, p), *s->message ? ": " : "", s->message);

	follow_wipe(f);
	fprintf(f->out, "%s\n", str_line(a, line, MAX_LINE));
	fflush(f->out);
	f->told++;
}

/* On a terminal: which step runs, and what it waits for. */
static void follow_show(struct promotion_follow *f, const struct promotion *p)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct promotion_step *s = f->told < p->nsteps ? &p->steps[f->told] : NULL;
	const char *line;

	if (!s || promotion_is_over(p))
		return;
	if (!f->is_terminal)
		return;
	line = str_format(a, "%s: step %zu of %zu, %s%s%s", p->stage, f->told + 1, p->nsteps, s->uses,
			  *s->message ? ": " : "", s->message);
	follow_wipe(f);
	fputs(str_line(a, line, 78), stderr);
	f->is_shown = true;
}

/* A running Kargo writes down what a stage runs a moment after the promotion's end. */
static bool follow_stage_knows(struct promotion_follow *f, const struct world *w, const struct promotion *p)
{
	const struct stage *s = world_stage(w, p->stage);

	if (!w->attachment || !s || same_text(s->last_promotion, p->name))
		return true;
	f->over_since = f->over_since ? f->over_since : clock_ticks();
	return clock_ticks() - f->over_since > STAGE_MS;
}

static bool follow_promotion_is_over(void *context, const struct world *w)
{
	struct promotion_follow *f = context;
	const struct promotion *p = world_promotion(w, f->promotion);

	if (!p)
		return false;
	while (f->told < p->nsteps && follow_has_ended(p, &p->steps[f->told])) {
		follow_tell_step(f, p);
		f->since = clock_ticks();
	}
	follow_show(f, p);
	return promotion_is_over(p) && follow_stage_knows(f, w, p);
}

/* The promotion, and what runs in its stage now. */
static bool follow_tell_end(struct command *c, const struct world *w, const struct promotion *p,
			    struct err *e)
{
	const struct stage *s = world_stage(w, p->stage);
	struct value *v = describe_promotion(c->arena, w, p);
	const char *outcome = promotion_outcome(c->arena, p), *text;
	bool is_good = p->phase == PHASE_SUCCEEDED;

	value_set(c->arena, v, "runs", s ? describe_runs(c->arena, w, s) : value_list(c->arena));
	text = str_format(c->arena, "%s: %s%s%s\n%s", p->name, promotion_phase_word(p), *outcome ? ": " : "",
			  outcome, describe_what_runs(c->arena, w, p->stage, !is_good));
	if (!is_good)
		c->status = EXIT_FAILED;
	return out_value(c, v, text, e);
}

bool follow_promotion(struct command *c, struct app *app, const char *promotion, struct err *e)
{
	struct promotion_follow f = { .promotion = promotion, .is_terminal = isatty(STDERR_FILENO) };
	struct out_format format;
	const struct world *w;
	int64_t ms;
	bool fine;

	if (!time_left(c, &ms, e) || !out_format(c, &format, e))
		return false;
	f.out = out_is_table(&format) ? stdout : stderr;
	fine = app_wait(app, &(struct app_wait){ follow_promotion_is_over, &f, ms }, &w, e);
	follow_wipe(&f);
	if (!fine)
		return err_wrap(e, "waiting for %s", promotion);
	fine = follow_tell_end(c, w, world_promotion(w, promotion), e);
	app_return_world(app, w);
	return fine;
}
