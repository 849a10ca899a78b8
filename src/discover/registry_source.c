/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a digest names is asked for once a run: a tag then costs one HEAD, which Docker
 * Hub does not count.
 */
#include "discover/fetch.h"

#include <assert.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "discover/cache.h"
#include "discover/discover.h"
#include "model/credentials.h"
#include "net/registry.h"

enum { MAX_CONFIG = 4 << 20 };

struct context {
	struct registry *r;
	const struct discover_context *look;
	struct discover_cache *cache;
	bool tags_stay;
	const char *asker;
};

/* What is asked of this repository, by whom; many warehouses may ask the same. */
static struct cache_question registry_source_question(struct arena *a, const struct context *c,
						      const char *what)
{
	return (struct cache_question){
		.key = str_format(a, "%s/%s %s %s", registry_host(c->r), registry_repository(c->r),
				  c->asker, what),
		.max_age = c->look->max_age, .cancelled = c->look->cancelled,
	};
}

/* *answer: the tags, as a list of texts; one that has not changed is not sent again. */
static bool registry_source_ask_tags(struct context *c, struct arena *a, const struct cache_question *q,
				     struct value **answer, struct err *e)
{
	struct registry_tag_list list = { .validator = *q->validator };
	struct err why;

	if (!registry_tags(c->r, a, &list, &why)) {
		cache_answer(c->cache, q->key, NULL, &why);
		*e = why;
		return false;
	}
	if (list.is_known) {
		*answer = cache_confirm(c->cache, q, a);
		return true;
	}
	*answer = value_list(a);
	for (size_t i = 0; i < list.tags.count; i++)
		value_append(a, *answer, value_string(a, list.tags.items[i]));
	cache_answer_valid(c->cache, q->key, *answer, list.validator);
	return true;
}

static bool registry_source_list_tags(void *context, struct arena *a, struct list *tags,
				      struct err *e)
{
	struct context *c = context;
	struct cache_question q = registry_source_question(a, c, "tags");
	const char *validator = NULL;
	struct value *answer = NULL;

	q.validator = &validator;
	switch (cache_ask(c->cache, &q, a, &answer, e)) {
	case CACHE_FAILED:
		return false;
	case CACHE_ASK:
		if (!registry_source_ask_tags(c, a, &q, &answer, e))
			return false;
		break;
	case CACHE_KNOWN:
		break;
	}
	for (size_t i = 0; i < value_count(answer); i++)
		list_add(a, tags, value_text(value_at(answer, i), ""));
	return true;
}

/* The digest of a tag; NULL: the registry does not say, and the manifest itself must be asked for. */
static const char *registry_source_digest(struct context *c, struct arena *a, const char *tag)
{
	struct cache_question q = registry_source_question(a, c, str_format(a, "tag %s", tag));
	struct registry_manifest m;
	struct value *answer = NULL;
	struct err e;

	switch (cache_ask(c->cache, &q, a, &answer, &e)) {
	case CACHE_FAILED:
		return NULL;
	case CACHE_KNOWN:
		return value_text(answer, NULL);
	case CACHE_ASK:
		break;
	}
	if (registry_head(c->r, a, tag, &m, &e) && m.digest) {
		cache_answer(c->cache, q.key, value_string(a, m.digest), NULL);
		return m.digest;
	}
	err_set(&e, ERR_NOT_FOUND, "no digest");
	cache_answer(c->cache, q.key, NULL, &e);
	return NULL;
}

static bool registry_source_parse(struct arena *a, struct str text, const char *digest,
				  struct value **object, struct err *e)
{
	return json_parse(a, text.at, text.len, object, e) || err_wrap(e, "%s", digest);
}

/* What is remembered of a tag, for repositories whose tags never move. */
static const char *tag_key(struct arena *a, const struct context *c, const char *tag)
{
	return str_format(a, "%s/%s:%s", registry_host(c->r), registry_repository(c->r), tag);
}

static bool registry_source_recall(struct context *c, struct arena *a, const char *tag,
				   struct source_object *out)
{
	const struct value *kept = c->tags_stay ? cache_get(c->cache, a, tag_key(a, c, tag)) : NULL;

	out->digest = value_text(kept, NULL);
	out->object = out->digest ? cache_get(c->cache, a, out->digest) : NULL;
	return out->object != NULL;
}

static void registry_source_remember(struct context *c, struct arena *a, const char *tag,
				     const char *digest)
{
	if (c->tags_stay)
		cache_put(c->cache, tag_key(a, c, tag), value_string(a, digest));
}

static bool registry_source_resolve(void *context, struct arena *a, const char *tag,
				    struct source_object *out, struct err *e)
{
	struct context *c = context;
	struct registry_manifest m;

	if (registry_source_recall(c, a, tag, out))
		return true;
	out->digest = registry_source_digest(c, a, tag);
	out->object = out->digest ? cache_get(c->cache, a, out->digest) : NULL;
	if (out->object) {
		registry_source_remember(c, a, tag, out->digest);
		return true;
	}
	if (!registry_manifest(c->r, a, tag, &m, e) ||
	    !registry_source_parse(a, m.body, m.digest, &out->object, e))
		return false;
	cache_put(c->cache, m.digest, out->object);
	registry_source_remember(c, a, tag, m.digest);
	out->digest = m.digest;
	return true;
}

static bool registry_source_manifest(void *context, struct arena *a, const char *digest,
				     struct value **out, struct err *e)
{
	struct context *c = context;
	struct registry_manifest m;

	*out = cache_get(c->cache, a, digest);
	if (*out)
		return true;
	if (!registry_manifest(c->r, a, digest, &m, e) ||
	    !registry_source_parse(a, m.body, digest, out, e))
		return false;
	cache_put(c->cache, digest, *out);
	return true;
}

static bool registry_source_config(void *context, struct arena *a, const char *digest,
				   struct value **out, struct err *e)
{
	const struct registry_blob blob = { digest, MAX_CONFIG };
	struct context *c = context;
	struct str text;

	*out = cache_get(c->cache, a, digest);
	if (*out)
		return true;
	if (!registry_blob(c->r, a, &blob, &text, e) || !registry_source_parse(a, text, digest, out, e))
		return false;
	cache_put(c->cache, digest, *out);
	return true;
}

bool registry_source_open(struct arena *a, const struct discover_context *c,
			  const struct registry_access *access, struct registry_source *out,
			  struct err *e)
{
	struct registry_options o = { .insecure = access->insecure, .cancelled = c->cancelled };
	struct context *context = arena_alloc(a, sizeof(*context));
	struct credentials who = { .username = NULL };

	assert(access->type && access->url && c->http && c->cache);
	if (!source_access_find(a, c, &(struct credentials_query){ access->type, access->url, c->project },
			 &who, e))
		return false;
	o.username = who.username;
	o.password = who.password;
	if (!registry_open(&out->registry, c->http, access->url, &o, e))
		return false;
	*context = (struct context){ out->registry, c, c->cache, access->tags_stay, cache_asker(a, &who) };
	out->images = (struct image_source){ context, registry_source_list_tags, registry_source_resolve,
					     registry_source_manifest, registry_source_config };
	return true;
}

void auto_registry_source(struct registry_source *s)
{
	registry_free(s->registry);
}
