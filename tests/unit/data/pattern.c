/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns mean what they mean to Go, and none can hang. */
#include "data/pattern.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "data/glob.h"
#include "tap.h"

static void matches(const char *regex, const char *text, bool want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct pattern *p;
	struct err e = { 0 };

	if (ok(pattern_compile(a, regex, &p, &e), "%s compiles %s", regex, e.message))
		ok(pattern_matches(p, text) == want, "%s %s \"%s\"", regex,
		   want ? "matches" : "does not match", text);
}

static void refused(const char *regex)
{
	AUTO(arena) struct arena *a = arena_new();
	struct pattern *p;
	struct err e = { 0 };

	ok(!pattern_compile(a, regex, &p, &e), "%s is refused: %s", regex, e.message);
}

TEST(patterns_search_anywhere)
{
	matches("^v\\d+", "v12", true);
	matches("rc", "1.0.0-rc.1", true);
	matches("^rc", "1.0.0-rc.1", false);
	matches("(?i)ABC", "xabcx", true);
	matches("a$", "a\n", false);
	matches("[[:alpha:]]+", "123a", true);
	matches("\\pL", "é", true);
	matches("(?P<x>a)b", "ab", true);
	matches("[]a]", "]", true);
	matches("a{2,3}?", "aa", true);
	matches("\\Qa+b\\E", "a+b", true);
	matches("^\\v$", "\n", false);
	matches("^\\v$", "\v", true);
	matches("\\s", "\v", false);
	matches("[\\S]", "\v", true);
	matches("^+a", "ab", true);
	matches("(?P<1a>x)|(?P<1a>y)", "y", true);
	matches("a{,2}", "a{,2}", true);
	matches("[a-c-e]+$", "-", true);
	matches("\\x{e9}\\101", "éA", true);
}

TEST(what_go_lacks_is_refused)
{
	refused("a(?=b)");
	refused("(?<!x)a");
	refused("(a)\\1");
	refused("(?>a)");
	refused("a++");
	refused("a**");
	refused("(");
	refused("[a");
	refused("(*FAIL)");
	refused("a{1001}");
	refused("a{2,1}");
	refused("*a");
	refused("(?x)a");
	refused("(?P<a-b>c)");
	refused("\\8");
	refused("\\é");
	refused("[b-a]");
	refused("[[:foo:]]");
	refused("\\p{Foo}");
}

TEST(a_hostile_pattern_gives_up)
{
	AUTO(arena) struct arena *a = arena_new();
	char text[5001];
	struct pattern *p;
	struct err e;
	int64_t start = clock_ticks();

	memset(text, 'a', 5000);
	text[5000] = '\0';
	ok(pattern_compile(a, "(a*)*b(a*)*c", &p, &e), "it compiles");
	ok(pattern_search(p, text, 5000) != 1, "it does not match");
	ok(clock_ticks() - start < 60000, "and it does not hang");
}

TEST(groups_are_found)
{
	AUTO(arena) struct arena *a = arena_new();
	struct pattern_span spans[4];
	struct pattern *p;
	struct err e;

	ok(pattern_compile(a, "(x)?(\\d+)", &p, &e), "it compiles");
	is_number(pattern_find(p, str_of("ab12"), 0, spans, 4), 3, "the whole and two groups");
	ok(spans[0].start == 2 && spans[0].end == 4 && spans[2].start == 2, "at their places");
	ok(spans[1].start == SIZE_MAX, "a group that took no part says so");
}

TEST(a_glob_closes_what_it_opens)
{
	static const char *const bad[] = { "}", "a}b", "[]a]", "[^]", "[a", "{a", "{a,{b}", "a\\" };
	static const char *const good[] = { "", "\\}", "[!a]", "[a-c]*", "{a,{b,c}}", "**/*.md", "]" };

	for (size_t i = 0; i < COUNTOF(bad); i++)
		ok(!glob_is_valid(bad[i]), "%s is refused", bad[i]);
	for (size_t i = 0; i < COUNTOF(good); i++)
		ok(glob_is_valid(good[i]), "%s is fine", good[i]);
}

TEST(a_plain_pattern_is_a_name)
{
	static const char *const special[] = { "a*", "?", "[ab]", "{a,b}", "a\\b" };

	ok(glob_is_plain("shop-eu.1") && glob_is_plain(""), "nothing in it is special");
	for (size_t i = 0; i < COUNTOF(special); i++)
		ok(!glob_is_plain(special[i]), "%s is more than a name", special[i]);
}
