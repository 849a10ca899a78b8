/* SPDX-License-Identifier: Apache-2.0 */
/* Each part of an agent's work, and why it cannot be done. */
#include "cmd/readiness.h"

#include "base/clock.h"
#include "base/str.h"
#include "model/world.h"

static const char *const part_names[] = { "manifests", "ledger", "executor", "counters" };

static const struct source *readiness_ledger(const struct world *w)
{
	for (size_t i = 0; i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_LEDGER)
			return &w->sources[i];
	return NULL;
}

/* Why the part is not ready; NULL: it is. */
static const char *readiness_fault(const struct world *w, enum readiness_part part, bool has_counters)
{
	const struct source *ledger = readiness_ledger(w);

	switch (part) {
	case READY_MANIFESTS:
		return w->manifests_fault ? w->manifests_fault : w->loading ? "not read yet" : NULL;
	case READY_LEDGER:
		return ledger && ledger->failing_since ? ledger->error : w->loading ? "not read yet" : NULL;
	case READY_EXECUTOR:
		return w->engine == ENGINE_HERE || w->engine == ENGINE_ELSEWHERE ? NULL
										 : "no process executes";
	default:
		return has_counters ? NULL : "the ledger is being counted";
	}
}

void readiness_look(struct readiness *r, const struct world *w, bool has_counters, int64_t now)
{
	const struct source *ledger = readiness_ledger(w);

	r->is_known = true;
	for (int i = 0; i < READY_PARTS; i++)
		if (!readiness_fault(w, (enum readiness_part)i, has_counters))
			r->since[i] = 0;
		else if (!r->since[i])
			r->since[i] = now;
	if (r->since[READY_LEDGER] && ledger && ledger->failing_since)
		r->since[READY_LEDGER] = ledger->failing_since;
}

bool readiness_is(const struct readiness *r)
{
	for (int i = 0; i < READY_PARTS; i++)
		if (r->since[i])
			return false;
	return r->is_known;
}

const char *readiness_text(const struct readiness *r, struct arena *a, const struct world *w,
			   const char *project)
{
	const char *head = project && *project ? str_format(a, "%s: ", project) : "", *text = "";

	for (int i = 0; i < READY_PARTS; i++) {
		const char *why = readiness_fault(w, (enum readiness_part)i, !r->since[i]);

		if (!r->since[i])
			text = str_format(a, "%s%s%s: ready\n", text, head, part_names[i]);
		else
			text = str_format(a, "%s%s%s: not ready since %s: %s\n", text, head, part_names[i],
					  clock_rfc3339(a, r->since[i]), why ? why : "");
	}
	for (size_t i = 0; i < w->nsources; i++)
		if (w->sources[i].failing_since && w->sources[i].kind != SOURCE_LEDGER)
			text = str_format(a, "%s%s%s: fails since %s: %s\n", text, head, w->sources[i].name,
					  clock_rfc3339(a, w->sources[i].failing_since),
					  w->sources[i].error ? w->sources[i].error : "");
	return text;
}
