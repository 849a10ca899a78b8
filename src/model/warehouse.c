/* SPDX-License-Identifier: Apache-2.0 */
/* A warehouse from its Kargo object, with the defaults of Kargo's admission (kargo-semantics 1.4). */
#include "model/warehouse.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "model/read.h"

static const int64_t default_interval = INT64_C(300000000000); /* 5 m */

static bool read_image(const struct value *spec, struct subscription *s, struct err *e)
{
	return read_text(spec, "imageSelectionStrategy", "SemVer", &s->strategy, e) &&
	       read_text(spec, "constraint", "", &s->constraint, e);
}

static bool read_git(const struct value *spec, struct subscription *s, struct err *e)
{
	return read_text(spec, "commitSelectionStrategy", "NewestFromBranch", &s->strategy, e) &&
	       read_text(spec, "semverConstraint", "", &s->constraint, e);
}

static bool read_chart(const struct value *spec, struct subscription *s, struct err *e)
{
	s->strategy = "SemVer";
	return read_text(spec, "name", "", &s->chart, e) &&
	       read_text(spec, "semverConstraint", "", &s->constraint, e);
}

static const struct {
	const char *key;
	enum subscription_kind kind;
	bool (*read)(const struct value *spec, struct subscription *s, struct err *e);
} kinds[] = {
	{ "image", SUBSCRIPTION_IMAGE, read_image },
	{ "git", SUBSCRIPTION_GIT, read_git },
	{ "chart", SUBSCRIPTION_CHART, read_chart },
};

static bool read_typed(const struct value_member *m, struct subscription *s, struct err *e)
{
	s->kind = SUBSCRIPTION_OTHER;
	s->spec = m->value;
	s->repo_url = s->chart = s->constraint = s->strategy = "";
	for (size_t i = 0; i < COUNTOF(kinds); i++) {
		if (strcmp(kinds[i].key, m->key.at) != 0)
			continue;
		s->kind = kinds[i].kind;
		if (!value_is(m->value, VALUE_MAP))
			return read_complain(m->value, m->key.at, "must be a map", e);
		if (!read_text(m->value, "repoURL", "", &s->repo_url, e))
			return false;
		if (!*s->repo_url)
			return read_complain(m->value, "repoURL", "is required", e);
		return kinds[i].read(m->value, s, e);
	}
	return true;
}

/* Exactly one key beside "name" says the type. */
static bool read_subscription(const struct value *v, struct subscription *s, struct err *e)
{
	const struct value_member *typed = NULL;

	if (!value_is(v, VALUE_MAP))
		return read_complain(v, "subscription", "must be a map", e);
	if (!read_text(v, "name", "", &s->name, e))
		return false;
	for (size_t i = 0; i < v->map.count; i++) {
		if (strcmp(v->map.members[i].key.at, "name") == 0)
			continue;
		if (typed)
			return read_complain(v, "subscription",
					     "must have one of image, git and chart, not several", e);
		typed = &v->map.members[i];
	}
	if (!typed)
		return read_complain(v, "subscription", "must have one of image, git and chart", e);
	return read_typed(typed, s, e);
}

static bool read_policy(const struct value *object, struct warehouse *w, struct err *e)
{
	const char *policy;

	if (!read_text(object, "spec.freightCreationPolicy", "Automatic", &policy, e))
		return false;
	w->automatic = strcmp(policy, "Automatic") == 0;
	if (!w->automatic && strcmp(policy, "Manual") != 0)
		return read_complain(value_path(object, "spec.freightCreationPolicy"),
				     "spec.freightCreationPolicy", "must be Automatic or Manual", e);
	return read_text(object, "spec.freightCreationCriteria.expression", NULL, &w->criteria, e);
}

bool warehouse_read(struct arena *a, const struct value *object, struct warehouse **out,
		    struct err *e)
{
	struct warehouse *w = arena_alloc(a, sizeof(*w));
	const struct value *list;

	if (!read_name(object, &w->name, e))
		return false;
	if (!read_duration(object, "spec.interval", default_interval, &w->interval, e) ||
	    !read_policy(object, w, e) || !read_list(object, "spec.subscriptions", &list, e))
		return err_wrap(e, "warehouse %s", w->name);
	w->nsubscriptions = value_count(list);
	w->subscriptions = arena_array(a, w->nsubscriptions, sizeof(*w->subscriptions));
	for (size_t i = 0; i < w->nsubscriptions; i++)
		if (!read_subscription(list->list.items[i], &w->subscriptions[i], e))
			return err_wrap(e, "warehouse %s: subscriptions[%zu]", w->name, i);
	w->object = object;
	*out = w;
	return true;
}
