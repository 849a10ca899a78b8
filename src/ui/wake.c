/* SPDX-License-Identifier: Apache-2.0 */
/* What the loop is woken for: a newer world, plans, replies; and why the bell rings. */
#include <poll.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/plan.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/world.h"
#include "ui/dashboard.h"
#include "ui/dialog.h"
#include "ui/display.h"
#include "ui/home.h"
#include "ui/port.h"
#include "ui/screens_inner.h"

enum { RECENT_MS = 60 * 1000 };

/* Each goes to the screen that asked; plans that could not be asked for yet are asked for again. */
static bool take_plans(struct screens *d)
{
	struct plan *p;
	bool any = false;

	while (d->port->next_plan && (p = d->port->next_plan(d->port->context))) {
		struct screen *s = d->top;

		while (s && (!s->dialog || s->dialog->plan_id != p->id || s->dialog->plan))
			s = s->below;
		if (!s) {
			plan_free(p);
			continue;
		}
		s->dialog->plan = p;
		s->filled = false;
		any = true;
	}
	screens_ask_plans(d);
	return any;
}

static bool take_replies(struct screens *d)
{
	struct reply reply;
	bool any = false;

	arena_reset(d->replies);
	while (d->port->next_reply(d->port->context, d->replies, &reply)) {
		any = true;
		if (reply.done && reply.message && !*reply.message)
			continue;
		if (reply.done) {
			screens_notify(d, reply.message ? reply.message : "done", false);
			continue;
		}
		d->bell = true;
		screens_notify(d, "nothing was done", true);
		screens_open(d, &screen_notice, NULL, NULL, reply.message ? reply.message : "refused");
	}
	return any;
}

/* One read, so that a blocking pipe cannot block us; if more is in it, the loop is woken again. */
static void screens_drain(int fd)
{
	struct pollfd ready = { fd, POLLIN, 0 };
	char bytes[4096];

	if (fd >= 0 && poll(&ready, 1, 0) == 1 && read(fd, bytes, sizeof(bytes)) < 0)
		return;
}

/* Sheets point into the world that they were made from, which is gone. */
static void forget_sheets(struct screens *d)
{
	for (struct screen *s = d->top; s; s = s->below) {
		const struct world *w = screens_world(d, s);
		bool same = !(s->def->flags & SCREEN_FLEET) && s->filled_of == w &&
			    s->filled_serial == w->serial;

		if (same || s->def->flags & SCREEN_STANDS)
			continue;
		s->sheet = (struct sheet){ .a = s->arena };
		s->own = NULL;
		s->filled = false;
	}
}

bool screens_wake(struct screens *d)
{
	bool was_loading = screens_is_loading(d), newer;
	const char *only = str_copy(d->frame, world_name(projects_world(&d->projects, "")));

	screens_drain(d->port->wake_fd);
	newer = projects_renew(&d->projects, &d->bell);
	d->moving = d->moving && !newer;
	if (newer) {
		if (screens_find_contexts(d))
			was_loading = true;
		screens_find_home(d, only, was_loading);
		forget_sheets(d);
	}
	newer = take_plans(d) || newer;
	return take_replies(d) || newer;
}

const char *screens_bell_reason(struct screens *d)
{
	struct view v = screens_view(d, d->top);

	for (size_t i = 0; i < v.w->npromotions; i++) {
		const struct promotion *p = v.w->promotions[i];

		if ((p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED) &&
		    v.now - p->finished_at < RECENT_MS)
			return str_format(d->frame, "%s did not take %s: %s", p->stage,
					  display_freight(&v, p->freight), promotion_cause(d->frame, p));
	}
	return d->toast.len ? buf_str(&d->toast) : "something failed in another project";
}
