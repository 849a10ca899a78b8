/* SPDX-License-Identifier: Apache-2.0 */
/* By the functions that the screens and the engine use. */
#include "cmd/outlook.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cmd/command.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/next_freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static void outlook_consider(struct arena *a, const struct world *w, const struct stage *s,
			     const struct freight *f, struct outlook *out)
{
	struct gates gates;
	const char *why;

	gates_of(a, &(struct gate_question){ w, s, f, clock_now() }, &gates);
	why = gates_refusal(a, &gates, false);
	if (!why) {
		out->choices = str_format(a, "%s%s%s (%s)", out->ntake ? out->choices : "",
					  out->ntake ? ", " : "", f->warehouse, freight_label(a, f));
		out->ntake++;
		out->take = out->take ? out->take : f;
	} else if (!out->next) {
		out->next = f;
		out->next_label = freight_label(a, f);
		out->why = why;
		out->not_before = gates.not_before;
	}
}

void outlook_of(const struct command *c, struct arena *a, const struct world *w, const struct stage *s,
		struct outlook *out)
{
	const char *only = command_option(c, "warehouse");

	*out = (struct outlook){ .take = NULL };
	for (size_t i = 0; i < s->nrequests; i++) {
		struct next_freight next;

		if (only && strcmp(only, s->requests[i].warehouse) != 0)
			continue;
		next_freight(w, s, &s->requests[i], clock_now(), &next);
		out->backed_out = out->backed_out ? out->backed_out : next.backed_out;
		if (next.open)
			outlook_consider(a, w, s, next.open, out);
		else if (next.waiting)
			outlook_consider(a, w, s, next.waiting, out);
	}
}

const struct promotion *promotion_begun_since(const struct world *w, const struct stage *s, int64_t since)
{
	const struct promotion *newest = NULL;

	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		if (strcmp(p->stage, s->name) == 0 && p->created_at >= since &&
		    (!newest || p->created_at > newest->created_at))
			newest = p;
	}
	return newest;
}

const struct promotion *promotion_under_way(const struct world *w, const struct stage *s,
					    const struct freight *f)
{
	for (size_t i = 0; f && i < w->npromotions; i++)
		if (strcmp(w->promotions[i]->stage, s->name) == 0 &&
		    strcmp(w->promotions[i]->freight, f->name) == 0 &&
		    !promotion_is_over(w->promotions[i]))
			return w->promotions[i];
	return NULL;
}
