/* SPDX-License-Identifier: Apache-2.0 */
/* Events as a world holds them: what they leave out is in its promotions, freight and stages. */
#include "metrics/follow.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "data/value.h"
#include "metrics/counts.h"
#include "metrics/fact.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/record.h"
#include "model/stage.h"
#include "model/world.h"

static void follow_steps(struct arena *a, const struct promotion *p, struct fact *f)
{
	struct fact_step *steps = arena_array(a, p->nsteps, sizeof(*steps));

	for (size_t i = 0; i < p->nsteps; i++) {
		const struct promotion_step *s = &p->steps[i];

		steps[i] = (struct fact_step){
			.kind = s->uses, .status = promotion_step_word(s), .errors = s->error_count,
			.took = s->started_at && s->finished_at ? s->finished_at - s->started_at : -1,
		};
	}
	f->steps = steps;
	f->nsteps = p->nsteps;
}

static void follow_promotion(struct arena *a, const struct world *w, const struct event_line *line,
			     struct fact *f)
{
	const struct promotion *p = world_promotion(w, line->promotion);
	const struct freight *freight = p ? world_freight(w, p->freight) : NULL;

	f->initiator = *line->actor ? INITIATOR_PERSON : INITIATOR_AUTO;
	if (!p)
		return;
	f->initiator = p->rollback ? INITIATOR_ROLLBACK : *p->actor ? INITIATOR_PERSON : INITIATOR_AUTO;
	if (f->kind != EVENT_PROMOTION_FINISHED)
		return;
	f->requested_at = p->created_at;
	f->started_at = p->started_at;
	f->discovered_at = freight ? freight->discovered_at : 0;
	follow_steps(a, p, f);
}

/* When the verification that ended at this moment began; 0: not known any more. */
static int64_t follow_verification(const struct world *w, const struct event_line *line)
{
	const struct stage *s = world_stage(w, line->stage);

	for (size_t i = 0; s && i < s->nhistory; i++) {
		const struct value *all = value_get(s->history[i].object, "verificationHistory");

		for (size_t j = 0; j < value_count(all); j++) {
			const struct value *v = value_at(all, j);
			int64_t from, to;

			if (clock_parse(value_text(value_get(v, "finishTime"), ""), &to) &&
			    clock_parse(value_text(value_get(v, "startTime"), ""), &from) &&
			    to / 1000 == line->at / 1000)
				return from;
		}
	}
	return 0;
}

static void follow_line(struct arena *a, const struct world *w, const struct event_line *line,
			struct counts *c)
{
	const struct freight *freight = world_freight(w, line->freight);
	struct fact f = { .at = line->at, .stage = *line->stage ? line->stage : NULL,
			  .phase = line->phase };

	if (!event_word_parse(line->kind, &f.kind))
		return;
	if (f.kind == EVENT_FREIGHT_DISCOVERED && freight)
		f.warehouse = freight->warehouse;
	if (f.kind == EVENT_FREIGHT_APPROVED && freight)
		f.discovered_at = freight->discovered_at;
	if (f.kind == EVENT_STAGE_VERIFIED)
		f.started_at = follow_verification(w, line);
	else if (*line->promotion)
		follow_promotion(a, w, line, &f);
	counts_add(c, &f);
}

bool follow_world(struct arena *a, const struct world *w, struct counts *c)
{
	size_t count = 0;

	if (strcmp(w->ledger_head, counts_head(c)) == 0)
		return true;
	while (count < w->nevents && strcmp(w->events[count].commit, counts_head(c)) != 0)
		count++;
	/* A ledger that was empty has all its events here, unless there are more than a record holds. */
	if (count == w->nevents && (*counts_head(c) || w->nevents >= RECORD_EVENTS))
		return false;
	while (count-- > 0)
		follow_line(a, w, &w->events[count], c);
	counts_set_head(c, w->ledger_head);
	return true;
}
