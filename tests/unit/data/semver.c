/* SPDX-License-Identifier: Apache-2.0 */
/* Versions and constraints; the expected results are Masterminds/semver 3.5's. */
#include <string.h>

#include "tap.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/semver.h"

static const char *canonical(struct arena *a, const char *text, bool strict)
{
	struct semver v;

	if (!(strict ? semver_parse_strict(text, &v) : semver_parse(text, &v)))
		return NULL;
	return semver_text(a, &v);
}

TEST(semver_reads_versions)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(canonical(a, "v1.02-rc1", false), "1.2.0-rc1", "missing parts are zero");
	is_text(canonical(a, "v1.2.0", true), NULL, "strictly, no leading v");
	is_text(canonical(a, "1.2.3-a.1+b.01", true), "1.2.3-a.1+b.01", "metadata may begin with 0");
	is_text(canonical(a, "1.2.3-rc.01", false), NULL, "a prerelease number may not");
	is_text(canonical(a, "1.2.99999999999999999999", false), NULL, "numbers fit 64 bits");
}

static int order(const char *a, const char *b)
{
	struct semver x, y;

	return semver_parse(a, &x) && semver_parse(b, &y) ? semver_compare(&x, &y) : -2;
}

TEST(semver_orders_versions)
{
	ok(order("1.0.0-rc.1", "1.0.0") < 0, "a prerelease comes before its release");
	ok(order("1.0.0-2", "1.0.0-11") < 0, "numbers are compared as numbers");
	ok(order("1.0.0-2", "1.0.0-a") < 0, "numbers come before words");
	ok(order("1.0.0-a", "1.0.0-a.1") < 0, "fewer parts come first");
	ok(order("1.0.0+a", "1.0.0+b") == 0, "metadata does not order");
}

/* 1 allowed, 0 not, -1 no constraint. */
static int allows(const char *constraint, const char *version)
{
	AUTO(arena) struct arena *a = arena_new();
	struct semver_constraint *c;
	struct semver v;
	struct err e;

	if (!semver_constraint_parse(a, constraint, &c, &e))
		return -1;
	return semver_parse(version, &v) && semver_constraint_allows(c, &v);
}

TEST(semver_checks_constraints)
{
	is_number(allows("^1.2", "1.9.0"), 1, "a caret allows the major series");
	is_number(allows("^0.2.3", "0.3.0"), 0, "below 1.0.0 the minor series");
	is_number(allows("~1.2", "1.3.0"), 0, "a tilde stays within the minor series");
	is_number(allows(">11", "11.1.0"), 0, "above a series begins after it");
	is_number(allows("1.2 - 1.4.5", "1.4.5"), 1, "a range includes its end");
	is_number(allows("<1 || 3.x", "3.4.0"), 1, "one alternative is enough");
	is_number(allows(">=1.0.0", "1.1.0-rc.1"), 0, "prereleases must be asked for");
	is_number(allows(">=1.0.0-0", "1.1.0-rc.1"), 1, "naming a prerelease asks for them");
	is_number(allows(">1.2 - 2", "1.9.0"), -1, "a range takes no operator");
	is_number(allows("=1.2 - 2", "1.9.0"), -1, "not even the one that changes nothing");
	is_number(allows(">1 , <2", "1.9.0"), 0, "spaces may stand around a comma");
	is_number(allows("1.x+", "1.9.0"), -1, "metadata is not empty");
	is_number(allows("", "1.9.0"), -1, "an empty text is no constraint");
}
