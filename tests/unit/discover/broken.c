/* SPDX-License-Identifier: Apache-2.0 */
/* A warehouse of which one subscription can't be looked at keeps what that one found before. */
#include "discover/discover.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/warehouse.h"
#include "tap.h"

static struct value *broken_json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

TEST(a_broken_subscription_keeps_its_earlier_artifacts)
{
	AUTO(arena) struct arena *a = arena_new();
	bool cancelled = false;
	/* Without a folder of mirrors no repository can be looked at. */
	struct discover_context c = { .cancelled = &cancelled, .before = broken_json(a,
		"{\"git\":[{\"repoURL\":\"file:///one.git\",\"commits\":[{\"id\":\"1111\"}]},"
		"{\"repoURL\":\"file:///gone.git\",\"commits\":[{\"id\":\"9999\"}]}]}") };
	struct warehouse *w = NULL;
	struct value *out = NULL;
	struct err e = { .message = "" };

	ok(warehouse_read(a, broken_json(a,
		"{\"metadata\":{\"name\":\"w\",\"namespace\":\"p\"},\"spec\":{\"subscriptions\":["
		"{\"git\":{\"repoURL\":\"file:///one.git\"}},{\"git\":{\"repoURL\":\"file:///two.git\"}}]}}"), &w, &e),
	   "a warehouse of two repositories %s", e.message);
	ok(!discover_warehouse(a, w, &c, &out, &e), "neither can be looked at");
	is_text(value_path_text(value_at(value_path(value_at(value_get(out, "git"), 0), "commits"), 0), "id", ""),
		"1111", "what the first found before is still there");
	ok(*value_path_text(value_at(value_get(out, "git"), 0), "reason", ""), "with the reason beside it");
	ok(!value_get(value_at(value_get(out, "git"), 1), "commits"), "the second has found nothing yet");
	is_text(value_path_text(value_at(value_get(out, "git"), 1), "repoURL", ""), "file:///two.git", "and is named");
	ok(*value_path_text(value_at(value_get(out, "git"), 1), "reason", ""), "with its reason");
	ok(!value_at(value_get(out, "git"), 2), "what is not subscribed to any more is gone");
}
