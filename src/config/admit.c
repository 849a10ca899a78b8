/* SPDX-License-Identifier: Apache-2.0 */
/* The order counts: what is modernised is judged as what it has become. */
#include "config/parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "config/kinds.h"
#include "config/schema.h"
#include "data/value.h"

/* Kinds that Kargo, or its paid edition, makes or reads, and that mean nothing here. */
static const char *const unused_kinds[] = { "Promotion", "PromotionRequest", "Target",
					    "CustomPromotionStep" };

/* Rewrites what an older Kargo admitted as today's. No complaints: the manifest is not here to be fixed. */
static void admit_again(const struct kind_def *kind, struct gathered *g, const struct origins *o,
			struct arena *a)
{
	struct list untold = { 0 };
	struct complaints c = { .a = a, .list = &untold };

	if (strcmp(kind->name, "Stage") == 0)
		modernise_stage(g, o, &c);
	modernise(g, &c);
}

void admit(const struct kind_def *kind, struct gathered *g, const struct origins *o, struct complaints *c)
{
	size_t before = c->list->count;
	const char *version = value_text(value_get(g->object, "apiVersion"), "");

	if (g->fault)
		return;
	if (g->is_admitted) {
		admit_again(kind, g, o, c->a);
		return;
	}
	if (strstr(kind->group, "kargo.") &&
	    strcmp(version, str_format(c->a, "%sv1alpha1", kind->group)) != 0)
		complain_warning(c, g->file, g->object, "apiVersion %s is not known; read as v1alpha1",
				 version);
	if (strcmp(kind->name, "Stage") == 0)
		modernise_stage(g, o, c);
	g->fault = complaints_fault(c, before);
	if (g->fault)
		return;
	schema_check(kind, g->file, g->object, c);
	modernise(g, c);
	rules_check(g, c);
	g->fault = complaints_fault(c, before);
}

/* A kind that is known, under an apiVersion that is Kargo's or nearly so, and not its own. */
static bool admit_misspelt_version(const struct gathered *g, const char *version, struct complaints *c)
{
	const struct kind_def *kind = kind_find(g->kind, NULL);
	const struct value *place = value_get(g->object, "apiVersion");
	bool is_near = strstr(version, "kargo") || strstr(version, "akuity") ||
		       (!strchr(version, '/') && has_prefix(version, "v1alpha"));

	if (!kind || !is_near || has_prefix(version, kind->group))
		return false;
	complain_error(c, g->file, place ? place : g->object, "apiVersion: \"%s\" has no kind %s; write %s%s",
		       version, g->kind, kind->group, has_suffix(kind->group, "/") ? "v1alpha1" : "");
	return true;
}

bool admit_unknown_kind(const struct gathered *g, const char *version, struct complaints *c)
{
	const struct value *place = value_get(g->object, "kind");
	const char *nearest = kind_nearest(g->kind);

	if (admit_misspelt_version(g, version, c))
		return true;
	if (!has_prefix(version, "kargo.akuity.io/") && !has_prefix(version, "ee.kargo.akuity.io/"))
		return false;
	for (size_t i = 0; i < COUNTOF(unused_kinds); i++)
		if (strcmp(unused_kinds[i], g->kind) == 0) {
			complain_warning(c, g->file, place, "gantry has no use for a %s", g->kind);
			return true;
		}
	if (!*g->kind) {
		complain_error(c, g->file, place ? place : g->object,
			       "kind: is required: Stage, Warehouse, …");
		return true;
	}
	complain_error(c, g->file, place ? place : g->object, "Kargo has no kind \"%s\"%s%s%s", g->kind,
		       nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
	return true;
}
