/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectors [-v] FOLDER [SET…]: runs every set, or those named ("expr", "expr/gen"), and
 * says how many cases passed. Fails when a case did, or when a set has no runner yet.
 */
#include "vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

enum { SHOWN = 20, LARGEST = 64 << 20 };

struct set {
	const char *name;
	void (*run)(struct vectors *v); /* NULL: its subject is not built yet */
};

/* One line a set: keep alphabetised. */
static const struct set sets[] = {
	{ "expr/corpus", vectors_expr },
	{ "expr/gen", vectors_expr },
	{ "expr/hand", vectors_expr },
	{ "kargo/analysis", vectors_analysis },
	{ "kargo/argocd-update", vectors_argocd },
	{ "kargo/files", vectors_files },
	{ "kargo/forges", vectors_forges },
	{ "kargo/freight-ids", vectors_freight_ids },
	{ "kargo/functions", vectors_functions },
	{ "kargo/gates", vectors_gates },
	{ "kargo/http-step", vectors_http_step },
	{ "kargo/json-update", vectors_json_update },
	{ "kargo/kustomize-set-image", vectors_kustomize_set_image },
	{ "kargo/selection", vectors_selection },
	{ "kargo/pr-steps", vectors_pr_steps },
	{ "kargo/parse", vectors_parse },
	{ "kargo/rrule", vectors_rrule },
	{ "kargo/set-objects", vectors_set_objects },
	{ "kargo/step-conditions", vectors_step_conditions },
	{ "kargo/templates", vectors_templates },
	{ "kargo/toml-update", vectors_toml_update },
	{ "kargo/urls", vectors_urls },
	{ "kargo/yaml-merge", vectors_yaml_merge },
	{ "kargo/yaml-update", vectors_yaml_update },
	{ "semver/constraints", vectors_semver },
};

void vectors_case(struct vectors *v, bool passed, const char *format, ...)
{
	va_list args;

	if (passed) {
		v->passed++;
		return;
	}
	if (v->failed++ >= SHOWN && !v->verbose)
		return;
	printf("  %s: ", v->set);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

void vectors_better(struct vectors *v)
{
	v->better++;
}

/* As a reader without integers has it. */
static struct value *main_through_double(struct arena *a, const struct value *v)
{
	struct value *out = value_copy(a, v), *inner;
	struct err ignored;
	char digits[32];

	if (value_long_digits(a, v)) {
		out->kind = VALUE_FLOAT;
		out->number = v->kind == VALUE_INT ? (double)v->integer : v->number;
		json_number(out->number, digits);
		if (!json_parse(a, digits, strlen(digits), &out, &ignored))
			abort();
	}
	for (size_t i = 0; value_is(v, VALUE_LIST) && i < v->list.count; i++)
		out->list.items[i] = main_through_double(a, v->list.items[i]);
	for (size_t i = 0; value_is(v, VALUE_MAP) && i < v->map.count; i++)
		out->map.members[i].value = main_through_double(a, v->map.members[i].value);
	if (value_is(v, VALUE_STRING) && json_parse(a, v->string.at, v->string.len, &inner, &ignored)) {
		out = value_list(a);
		value_append(a, out, main_through_double(a, inner));
	}
	return out;
}

bool vectors_lost_digits(struct arena *a, const struct value *ours, const struct value *theirs)
{
	return !value_equal(ours, theirs) &&
	       value_equal(main_through_double(a, ours), main_through_double(a, theirs)) &&
	       !value_equal(ours, main_through_double(a, ours));
}

static NORETURN void give_up(const struct vectors *v, const struct err *e)
{
	fprintf(stderr, "vectors: %s: %s\n", v->set, e->message);
	exit(2);
}

const char *vectors_file(struct vectors *v, struct arena *a, const char *path, size_t *len)
{
	struct str text;
	struct err e;

	if (!file_read(a, str_format(a, "%s/%s", v->folder, path), LARGEST, &text, &e))
		give_up(v, &e);
	*len = text.len;
	return text.at;
}

struct value *vectors_json(struct vectors *v, struct arena *a, const char *path)
{
	struct value *out;
	struct err e;
	size_t len;
	const char *text = vectors_file(v, a, path, &len);

	if (!json_parse(a, text, len, &out, &e)) {
		err_wrap(&e, "%s", path);
		give_up(v, &e);
	}
	return out;
}

void vectors_lines(struct vectors *v, const char *path,
		   void (*each)(struct vectors *v, struct arena *a, const struct value *line,
				void *context),
		   void *context)
{
	AUTO(arena) struct arena *whole = arena_new();
	AUTO(arena) struct arena *a = arena_new();
	size_t len, number = 1;
	const char *text = vectors_file(v, whole, path, &len);

	for (const char *p = text, *end; p < text + len; p = end + 1, number++) {
		struct value *line;
		struct err e;

		end = memchr(p, '\n', (size_t)(text + len - p));
		end = end ? end : text + len;
		if (end == p)
			continue;
		if (!json_parse(a, p, (size_t)(end - p), &line, &e)) {
			err_wrap(&e, "%s:%zu", path, number);
			give_up(v, &e);
		}
		each(v, a, line, context);
		arena_reset(a);
	}
}

/* "expr" names every set of its family. */
static bool is_wanted(const char *name, char **wanted, int count)
{
	for (int i = 0; i < count; i++) {
		size_t len = strlen(wanted[i]);

		if (strncmp(name, wanted[i], len) == 0 && (!name[len] || name[len] == '/'))
			return true;
	}
	return count == 0;
}

static bool run(const struct set *set, const char *folder, bool verbose)
{
	struct vectors v = { .folder = folder, .set = set->name, .verbose = verbose };
	int64_t start = clock_ticks();

	if (!set->run) {
		printf("%s: not built yet\n", set->name);
		return false;
	}
	set->run(&v);
	printf("%s: %zu passed, %zu failed", set->name, v.passed, v.failed);
	if (v.better)
		printf(", %zu better", v.better);
	printf(" (%lld ms)\n", (long long)(clock_ticks() - start));
	fflush(stdout);
	return v.failed == 0 && v.passed > 0;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0, ok = true;
	size_t ran = 0;

	argc -= verbose;
	argv += verbose;
	if (argc < 2) {
		fprintf(stderr, "usage: vectors [-v] FOLDER [SET...]\n");
		return 2;
	}
	for (size_t i = 0; i < COUNTOF(sets); i++) {
		if (!is_wanted(sets[i].name, argv + 2, argc - 2))
			continue;
		ok = run(&sets[i], argv[1], verbose) && ok;
		ran++;
	}
	return ok && ran ? 0 : 1;
}
