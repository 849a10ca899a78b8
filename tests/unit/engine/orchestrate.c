/* SPDX-License-Identifier: Apache-2.0 */
/* Passes over steps with scripted outcomes, beyond what the vectors hold. */
#include "engine/orchestrate.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/task_steps.h"
#include "fixture.h"
#include "model/promotion.h"
#include "tap.h"

/* Steps are "bad", for what may pass "raced", "wait", or meet an outage when "down". */
struct script {
	int64_t now;
	unsigned runs;
	int64_t after_ms;               /* what the outside asks for in an outage */
	bool is_down;                   /* whatever the step */
	size_t allowed;                 /* index that may run although it is an effect */
};

static bool traits(void *context, const char *uses, struct step_traits *out)
{
	(void)context;
	*out = (struct step_traits){ .timeout_s = strcmp(uses, "timed") == 0 ? 300 : 0 };
	return strcmp(uses, "unknown") != 0;
}

static bool condition(void *context, const struct orchestration *o, const struct value *step,
		      bool *out, struct err *e)
{
	(void)context;
	(void)o;
	(void)e;
	*out = strcmp(value_text(value_get(step, "if"), ""), "yes") == 0;
	return true;
}

static bool config(void *context, const struct orchestration *o, const struct value *step,
		   struct value **out, struct err *e)
{
	(void)context;
	(void)step;
	(void)e;
	*out = value_map(o->arena);
	return true;
}

static bool run(void *context, const struct orchestration *o, const struct step_call *call,
		struct step_result *result, struct err *e)
{
	struct script *s = context;
	const char *alias = value_text(value_get(call->step, "as"), "");

	s->runs++;
	result->output = value_map(o->arena);
	value_set(o->arena, result->output, "n", value_int(o->arena, s->runs));
	if (strcmp(alias, "wait") == 0) {
		result->status = STEP_RUNNING;
		result->message = "web is Progressing";
	}
	if (strcmp(alias, "raced") == 0)
		return err_again(e, ERR_CONFLICT, "the branch had moved");
	if (strcmp(alias, "down") == 0 || s->is_down) {
		err_set(e, ERR_NET, "no answer from git");
		return outage_mark(e, s->after_ms);
	}
	if (strcmp(alias, "bad") != 0)
		return true;
	result->status = STEP_ERRORED;
	return err_set(e, ERR_IO, "no");
}

static bool hold(void *context, size_t index, const struct value *step)
{
	struct script *s = context;

	return strcmp(value_text(value_get(step, "uses"), ""), "effect") == 0 && index != s->allowed;
}

static int64_t now(void *context)
{
	return ((struct script *)context)->now;
}

static void go(struct script *s, struct orchestration *o)
{
	struct orchestrator r = { .context = s, .traits = traits, .condition = condition,
				  .config = config, .run = run, .hold = hold, .now = now };

	orchestrate(&r, o);
}

static struct orchestration begin(struct arena *a, const char *steps)
{
	struct orchestration o;

	orchestration_read(a, json(a, str_format(a, "{\"spec\":{\"steps\":%s}}", steps)), true, &o);
	return o;
}

TEST(tasks_are_of_two_kinds)
{
	AUTO(arena) struct arena *a = arena_new();
	struct task_input in = {
		.steps = json(a, "[{\"task\":{\"name\":\"t\",\"kind\":\"Task\"},\"as\":\"x\"}]"),
		.tasks = json(a, "{\"t\":{\"spec\":{\"steps\":[{\"uses\":\"a\"}]}}}"),
	};
	struct value *out;
	struct err e = { 0 };

	ok(!task_steps(a, &in, &out, &e) && strstr(e.message, "kind must be"), "%s", e.message);
}

TEST(effects_wait_to_be_announced)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000, .allowed = SIZE_MAX };
	struct orchestration o = begin(a, "[{\"uses\":\"x\",\"as\":\"a\"},{\"uses\":\"effect\",\"as\":\"b\"},"
				       "{\"uses\":\"x\",\"as\":\"c\"}]");

	go(&s, &o);
	ok(o.held && o.current == 1 && s.runs == 1, "it stops before the effect");
	ok(o.phase == PHASE_RUNNING, "and is not over");
	s.allowed = 1;
	go(&s, &o);
	ok(!o.held && s.runs == 3 && o.phase == PHASE_SUCCEEDED, "announced, it goes on to the end");
}

TEST(a_pass_goes_on_where_the_last_stopped)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(arena) struct arena *b = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration next, o = begin(a, "[{\"uses\":\"x\",\"as\":\"a\"},{\"uses\":\"timed\",\"as\":\"wait\"},"
					     "{\"uses\":\"x\",\"as\":\"c\",\"if\":\"yes\"}]");

	go(&s, &o);
	ok(o.waits && s.runs == 2, "it waits");
	is_number(o.gives_up, o.metas[1].started_at + 300000, "until its timeout");
	is_number(o.errors_allowed, 1, "or until its first error");
	s.now += 200000;
	struct value *v = value_map(b), *spec = value_map(b);
	value_set(b, spec, "steps", value_copy(b, o.steps));
	value_set(b, v, "spec", spec);
	orchestration_copy(b, &o, v, &next);
	go(&s, &next);
	ok(next.waits && s.runs == 3, "asked again, it waits still, and the first is not run again");
	s.now += 200000;
	go(&s, &next);
	ok(next.phase == PHASE_ERRORED && s.runs == 5, "too late it ends, and the next is visited");
	is_text(next.message, "step \"wait\" timed out after 5m0s: web is Progressing", "it says so, and "
		"what it waited for");
}

TEST(a_clock_set_back_delays_no_timeout_for_ever)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 100000000 };
	struct orchestration o = begin(a, "[{\"uses\":\"timed\",\"as\":\"wait\"}]");

	go(&s, &o);
	s.now = 5000;
	go(&s, &o);
	ok(o.waits, "set back by a day, it waits");
	s.now += 301000;
	go(&s, &o);
	ok(o.phase == PHASE_ERRORED, "and no longer than its time from there");
}

TEST(an_outage_is_no_error)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration o = begin(a, "[{\"uses\":\"timed\",\"as\":\"down\"}]");

	go(&s, &o);
	ok(o.phase == PHASE_RUNNING && o.outage && !o.failing && o.metas[0].error_count == 0,
	   "the step waits, and no error is counted");
	ok(o.metas[0].status == STEP_RUNNING, "it is running");
	is_text(o.metas[0].message, "still waiting, because no answer from git", "and says why it waits");
	ok(o.retry_after >= 1600 && o.retry_after <= 2400, "it looks again after %lld ms", (long long)o.retry_after);
	go(&s, &o);
	go(&s, &o);
	ok(o.retry_after >= 6400, "then more rarely");
	is_number(o.gives_up, 301000, "until its timeout");
	s.after_ms = 90000;
	go(&s, &o);
	is_number(o.retry_after, 90000, "and when the other side wants it");
	s.now += 250000;
	go(&s, &o);
	is_number(o.retry_after, 50001, "but not later than its timeout");
	s.now += 50001;
	go(&s, &o);
	is_text(o.message, "step \"down\" timed out after 5m0s: no answer from git", "which ends it in the end");
	ok(!o.gives_up && !o.errors_allowed, "and nothing waits any more");
}

TEST(a_step_without_timeout_waits_an_hour)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration o = begin(a, "[{\"uses\":\"x\",\"as\":\"down\"}]");

	go(&s, &o);
	s.now += 3599000;
	go(&s, &o);
	ok(o.outage, "nearly an hour later it waits");
	s.now += 2000;
	go(&s, &o);
	is_text(o.message, "step \"down\" timed out after 1h0m0s: no answer from git", "not longer");
}

TEST(an_outage_is_counted_from_its_own_begin)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration o = begin(a, "[{\"uses\":\"x\",\"as\":\"wait\"}]");

	go(&s, &o);
	ok(o.waits && !o.outage, "a step waits for days, say for a merge");
	s.now += 3 * 86400000LL;
	s.is_down = true;
	go(&s, &o);
	ok(o.outage && o.phase == PHASE_RUNNING, "an outage then does not end it at once");
	s.now += 3601000;
	go(&s, &o);
	is_text(o.message, "step \"wait\" timed out after 1h0m0s: no answer from git",
		"but an hour of it does");
}

TEST(abort_ends_the_running_step)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration o = begin(a, "[{\"uses\":\"x\",\"as\":\"a\"},{\"uses\":\"x\",\"as\":\"wait\"}]");

	go(&s, &o);
	orchestration_abort(&o, "stop", 5000);
	ok(o.phase == PHASE_ABORTED && o.metas[1].status == STEP_ABORTED && o.metas[1].finished_at == 5000,
	   "what ran is aborted");
	ok(o.metas[0].status == STEP_SUCCEEDED, "what was done is done");
}

/* The promotion as the ledger would have it, read back. */
static bool may_pass(struct arena *a, const struct orchestration *o)
{
	struct value *v = json(a, "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"stage\":\"s\",\"freight\":\"f\"}}");
	struct value *status = orchestration_status(a, o);
	struct promotion *p = NULL;
	struct err e;

	value_set(a, status, "phase", value_string(a, phase_name(o->phase)));
	value_set(a, v, "status", status);
	if (!promotion_read(a, v, &p, &e))
		note("%s", e.message);
	return promotion_may_pass(p);
}

TEST(a_promotion_remembers_whether_its_failure_may_pass)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .now = 1000 };
	struct orchestration o = begin(a, "[{\"uses\":\"x\",\"as\":\"a\"},{\"uses\":\"x\",\"as\":\"raced\"}]");

	go(&s, &o);
	ok(o.phase == PHASE_ERRORED && may_pass(a, &o), "a lost race may pass");
	o = begin(a, "[{\"uses\":\"x\",\"as\":\"bad\"}]");
	go(&s, &o);
	ok(o.phase == PHASE_ERRORED && !may_pass(a, &o), "what is of no use to try again may not");
	o = begin(a, "[{\"uses\":\"x\",\"as\":\"raced\"},{\"uses\":\"x\",\"as\":\"bad\",\"if\":\"yes\"}]");
	go(&s, &o);
	ok(!may_pass(a, &o), "nor do both together");
	o = begin(a, "[{\"uses\":\"x\",\"as\":\"a\"}]");
	go(&s, &o);
	ok(!may_pass(a, &o), "and what succeeded did not fail");
}
