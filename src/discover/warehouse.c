/* SPDX-License-Identifier: Apache-2.0 */
/* All subscriptions of a warehouse, and the freight that the newest of each make. */
#include "discover/discover.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight_id.h"
#include "model/warehouse.h"

static bool look(struct arena *a, const struct subscription *s, const struct discover_context *c,
		 struct value *artifacts, struct err *e)
{
	struct value *found;

	if (s->kind != SUBSCRIPTION_IMAGE)
		return err_set(e, ERR_CONFIG, "%s: gantry looks at image subscriptions only so far",
			       *s->repo_url ? s->repo_url : s->name);
	if (!discover_image(a, s, c, &found, e))
		return false;
	value_append(a, value_get(artifacts, "images"), found);
	return true;
}

bool discover_warehouse(struct arena *a, const struct warehouse *w,
			const struct discover_context *c, struct value **out, struct err *e)
{
	struct value *artifacts = value_map(a);

	value_set(a, artifacts, "discoveredAt", value_string(a, clock_rfc3339(a, clock_now())));
	value_set(a, artifacts, "git", value_list(a));
	value_set(a, artifacts, "images", value_list(a));
	value_set(a, artifacts, "charts", value_list(a));
	for (size_t i = 0; i < w->nsubscriptions; i++)
		if (!look(a, &w->subscriptions[i], c, artifacts, e))
			return false;
	*out = artifacts;
	return true;
}

/* The newest image of one subscription as Freight has it; NULL when it found none. */
static struct value *newest_image(struct arena *a, const struct value *found)
{
	const struct value *best = value_at(value_get(found, "references"), 0);
	static const char *const copied[] = { "tag", "digest", "annotations" };
	struct value *v = value_map(a);

	if (!best)
		return NULL;
	value_set(a, v, "repoURL", value_copy(a, value_get(found, "repoURL")));
	for (size_t i = 0; i < COUNTOF(copied); i++)
		if (value_get(best, copied[i]))
			value_set(a, v, copied[i], value_copy(a, value_get(best, copied[i])));
	if (value_get(found, "subscriptionName"))
		value_set(a, v, "subscriptionName", value_copy(a, value_get(found, "subscriptionName")));
	return v;
}

static struct value *frame(struct arena *a, const struct warehouse *w, int64_t now)
{
	struct value *f = value_map(a), *meta = value_map(a), *origin = value_map(a);

	value_set(a, f, "apiVersion", value_string(a, "kargo.akuity.io/v1alpha1"));
	value_set(a, f, "kind", value_string(a, "Freight"));
	value_set(a, f, "metadata", meta);
	value_set(a, origin, "kind", value_string(a, "Warehouse"));
	value_set(a, origin, "name", value_string(a, w->name));
	value_set(a, f, "origin", origin);
	value_set(a, f, "discoveredAt", value_string(a, clock_rfc3339(a, now)));
	return f;
}

bool discover_freight(struct arena *a, const struct warehouse *w, const struct value *discovered,
		      int64_t now, struct value **out, struct err *e)
{
	const struct value *found = value_get(discovered, "images");
	struct value *f = frame(a, w, now), *images = value_list(a);
	char name[41];

	(void)e;
	*out = NULL;
	if (!w->automatic)
		return true;
	for (size_t i = 0; i < value_count(found); i++) {
		struct value *image = newest_image(a, found->list.items[i]);

		if (!image)
			return true;
		value_append(a, images, image);
	}
	value_set(a, f, "images", images);
	freight_id(f, name);
	value_set(a, value_get(f, "metadata"), "name", value_string(a, name));
	*out = f;
	return true;
}
