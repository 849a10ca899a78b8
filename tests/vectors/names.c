/* SPDX-License-Identifier: Apache-2.0 */
/* Versions, normal forms of URLs, and the names of Freight. */
#include "vectors.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "data/json.h"
#include "data/semver.h"
#include "data/url.h"
#include "data/value.h"
#include "model/freight_id.h"

static void check_version(struct vectors *v, struct arena *a, const struct value *line, bool strict)
{
	const char *text = value_text(value_get(line, "input"), "");
	const char *want = value_text(value_get(line, strict ? "strict" : "lenient"), NULL);
	struct semver version;
	bool read = strict ? semver_parse_strict(text, &version) : semver_parse(text, &version);
	const char *got = read ? semver_text(a, &version) : NULL;

	vectors_case(v, same_text(got, want), "%s %s: want %s, got %s", text,
		     strict ? "strict" : "lenient", want ? want : "none", got ? got : "none");
}

static void check_constraint(struct vectors *v, struct arena *a, const struct value *line,
			     const struct value *versions)
{
	const char *text = value_text(value_get(line, "constraint"), "");
	bool want = value_truth(value_get(line, "valid"), false);
	const struct value *matches = value_get(line, "matches");
	struct semver_constraint *c;
	struct semver version;
	struct map wanted = { 0 };
	struct err e;

	if (!semver_constraint_parse(a, text, &c, &e) || !want) {
		vectors_case(v, !want && !semver_constraint_parse(a, text, &c, &e),
			     "\"%s\" should be %s", text, want ? "valid" : "refused");
		return;
	}
	for (size_t i = 0; i < value_count(matches); i++)
		map_set(a, &wanted, value_text(value_at(matches, i), ""), c);
	for (size_t i = 0; i < value_count(versions); i++) {
		const char *input = value_text(value_get(value_at(versions, i), "input"), "");
		bool allowed;

		if (!semver_parse(input, &version))
			continue;
		allowed = semver_constraint_allows(c, &version);
		if (allowed != (map_get(&wanted, input) != NULL)) {
			vectors_case(v, false, "\"%s\" should %s %s", text,
				     allowed ? "not allow" : "allow", input);
			return;
		}
	}
	vectors_case(v, true, "%s", text);
}

void vectors_semver(struct vectors *v)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *all = vectors_json(v, a, "semver/constraints.json");
	const struct value *versions = value_get(all, "versions");
	const struct value *constraints = value_get(all, "constraints");

	for (size_t i = 0; i < value_count(versions); i++) {
		check_version(v, a, value_at(versions, i), false);
		check_version(v, a, value_at(versions, i), true);
	}
	for (size_t i = 0; i < value_count(constraints); i++)
		check_constraint(v, a, value_at(constraints, i), versions);
}

static void check_url(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const char *kind = value_path_text(line, "input.kind", "");
	const char *url = value_path_text(line, "input.url", "");
	const char *want = value_text(value_get(line, "expect"), "");
	const char *got = strcmp(kind, "git") == 0 ? url_normal_git(a, url) :
			  strcmp(kind, "image") == 0 ? url_normal_image(a, url) :
			  strcmp(kind, "chart") == 0 ? url_normal_chart(a, url) :
						       url_sanitised(a, url);

	(void)context;
	vectors_case(v, same_text(got, want), "%s %s: want %s, got %s", kind, url, want, got);
}

void vectors_urls(struct vectors *v)
{
	vectors_lines(v, "kargo/urls.jsonl", check_url, NULL);
}

static void check_id(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const char *want = value_text(value_get(line, "expect"), "");
	char got[41];

	(void)a, (void)context;
	freight_id(value_get(line, "input"), got);
	vectors_case(v, strcmp(got, want) == 0, "%s: want %s, got %s",
		     value_text(value_get(line, "name"), ""), want, got);
}

void vectors_freight_ids(struct vectors *v)
{
	vectors_lines(v, "kargo/freight-ids.jsonl", check_id, NULL);
}
