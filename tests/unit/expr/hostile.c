/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions by people who wish no good: all end, soon, with a result or an error. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "tap.h"
#include "triplets.h"

enum { MUTATIONS = 40 };

/* One that runs into a bound. */
static const char *const endless[] = {
	"1..999999999999",
	"map(1..9999, map(1..9999, map(1..9999, #)))",
	"count(1..999999, count(1..999999, true) > 0)",
	"all(1..999999, all(1..999999, # > 0))",
	"reduce(1..99999, #acc + 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '')",
	"map(1..9999, repeat('a', 9999))",
	"repeat(repeat('a', 99999), 99999)",
	"let a = repeat('a', 99999); map(1..99999, a + a)",
	"let a = 1..99999; count(a, # in a) + count(a, a == a)",
	"let a = 1..99999; uniq(concat(a, a))",
	"groupBy(1..999999, string(#) + repeat('b', 100))",
	"map(1..9999, sort(1..9999))",
	"map(1..9999, sort(reverse(1..9999)))",
	"map(1..99999, split(repeat('a,', 9999), ','))",
	"map(1..99999, replace(repeat('a', 9999), '', 'bbbbbbbbbbbbbbb'))",
	"let s = repeat('a', 99999); map(1..9999, lastIndexOf(s, 'b'))",
	"map(1..99999, toJSON(1..9999))",
	"map(1..99999, string(1..9999))",
	"let s = repeat('a', 30000); map(1..9999, s matches '(a*)*b')",
	"let s = repeat('a', 99999) + 'b'; map(1..9999, s matches '(a|a)*c')",
	"map(1..99999, timezone('Europe/Zurich'))",
	"map(1..99999, flatten([1..9999, 1..9999]))",
};

TEST(endless_expressions)
{
	struct expr_env env = triplets_env(NULL);

	for (size_t i = 0; i < COUNTOF(endless); i++) {
		AUTO(arena) struct arena *a = arena_new();
		int64_t start = clock_ticks(), took;
		struct expr_value out;
		struct err e;

		ok(!expr_eval(a, endless[i], &env, &out, &e), "%s is stopped", endless[i]);
		took = clock_ticks() - start;
		note("after %lld ms", (long long)took);
		ok(arena_used(a) < (256u << 20), "having taken %zu bytes", arena_used(a));
	}
}

/* begin, then middle so many times, then end. */
static void refused(const char *begin, const char *middle, const char *end, int count)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct expr_env env = triplets_env(NULL);
	struct expr_value out;
	struct err e;

	buf_init(&b, 1 << 24);
	buf_text(&b, begin);
	for (int i = 0; i < count; i++)
		buf_text(&b, middle);
	buf_text(&b, end);
	ok(!expr_eval(a, buf_str(&b), &env, &out, &e), "%s%s… is refused", begin, middle);
}

TEST(deep_expressions)
{
	refused("", "(", "", 100000);
	refused("", "[", "", 100000);
	refused("", "{a:", "", 100000);
	refused("", "-", "1", 100000);
	refused("", "not ", "true", 100000);
	refused("1", "+1", "", 100000);
	refused("a", ".b", "", 100000);
	refused("a", "?.b", "", 100000);
	refused("a", "[0]", "", 100000);
	refused("1", "|max()", "", 100000);
	refused("", "if true {1} else ", "{2}", 100000);
	refused("", "true ? 1 : ", "2", 100000);
	refused("", "let a = ", "1", 100000);
	refused("", "map(1..2, ", "1", 100000);
	refused("", "1 < (", "", 400);
	refused("1", " ** 1", "", 100000);
}

/* Each comparison in a row has the one before it twice: the tree doubles at every level. */
TEST(doubling_comparisons)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct expr_env env = triplets_env(NULL);
	int64_t start = clock_ticks();
	struct expr_value out;
	struct err e;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 100; i++)
		buf_text(&b, "1 < (true ?: ");
	buf_text(&b, "1");
	for (int i = 0; i < 100; i++)
		buf_text(&b, ") < 3");
	ok(!expr_eval(a, buf_str(&b), &env, &out, &e), "a tree that doubles is refused");
	note("after %lld ms", (long long)(clock_ticks() - start));
}

static uint32_t chance(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* A byte changed, taken out or doubled, or a piece of another place put in. */
static void mutate(char *text, size_t *len, size_t room, uint32_t *seed)
{
	static const char odd[] = "()[]{}.?:;,|#'\"`\\&!=<>+-*/%^~$_ 0a\xff\xc3\n";
	size_t at = *len ? chance(seed) % *len : 0, from, count;

	switch (chance(seed) % 4) {
	case 0:
		if (*len)
			text[at] = odd[chance(seed) % (sizeof(odd) - 1)];
		break;
	case 1:
		if (*len) {
			memmove(text + at, text + at + 1, *len - at - 1);
			--*len;
		}
		break;
	case 2:
		if (*len + 1 < room) {
			memmove(text + at + 1, text + at, *len - at);
			text[at] = odd[chance(seed) % (sizeof(odd) - 1)];
			++*len;
		}
		break;
	default:
		from = *len ? chance(seed) % *len : 0;
		count = *len ? chance(seed) % (*len - from) : 0;
		if (*len + count < room) {
			char piece[2048];

			memcpy(piece, text + from, count);
			memmove(text + at + count, text + at, *len - at);
			memcpy(text + at, piece, count);
			*len += count;
		}
		break;
	}
}

static void mutated(const struct triplet *t, void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	char text[2048];
	uint32_t *seed = context;
	struct value *variables, *tree;
	struct err e;

	for (int i = 0; i < MUTATIONS; i++) {
		size_t len = strlen(t->expression);
		struct expr_program *program;
		struct expr_value out;
		struct expr_env env;

		memcpy(text, t->expression, len);
		for (uint32_t n = chance(seed) % 4; n < 4; n++)
			mutate(text, &len, sizeof(text), seed);
		if (!json_parse(a, t->variables, strlen(t->variables), &variables, &e))
			return;
		env = triplets_env(variables);
		if (expr_compile(a, (struct str){ text, len }, &env, &program, &e) &&
		    expr_run(a, program, &env, &out, &e) && expr_to_tree(a, &out, &tree, &e))
			json_text(a, tree, 0);
		arena_reset(a);
	}
}

TEST(mutations)
{
	uint32_t seed = 1;

	triplets_each(mutated, &seed);
	ok(true, "mutations of every expression end with a result or an error");
}
