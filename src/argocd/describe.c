/* SPDX-License-Identifier: Apache-2.0 */
/* Argo CD's own words are long and come from anybody: cleaned and cut. */
#include "argocd/describe.h"

#include <assert.h>
#include <string.h>

#include "argocd/decode.h"
#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

enum { LONGEST_WORDS = 200, SHOWN_DIGITS = 8 };

const char *application_reason(struct arena *a, const struct value *object, const char *health)
{
	const struct value *resources = value_path(object, "status.resources");

	for (size_t i = 0; i < value_count(resources); i++) {
		const struct value *r = value_at(resources, i);
		const char *message = value_path_text(r, "health.message", "");

		if (*message && strcmp(value_path_text(r, "health.status", ""), health) == 0)
			return str_format(a, "%s %s: %s", value_path_text(r, "kind", ""),
					  value_path_text(r, "name", ""), message);
	}
	return NULL;
}

/* "TEXT, NAME STATE (WORDS)"; the words are left out when there are none. */
static const char *add_part(struct arena *a, const char *text, const char *name, const char *state,
			    const char *words)
{
	const char *shown = str_clean(a, words, strlen(words), LONGEST_WORDS);

	return str_format(a, "%s%s %s %s%s%s%s", text, text[strlen(text) - 1] == ':' ? "" : ",", name, state,
			  *shown ? " (" : "", shown, *shown ? ")" : "");
}

/* The first source that is elsewhere than wanted, or where it is when all are right. */
static const char *add_revision(struct arena *a, const char *text, const struct value *object,
				const struct value *desired)
{
	for (size_t i = 0; i < value_count(desired); i++) {
		const char *want = value_text(value_at(desired, i), "");
		const char *got = application_synced_revision(object, i);

		if (!*got)
			got = application_revision(object, i);
		if (!*want || strcmp(want, got) == 0)
			continue;
		return str_format(a, "%s, synced to %.*s, wanted %.*s", text, SHOWN_DIGITS,
				  *got ? got : "nothing", SHOWN_DIGITS, want);
	}
	return text;
}

const char *application_describe(struct arena *a, const struct value *object,
				 const struct value *desired)
{
	const char *health = value_path_text(object, "status.health.status", "");
	const char *sync = value_path_text(object, "status.sync.status", "");
	const char *phase = value_path_text(object, "status.operationState.phase", "");
	const char *why = value_path_text(object, "status.health.message", "");
	const char *text = str_format(a, "application '%s':", application_key(a, object)), *reason;

	assert(object);
	reason = *why ? why : application_reason(a, object, health);
	text = add_part(a, text, "health", *health ? health : "not assessed yet", reason ? reason : "");
	if (*sync && strcmp(sync, "Synced") != 0)
		text = add_part(a, text, "sync", sync, "");
	if (value_count(value_get(object, "operation")) && !*phase)
		phase = "asked for";
	if (*phase && strcmp(phase, "Succeeded") != 0)
		text = add_part(a, text, "operation", phase,
				value_path_text(object, "status.operationState.message", ""));
	return add_revision(a, text, object, desired);
}
