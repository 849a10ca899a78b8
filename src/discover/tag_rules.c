/* SPDX-License-Identifier: Apache-2.0 */
/* Ignoring wins over allowing, and a regex may match anywhere in a tag. */
#include "discover/tag_rules.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/pattern.h"
#include "data/value.h"
#include "model/read.h"
#include "model/warehouse.h"

enum { DEFAULT_LIMIT = 20, MAX_LIMIT = 100 };

static bool tag_patterns_read(struct arena *a, const struct value *spec, const char *field,
			      struct tag_patterns *out, struct err *e)
{
	struct pattern **all;
	struct read_texts texts;

	if (!read_texts(a, spec, field, &texts, e))
		return false;
	all = arena_array(a, texts.count, sizeof(*all));
	for (size_t i = 0; i < texts.count; i++)
		if (!pattern_compile(a, texts.texts[i], &all[i], e))
			return err_wrap(e, "%s[%zu]: \"%s\"", field, i, texts.texts[i]);
	*out = (struct tag_patterns){ all, texts.count };
	return true;
}

/* Fields that Kargo once had: it refuses to discover with them, and so do we. */
static bool refuse_removed(const struct value *spec, struct err *e)
{
	static const char *const removed[][2] = { { "allowTags", "allowTagsRegexes" },
						  { "ignoreTags", "ignoreTagsRegexes" } };

	for (size_t i = 0; i < COUNTOF(removed); i++) {
		if (value_get(spec, removed[i][0]))
			return err_set(e, ERR_CONFIG, "%s was removed; use %s", removed[i][0],
				       removed[i][1]);
	}
	return true;
}

static bool read_limit(const struct value *spec, size_t *out, struct err *e)
{
	const struct value *v = value_get(spec, "discoveryLimit");
	int64_t limit = DEFAULT_LIMIT;

	if (v && !value_integer(v, &limit))
		return read_complain(v, "discoveryLimit", "must be a whole number", e);
	if (limit < 0 || limit > MAX_LIMIT)
		return read_complain(v, "discoveryLimit", "must be 1 to 100", e);
	*out = (size_t)limit;
	return true;
}

bool tag_rules_read(struct arena *a, const struct subscription *s, enum tag_order order,
		    struct tag_rules *out, struct err *e)
{
	const struct value *spec = s->spec;
	struct tag_rules r = { .order = order };

	assert(order != TAGS_SEMVER || s->constraint);
	if (!refuse_removed(spec, e) || !read_limit(spec, &r.limit, e) ||
	    !read_truth(spec, "strictSemvers", true, &r.strict, e) ||
	    !tag_patterns_read(a, spec, "allowTagsRegexes", &r.allow, e) ||
	    !tag_patterns_read(a, spec, "ignoreTagsRegexes", &r.ignore, e))
		return false;
	if (order == TAGS_SEMVER && *s->constraint &&
	    !semver_constraint_parse(a, s->constraint, &r.constraint, e))
		return err_wrap(e, "constraint \"%s\"", s->constraint);
	*out = r;
	return true;
}

static enum tag_verdict judge_text(const struct tag_rules *r, const char *name)
{
	for (size_t i = 0; i < r->ignore.count; i++)
		if (pattern_matches(r->ignore.items[i], name))
			return TAG_IGNORED;
	for (size_t i = 0; i < r->allow.count; i++)
		if (pattern_matches(r->allow.items[i], name))
			return TAG_ACCEPTED;
	return r->allow.count == 0 ? TAG_ACCEPTED : TAG_NOT_ALLOWED;
}

static enum tag_verdict judge_version(const struct tag_rules *r, const char *name,
				      struct semver *out)
{
	const char *text = r->strict && *name == 'v' ? name + 1 : name;

	if (r->strict && !semver_parse_strict(text, out))
		return semver_parse(text, out) ? TAG_LOOSE : TAG_NO_VERSION;
	if (!r->strict && !semver_parse(text, out))
		return TAG_NO_VERSION;
	return !r->constraint || semver_constraint_allows(r->constraint, out) ? TAG_ACCEPTED
									      : TAG_OUTSIDE;
}

enum tag_verdict tag_rules_judge(const struct tag_rules *r, const char *name, struct tag *out)
{
	struct tag t = { .name = name };
	enum tag_verdict verdict = judge_text(r, name);

	if (verdict == TAG_ACCEPTED && r->order == TAGS_SEMVER)
		verdict = judge_version(r, name, &t.version);
	if (verdict == TAG_ACCEPTED || verdict == TAG_OUTSIDE)
		*out = t;
	return verdict;
}

int tag_by_version(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	int order = semver_compare(&y->version, &x->version);

	return order ? order : strcmp(y->name, x->name);
}

int tag_by_text(const void *a, const void *b)
{
	return strcmp(((const struct tag *)b)->name, ((const struct tag *)a)->name);
}
