/* SPDX-License-Identifier: Apache-2.0 */
/* All subscriptions of a warehouse, and the freight that the newest of each make. */
#include "discover/discover.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "discover/select.h"
#include "expr/criteria.h"
#include "model/freight_id.h"
#include "model/warehouse.h"

static const struct {
	const char *field;
	bool (*discover)(struct arena *a, const struct subscription *s, const struct discover_context *c,
			 struct value **out, struct err *e);
} kinds[] = {
	[SUBSCRIPTION_IMAGE] = { "images", discover_image },
	[SUBSCRIPTION_GIT] = { "git", discover_commit },
	[SUBSCRIPTION_CHART] = { "charts", discover_chart },
};

/* What the last look found of this subscription, or an entry that has found nothing. */
static struct value *found_before(struct arena *a, const struct subscription *s,
				  const struct discover_context *c)
{
	const struct value *all = value_get(c->before, kinds[s->kind].field);
	struct value *v = value_map(a);

	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *old = value_at(all, i);

		if (strcmp(value_path_text(old, "repoURL", ""), s->repo_url) == 0 &&
		    strcmp(value_path_text(old, "subscriptionName", ""), s->name) == 0 &&
		    strcmp(value_path_text(old, "name", ""), s->chart) == 0)
			return value_copy(a, old);
	}
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	if (*s->chart)
		value_set(a, v, "name", value_string(a, s->chart));
	return v;
}

static bool warehouse_look(struct arena *a, const struct subscription *s, const struct discover_context *c,
			   struct value *artifacts, struct err *e)
{
	struct value *found;
	bool fine;

	if (s->kind == SUBSCRIPTION_OTHER)
		return err_set(e, ERR_CONFIG, "subscription %s: only git, image and chart can be looked at",
			       s->name);
	fine = kinds[s->kind].discover(a, s, c, &found, e);
	if (!fine) {
		found = found_before(a, s, c);
		value_set(a, found, "reason", value_string(a, e->message));
	}
	value_append(a, value_get(artifacts, kinds[s->kind].field), found);
	return fine;
}

/* Which of several it was, where the failure does not say so already. */
static void name_subscription(const struct subscription *s, struct err *e)
{
	if (*s->name && !strstr(e->message, s->name))
		err_wrap(e, "subscription %s", s->name);
	else if (s->repo_url && *s->repo_url && !strstr(e->message, s->repo_url))
		err_wrap(e, "subscription to %s", s->repo_url);
}

/* What was read on the way may be large (an index, thousands of manifests): it is not kept. */
bool discover_warehouse(struct arena *a, const struct warehouse *w, const struct discover_context *c,
			struct value **out, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct value *artifacts = value_map(scratch);
	bool fine = true;

	value_set(scratch, artifacts, "discoveredAt",
		  value_string(scratch, clock_rfc3339(scratch, clock_now())));
	value_set(scratch, artifacts, "git", value_list(scratch));
	value_set(scratch, artifacts, "images", value_list(scratch));
	value_set(scratch, artifacts, "charts", value_list(scratch));
	for (size_t i = 0; i < w->nsubscriptions; i++) {
		struct err why;

		if (warehouse_look(scratch, &w->subscriptions[i], c, artifacts, &why))
			continue;
		if (fine)
			*e = why;
		if (fine && w->nsubscriptions > 1)
			name_subscription(&w->subscriptions[i], e);
		fine = false;
		if (why.code == ERR_CANCELLED)
			break;
	}
	*out = value_copy(a, artifacts);
	return fine;
}

static void copy_member(struct arena *a, const struct value *from, const char *key,
			struct value *to, const char *as)
{
	if (value_get(from, key))
		value_set(a, to, as, value_copy(a, value_get(from, key)));
}

/* The best of one subscription as Freight has it; NULL when it found none. */
static struct value *newest_image(struct arena *a, const struct value *found)
{
	static const char *const copied[] = { "tag", "digest", "annotations" };
	const struct value *best = value_at(value_get(found, "references"), 0);
	struct value *v = value_map(a);

	if (!best)
		return NULL;
	copy_member(a, found, "repoURL", v, "repoURL");
	for (size_t i = 0; i < COUNTOF(copied); i++)
		copy_member(a, best, copied[i], v, copied[i]);
	return v;
}

static struct value *newest_commit(struct arena *a, const struct value *found)
{
	static const char *const copied[][2] = { { "id", "id" }, { "branch", "branch" },
						 { "tag", "tag" }, { "subject", "message" },
						 { "author", "author" },
						 { "committer", "committer" } };
	const struct value *best = value_at(value_get(found, "commits"), 0);
	struct value *v = value_map(a);

	if (!best)
		return NULL;
	copy_member(a, found, "repoURL", v, "repoURL");
	for (size_t i = 0; i < COUNTOF(copied); i++)
		copy_member(a, best, copied[i][0], v, copied[i][1]);
	return v;
}

static struct value *newest_chart(struct arena *a, const struct value *found)
{
	const struct value *best = value_at(value_get(found, "versions"), 0);
	struct value *v = value_map(a);

	if (!best)
		return NULL;
	copy_member(a, found, "repoURL", v, "repoURL");
	copy_member(a, found, "name", v, "name");
	value_set(a, v, "version", value_copy(a, best));
	return v;
}

static struct value *warehouse_frame(struct arena *a, const struct warehouse *w, int64_t now)
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

static const struct {
	const char *found, *freight;
	struct value *(*newest)(struct arena *a, const struct value *found);
} classes[] = {
	{ "git", "commits", newest_commit },
	{ "images", "images", newest_image },
	{ "charts", "charts", newest_chart },
};

/* False: a subscription found nothing, so there is no freight to make. */
static bool add_class(struct arena *a, const struct value *discovered, size_t class,
		      struct value *freight)
{
	const struct value *found = value_get(discovered, classes[class].found);
	struct value *list = value_list(a);

	for (size_t i = 0; i < value_count(found); i++) {
		struct value *v = classes[class].newest(a, value_at(found, i));

		if (!v)
			return false;
		copy_member(a, value_at(found, i), "subscriptionName", v, "subscriptionName");
		value_append(a, list, v);
	}
	if (value_count(list))
		value_set(a, freight, classes[class].freight, list);
	return true;
}

bool discover_freight(struct arena *a, const struct freight_basis *b, struct freight_made *out,
		      struct err *e)
{
	const struct warehouse *w = b->warehouse;
	struct value *f = warehouse_frame(a, w, b->now);
	struct criteria c = { w->criteria, b->discovered, b->now, zone_load };
	bool holds = true, any = false;
	char name[41];

	assert(b->warehouse && b->discovered);
	*out = (struct freight_made){ 0 };
	if (!w->automatic) {
		out->reason = "freightCreationPolicy is Manual: freight is made when somebody "
			      "asks for it";
		return true;
	}
	for (size_t i = 0; i < COUNTOF(classes); i++) {
		if (!add_class(a, b->discovered, i, f))
			return true;
		any = any || value_get(f, classes[i].freight);
	}
	if (!any)
		return true;
	if (w->criteria && !criteria_hold(a, &c, &holds, e))
		return err_wrap(e, "warehouse %s", w->name);
	if (!holds) {
		out->reason = "freightCreationCriteria does not hold for what was found";
		return true;
	}
	freight_id(f, name);
	value_set(a, value_get(f, "metadata"), "name", value_string(a, name));
	out->freight = f;
	return true;
}
