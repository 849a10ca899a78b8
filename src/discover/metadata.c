/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Only an index says which platforms an image is for; a plain image fits no platform
 * that was asked for. When nothing says when it was made, its configuration does.
 */
#include "discover/metadata.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/source.h"

enum { MAX_CHILDREN = 100 };

/* One look at one image: what its parts need. */
struct metadata_look {
	struct arena *a;
	const struct image_source *source;
	struct err *e;
};

/* The time that annotations or labels name; 0 when none. */
static int64_t named_time(const struct value *texts)
{
	static const char *const keys[] = { "org.opencontainers.image.created",
					    "org.label-schema.build-date" };
	int64_t ms;

	for (size_t i = 0; i < COUNTOF(keys); i++)
		if (clock_parse(value_text(value_get(texts, keys[i]), ""), &ms))
			return ms;
	return 0;
}

/* The later of the configuration's labels and its own time (doc/kargo-rules.md 2.2). */
static bool config_time(struct metadata_look *l, const struct value *manifest, int64_t *out)
{
	const char *digest = value_path_text(manifest, "config.digest", "");
	struct value *config;
	int64_t labelled, created = 0;

	*out = 0;
	if (!*digest)
		return true;
	if (!l->source->config(l->source->context, l->a, digest, &config, l->e))
		return false;
	labelled = named_time(value_path(config, "config.Labels"));
	clock_parse(value_text(value_get(config, "created"), ""), &created);
	*out = labelled > created ? labelled : created;
	return true;
}

static bool manifest_time(struct metadata_look *l, const struct value *manifest, int64_t *out)
{
	*out = named_time(value_get(manifest, "annotations"));
	return *out || config_time(l, manifest, out);
}

/* Attestations and the like say "unknown" and are not images. */
static bool metadata_is_image(const struct value *reference)
{
	const char *os = value_path_text(reference, "platform.os", "");
	const char *arch = value_path_text(reference, "platform.architecture", "");

	return *os && *arch && strcmp(os, "unknown") != 0 && strcmp(arch, "unknown") != 0;
}

static bool has_platform(struct arena *a, const struct value *reference, const char *platform)
{
	const char *variant = value_path_text(reference, "platform.variant", "");
	const char *own = str_format(a, "%s/%s%s%s", value_path_text(reference, "platform.os", ""),
				     value_path_text(reference, "platform.architecture", ""),
				     *variant ? "/" : "", variant);

	return strcmp(own, platform) == 0;
}

static bool reference_time(struct metadata_look *l, const struct value *reference, int64_t *out)
{
	const char *digest = value_text(value_get(reference, "digest"), "");
	struct value *manifest;

	*out = named_time(value_get(reference, "annotations"));
	if (*out || !*digest)
		return true;
	return l->source->manifest(l->source->context, l->a, digest, &manifest, l->e) &&
	       manifest_time(l, manifest, out);
}

static void add_annotations(struct arena *a, struct value *to, const struct value *from)
{
	for (size_t i = 0; i < value_count(from); i++)
		if (value_is(from->map.members[i].value, VALUE_STRING))
			value_set_n(a, to, from->map.members[i].key, from->map.members[i].value);
}

bool metadata_is_broken(const struct err *e)
{
	return !e->passes && (e->code == ERR_NOT_FOUND || e->code == ERR_NET || e->code == ERR_CONFIG ||
			      e->code == ERR_LIMIT);
}

/*
 * The newest child says when an index was made, whichever platform is asked for. A mirror may have left out
 * children for other platforms, which harms nobody while there is one.
 */
static bool read_index(struct metadata_look *l, const struct value *index, const char *platform,
		       struct value *annotations, struct metadata *out)
{
	const struct value *list = value_get(index, "manifests");
	int64_t named = named_time(value_get(index, "annotations"));
	struct err why = { 0 };
	struct metadata_look child = { l->a, l->source, &why };
	size_t images = 0, broken = 0;

	out->created_at = named;
	out->fits = !*platform;
	for (size_t i = 0; i < value_count(list) && i < MAX_CHILDREN; i++) {
		const struct value *reference = list->list.items[i];
		bool is_wanted = *platform && has_platform(l->a, reference, platform);
		int64_t created = 0;

		if (!metadata_is_image(reference))
			continue;
		images++;
		if (is_wanted) {
			out->fits = true;
			add_annotations(l->a, annotations, value_get(reference, "annotations"));
		}
		if (!named && !reference_time(&child, reference, &created)) {
			if (is_wanted || !metadata_is_broken(&why)) {
				*l->e = why;
				return false;
			}
			broken++;
		}
		out->created_at = created > out->created_at ? created : out->created_at;
	}
	if (!images)
		return err_set(l->e, ERR_NET, "the index %s names no image", out->digest);
	if (broken == images)
		*l->e = why;
	return broken < images;
}

static bool metadata_read_object(struct metadata_look *l, const struct value *object,
				 const char *platform, struct metadata *out)
{
	struct value *annotations = value_map(l->a);
	bool fine;

	add_annotations(l->a, annotations, value_get(object, "annotations"));
	if (value_is(value_get(object, "manifests"), VALUE_LIST)) {
		fine = read_index(l, object, platform, annotations, out);
	} else {
		out->fits = !*platform; /* only an index says which platform it is for */
		fine = manifest_time(l, object, &out->created_at);
	}
	if (value_count(annotations))
		out->annotations = annotations;
	return fine;
}

bool metadata_read(struct arena *a, const struct metadata_query *q, struct metadata *out, struct err *e)
{
	struct metadata_look l = { .a = a, .source = q->source, .e = e };
	struct metadata found = { 0 };
	struct source_object named;

	assert(q->source && q->tag && q->platform);
	if (!q->source->resolve(q->source->context, a, q->tag, &named, e))
		return err_wrap(e, "tag %s", q->tag);
	found.digest = named.digest;
	if (!metadata_read_object(&l, named.object, q->platform, &found))
		return err_wrap(e, "tag %s", q->tag);
	*out = found;
	return true;
}
