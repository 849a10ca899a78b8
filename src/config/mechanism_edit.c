/* SPDX-License-Identifier: Apache-2.0 */
/* kustomize and helm: images and charts of one file or folder share a step. */
#include "config/mechanism.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

/* One kind of edit: how its entries are put together into steps. */
struct edit_kind {
	const char *uses;
	const char *place;              /* the entry's field that names file or folder */
	const char *list;               /* the step's field that takes the entries */
	struct value *(*entry)(struct mechanism *m, const struct value *part, const struct value *origin);
};

static struct value *kustomize_entry(struct mechanism *m, const struct value *image,
				     const struct value *origin)
{
	struct value *made = value_map(m->a);

	mechanism_put(m, made, "image", value_get_text(image, "image"));
	mechanism_put(m, made, "newName", value_get_text(image, "newName"));
	return mechanism_pin(m, made, image, origin) ? made : NULL;
}

static struct value *values_entry(struct mechanism *m, const struct value *image,
				  const struct value *origin)
{
	const char *value = mechanism_image(m, image, origin);
	struct value *made = value_map(m->a);

	if (!value)
		return NULL;
	mechanism_put(m, made, "key", value_get_text(image, "key"));
	mechanism_put(m, made, "value", value);
	return made;
}

/* Helm's OCI repositories are registries; a warehouse watches the chart's own. */
static struct value *chart_entry(struct mechanism *m, const struct value *chart, const struct value *origin)
{
	const char *repository = value_get_text(chart, "repository"), *name = value_get_text(chart, "name");
	bool is_oci = has_prefix(repository, "oci://");
	const char *slash = has_suffix(repository, "/") ? "" : "/";
	const char *url = is_oci ? str_format(m->a, "%s%s%s", repository, slash, name) : repository;
	const struct value *own = mechanism_origin(chart, origin);
	const char *from = mechanism_from(m, "chart", url, is_oci ? "" : name, own);
	struct value *made = value_map(m->a);

	if (!from && !m->wrong)
		mechanism_passed_over(m, "chart", name);
	if (!from)
		return NULL;
	mechanism_put(m, made, "repository", repository);
	mechanism_put(m, made, "name", name);
	mechanism_put(m, made, "version", str_format(m->a, "${{ quote(%s.Version) }}", from));
	return made;
}

static const char *edit_path(struct mechanism *m, const char *folder, const char *path)
{
	while (has_prefix(path, "./") || has_prefix(path, "/"))
		path += path[0] == '.' ? 2 : 1;
	return *path && strcmp(path, ".") != 0 ? str_format(m->a, "%s/%s", folder, path) : folder;
}

/* The steps of one kind; *message grows by what each says of itself. */
static void edit_steps(struct mechanism *m, const struct edit_kind *kind, const struct value *parts,
		       const struct value *origin, const char **message)
{
	struct value *steps = value_map(m->a);  /* place to the list in its step's config */

	for (size_t i = 0; value_is(parts, VALUE_LIST) && i < value_count(parts); i++) {
		const struct value *part = value_at(parts, i);
		const char *place = value_get_text(part, kind->place), *as;
		struct value *entry = kind->entry(m, part, origin), *list = value_get(steps, place), *config;

		if (entry && !list) {
			as = m->edits++ ? str_format(m->a, "update-%zu", m->edits) : "update";
			config = mechanism_step(m, kind->uses, as);
			list = value_list(m->a);
			mechanism_put(m, config, "path", place);
			value_set(m->a, config, kind->list, list);
			value_set(m->a, steps, place, list);
			*message = str_format(m->a, "%s%s${{ outputs['%s'].commitMessage }}", *message,
					      **message ? "; " : "", as);
		}
		if (entry)
			value_append(m->a, list, entry);
	}
}

/* The parts with their places below the checkout. */
static struct value *edit_parts(struct mechanism *m, const struct value *parts, const char *place,
				const char *folder)
{
	struct value *copy = value_copy(m->a, parts);

	for (size_t i = 0; value_is(copy, VALUE_LIST) && i < value_count(copy); i++)
		if (value_is(value_at(copy, i), VALUE_MAP))
			mechanism_put(m, value_at(copy, i), place,
				      edit_path(m, folder, value_get_text(value_at(copy, i), place)));
	return copy;
}

const char *mechanism_edit(struct mechanism *m, const struct value *update, const char *folder,
			   const struct value *origin)
{
	static const struct edit_kind kustomize = { "kustomize-set-image", "path", "images",
						    kustomize_entry };
	static const struct edit_kind values = { "yaml-update", "valuesFilePath", "updates",
						 values_entry };
	static const struct edit_kind charts = { "helm-update-chart", "chartPath", "charts",
						 chart_entry };
	const struct value *k = value_get(update, "kustomize"), *h = value_get(update, "helm");
	const char *message = "", *ignored = "";

	if (value_get(update, "render"))
		mechanism_fail(m, "render ran Kargo Render, for which there is no step: write "
			       "promotionTemplate by hand, with kustomize-build or helm-template");
	if (k && h)
		mechanism_fail(m, "a git update has kustomize or helm, not both");
	edit_steps(m, &kustomize, edit_parts(m, value_get(k, "images"), kustomize.place, folder),
		   mechanism_origin(k, origin), &message);
	edit_steps(m, &values, edit_parts(m, value_get(h, "images"), values.place, folder),
		   mechanism_origin(h, origin), &message);
	/* Without a change this step says nothing, and an expression of nothing is an error. */
	edit_steps(m, &charts, edit_parts(m, value_get(h, "charts"), charts.place, folder),
		   mechanism_origin(h, origin), &ignored);
	return message;
}
