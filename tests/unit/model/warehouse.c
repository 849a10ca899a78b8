/* SPDX-License-Identifier: Apache-2.0 */
/* What a warehouse's manifest means when it says little, or what Kargo once understood. */
#include "model/warehouse.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static struct warehouse *read(struct arena *a, const char *subscriptions, struct err *e)
{
	struct warehouse *w = NULL;
	struct value *v = NULL;
	char *text = str_format(a, "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"subscriptions\":[%s]}}",
				subscriptions);

	if (!json_parse(a, text, strlen(text), &v, e) || !warehouse_read(a, v, &w, e))
		return NULL;
	return w;
}

TEST(defaults_are_those_of_kargos_admission)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;
	struct warehouse *w = read(a, "{\"image\":{\"repoURL\":\"nginx\"}},"
				      "{\"git\":{\"repoURL\":\"https://h/r\"}}", &e);
	int64_t limit = 0;

	if (!ok(w != NULL, "it is read"))
		return;
	is_number(w->interval, INT64_C(300000000000), "every five minutes");
	ok(w->automatic, "freight is made by itself");
	is_text(w->subscriptions[0].strategy, "SemVer", "images by version");
	ok(value_truth(value_get(w->subscriptions[0].spec, "strictSemvers"), false), "strictly");
	ok(value_integer(value_get(w->subscriptions[0].spec, "discoveryLimit"), &limit) && limit == 20,
	   "twenty of them");
	is_text(value_path_text(w->subscriptions[1].spec, "commitSelectionStrategy", ""),
		"NewestFromBranch", "the newest commit");
}

TEST(the_old_name_of_a_constraint_still_counts)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;
	struct warehouse *w = read(a, "{\"image\":{\"repoURL\":\"nginx\",\"semverConstraint\":\"^1.24\"}}",
				   &e);

	if (!ok(w != NULL, "it is read"))
		return;
	is_text(w->subscriptions[0].constraint, "^1.24", "the constraint");
	is_text(value_path_text(w->subscriptions[0].spec, "constraint", ""), "^1.24",
		"also where discovery looks");
	ok(!value_get(value_get(value_at(value_path(w->object, "spec.subscriptions"), 0), "image"),
		      "constraint"), "the manifest itself is left alone");
}
