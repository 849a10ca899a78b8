/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions and constraints as Masterminds/semver 3.5 reads them, the library by
 * which Kargo and Helm choose. Build metadata never orders two versions. Any thread.
 */
#ifndef GANTRY_DATA_SEMVER_H
#define GANTRY_DATA_SEMVER_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct semver_constraint;

struct semver {
	uint64_t major, minor, patch;
	struct str pre, meta;           /* slices of original; empty: absent */
	const char *original;           /* the text that was read, the caller's */
};

/*
 * Lenient: "v1", "1.2", "01.2.3-rc1+x": missing parts are 0. The text must outlive
 * *out, which holds slices of it. False: no version; *out is untouched.
 */
bool semver_parse(const char *text, struct semver *out) MUST_USE;

/* Exactly major.minor.patch[-pre][+meta], no leading "v" and no leading zeros. */
bool semver_parse_strict(const char *text, struct semver *out) MUST_USE;

/* "1.2.3-rc.1+build", without "v" or leading zeros. */
const char *semver_text(struct arena *a, const struct semver *v);

/* Below, equal to or above zero, by semver.org's precedence. */
int semver_compare(const struct semver *a, const struct semver *b);

/*
 * Reads "^1.2 || >=3.0.0-0, <4": the arena owns *out and a copy of the text.
 * ERR_CONFIG names the part that is not a constraint; an empty text is none.
 */
bool semver_constraint_parse(struct arena *a, const char *text, struct semver_constraint **out,
			     struct err *e) MUST_USE;

/*
 * Whether v satisfies it. A prerelease only ever satisfies an alternative that
 * itself names a prerelease (">=1.0.0-0").
 */
bool semver_constraint_allows(const struct semver_constraint *c, const struct semver *v);

#endif
