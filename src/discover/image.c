/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags are filtered and put into order first, and then looked at one by one until there
 * are enough; only NewestBuild must look at all of them, for their creation times.
 */
#include "discover/select.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/fetch.h"
#include "discover/metadata.h"
#include "discover/source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/read.h"
#include "model/warehouse.h"

enum { MAX_BUILDS = 5000 };

struct image_found {
	const char *tag;
	struct metadata m;
};

struct image_choice {
	struct arena *a;
	const struct subscription *s;
	const struct image_source *source;
	struct tag_rules rules;
	bool is_digest;
	const char *platform;
	struct list kept; /* struct image_found * */
	struct tally tally;
	size_t passed_over;             /* tags that cannot be looked at */
	const char *first_passed;       /* of them, and why */
	struct err *e;
};

static bool image_read_strategy(const struct subscription *s, enum tag_order *order,
				bool *is_digest, struct err *e)
{
	static const struct {
		const char *name;
		enum tag_order order;
	} known[] = { { "SemVer", TAGS_SEMVER }, { "", TAGS_SEMVER }, { "Lexical", TAGS_LEXICAL },
		      { "NewestBuild", TAGS_NEWEST }, { "Digest", TAGS_LEXICAL } };

	*is_digest = strcmp(s->strategy, "Digest") == 0;
	for (size_t i = 0; i < COUNTOF(known); i++) {
		if (strcmp(s->strategy, known[i].name) == 0) {
			*order = known[i].order;
			return true;
		}
	}
	return err_set(e, ERR_CONFIG, "imageSelectionStrategy \"%s\": use SemVer, Lexical, "
		       "NewestBuild or Digest", s->strategy);
}

static bool image_read_choice(struct arena *a, const struct subscription *s, struct image_choice *c,
			      struct err *e)
{
	enum tag_order order = TAGS_SEMVER;

	*c = (struct image_choice){ .a = a, .s = s, .e = e, .tally = { .noun = "tag" } };
	if (!image_read_strategy(s, &order, &c->is_digest, e) ||
	    !tag_rules_read(a, s, order, &c->rules, e) ||
	    !read_text(s->spec, "platform", "", &c->platform, e))
		return false;
	if (*c->platform && !strchr(c->platform, '/'))
		return err_set(e, ERR_CONFIG, "platform \"%s\" must be os/architecture, perhaps with "
			       "/variant", c->platform);
	if (c->is_digest && !*s->constraint)
		return err_set(e, ERR_CONFIG, "the Digest strategy needs constraint: the tag to "
			       "follow");
	return true;
}

static int by_build(const void *x, const void *y)
{
	const struct image_found *a = *(struct image_found *const *)x,
				 *b = *(struct image_found *const *)y;

	if (a->m.created_at != b->m.created_at)
		return a->m.created_at < b->m.created_at ? 1 : -1;
	return strcmp(b->tag, a->tag);
}

/* A tag whose manifest is gone or makes no sense says nothing about the others. */
static bool pass_over(struct image_choice *c)
{
	if (!metadata_is_broken(c->e))
		return false;
	c->tally.unreadable++;
	if (!c->passed_over++)
		c->first_passed = str_copy(c->a, c->e->message);
	return true;
}

static bool image_look(struct image_choice *c, const char *tag)
{
	const struct metadata_query query = { c->source, tag, c->platform };
	struct image_found *f = arena_alloc(c->a, sizeof(*f));

	f->tag = tag;
	if (!metadata_read(c->a, &query, &f->m, c->e))
		return !c->is_digest && pass_over(c);
	if (f->m.fits)
		list_add(c->a, &c->kept, f);
	else
		c->tally.other_platform++;
	return true;
}

/* The one tag that moves: a missing one is not an error, it finds nothing. */
static bool choose_digest(struct image_choice *c)
{
	if (!image_look(c, c->s->constraint))
		return c->e->code == ERR_NOT_FOUND;
	c->tally.seen = 1;
	return true;
}

/* Of all names those that count; how many. */
static size_t accept_all(struct image_choice *c, const struct list *names, struct tag *out)
{
	size_t count = 0;

	for (size_t i = 0; i < names->count; i++) {
		struct tag tag = { .name = names->items[i] };
		enum tag_verdict verdict = tag_rules_judge(&c->rules, names->items[i], &tag);

		tally_name(&c->tally, verdict, &tag);
		if (verdict == TAG_ACCEPTED)
			out[count++] = tag;
	}
	return count;
}

static bool image_choose(struct image_choice *c)
{
	bool newest = c->rules.order == TAGS_NEWEST;
	struct list names = { 0 };
	struct tag *tags;
	size_t count;

	if (c->is_digest)
		return choose_digest(c);
	if (!c->source->tags(c->source->context, c->a, &names, c->e))
		return false;
	tags = arena_array(c->a, names.count, sizeof(*tags));
	count = accept_all(c, &names, tags);
	if (newest && count > MAX_BUILDS)
		return err_set(c->e, ERR_LIMIT, "%zu tags are too many for NewestBuild; narrow them "
			       "with allowTagsRegexes", count);
	if (count)
		qsort(tags, count, sizeof(*tags),
		      c->rules.order == TAGS_SEMVER ? tag_by_version : tag_by_text);
	for (size_t i = 0; i < count; i++) {
		if (!newest && c->rules.limit && c->kept.count >= c->rules.limit)
			break;
		if (!image_look(c, tags[i].name))
			return false;
	}
	if (newest && c->kept.count)
		qsort(c->kept.items, c->kept.count, sizeof(*c->kept.items), by_build);
	if (c->rules.limit && c->kept.count > c->rules.limit)
		c->kept.count = c->rules.limit;
	return true;
}

static struct value *reference_of(struct arena *a, const struct image_found *f)
{
	struct value *v = value_map(a);

	value_set(a, v, "tag", value_string(a, f->tag));
	value_set(a, v, "digest", value_string(a, f->m.digest));
	if (f->m.annotations)
		value_set(a, v, "annotations", value_copy(a, f->m.annotations));
	if (f->m.created_at)
		value_set(a, v, "createdAt", value_string(a, clock_rfc3339(a, f->m.created_at)));
	return v;
}

/* "2 tags were passed over; the first: tag 1.29.6: …"; after the reason why nothing was found, if any. */
static const char *passed_over_sentence(struct arena *a, const struct image_choice *c, const char *reason)
{
	return str_format(a, "%s%s%zu tag%s passed over; %s%s", reason ? reason : "", reason ? "; " : "",
			  c->passed_over, c->passed_over == 1 ? " was" : "s were",
			  c->passed_over == 1 ? "" : "the first: ", c->first_passed);
}

bool image_select(struct arena *a, const struct subscription *s, const struct image_source *source,
		  struct selection *out, struct err *e)
{
	struct value *list = value_list(a);
	struct image_choice c;

	assert(source->tags && source->resolve && source->manifest && source->config);
	if (!image_read_choice(a, s, &c, e))
		return false;
	c.source = source;
	if (!image_choose(&c))
		return false;
	for (size_t i = 0; i < c.kept.count; i++)
		value_append(a, list, reference_of(a, c.kept.items[i]));
	out->chosen = list;
	out->reason = c.kept.count ? NULL
		: c.is_digest && !c.tally.seen ? str_format(a, "there is no tag \"%s\"", s->constraint)
		: tally_sentence(a, &c.tally, s);
	if (c.passed_over)
		out->reason = passed_over_sentence(a, &c, out->reason);
	return true;
}

bool discover_image(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out, struct err *e)
{
	AUTO(registry_source) struct registry_source source = { 0 };
	struct value *v = value_map(a);
	struct registry_access access = { .type = "image", .url = s->repo_url };
	struct selection best;
	const char *platform;

	if (!read_truth(s->spec, "insecureSkipTLSVerify", false, &access.insecure, e) ||
	    !read_truth(s->spec, "cacheByTag", false, &access.tags_stay, e) ||
	    !read_text(s->spec, "platform", "", &platform, e))
		return err_wrap(e, "image %s", s->repo_url);
	if (strcmp(s->strategy, "Digest") == 0)
		access.tags_stay = false;
	if (!registry_source_open(a, c, &access, &source, e) ||
	    !image_select(a, s, &source.images, &best, e))
		return err_wrap(e, "image %s", s->repo_url);
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*platform)
		value_set(a, v, "platform", value_string(a, platform));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	value_set(a, v, "references", best.chosen);
	if (best.reason)
		value_set(a, v, "reason", value_string(a, best.reason));
	*out = v;
	return true;
}
