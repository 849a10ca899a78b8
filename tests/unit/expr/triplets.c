/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the triplets; a line that begins with # and stands first is a comment. */
#include "triplets.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/zone.h"
#include "expr/expr.h"
#include "tap.h"

enum { LARGEST = 1 << 20 };

static const char *const files[] = { "closures", "dates",     "literals", "members",
				     "numbers",	 "operators", "strings" };

static const char *next_line(struct arena *a, struct str *text)
{
	const char *end = memchr(text->at, '\n', text->len);
	size_t len = end ? (size_t)(end - text->at) : text->len;
	const char *line = str_copy_n(a, text->at, len);

	len += end != NULL;
	text->at += len;
	text->len -= len;
	return line;
}

static void read_file(const char *name, void (*each)(const struct triplet *, void *), void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%s/expr/%s.expr", tests_folder(), name);
	struct str text;
	struct err e;

	if (!ok(file_read(a, path, LARGEST, &text, &e), "%s can be read", path))
		return;
	while (text.len) {
		struct triplet t = { .expression = next_line(a, &text) };

		if (!*t.expression || *t.expression == '#')
			continue;
		t.variables = next_line(a, &text);
		t.result = next_line(a, &text);
		each(&t, context);
	}
}

void triplets_each(void (*each)(const struct triplet *, void *), void *context)
{
	for (size_t i = 0; i < COUNTOF(files); i++)
		read_file(files[i], each, context);
}

struct expr_env triplets_env(const struct value *variables)
{
	return (struct expr_env){
		.unknown = EXPR_UNKNOWN_NIL,
		.variables = variables,
		.now_ms = INT64_C(1764000000000),
		.load_zone = zone_load,
	};
}
