/* SPDX-License-Identifier: Apache-2.0 */
/* Steps under construction, and the expressions in them that name what the freight holds. */
#include "config/mechanism.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

void mechanism_fail(struct mechanism *m, const char *why)
{
	m->wrong = m->wrong ? m->wrong : why;
}

void mechanism_put(struct mechanism *m, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(m->a, map, key, value_string(m->a, text));
}

struct value *mechanism_step(struct mechanism *m, const char *uses, const char *as)
{
	struct value *step = value_map(m->a), *config = value_map(m->a);

	mechanism_put(m, step, "uses", uses);
	mechanism_put(m, step, "as", as);
	value_set(m->a, step, "config", config);
	value_append(m->a, m->steps, step);
	return config;
}

const struct value *mechanism_origin(const struct value *part, const struct value *around)
{
	const struct value *own = value_get(part, "origin");

	return value_is(own, VALUE_MAP) ? own : around;
}

static const char *from_function(const char *kind)
{
	if (strcmp(kind, "image") == 0)
		return "imageFrom";
	return strcmp(kind, "git") == 0 ? "commitFrom" : "chartFrom";
}

const char *mechanism_from(struct mechanism *m, const char *kind, const char *url, const char *chart,
			   const struct value *origin)
{
	const char *warehouse = value_text(value_get(origin, "name"), "");
	const struct origins_artifact wanted = { kind, url, chart, warehouse };
	struct origins_match found;

	origins_find(m->a, m->stage, &wanted, &found);
	if (found.wrong)
		mechanism_fail(m, found.wrong);
	if (found.wrong || !found.subscription)
		return NULL;
	url = value_get_text(found.subscription, "repoURL");
	if (strchr(url, '\'') || strchr(chart, '\''))
		mechanism_fail(m, str_format(m->a, "%s holds a quote: write the steps by hand", url));
	return str_format(m->a, "%s('%s'%s%s%s%s)", from_function(kind), url,
			  *chart ? str_format(m->a, ", '%s'", chart) : "",
			  *warehouse ? ", warehouse('" : "", warehouse, *warehouse ? "')" : "");
}

void mechanism_passed_over(struct mechanism *m, const char *what, const char *name)
{
	list_add(m->a, &m->notes, str_format(m->a, "no warehouse of this stage watches %s %s: Kargo passed "
					     "it over, and so do the steps", what, name));
}

static const char *mechanism_image_from(struct mechanism *m, const struct value *image,
					const struct value *origin)
{
	const char *name = value_get_text(image, "image");
	const char *from = mechanism_from(m, "image", name, "", mechanism_origin(image, origin));

	if (!from && !m->wrong)
		mechanism_passed_over(m, "image", name);
	return from;
}

const char *mechanism_image(struct mechanism *m, const struct value *image, const struct value *origin)
{
	const char *value = value_get_text(image, "value"), *name = value_get_text(image, "image");
	const char *from = mechanism_image_from(m, image, origin);

	if (!from)
		return NULL;
	if (strcmp(value, "Tag") == 0)
		return str_format(m->a, "${{ quote(%s.Tag) }}", from);
	if (strcmp(value, "Digest") == 0)
		return str_format(m->a, "${{ %s.Digest }}", from);
	if (strcmp(value, "ImageAndTag") == 0)
		return str_format(m->a, "%s:${{ %s.Tag }}", name, from);
	if (strcmp(value, "ImageAndDigest") == 0)
		return str_format(m->a, "%s@${{ %s.Digest }}", name, from);
	mechanism_fail(m, str_format(m->a, "value \"%s\" of image %s: Tag, Digest, ImageAndTag or "
				     "ImageAndDigest", value, name));
	return NULL;
}

bool mechanism_pin(struct mechanism *m, struct value *made, const struct value *image,
		   const struct value *origin)
{
	bool digest = value_truth(value_get(image, "useDigest"), false);
	const char *from = mechanism_image_from(m, image, origin);

	if (from)
		mechanism_put(m, made, digest ? "digest" : "tag",
			      str_format(m->a, digest ? "${{ %s.Digest }}" : "${{ quote(%s.Tag) }}", from));
	return from;
}
