/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tags a subscription accepts and in which order it prefers them
 * (doc/kargo-rules.md 2.2 to 2.4): the same for images, git tags and charts. Any thread.
 */
#ifndef GANTRY_DISCOVER_TAG_RULES_H
#define GANTRY_DISCOVER_TAG_RULES_H

#include "base/base.h"
#include "data/semver.h"

struct arena;
struct err;
struct pattern;
struct subscription;

enum tag_order { TAGS_SEMVER, TAGS_LEXICAL, TAGS_NEWEST };

/* What the rules say of one name, the first that applies. */
enum tag_verdict {
	TAG_ACCEPTED,
	TAG_IGNORED,                            /* by ignoreTagsRegexes */
	TAG_NOT_ALLOWED,                        /* by allowTagsRegexes */
	TAG_NO_VERSION,
	TAG_LOOSE,                              /* a version, but not a strict one */
	TAG_OUTSIDE,                            /* a version that the constraint leaves out */
	TAG_VERDICTS,
};

struct tag_patterns {
	struct pattern **items;
	size_t count;
};

struct tag_rules {
	enum tag_order order;
	bool strict;                            /* TAGS_SEMVER: "1.2" is not a version */
	struct semver_constraint *constraint;   /* TAGS_SEMVER; NULL: any version */
	struct tag_patterns allow, ignore;
	size_t limit;                           /* how many are kept; 0: all */
};

struct tag {
	const char *name;
	struct semver version;                  /* TAGS_SEMVER */
};

/*
 * Reads a subscription's allowTagsRegexes, ignoreTagsRegexes, strictSemvers (true when absent),
 * discoveryLimit (20 when absent) and, for TAGS_SEMVER, its constraint. ERR_CONFIG names the field.
 */
bool tag_rules_read(struct arena *a, const struct subscription *s, enum tag_order order,
		    struct tag_rules *out, struct err *e) MUST_USE;

/* Fills *out when it is accepted or outside the constraint. name must outlive it. */
enum tag_verdict tag_rules_judge(const struct tag_rules *r, const char *name, struct tag *out);

/* By version or text, the best first; equal versions by text. For qsort. */
int tag_by_version(const void *a, const void *b);
int tag_by_text(const void *a, const void *b);

#endif
