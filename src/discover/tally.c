/* SPDX-License-Identifier: Apache-2.0 */
/* The largest share comes first: on a narrow screen the end is cut. */
#include "discover/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/warehouse.h"

void tally_name(struct tally *t, enum tag_verdict verdict, const struct tag *tag)
{
	t->seen++;
	t->verdicts[verdict]++;
	if (verdict != TAG_OUTSIDE)
		return;
	if (t->best && semver_compare(&tag->version, &t->best_version) <= 0)
		return;
	t->best = tag->name;
	t->best_version = tag->version;
}

/* A share of what was seen, and what is said of it. */
struct share {
	size_t count;
	const char *words;              /* after "12 " */
};

static int larger_first(const void *x, const void *y)
{
	const struct share *a = x, *b = y;

	return a->count < b->count ? 1 : a->count > b->count ? -1 : strcmp(a->words, b->words);
}

static const char *tally_outside(struct arena *a, const struct tally *t,
				 const struct subscription *s)
{
	return str_format(a, "outside the constraint %s (the newest is %s)", s->constraint,
			  t->best ? t->best : "unknown");
}

static const char *tally_platform(struct arena *a, const struct subscription *s)
{
	return str_format(a, "not for platform %s", value_text(value_get(s->spec, "platform"), "?"));
}

const char *tally_sentence(struct arena *a, const struct tally *t, const struct subscription *s)
{
	struct share shares[] = {
		{ t->verdicts[TAG_OUTSIDE], tally_outside(a, t, s) },
		{ t->verdicts[TAG_NO_VERSION], "no semantic versions" },
		{ t->verdicts[TAG_LOOSE], t->is_chart ? "no versions of three numbers"
						      : "versions only with strictSemvers: false" },
		{ t->verdicts[TAG_IGNORED], "left out by ignoreTagsRegexes" },
		{ t->verdicts[TAG_NOT_ALLOWED], "not let in by allowTagsRegexes" },
		{ t->filtered, "left out by expressionFilter" },
		{ t->untouched, "without a change in the paths that count" },
		{ t->other_platform, tally_platform(a, s) },
		{ t->unreadable, "without a manifest that can be read" },
	};
	const char *all = "", *noun = t->noun;

	if (!t->seen)
		return t->is_cut ? "the newest commit is from before since"
				 : str_format(a, "there are no %ss at all", noun);
	qsort(shares, COUNTOF(shares), sizeof(*shares), larger_first);
	for (size_t i = 0; i < COUNTOF(shares) && shares[i].count; i++)
		all = str_format(a, "%s%s%zu %s", all, i ? ", " : "", shares[i].count,
				 shares[i].words);
	return str_format(a, "none of %zu %s%s fits: %s%s", t->seen, noun, t->seen == 1 ? "" : "s", all,
			  t->is_cut ? "; older ones are from before since" : "");
}
