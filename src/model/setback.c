/* SPDX-License-Identifier: Apache-2.0 */
/* Read from the world's promotions, which are newest first. */
#include "model/setback.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/intent.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static bool has_failed(const struct promotion *p)
{
	return p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED;
}

void setback_of(const struct world *w, const struct stage *s, const struct freight *f,
		struct setback *out)
{
	assert(s && f);
	*out = (struct setback){ SETBACK_NONE, NULL };
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];
		bool into = strcmp(p->freight, f->name) == 0;

		if (strcmp(p->stage, s->name) != 0)
			continue;
		if (into && p->phase == PHASE_SUCCEEDED)
			return;
		if (p->rollback && p->phase == PHASE_SUCCEEDED && same_text(p->from_freight, f->name)) {
			*out = (struct setback){ SETBACK_BACKED_OUT, p };
			return;
		}
		if (into && has_failed(p) && !out->kind)
			*out = (struct setback){ SETBACK_FAILED, p };
	}
}

const char *setback_sentence(struct arena *a, const struct setback *setback, int64_t now)
{
	const struct promotion *p = setback->promotion;
	const char *age, *cause;

	if (!p)
		return "";
	age = clock_age(a, now > p->finished_at ? now - p->finished_at : 0);
	if (setback->kind == SETBACK_BACKED_OUT)
		return str_format(a, "%s backed it out %s ago%s%s",
				  *p->actor ? actor_name(a, p->actor) : "auto-promotion", age,
				  p->reason && *p->reason ? ": " : ", without a reason",
				  p->reason ? p->reason : "");
	cause = promotion_cause(a, p);
	return str_format(a, "its promotion failed %s ago%s%s", age, *cause ? ": " : "", cause);
}

bool stage_failed_with(const struct world *w, const struct stage *s, const struct promotion *p)
{
	const struct freight *f = has_failed(p) ? world_freight(w, p->freight) : NULL;

	return f && !same_text(stage_freight(s, f->warehouse), f->name);
}

const struct promotion *stage_failure(const struct world *w, const struct stage *s)
{
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		if (strcmp(p->stage, s->name) == 0)
			return stage_failed_with(w, s, p) ? p : NULL;
	}
	return NULL;
}

/* Past the closing quote of "step \"NAME\"" and what follows it there; NULL: it is not that. */
static const char *setback_past_step(const char *text, const char *before, const char *after)
{
	const char *end;

	if (!has_prefix(text, before))
		return NULL;
	end = strchr(text + strlen(before), '"');
	return end && has_prefix(end, after) ? end + strlen(after) : NULL;
}

/* The text without the outermost wrapping; text itself when there is none. */
static const char *setback_unwrap(const char *text)
{
	static const char unrecoverable[] = "an unrecoverable error occurred: ";
	const char *inner = setback_past_step(text, "step \"", "\" met error threshold of ");

	if (inner && strstr(inner, ": "))
		return strstr(inner, ": ") + strlen(": ");
	if (has_prefix(text, unrecoverable))
		return text + strlen(unrecoverable);
	inner = setback_past_step(text, "error running step \"", "\": ");
	if (!inner)
		inner = setback_past_step(text, "step \"", "\": ");
	return inner && *inner ? inner : text;
}

const char *promotion_cause(struct arena *a, const struct promotion *p)
{
	const char *text = p->message, *inner = setback_unwrap(text);

	for (; inner != text; inner = setback_unwrap(text))
		text = inner;
	return str_copy_n(a, text, strcspn(text, "\r\n"));
}
