/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion from its Kargo object (doc/kargo-rules.md 1.9, 4.2). */
#include "model/promotion.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/read.h"

static const char *const phases[] = {
	[PHASE_PENDING] = "Pending",     [PHASE_RUNNING] = "Running", [PHASE_SUCCEEDED] = "Succeeded",
	[PHASE_FAILED] = "Failed",       [PHASE_ERRORED] = "Errored", [PHASE_ABORTED] = "Aborted",
};

static const char *const statuses[] = {
	[STEP_PENDING] = "",         [STEP_SUCCEEDED] = "Succeeded", [STEP_SKIPPED] = "Skipped",
	[STEP_RUNNING] = "Running",  [STEP_ABORTED] = "Aborted",     [STEP_FAILED] = "Failed",
	[STEP_ERRORED] = "Errored",
};

const char *phase_name(enum promotion_phase phase)
{
	return phases[phase];
}

static bool phase_parse(const char *word, enum promotion_phase *phase)
{
	for (size_t i = 0; i < COUNTOF(phases); i++)
		if (strcmp(phases[i], word) == 0) {
			*phase = (enum promotion_phase)i;
			return true;
		}
	return false;
}

const char *step_status_name(enum step_status status)
{
	return statuses[status];
}

bool step_status_parse(const char *word, enum step_status *status)
{
	for (size_t i = 0; i < COUNTOF(statuses); i++)
		if (strcmp(statuses[i], word) == 0) {
			*status = (enum step_status)i;
			return true;
		}
	return false;
}

const char *promotion_phase_word(const struct promotion *p)
{
	return p->odd_phase ? p->odd_phase : phases[p->phase];
}

const char *promotion_step_word(const struct promotion_step *s)
{
	return s->odd_status ? s->odd_status : statuses[s->status];
}

const struct promotion_step *promotion_pull_request(const struct promotion *p, int64_t *number)
{
	const struct promotion_step *step = p->current_step < p->nsteps ? &p->steps[p->current_step]
									 : NULL;

	if (promotion_is_over(p) || !step || strcmp(step->uses, "git-wait-for-pr") != 0 ||
	    !value_truth(value_path(step->output, "pr.open"), false) ||
	    !value_integer(value_path(step->output, "pr.id"), number))
		return NULL;
	return step;
}

bool promotion_is_over(const struct promotion *p)
{
	return p->phase >= PHASE_SUCCEEDED;
}

bool promotion_may_pass(const struct promotion *p)
{
	const struct value *metas = value_path(p->object, "status.stepExecutionMetadata");
	bool any = false;

	for (size_t i = 0; p->phase == PHASE_ERRORED && i < value_count(metas); i++) {
		const struct value *m = value_at(metas, i);
		const char *word = value_text(value_get(m, "status"), "");

		if ((strcmp(word, statuses[STEP_ERRORED]) != 0 && strcmp(word, statuses[STEP_FAILED]) != 0) ||
		    value_truth(value_get(m, "continueOnError"), false))
			continue;
		if (!value_truth(value_get(m, "mayPass"), false))
			return false;
		any = true;
	}
	return any;
}

enum promotion_phase promotion_final_phase(const struct step_end *ends, size_t count,
					   const char **message)
{
	static const enum promotion_phase ends_as[] = {
		[STEP_PENDING] = PHASE_ERRORED,   [STEP_SUCCEEDED] = PHASE_SUCCEEDED,
		[STEP_SKIPPED] = PHASE_SUCCEEDED, [STEP_RUNNING] = PHASE_ERRORED,
		[STEP_ABORTED] = PHASE_ABORTED,   [STEP_FAILED] = PHASE_FAILED,
		[STEP_ERRORED] = PHASE_ERRORED,
	};
	enum step_status worst = STEP_SUCCEEDED;

	*message = "";
	for (size_t i = 0; i < count; i++)
		if (!ends[i].continue_on_error && ends[i].status > worst) {
			worst = ends[i].status;
			*message = ends[i].message;
		}
	return ends_as[worst];
}

const char *promotion_make_name(struct arena *a, const char *stage, const char *ulid,
				const char *freight)
{
	enum { NAME_MAX_LEN = 253, ULID_LEN = 26, HASH_LEN = 7 };
	size_t room = NAME_MAX_LEN - 1 - ULID_LEN - 1 - HASH_LEN;
	size_t len = strlen(stage);

	if (!*stage || !*freight)
		return "";
	if (len > room)
		for (len = room; len > 0 && strchr(".-", stage[len - 1]); len--)
			;
	return str_lower(a, str_format(a, "%.*s.%s.%.7s", (int)len, stage, ulid, freight));
}

/* The time in the ULID of "<stage>.<ulid>.<freight>", ms; 0 when there is none. */
static int64_t named_at(const char *name)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	const char *last = strrchr(name, '.');
	int64_t ms = 0;

	if (!last || last - name < 27 || last[-27] != '.')
		return 0;
	for (const char *c = last - 26; c < last - 16; c++) {
		const char *digit = strchr(digits, *c);

		if (!digit)
			return 0;
		ms = ms * 32 + (digit - digits);
	}
	return ms;
}

/* What status.stepExecutionMetadata says of the step. */
static bool read_execution(const struct value *meta, struct promotion_step *s, struct err *e)
{
	const char *status;
	int64_t errors = 0;

	if (!read_text(meta, "status", "", &status, e) ||
	    !read_text(meta, "message", "", &s->message, e) ||
	    !read_time(meta, "startedAt", &s->started_at, e) ||
	    !read_time(meta, "finishedAt", &s->finished_at, e))
		return false;
	if (!step_status_parse(status, &s->status)) {
		s->odd_status = status;
		s->status = s->finished_at ? STEP_ERRORED : STEP_RUNNING;
	}
	if (value_integer(value_get(meta, "errorCount"), &errors) && errors > 0)
		s->error_count = (unsigned)errors;
	return true;
}

static bool read_steps(struct arena *a, const struct value *object, struct promotion *p,
		       struct err *e)
{
	const struct value *list, *meta, *state = value_path(object, "status.state");

	if (!read_list(object, "spec.steps", &list, e) ||
	    !read_list(object, "status.stepExecutionMetadata", &meta, e))
		return false;
	p->nsteps = value_count(list);
	p->steps = arena_array(a, p->nsteps, sizeof(*p->steps));
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct value *v = list->list.items[i];
		struct promotion_step *s = &p->steps[i];

		s->message = "";
		if (!read_text(v, "as", "", &s->alias, e) || !read_text(v, "uses", "", &s->uses, e))
			return err_wrap(e, "steps[%zu]", i);
		if (value_at(meta, i) && !read_execution(value_at(meta, i), s, e))
			return err_wrap(e, "steps[%zu]", i);
		s->output = value_get(state, s->alias);
	}
	return true;
}

/* Who asked for the abort, as Kargo's admission writes it: {"action": …, "actor": …}; NULL: unsaid. */
static const char *read_aborter(struct arena *a, const struct value *notes)
{
	const char *text = value_text(value_get(notes, "kargo.akuity.io/abort"), "");
	struct value *wish = NULL;
	struct err ignored;

	if (*text != '{' || !json_parse(a, text, strlen(text), &wish, &ignored))
		return NULL;
	return value_text(value_get(wish, "actor"), NULL);
}

/* What gantry's ledger adds to Kargo's object, under annotations of its own. */
static bool read_extras(struct arena *a, const struct value *object, struct promotion *p, struct err *e)
{
	const struct value *notes = value_path(object, "metadata.annotations");
	const char *actor = value_text(value_get(notes, "kargo.akuity.io/create-actor"), "");
	const char *colon = strchr(actor, ':');

	p->actor = colon && strncmp(actor, "email:", 6) == 0 ? colon + 1 : actor;
	p->from = value_text(value_get(notes, "gantry/from"), NULL);
	p->reason = value_text(value_get(notes, "gantry/reason"), NULL);
	p->from_freight = value_text(value_get(notes, "gantry/from-freight"), NULL);
	p->rollback = strcmp(value_text(value_get(notes, "kargo.akuity.io/rollback"), ""), "true") == 0;
	p->abort_requested = value_get(notes, "kargo.akuity.io/abort") != NULL;
	p->aborted_by = value_text(value_get(notes, PROMOTION_ABORTED_BY), read_aborter(a, notes));
	p->abort_reason = value_text(value_get(notes, PROMOTION_ABORT_REASON), NULL);
	if (!read_time(object, "metadata.creationTimestamp", &p->created_at, e))
		return false;
	if (!p->created_at)
		p->created_at = named_at(p->name);
	return true;
}

bool promotion_read(struct arena *a, const struct value *object, struct promotion **out,
		    struct err *e)
{
	struct promotion *p = arena_alloc(a, sizeof(*p));
	const char *phase;
	int64_t step = 0;

	if (!read_name(object, &p->name, e))
		return false;
	if (!read_text(object, "spec.stage", "", &p->stage, e) ||
	    !read_text(object, "spec.freight", "", &p->freight, e) ||
	    !read_text(object, "status.phase", "Pending", &phase, e) ||
	    !read_text(object, "status.message", "", &p->message, e) ||
	    !read_time(object, "status.startedAt", &p->started_at, e) ||
	    !read_time(object, "status.finishedAt", &p->finished_at, e) ||
	    !read_extras(a, object, p, e) || !read_steps(a, object, p, e))
		return err_wrap(e, "promotion %s", p->name);
	if (!phase_parse(phase, &p->phase)) {
		p->odd_phase = phase;
		p->phase = p->finished_at ? PHASE_ERRORED : PHASE_RUNNING;
	}
	if (value_integer(value_path(object, "status.currentStep"), &step) && step > 0)
		p->current_step = (size_t)step;
	p->object = object;
	*out = p;
	return true;
}
