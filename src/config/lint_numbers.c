/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A version with three parts is not a number, so that a subscription by strict versions, which is what
 * Kargo takes when nothing is said, is left in peace.
 */
#define _GNU_SOURCE
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "config/lint_scope.h"
#include "data/value.h"

enum { DEEPEST = 40 };

/* The expression of a text that is nothing but "${{ expression }}"; false for any other text. */
static bool is_one_expression(struct str text, struct str *out)
{
	text = str_trim(text);
	if (text.len < 5 || memcmp(text.at, "${{", 3) != 0 || memcmp(text.at + text.len - 2, "}}", 2) != 0)
		return false;
	*out = str_trim((struct str){ text.at + 3, text.len - 5 });
	return !memmem(out->at, out->len, "}}", 2);
}

static bool ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && memcmp(s.at + s.len - n, end, n) == 0;
}

/* Whether the expression is this call with a constant, as imageFrom("nginx"), whose argument is *repo. */
static bool is_call(struct arena *a, struct str s, const char *function, const char **repo)
{
	size_t n = strlen(function);
	const char *end;

	if (s.len < n + 2 || memcmp(s.at, function, n) != 0 || !strchr("'\"", s.at[n]))
		return false;
	end = memchr(s.at + n + 1, s.at[n], s.len - n - 1);
	*repo = end ? str_copy_n(a, s.at + n + 1, (size_t)(end - s.at) - n - 1) : NULL;
	return end != NULL;
}

static void check_text(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *v)
{
	const char *example = "1.10 becomes 1.1", *repo;
	struct str s;
	bool may_be;

	if (!is_one_expression(v->string, &s))
		return;
	if (is_call(l->a, s, "imageFrom(", &repo) && ends_with(s, ".Tag")) {
		may_be = !lint_takes_only_versions(l, "image", repo);
	} else if (is_call(l->a, s, "commitFrom(", &repo) && ends_with(s, ".Tag")) {
		may_be = !lint_takes_only_versions(l, "git", repo);
	} else {
		may_be = is_call(l->a, s, "commitFrom(", &repo) && ends_with(s, "]");
		example = "0123456 becomes 123456";
	}
	if (may_be)
		complain_warning(&l->c, g->file, v,
				 "%s: what looks like a number becomes one here (%s): "
				 "write ${{ quote(%.*s) }}", subject, example, (int)s.len, s.at);
}

static void check_tree(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING)
		check_text(l, g, subject, v);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		check_tree(l, g, subject, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		check_tree(l, g, subject, v->map.members[i].value, depth + 1);
}

void lint_step_numbers(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *step)
{
	check_tree(l, g, subject, value_get(step, "config"), 0);
}
