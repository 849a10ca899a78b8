/* SPDX-License-Identifier: Apache-2.0 */
/* Freight from its Kargo object (doc/kargo-rules.md 1.5). */
#include "model/freight.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/read.h"

enum { SHORT_NAME = 7 };

/* Texts of one artifact, each read from the field of that name. */
struct text_field {
	const char *name;
	const char **to;
};

static bool read_fields(const struct value *v, const struct text_field *fields, size_t count,
			struct err *e)
{
	if (!value_is(v, VALUE_MAP))
		return read_complain(v, "artifact", "must be a map", e);
	for (size_t i = 0; i < count; i++)
		if (!read_text(v, fields[i].name, "", fields[i].to, e))
			return false;
	return true;
}

static bool read_commits(struct arena *a, const struct value *list, struct freight *f,
			 struct err *e)
{
	f->ncommits = value_count(list);
	f->commits = arena_array(a, f->ncommits, sizeof(*f->commits));
	for (size_t i = 0; i < f->ncommits; i++) {
		struct commit *c = &f->commits[i];
		const struct text_field fields[] = {
			{ "repoURL", &c->repo_url },   { "id", &c->id },
			{ "branch", &c->branch },      { "tag", &c->tag },
			{ "message", &c->message },    { "author", &c->author },
			{ "committer", &c->committer }, { "subscriptionName", &c->subscription },
		};

		if (!read_fields(list->list.items[i], fields, COUNTOF(fields), e))
			return err_wrap(e, "commits[%zu]", i);
	}
	return true;
}

static bool read_images(struct arena *a, const struct value *list, struct freight *f,
			struct err *e)
{
	f->nimages = value_count(list);
	f->images = arena_array(a, f->nimages, sizeof(*f->images));
	for (size_t i = 0; i < f->nimages; i++) {
		struct image *m = &f->images[i];
		const struct text_field fields[] = {
			{ "repoURL", &m->repo_url },
			{ "tag", &m->tag },
			{ "digest", &m->digest },
			{ "subscriptionName", &m->subscription },
		};

		if (!read_fields(list->list.items[i], fields, COUNTOF(fields), e))
			return err_wrap(e, "images[%zu]", i);
		m->annotations = value_get(list->list.items[i], "annotations");
	}
	return true;
}

static bool read_charts(struct arena *a, const struct value *list, struct freight *f,
			struct err *e)
{
	f->ncharts = value_count(list);
	f->charts = arena_array(a, f->ncharts, sizeof(*f->charts));
	for (size_t i = 0; i < f->ncharts; i++) {
		struct chart *c = &f->charts[i];
		const struct text_field fields[] = {
			{ "repoURL", &c->repo_url },
			{ "name", &c->name },
			{ "version", &c->version },
			{ "subscriptionName", &c->subscription },
		};

		if (!read_fields(list->list.items[i], fields, COUNTOF(fields), e))
			return err_wrap(e, "charts[%zu]", i);
	}
	return true;
}

/* status.<field>: a map of stage names to {<when>: time, …}. */
struct freight_field {
	const char *field, *when;
};

static bool read_marks(struct arena *a, const struct value *object, struct freight_field f,
		       struct freight_marks *out, struct err *e)
{
	const struct value *map = value_get(value_get(object, "status"), f.field);

	out->count = value_is(map, VALUE_MAP) ? value_count(map) : 0;
	out->items = arena_array(a, out->count, sizeof(*out->items));
	for (size_t i = 0; i < out->count; i++) {
		const struct value_member *m = &map->map.members[i];
		struct freight_mark *mark = &out->items[i];

		mark->stage = m->key.at;
		if (!read_time(m->value, f.when, &mark->at, e) ||
		    !read_duration(m->value, "longestSoak", -1, &mark->longest_soak, e) ||
		    !read_text(m->value, "approvedBy", NULL, &mark->by, e))
			return err_wrap(e, "status.%s.%s", f.field, mark->stage);
	}
	return true;
}

static bool read_artifacts(struct arena *a, const struct value *object, struct freight *f,
			   struct err *e)
{
	const struct value *commits, *images, *charts;

	return read_list(object, "commits", &commits, e) && read_commits(a, commits, f, e) &&
	       read_list(object, "images", &images, e) && read_images(a, images, f, e) &&
	       read_list(object, "charts", &charts, e) && read_charts(a, charts, f, e);
}

bool freight_read(struct arena *a, const struct value *object, struct freight **out,
		  struct err *e)
{
	static const struct freight_field in = { "currentlyIn", "since" };
	static const struct freight_field verified = { "verifiedIn", "verifiedAt" };
	static const struct freight_field approved = { "approvedFor", "approvedAt" };
	struct freight *f = arena_alloc(a, sizeof(*f));
	int64_t created;

	if (!read_name(object, &f->name, e))
		return false;
	if (!read_text(object, "alias", "", &f->alias, e) ||
	    !read_text(object, "origin.name", "", &f->warehouse, e) ||
	    !read_time(object, "metadata.creationTimestamp", &created, e) ||
	    !read_time(object, "discoveredAt", &f->discovered_at, e) ||
	    !read_artifacts(a, object, f, e) ||
	    !read_marks(a, object, in, &f->currently_in, e) ||
	    !read_marks(a, object, verified, &f->verified_in, e) ||
	    !read_marks(a, object, approved, &f->approved_for, e))
		return err_wrap(e, "freight %s", f->name);
	if (!f->discovered_at)
		f->discovered_at = created;
	f->object = object;
	*out = f;
	return true;
}

const struct freight_mark *freight_mark(const struct freight_marks *marks, const char *stage)
{
	for (size_t i = 0; i < marks->count; i++)
		if (strcmp(marks->items[i].stage, stage) == 0)
			return &marks->items[i];
	return NULL;
}

bool freight_is_older(const struct freight *f, const struct freight *than)
{
	return f && than && f->discovered_at < than->discovered_at;
}

const char *freight_label(struct arena *a, const struct freight *f)
{
	size_t len = strlen(f->name);

	return *f->alias ? f->alias : str_copy_n(a, f->name, len < SHORT_NAME ? len : SHORT_NAME);
}

const char *freight_version(struct arena *a, const struct freight *f)
{
	if (f->nimages)
		return *f->images[0].tag ? f->images[0].tag
					 : str_copy_n(a, f->images[0].digest,
						      strnlen(f->images[0].digest, 14));
	if (f->ncharts)
		return f->charts[0].version;
	if (f->ncommits)
		return *f->commits[0].tag ? f->commits[0].tag
					  : str_copy_n(a, f->commits[0].id,
						       strnlen(f->commits[0].id, SHORT_NAME));
	return "";
}
