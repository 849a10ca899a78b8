/* SPDX-License-Identifier: Apache-2.0 */
/* Asked of each stage at each scrape, so it looks at little. */
#include "metrics/metrics_inner.h"

#include <assert.h>
#include <string.h>

#include "model/available.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/window.h"
#include "model/world.h"

/* Newer freight that is asked about, so that a stage far behind costs no more. */
enum { MAX_LOOK = 20 };

static struct waiting waiting_promotion(const struct promotion *p)
{
	const struct promotion_step *step =
		p->current_step < p->nsteps ? &p->steps[p->current_step] : NULL;

	if (p->phase == PHASE_PENDING)
		return (struct waiting){ "window", p->created_at };
	if (step && strcmp(step->uses, "git-wait-for-pr") == 0)
		return (struct waiting){ "pull_request",
					 step->started_at ? step->started_at : p->started_at };
	return (struct waiting){ .reason = NULL };
}

/* The oldest freight that may enter: the stage has waited since then. */
static const struct freight *waiting_freight(const struct stage *s, const struct newer *newer, int64_t now)
{
	const struct freight *found = NULL;

	for (size_t i = 0; i < newer->count && i < MAX_LOOK; i++)
		if (freight_is_available(s, newer->items[i], now))
			found = newer->items[i];
	return found;
}

struct waiting waiting_of(const struct world *w, const struct stage *s, const struct newer *newer,
			  const struct promotion *active, int64_t now)
{
	const struct freight *f;
	struct window_state window;
	int64_t since;

	assert(w && s && newer);
	if (active)
		return waiting_promotion(active);
	f = waiting_freight(s, newer, now);
	if (!f)
		return (struct waiting){ .reason = NULL };
	since = freight_available_since(s, stage_request(s, f->warehouse), f);
	if (s->nholds)
		return (struct waiting){ "hold", s->holds[0].created_at };
	if (!s->auto_promotion)
		return (struct waiting){ "person", since };
	window_state(w->project, s, now, &window);
	return (struct waiting){ window.closed ? "window" : NULL, since };
}
