/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rehearsing a step. A step says how far it reaches; one that says nothing, or that writes
 * outside and has no rehearse() of its own, is announced and what it would put out is unknown.
 */
#include "steps/rehearse.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "argocd/client.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/step.h"

enum { MAX_NAMES = 3 };

void step_announce(struct step_run *r, struct step_result *result, const char *format, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	result->is_announced = true;
	result->message = str_copy(r->arena, log_redacted(r->arena, line));
}

const char *step_names(struct step_run *r, const struct value *list, const char *key)
{
	size_t count = value_count(list), shown = count > MAX_NAMES + 1 ? MAX_NAMES : count;
	const char *all = "";

	for (size_t i = 0; i < shown; i++)
		all = str_format(r->arena, "%s%s%s", all,
				 i == 0 ? "" : i + 1 == count ? " and " : ", ",
				 value_text(value_get(value_at(list, i), key), "?"));
	return shown == count ? all : str_format(r->arena, "%s and %zu more", all, count - shown);
}

static bool rehearse_is_harmless(const struct step_def *def)
{
	return def->reach == STEP_REACH_WORK || def->reach == STEP_REACH_READS;
}

bool step_rehearse(const struct step_def *def, struct step_run *r, struct step_result *result,
		   struct err *e)
{
	struct argocd *argocd = r->services ? r->services->argocd : NULL;
	bool fine = true;

	assert(def && r->plan);
	if (argocd)
		argocd_set_asks_only(argocd, true);
	if (def->rehearse) {
		fine = def->rehearse(r, result, e);
	} else if (rehearse_is_harmless(def)) {
		fine = def->run(r, result, e);
	} else {
		step_announce(r, result, "run, which can't be tried out");
		result->is_unforeseen = true;
	}
	if (argocd)
		argocd_set_asks_only(argocd, false);
	if (fine && result->status == STEP_RUNNING) {
		result->status = STEP_SUCCEEDED;
		result->is_unforeseen = true;
		result->message = "it would wait here, and go on by what it is told then";
	}
	return fine;
}
