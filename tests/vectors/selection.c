/* SPDX-License-Identifier: Apache-2.0 */
/* Which images, commits and charts are chosen, and which names and paths fit. */
#include "vectors.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "discover/chart.h"
#include "discover/chart_index.h"
#include "discover/commit.h"
#include "discover/image.h"
#include "discover/path_rules.h"
#include "model/selector.h"
#include "model/warehouse.h"
#include "selection_source.h"

/* Not frozen: "now()" only has to be later than every date of a case. */
static const int64_t now_ms = INT64_C(1800000000000);

/* strictSemvers is false when absent, for these cases went past Kargo's admission. */
static struct subscription subscription_of(struct arena *a, const struct value *spec,
					   enum subscription_kind kind, const char *strategy,
					   const char *constraint)
{
	struct value *own = value_copy(a, spec);

	if (!value_get(own, "strictSemvers"))
		value_set(a, own, "strictSemvers", value_bool(a, false));
	return (struct subscription){
		.kind = kind,
		.name = "",
		.repo_url = value_text(value_get(spec, "repoURL"), ""),
		.chart = value_text(value_get(spec, "name"), ""),
		.strategy = value_text(value_get(spec, strategy), ""),
		.constraint = value_text(value_get(spec, constraint), ""),
		.spec = own,
	};
}

static bool append_bool(struct arena *a, struct value *list, bool fine, bool matters)
{
	if (fine)
		value_append(a, list, value_bool(a, matters));
	return fine;
}

static void rename_member(struct arena *a, struct value *list, const char *from, const char *to)
{
	for (size_t i = 0; i < value_count(list); i++) {
		struct value *v = value_at(list, i);

		value_set(a, v, to, value_get(v, from));
		value_remove(v, from);
	}
}

/* A broken tag is passed over by us, and Kargo lets it stop the warehouse. Of the case at hand. */
static bool passed_over;

/* Ours: whoever finds nothing says why, and only they. */
static bool explained(const struct value *chosen, const char *reason, struct err *e)
{
	if (!value_count(chosen) == !!reason)
		return true;
	return err_set(e, ERR_INTERNAL, "%zu chosen, and the reason is %s", value_count(chosen),
		       reason ? reason : "missing");
}

static bool run_image(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	struct subscription s = subscription_of(a, value_get(in, "image"), SUBSCRIPTION_IMAGE,
						"imageSelectionStrategy", "constraint");
	struct image_source source = selection_images(a, value_get(in, "images"));
	const char *reason;

	if (!image_select(a, &s, &source, out, &reason, e))
		return false;
	passed_over = reason && strstr(reason, "passed over");
	if (!passed_over && !explained(*out, reason, e))
		return false;
	rename_member(a, *out, "digest", "image");
	return true;
}

static bool run_image_tags(struct arena *a, const struct value *in, struct value **out,
			   struct err *e)
{
	struct subscription s = subscription_of(a, value_get(in, "image"), SUBSCRIPTION_IMAGE,
						"imageSelectionStrategy", "constraint");
	const struct value *tags = value_get(in, "tags");

	*out = value_list(a);
	for (size_t i = 0; i < value_count(tags); i++) {
		bool matters = false;
		bool fine = image_tag_matters(a, &s, value_text(value_at(tags, i), ""), &matters, e);

		if (!append_bool(a, *out, fine, matters))
			return false;
	}
	return true;
}

static struct subscription git_of(struct arena *a, const struct value *in)
{
	return subscription_of(a, value_get(in, "git"), SUBSCRIPTION_GIT, "commitSelectionStrategy",
			       "semverConstraint");
}

static bool run_git(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	struct subscription s = git_of(a, in);
	struct commit_source source = selection_commits(a, value_get(in, "commits"));
	const char *reason;

	if (!commit_select(a, &s, &source, now_ms, out, &reason, e) || !explained(*out, reason, e))
		return false;
	rename_member(a, *out, "id", "commit");
	return true;
}

static bool run_git_refs(struct arena *a, const struct value *in, struct value **out,
			 struct err *e)
{
	struct subscription s = git_of(a, in);
	const struct value *refs = value_get(in, "refs");

	*out = value_list(a);
	for (size_t i = 0; i < value_count(refs); i++) {
		bool matters = false;
		bool fine = commit_ref_matters(a, &s, value_text(value_at(refs, i), ""), &matters, e);

		if (!append_bool(a, *out, fine, matters))
			return false;
	}
	return true;
}

static bool run_git_paths(struct arena *a, const struct value *in, struct value **out,
			  struct err *e)
{
	struct subscription s = git_of(a, in);
	const struct value *commits = value_get(in, "paths");

	*out = value_list(a);
	for (size_t i = 0; i < value_count(commits); i++) {
		const struct value *of = value_at(commits, i);
		struct list paths = { 0 };
		bool matters = false, fine;

		for (size_t j = 0; j < value_count(of); j++)
			list_add(a, &paths, str_format(a, "%s", value_text(value_at(of, j), "")));
		fine = commit_paths_matter(a, &s, &paths, &matters, e);
		if (!append_bool(a, *out, fine, matters))
			return false;
	}
	return true;
}

static bool run_chart(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	struct subscription s = subscription_of(a, value_get(in, "chart"), SUBSCRIPTION_CHART, "",
						"semverConstraint");
	const struct value *tags = value_get(in, "tags"), *asked = value_get(in, "versions");
	const struct value *index = value_get(in, "index");
	const char *missing, *reason;
	struct list versions = { 0 };

	s.repo_url = tags ? "oci://h/chart" : "http://h/charts";
	for (size_t i = 0; i < value_count(tags); i++)
		list_add(a, &versions, str_format(a, "%s", value_text(value_at(tags, i), "")));
	if (index && !chart_index(a, index->string, s.chart, &versions, &missing, e))
		return false;
	if (!asked)
		return chart_select(a, &s, &versions, out, &reason, e) &&
		       explained(*out, reason, e);
	*out = value_list(a);
	for (size_t i = 0; i < value_count(asked); i++) {
		bool matters = false;
		bool fine = chart_version_matters(a, &s, value_text(value_at(asked, i), ""), &matters,
						  e);

		if (!append_bool(a, *out, fine, matters))
			return false;
	}
	return true;
}

/* In a Stage's policy an empty pattern stands for any name; as a pattern it is only itself. */
static bool run_pattern(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	const char *pattern = value_text(value_get(in, "pattern"), "");
	const struct value *texts = value_get(in, "texts");

	*out = value_list(a);
	if (!name_pattern_is_valid(pattern, e))
		return false;
	for (size_t i = 0; i < value_count(texts); i++) {
		const char *text = value_text(value_at(texts, i), "");

		append_bool(a, *out, true, *pattern ? name_matches(pattern, text) : !*text);
	}
	return true;
}

static bool run_path(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	const char *pattern = value_text(value_get(in, "pattern"), "");
	const struct value *texts = value_get(in, "texts");
	struct path_selector s;

	*out = value_list(a);
	if (!path_selector_read(a, pattern, &s, e))
		return false;
	for (size_t i = 0; i < value_count(texts); i++)
		append_bool(a, *out, true,
			    path_selector_matches(&s, value_text(value_at(texts, i), "")));
	return true;
}

static const struct {
	const char *kind;
	bool (*run)(struct arena *a, const struct value *in, struct value **out, struct err *e);
} kinds[] = {
	{ "image", run_image },	    { "imageTags", run_image_tags }, { "git", run_git },
	{ "gitRefs", run_git_refs }, { "gitPaths", run_git_paths },   { "chart", run_chart },
	{ "pattern", run_pattern },  { "path", run_path },
};

/* "null" stands for an empty list. */
static bool is_same(const struct value *got, const struct value *want)
{
	if (value_is(want, VALUE_NULL) && !value_count(got))
		return true;
	return value_equal(got, want);
}

/* A chart's version may begin with "v" in an OCI registry: Kargo leaves those out. */
static bool is_same_without_v(struct arena *a, const struct value *got, const struct value *want)
{
	struct value *rest = value_list(a);

	for (size_t i = 0; i < value_count(got); i++)
		if (*value_text(value_at(got, i), "") != 'v')
			value_append(a, rest, value_at(got, i));
	return value_count(rest) < value_count(got) && is_same(rest, want);
}

static void check(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const char *kind = value_path_text(line, "input.kind", "");
	const char *name = value_text(value_get(line, "name"), "");
	const struct value *want = value_get(line, "expect");
	struct value *got = NULL;
	struct err e = { 0 };
	bool fine = false;

	(void)context;
	passed_over = false;
	for (size_t i = 0; i < COUNTOF(kinds); i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			fine = kinds[i].run(a, value_get(line, "input"), &got, &e);
	}
	/* Kargo compares with paths as git quotes them, so that letters beyond ASCII match nothing. */
	bool beyond_ascii = strcmp(name, "git/unicode paths") == 0 && value_count(got) == 1;

	if (fine && (beyond_ascii || (value_get(line, "error") && passed_over) ||
		     (strcmp(kind, "chart") == 0 && is_same_without_v(a, got, want))))
		vectors_better(v);
	else if (value_get(line, "error"))
		vectors_case(v, !fine, "%s: want an error (%s), got %s", name,
			     value_text(value_get(line, "message"), ""),
			     fine ? json_text(a, got, 0) : "");
	else
		vectors_case(v, fine && is_same(got, want), "%s\n\twant %s\n\tgot %s", name,
			     json_text(a, want, JSON_SORT_KEYS),
			     fine ? json_text(a, got, JSON_SORT_KEYS) : e.message);
}

void vectors_selection(struct vectors *v)
{
	vectors_lines(v, "kargo/selection.jsonl", check, NULL);
}
