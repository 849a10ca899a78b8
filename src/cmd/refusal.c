/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals name what is in the way and the option that overrides it. */
#include "cmd/refusal.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/stale.h"
#include "model/freight.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"

bool refusal_of_stale(const struct command *c, const struct world *w, const struct stage *s, struct err *e)
{
	const char *stale = stale_text(c->arena, w);

	return !stale || err_again(e, ERR_NET, "what may enter %s now is not known: %s", s->name, stale);
}

bool refusal_unless_meant(const struct command *c, const struct world *w, const struct stage *s,
			  const struct freight *f, struct err *e)
{
	const char *label = freight_label(c->arena, f), *said;
	struct setback setback;

	setback_of(w, s, f, &setback);
	said = setback_sentence(c->arena, &setback, clock_now());
	if (setback.kind == SETBACK_FAILED)
		fprintf(stderr, "%s into %s: %s\n", label, s->name, said);
	if (setback.kind != SETBACK_BACKED_OUT || command_option(c, "again") || command_option(c, "plan"))
		return true;
	return err_set(e, ERR_REFUSED, "%s into %s: %s; add --again to do it all the same", label, s->name,
		       said);
}

bool refusal_of_backed_out(const struct command *c, const struct world *w, const struct stage *s,
			   const struct freight *f, struct err *e)
{
	const char *label = freight_label(c->arena, f);
	struct setback setback;

	setback_of(w, s, f, &setback);
	return err_set(e, ERR_REFUSED, "%s could take %s, but %s; --freight %s --again promotes it", s->name,
		       label, setback_sentence(c->arena, &setback, clock_now()), label);
}

bool refusal_of_nothing_newer(const struct command *c, const struct world *w, const struct stage *s,
			      struct err *e)
{
	const struct collection *runs = stage_runs(s);
	const char *all = "";

	if (!w->nfreight)
		return err_again(e, ERR_REFUSED, "no freight may enter %s yet, for none has been found: "
				 "gantry refresh looks for it", s->name);
	if (stage_is_empty(s))
		return err_again(e, ERR_REFUSED, "no freight of what %s asks for has been found yet",
				 s->name);
	for (size_t i = 0; i < runs->nitems; i++) {
		const struct freight *f = world_freight(w, runs->items[i].freight);

		all = str_format(c->arena, "%s%s%s", all, i ? " and " : "",
				 f ? freight_label(c->arena, f) : runs->items[i].freight);
	}
	return err_again(e, ERR_REFUSED, "%s runs %s already, and nothing newer has been found; "
		       "--freight promotes it again", s->name, all);
}
