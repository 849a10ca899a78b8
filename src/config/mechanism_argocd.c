/* SPDX-License-Identifier: Apache-2.0 */
/* argoCDAppUpdates: each Application is an element of one argocd-update step. */
#include "config/mechanism.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"

/* In Argo CD an OCI registry has no scheme; a warehouse names the chart's own repository. */
static const char *mechanism_chart_from(struct mechanism *m, const struct value *source,
					const struct value *origin)
{
	const char *url = value_get_text(source, "repoURL"), *chart = value_get_text(source, "chart");
	size_t len = strlen(url);

	if (strstr(url, "://"))
		return mechanism_from(m, "chart", url, chart, origin);
	return mechanism_from(m, "chart",
			      str_format(m->a, "oci://%.*s/%s", (int)(has_suffix(url, "/") ? len - 1 : len),
					 url, chart), "", origin);
}

static const char *pushed_to(struct mechanism *m, const char *url)
{
	const char *ours = url_normal_git(m->a, url);

	for (size_t i = 0; i < m->pushed.count; i++) {
		const struct mechanism_push *p = m->pushed.items[i];

		if (strcmp(url_normal_git(m->a, p->url), ours) == 0)
			return p->commit;
	}
	return NULL;
}

/* What must have been synced: the chart's version, or the freight's commit as it was pushed. */
static const char *source_revision(struct mechanism *m, const struct value *source,
				   const struct value *origin)
{
	const char *url = value_get_text(source, "repoURL"), *from, *pushed;

	if (*value_get_text(source, "chart")) {
		from = mechanism_chart_from(m, source, origin);
		return from ? str_format(m->a, "${{ quote(%s.Version) }}", from) : NULL;
	}
	from = mechanism_from(m, "git", url, "", origin);
	pushed = from ? pushed_to(m, url) : NULL;
	if (pushed && !value_truth(value_get(source, "updateTargetRevision"), false))
		return str_format(m->a, "${{ %s }}", pushed);
	return from ? str_format(m->a, "${{ quote(%s.Tag != '' ? %s.Tag : %s.ID) }}", from, from, from)
		    : NULL;
}

static struct value *kustomize_images(struct mechanism *m, const struct value *images,
				      const struct value *origin)
{
	struct value *all = value_list(m->a);

	for (size_t i = 0; value_is(images, VALUE_LIST) && i < value_count(images); i++) {
		const struct value *image = value_at(images, i);
		struct value *made = value_map(m->a);

		mechanism_put(m, made, "repoURL", value_get_text(image, "image"));
		if (mechanism_pin(m, made, image, origin))
			value_append(m->a, all, made);
	}
	return all;
}

static struct value *helm_images(struct mechanism *m, const struct value *images, const struct value *origin)
{
	struct value *all = value_list(m->a);

	for (size_t i = 0; value_is(images, VALUE_LIST) && i < value_count(images); i++) {
		const char *value = mechanism_image(m, value_at(images, i), origin);
		struct value *made = value_map(m->a);

		if (!value)
			continue;
		mechanism_put(m, made, "key", value_get_text(value_at(images, i), "key"));
		mechanism_put(m, made, "value", value);
		value_append(m->a, all, made);
	}
	return all;
}

static void put_images(struct mechanism *m, struct value *source, const char *tool, struct value *images)
{
	struct value *around = value_map(m->a);

	if (!value_count(images))
		return;
	value_set(m->a, around, "images", images);
	value_set(m->a, source, tool, around);
}

static struct value *argocd_source(struct mechanism *m, const struct value *source,
				   const struct value *around)
{
	const struct value *origin = mechanism_origin(source, around);
	const struct value *kustomize = value_get(source, "kustomize"), *helm = value_get(source, "helm");
	const char *revision = source_revision(m, source, origin);
	struct value *made = value_map(m->a);

	mechanism_put(m, made, "repoURL", value_get_text(source, "repoURL"));
	mechanism_put(m, made, "chart", value_get_text(source, "chart"));
	mechanism_put(m, made, "desiredRevision", revision);
	if (revision && value_truth(value_get(source, "updateTargetRevision"), false))
		value_set(m->a, made, "updateTargetRevision", value_bool(m->a, true));
	put_images(m, made, "kustomize", kustomize_images(m, value_get(kustomize, "images"),
							   mechanism_origin(kustomize, origin)));
	put_images(m, made, "helm",
		   helm_images(m, value_get(helm, "images"), mechanism_origin(helm, origin)));
	return made;
}

void mechanism_argocd(struct mechanism *m, const struct value *updates, const struct value *around)
{
	struct value *config = mechanism_step(m, "argocd-update", ""), *apps = value_list(m->a);

	for (size_t i = 0; i < value_count(updates); i++) {
		const struct value *update = value_at(updates, i), *list = value_get(update, "sourceUpdates");
		const struct value *origin = mechanism_origin(update, around);
		struct value *app = value_map(m->a), *sources = value_list(m->a);

		if (!*value_get_text(update, "appName"))
			mechanism_fail(m, "an Argo CD update needs appName");
		mechanism_put(m, app, "name", value_get_text(update, "appName"));
		mechanism_put(m, app, "namespace", value_get_text(update, "appNamespace"));
		for (size_t k = 0; value_is(list, VALUE_LIST) && k < value_count(list); k++)
			value_append(m->a, sources, argocd_source(m, value_at(list, k), origin));
		if (value_count(sources))
			value_set(m->a, app, "sources", sources);
		value_append(m->a, apps, app);
	}
	value_set(m->a, config, "apps", apps);
}
