/* SPDX-License-Identifier: Apache-2.0 */
/* Freight that was found, recorded unless it is known. */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/round.h"
#include "engine/writing.h"
#include "model/alias.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/world.h"

static bool is_alias_taken(const struct world *w, const char *alias)
{
	for (size_t i = 0; i < w->nfreight; i++)
		if (strcmp(w->freight[i]->alias, alias) == 0)
			return true;
	return false;
}

/* The object with an alias of its own: Kargo's admission gives one, too. */
static const struct value *with_alias(struct arena *a, const struct world *w,
				      const struct value *object, const char *name)
{
	struct value *named;
	const char *alias;
	unsigned attempt = 0;

	if (*value_text(value_get(object, "alias"), ""))
		return object;
	do
		alias = freight_alias(a, name, attempt++);
	while (is_alias_taken(w, alias));
	named = value_copy(a, object);
	value_set(a, named, "alias", value_string(a, alias));
	return named;
}

void engine_discovered(struct engine *en, const struct value *object)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = value_path_text(object, "metadata.name", "");
	struct freight *f;
	struct err e;

	if (en->options.read_only || !engine_look(en) || world_freight(en->world, name))
		return;
	object = with_alias(a, en->world, object, name);
	if (!freight_read(a, object, &f, &e)) {
		log_line(LOG_ERROR, "engine", "freight that was found: %s", e.message);
		return;
	}
	struct event ev = {
		.kind = EVENT_FREIGHT_DISCOVERED, .freight = name, .warehouse = f->warehouse,
		.at = clock_now(), .data = object,
		.subject = str_format(a, "find freight %s from %s", wording_freight(a, f), f->warehouse),
	};
	if (!engine_append_fact(en, &ev, LEDGER_PUSH_NOW, &e) && e.code != ERR_CONFLICT)
		log_line(LOG_WARN, "engine", "recording freight %.7s: %s", name, e.message);
}
