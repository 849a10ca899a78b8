/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of the artifacts that a subscription saw, counted while it chooses, so that one that
 * finds nothing can say why. Any thread.
 */
#ifndef GANTRY_DISCOVER_TALLY_H
#define GANTRY_DISCOVER_TALLY_H

#include "base/base.h"
#include "data/semver.h"
#include "discover/tag_rules.h"

struct arena;
struct subscription;

struct tally {
	const char *noun;               /* "tag", "version" or "commit" */
	size_t seen;                    /* all there are */
	size_t verdicts[TAG_VERDICTS];  /* how many met each, by their names alone */
	size_t filtered;                /* by expressionFilter */
	size_t untouched;               /* change no path that counts */
	size_t other_platform;          /* are not for the platform */
	size_t unreadable;              /* have no manifest that can be read */
	bool is_chart;                  /* its subscription has no strictSemvers to change */
	bool is_cut;                    /* of commits: the next one is from before since */
	const char *best;               /* the newest version outside the constraint; NULL: none */
	struct semver best_version;
};

/* Counts one name by its verdict. name must outlive the tally. */
void tally_name(struct tally *t, enum tag_verdict verdict, const struct tag *tag);

/*
 * "none of 40 tags fits: 12 are outside the constraint ^1.29.0 (the newest is 2.0.1), …",
 * with the fix where one is known.
 */
const char *tally_sentence(struct arena *a, const struct tally *t, const struct subscription *s);

#endif
