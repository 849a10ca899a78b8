/* SPDX-License-Identifier: Apache-2.0 */
/* For people, hence standard error: programs read standard output. */
#include "cmd/stale.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "model/world.h"

enum { MAX_TEXT = 1000 };

/* The ledger as a source, where it fails; NULL: it does not. */
static const struct source *stale_source(const struct world *w)
{
	for (size_t i = 0; i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_LEDGER && w->sources[i].failing_since)
			return &w->sources[i];
	return NULL;
}

const char *stale_text(struct arena *a, const struct world *w)
{
	const struct source *s = stale_source(w);
	const char *text;

	if (!s)
		return NULL;
	if (s->unwritten) {
		text = str_format(a, "nothing can be recorded: %s", s->error ? s->error : "");
		return str_clean(a, text, strlen(text), MAX_TEXT);
	}
	text = str_format(a, "the ledger's remote was not reached (%s): ", s->error ? s->error : "");
	text = s->seen_at ? str_format(a, "%sstale since %s (%s)", text, clock_rfc3339(a, s->seen_at),
				       clock_age(a, w->built_at - s->seen_at))
			  : str_format(a, "%swhat others did is not known here", text);
	return str_clean(a, text, strlen(text), MAX_TEXT);
}

bool stale_is(const struct world *w)
{
	return stale_source(w) != NULL;
}

bool stale_has_record(const struct world *w, struct err *e)
{
	const struct source *s = stale_source(w);

	if (!s || s->unwritten || s->seen_at || *w->ledger_head)
		return true;
	return err_again(e, ERR_IO, "%s", s->error ? s->error : "the ledger cannot be read");
}

void stale_note(const struct world *w)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = stale_text(a, w);

	if (text)
		fprintf(stderr, "gantry: %s\n", text);
}

const char *stale_awaited(const struct settings *s)
{
	return s->attach ? "waiting for the cluster, or for the plugin that logs in to it" :
			   "reading manifests and ledger";
}
