/* SPDX-License-Identifier: Apache-2.0 */
/* Images of OCI registries (kargo-semantics 2.2): filter, order, then look at the best. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/pattern.h"
#include "data/semver.h"
#include "data/value.h"
#include "discover/discover.h"
#include "discover/metadata.h"
#include "model/credentials.h"
#include "model/read.h"
#include "model/warehouse.h"
#include "net/registry.h"

enum { DEFAULT_LIMIT = 20, MAX_LIMIT = 100, MAX_BUILDS = 5000 };

struct candidate {
	const char *tag;
	struct semver version;
	struct metadata m;
};

struct choice {
	struct arena *a;
	const struct subscription *s;
	struct pattern **allow, **ignore;
	size_t nallow, nignore, limit;
	bool strict;
	const char *platform;
	struct candidate *candidates;
	size_t count;
	struct err *e;
};

static bool compile_all(struct choice *c, const char *field, struct pattern ***out, size_t *count)
{
	const char **texts;

	if (!read_texts(c->a, c->s->spec, field, &texts, count, c->e))
		return false;
	*out = arena_array(c->a, *count, sizeof(**out));
	for (size_t i = 0; i < *count; i++)
		if (!pattern_compile(c->a, texts[i], &(*out)[i], c->e))
			return err_wrap(c->e, "%s[%zu]: \"%s\"", field, i, texts[i]);
	return true;
}

/* Fields that Kargo once had: it refuses to discover with them, and so do we. */
static bool refuse_removed(const struct choice *c)
{
	static const char *const removed[][2] = { { "allowTags", "allowTagsRegexes" },
						  { "ignoreTags", "ignoreTagsRegexes" } };

	for (size_t i = 0; i < COUNTOF(removed); i++)
		if (value_get(c->s->spec, removed[i][0]))
			return err_set(c->e, ERR_CONFIG, "%s was removed; use %s", removed[i][0],
				       removed[i][1]);
	return true;
}

static bool read_choice(struct choice *c)
{
	int64_t limit = DEFAULT_LIMIT;

	value_integer(value_get(c->s->spec, "discoveryLimit"), &limit);
	if (limit < 1 || limit > MAX_LIMIT)
		return err_set(c->e, ERR_CONFIG, "discoveryLimit must be 1 to %d", MAX_LIMIT);
	c->limit = (size_t)limit;
	return refuse_removed(c) &&
	       read_truth(c->s->spec, "strictSemvers", true, &c->strict, c->e) &&
	       read_text(c->s->spec, "platform", "", &c->platform, c->e) &&
	       compile_all(c, "allowTagsRegexes", &c->allow, &c->nallow) &&
	       compile_all(c, "ignoreTagsRegexes", &c->ignore, &c->nignore);
}

static bool is_allowed(const struct choice *c, const char *tag)
{
	for (size_t i = 0; i < c->nignore; i++)
		if (pattern_matches(c->ignore[i], tag))
			return false;
	for (size_t i = 0; i < c->nallow; i++)
		if (pattern_matches(c->allow[i], tag))
			return true;
	return c->nallow == 0;
}

static bool version_of(const struct choice *c, const char *tag, struct semver *out)
{
	if (!c->strict)
		return semver_parse(tag, out);
	return semver_parse_strict(tag[0] == 'v' ? tag + 1 : tag, out);
}

static int by_version(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int order = semver_compare(&b->version, &a->version);

	return order ? order : strcmp(b->tag, a->tag);
}

static int by_text(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	return strcmp(b->tag, a->tag);
}

static int by_build(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->m.created_at != b->m.created_at)
		return a->m.created_at < b->m.created_at ? 1 : -1;
	return strcmp(b->tag, a->tag);
}

/* Tags that may be taken, best first where the tag alone says so. */
static bool filter(struct choice *c, const struct list *tags)
{
	bool semver = strcmp(c->s->strategy, "SemVer") == 0;
	struct semver_constraint *constraint = NULL;

	if (semver && *c->s->constraint &&
	    !semver_constraint_parse(c->a, c->s->constraint, &constraint, c->e))
		return err_wrap(c->e, "constraint \"%s\"", c->s->constraint);
	c->candidates = arena_array(c->a, tags->count, sizeof(*c->candidates));
	for (size_t i = 0; i < tags->count; i++) {
		struct candidate *to = &c->candidates[c->count];

		to->tag = tags->items[i];
		if (!is_allowed(c, to->tag))
			continue;
		if (semver && (!version_of(c, to->tag, &to->version) ||
			       (constraint && !semver_constraint_allows(constraint, &to->version))))
			continue;
		c->count++;
	}
	if (c->count)
		qsort(c->candidates, c->count, sizeof(*c->candidates), semver ? by_version : by_text);
	return true;
}

static struct value *reference_of(struct arena *a, const struct candidate *c)
{
	struct value *v = value_map(a);

	value_set(a, v, "tag", value_string(a, c->tag));
	value_set(a, v, "digest", value_string(a, c->m.digest));
	if (c->m.annotations)
		value_set(a, v, "annotations", value_copy(a, c->m.annotations));
	if (c->m.created_at)
		value_set(a, v, "createdAt", value_string(a, clock_rfc3339(a, c->m.created_at)));
	return v;
}

/* Walks the candidates in order and keeps those that fit, up to the limit. */
static bool look(struct choice *c, struct registry *r, struct discover_cache *cache, size_t limit,
		 struct list *kept)
{
	for (size_t i = 0; i < c->count && kept->count < limit; i++) {
		struct candidate *at = &c->candidates[i];

		if (!metadata_read(c->a, r, cache, at->tag, c->platform, &at->m, c->e))
			return false;
		if (at->m.fits)
			list_add(c->a, kept, at);
	}
	return true;
}

/* The one tag that moves: a missing one is no error, it finds nothing. */
static bool look_at_digest(struct choice *c, struct registry *r, struct discover_cache *cache,
			   struct list *kept)
{
	struct candidate *at = arena_alloc(c->a, sizeof(*at));

	if (!*c->s->constraint)
		return err_set(c->e, ERR_CONFIG, "the Digest strategy needs constraint: the tag to follow");
	at->tag = c->s->constraint;
	if (!metadata_read(c->a, r, cache, at->tag, c->platform, &at->m, c->e))
		return c->e->code == ERR_NOT_FOUND;
	if (at->m.fits)
		list_add(c->a, kept, at);
	return true;
}

static bool choose(struct choice *c, struct registry *r, struct discover_cache *cache,
		   struct list *kept)
{
	bool newest = strcmp(c->s->strategy, "NewestBuild") == 0;
	struct list tags = { 0 };

	if (strcmp(c->s->strategy, "Digest") == 0)
		return look_at_digest(c, r, cache, kept);
	if (!newest && strcmp(c->s->strategy, "SemVer") != 0 && strcmp(c->s->strategy, "Lexical") != 0)
		return err_set(c->e, ERR_CONFIG, "imageSelectionStrategy %s: use SemVer, Lexical, "
			       "NewestBuild or Digest", c->s->strategy);
	if (!registry_tags(r, c->a, &tags, c->e) || !filter(c, &tags))
		return false;
	if (newest && c->count > MAX_BUILDS)
		return err_set(c->e, ERR_LIMIT, "%zu tags are too many for NewestBuild; narrow them with "
			       "allowTagsRegexes", c->count);
	if (!look(c, r, cache, newest ? c->count : c->limit, kept))
		return false;
	if (newest && kept->count) {
		struct candidate *sorted = arena_array(c->a, kept->count, sizeof(*sorted));

		for (size_t i = 0; i < kept->count; i++)
			sorted[i] = *(struct candidate *)kept->items[i];
		qsort(sorted, kept->count, sizeof(*sorted), by_build);
		kept->count = kept->count > c->limit ? c->limit : kept->count;
		for (size_t i = 0; i < kept->count; i++)
			kept->items[i] = &sorted[i];
	}
	return true;
}

bool discover_image(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out, struct err *e)
{
	struct choice choice = { .a = a, .s = s, .e = e };
	struct credentials who = { .username = NULL };
	struct registry_options o = { .cancelled = c->cancelled };
	AUTO(registry) struct registry *r = NULL;
	struct list kept = { 0 };
	struct value *v = value_map(a), *references = value_list(a);

	if (!read_choice(&choice) ||
	    !read_truth(s->spec, "insecureSkipTLSVerify", false, &o.insecure, e))
		return err_wrap(e, "image %s", s->repo_url);
	if (credentials_find(a, c->secrets, c->shared_secrets, "image", s->repo_url, &who)) {
		o.username = who.username;
		o.password = who.password;
	}
	if (!registry_open(&r, c->http, s->repo_url, &o, e) || !choose(&choice, r, c->cache, &kept))
		return err_wrap(e, "image %s", s->repo_url);
	for (size_t i = 0; i < kept.count; i++)
		value_append(a, references, reference_of(a, kept.items[i]));
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*choice.platform)
		value_set(a, v, "platform", value_string(a, choice.platform));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	value_set(a, v, "references", references);
	*out = v;
	return true;
}
