/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Git URLs are compared in their normal form where images and parameters are written, but as they are
 * spelled where a revision is wanted, as Kargo does: an entry that spells the source
 * otherwise changes its images, and neither its revision nor what is waited for.
 */
#include "argocd/sources.h"

#include <string.h>

#include "argocd/decode.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"

static const char *sources_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

struct value *sources_desired(struct arena *a, const struct value *app, const struct value *wanted)
{
	size_t count = application_nsources(app);
	struct value *out;

	if (!count)
		return NULL;
	out = value_list(a);
	for (size_t i = 0; i < count; i++) {
		const struct value *source = application_source(app, i);
		const char *revision = "";
		for (size_t k = 0; k < value_count(wanted); k++) {
			const struct value *w = value_at(wanted, k);
			if (strcmp(sources_text(w, "repoURL"), sources_text(source, "repoURL")) !=
				    0 ||
			    strcmp(sources_text(w, "chart"), sources_text(source, "chart")) != 0)
				continue;
			revision = sources_text(w, "desiredRevision");
			break;
		}
		value_append(a, out, value_string(a, revision));
	}
	return out;
}

static bool sources_is_meant(struct arena *a, const struct value *source,
			     const struct value *wanted)
{
	const char *chart = sources_text(source, "chart"),
		   *want_chart = sources_text(wanted, "chart");

	if (*chart || *want_chart)
		return strcmp(chart, want_chart) == 0 &&
		       strcmp(sources_text(source, "repoURL"), sources_text(wanted, "repoURL")) ==
			       0;
	return strcmp(url_normal_git(a, sources_text(source, "repoURL")),
		      url_normal_git(a, sources_text(wanted, "repoURL"))) == 0;
}

/* The member as a map that may be written to. */
static struct value *map_in(struct arena *a, struct value *parent, const char *key)
{
	struct value *v = value_get(parent, key);

	if (!value_is(v, VALUE_MAP)) {
		v = value_map(a);
		value_set(a, parent, key, v);
	}
	return v;
}

/* "repo=new:tag" or "repo@digest"; what is wanted replaces the whole list. */
static void set_kustomize(struct arena *a, struct value *source, const struct value *images)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *image = value_at(images, i);
		const char *name = sources_text(image, "newName"),
			   *digest = sources_text(image, "digest");
		value_append(
			a, list,
			value_string(a, str_format(a, "%s%s%s%s%s", sources_text(image, "repoURL"),
						   *name ? "=" : "", name, *digest ? "@" : ":",
						   *digest ? digest : sources_text(image, "tag"))));
	}
	value_set(a, map_in(a, source, "kustomize"), "images", list);
}

static struct value *parameter(const struct value *parameters, const char *name)
{
	for (size_t i = 0; i < value_count(parameters); i++)
		if (strcmp(sources_text(value_at(parameters, i), "name"), name) == 0)
			return value_at(parameters, i);
	return NULL;
}

static void set_helm(struct arena *a, struct value *source, const struct value *images)
{
	struct value *helm = map_in(a, source, "helm"), *parameters = value_get(helm, "parameters");

	if (!value_is(parameters, VALUE_LIST)) {
		parameters = value_list(a);
		value_set(a, helm, "parameters", parameters);
	}
	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *image = value_at(images, i);
		struct value *p = parameter(parameters, sources_text(image, "key"));
		if (!p) {
			p = value_map(a);
			value_set(a, p, "name", value_string(a, sources_text(image, "key")));
			value_append(a, parameters, p);
		}
		value_set(a, p, "value", value_string(a, sources_text(image, "value")));
	}
}

static void write_wanted(struct arena *a, struct value *source, const struct value *wanted,
			 const char *revision)
{
	const struct value *kustomize = value_path(wanted, "kustomize.images");
	const struct value *helm = value_path(wanted, "helm.images");

	if (value_truth(value_get(wanted, "updateTargetRevision"), false) && *revision)
		value_set(a, source, "targetRevision", value_string(a, revision));
	if (value_count(kustomize))
		set_kustomize(a, source, kustomize);
	if (value_count(helm))
		set_helm(a, source, helm);
}

bool sources_merge(struct arena *a, const struct value *app, const struct value *wanted,
		   struct value **out, struct err *e)
{
	struct value *list = value_list(a), *desired = sources_desired(a, app, wanted);
	size_t count = application_nsources(app);

	for (size_t i = 0; i < count; i++)
		value_append(a, list, value_copy(a, application_source(app, i)));
	for (size_t k = 0; k < value_count(wanted); k++) {
		const struct value *w = value_at(wanted, k);
		size_t i = 0;
		while (i < count && !sources_is_meant(a, value_at(list, i), w))
			i++;
		if (i == count)
			return err_set(e, ERR_NOT_FOUND,
				       "none of its %zu sources is %s%s%s; check "
				       "repoURL and chart of the step's sources",
				       count, sources_text(w, "repoURL"),
				       *sources_text(w, "chart") ? " with chart " : "",
				       sources_text(w, "chart"));
		write_wanted(a, value_at(list, i), w, value_text(value_at(desired, i), ""));
	}
	*out = list;
	return true;
}
