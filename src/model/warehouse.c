/* SPDX-License-Identifier: Apache-2.0 */
/* A warehouse from its Kargo object, with the defaults of Kargo's admission (doc/kargo-rules.md 1.4). */
#include "model/warehouse.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/read.h"

static const int64_t default_interval = INT64_C(300000000000); /* 5 m */
static const int64_t default_limit = 20;

/* Go can't tell an empty text or 0 from what is not there, so that Kargo defaults them, too. */
static bool is_empty(const struct value *v)
{
	int64_t number;

	return !v || v->kind == VALUE_NULL || (v->kind == VALUE_STRING && v->string.len == 0) ||
	       (value_integer(v, &number) && number == 0);
}

/* Defaults are written into the spec, where discovery looks for them. */
static void set_default(struct arena *a, struct value *spec, const char *key, struct value *v)
{
	if (is_empty(value_get(spec, key)))
		value_set(a, spec, key, v);
}

/* A word of Kargo's, where an empty one is the default. */
static bool read_word(const struct value *object, const char *path, const char *otherwise,
		      const char **out, struct err *e)
{
	if (!read_text(object, path, otherwise, out, e))
		return false;
	if (*out && !**out)
		*out = otherwise;
	return true;
}

/* Before Kargo 1.9 the constraint was called semverConstraint; it still means that here. */
static bool read_image(struct arena *a, struct value *spec, struct subscription *s, struct err *e)
{
	if (!read_word(spec, "imageSelectionStrategy", "SemVer", &s->strategy, e) ||
	    !read_text(spec, "constraint", "", &s->constraint, e))
		return false;
	if (!*s->constraint) {
		if (!read_text(spec, "semverConstraint", "", &s->constraint, e))
			return false;
		if (*s->constraint)
			value_set(a, spec, "constraint", value_string(a, s->constraint));
	}
	set_default(a, spec, "imageSelectionStrategy", value_string(a, s->strategy));
	set_default(a, spec, "strictSemvers", value_bool(a, true));
	return true;
}

static bool read_git(struct arena *a, struct value *spec, struct subscription *s, struct err *e)
{
	if (!read_word(spec, "commitSelectionStrategy", "NewestFromBranch", &s->strategy, e) ||
	    !read_text(spec, "semverConstraint", "", &s->constraint, e))
		return false;
	set_default(a, spec, "commitSelectionStrategy", value_string(a, s->strategy));
	set_default(a, spec, "strictSemvers", value_bool(a, true));
	return true;
}

static bool read_chart(struct arena *a, struct value *spec, struct subscription *s, struct err *e)
{
	(void)a;
	s->strategy = "SemVer";
	return read_text(spec, "name", "", &s->chart, e) &&
	       read_text(spec, "semverConstraint", "", &s->constraint, e);
}

static const struct {
	const char *key;
	enum subscription_kind kind;
	bool (*read)(struct arena *a, struct value *spec, struct subscription *s, struct err *e);
} kinds[] = {
	{ "image", SUBSCRIPTION_IMAGE, read_image },
	{ "git", SUBSCRIPTION_GIT, read_git },
	{ "chart", SUBSCRIPTION_CHART, read_chart },
};

static bool read_typed(struct arena *a, const struct value_member *m, struct subscription *s, struct err *e)
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
		struct value *spec = value_copy(a, m->value);
		set_default(a, spec, "discoveryLimit", value_int(a, default_limit));
		s->spec = spec;
		return kinds[i].read(a, spec, s, e);
	}
	return true;
}

/* Exactly one key beside "name" says the type. */
static bool read_subscription(struct arena *a, const struct value *v, struct subscription *s,
			      struct err *e)
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
	return read_typed(a, typed, s, e);
}

static bool read_policy(const struct value *object, struct warehouse *w, struct err *e)
{
	const char *policy;

	if (!read_word(object, "spec.freightCreationPolicy", "Automatic", &policy, e))
		return false;
	w->automatic = strcmp(policy, "Automatic") == 0;
	if (!w->automatic && strcmp(policy, "Manual") != 0)
		return read_complain(value_path(object, "spec.freightCreationPolicy"),
				     "spec.freightCreationPolicy", "must be Automatic or Manual", e);
	return read_word(object, "spec.freightCreationCriteria.expression", NULL, &w->criteria, e);
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
		if (!read_subscription(a, list->list.items[i], &w->subscriptions[i], e))
			return err_wrap(e, "warehouse %s: subscriptions[%zu]", w->name, i);
	w->object = object;
	*out = w;
	return true;
}

/* Told by where it looks, unless that is the only place. */
static const char *warehouse_reason_of(struct arena *a, const struct warehouse *w,
				       const struct value *found)
{
	const char *reason = value_text(value_get(found, "reason"), "");
	const char *url = value_text(value_get(found, "repoURL"), "?"), *slash = strrchr(url, '/');
	const char *chart = value_text(value_get(found, "name"), "");

	if (w->nsubscriptions == 1 || !*reason)
		return reason;
	return str_format(a, "%s: %s", *chart ? chart : slash && slash[1] ? slash + 1 : url, reason);
}

void warehouse_reasons(struct arena *a, const struct warehouse *w, struct list *out)
{
	static const char *const classes[] = { "images", "charts", "git" };
	const char *whole = value_text(value_get(w->discovered, "reason"), "");

	for (size_t i = 0; i < COUNTOF(classes); i++) {
		const struct value *all = value_get(w->discovered, classes[i]);

		for (size_t j = 0; j < value_count(all); j++) {
			const char *reason = warehouse_reason_of(a, w, value_at(all, j));

			if (*reason)
				list_add(a, out, str_format(a, "%s", reason));
		}
	}
	if (*whole)
		list_add(a, out, str_format(a, "%s", whole));
}

const char *warehouse_found(const struct warehouse *w)
{
	return value_text(value_get(w->discovered, "freight"), "");
}
