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
#include "discover/chart_index.h"
#include "discover/path_rules.h"
#include "discover/select.h"
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

static struct value *one(struct arena *a, struct value *item)
{
	struct value *list = value_list(a);

	value_append(a, list, item);
	return list;
}

/* A remote without what is asked for has nothing to choose. */
static bool is_absent(struct err *e)
{
	bool absent = e->code == ERR_NOT_FOUND;

	if (absent)
		*e = (struct err){ 0 };
	return absent;
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
static bool explained(const struct selection *s, struct err *e)
{
	if (!value_count(s->chosen) == !!s->reason)
		return true;
	return err_set(e, ERR_INTERNAL, "%zu chosen, and the reason is %s", value_count(s->chosen),
		       s->reason ? s->reason : "missing");
}

static bool run_image(struct arena *a, const struct value *in, struct value **out, struct err *e)
{
	struct subscription s = subscription_of(a, value_get(in, "image"), SUBSCRIPTION_IMAGE,
						"imageSelectionStrategy", "constraint");
	struct image_source source = selection_images(a, value_get(in, "images"));
	struct selection best;

	if (!image_select(a, &s, &source, &best, e))
		return false;
	*out = best.chosen;
	passed_over = best.reason && strstr(best.reason, "passed over");
	if (!passed_over && !explained(&best, e))
		return false;
	rename_member(a, *out, "digest", "image");
	return true;
}

/* Whether a tag matters: whether it is chosen where there is no other. */
static bool run_image_tags(struct arena *a, const struct value *in, struct value **out,
			   struct err *e)
{
	struct subscription s = subscription_of(a, value_get(in, "image"), SUBSCRIPTION_IMAGE,
						"imageSelectionStrategy", "constraint");
	const struct value *tags = value_get(in, "tags"), *platform = value_get(s.spec, "platform");

	*out = value_list(a);
	for (size_t i = 0; i < value_count(tags); i++) {
		struct value *image = value_map(a), *child = value_map(a);
		struct selection best = { 0 };

		value_set(a, image, "tags", one(a, value_copy(a, value_at(tags, i))));
		value_set(a, image, "created", value_string(a, "2024-01-01T00:00:00Z"));
		if (platform) {
			value_set(a, child, "platform", value_copy(a, platform));
			value_set(a, child, "created", value_string(a, "2024-01-01T00:00:00Z"));
			value_set(a, image, "platforms", one(a, child));
		}
		struct image_source source = selection_images(a, one(a, image));
		if (!image_select(a, &s, &source, &best, e) && !is_absent(e))
			return false;
		value_append(a, *out, value_bool(a, value_count(best.chosen) > 0));
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
	struct selection best;

	source.now_ms = now_ms;
	if (!commit_select(a, &s, &source, &best, e) || !explained(&best, e))
		return false;
	*out = best.chosen;
	rename_member(a, *out, "id", "commit");
	return true;
}

/* Whether the commit is chosen where there is no other. */
static bool append_commit(struct arena *a, const struct subscription *s, struct value *commit,
			  struct value *out, struct err *e)
{
	struct selection best = { 0 };

	value_set(a, commit, "id", value_string(a, "c1"));
	value_set(a, commit, "date", value_string(a, "2024-01-01T00:00:00Z"));
	struct commit_source source = selection_commits(a, one(a, commit));
	source.now_ms = now_ms;
	if (!commit_select(a, s, &source, &best, e) && !is_absent(e))
		return false;
	value_append(a, out, value_bool(a, value_count(best.chosen) > 0));
	return true;
}

static bool run_git_refs(struct arena *a, const struct value *in, struct value **out,
			 struct err *e)
{
	static const char heads[] = "refs/heads/", tags[] = "refs/tags/";
	struct subscription s = git_of(a, in);
	const struct value *refs = value_get(in, "refs");

	*out = value_list(a);
	for (size_t i = 0; i < value_count(refs); i++) {
		const char *ref = value_text(value_at(refs, i), "");
		struct value *commit = value_map(a), *tag = value_map(a);

		value_set(a, commit, "branch", value_string(a, has_prefix(ref, heads) ? ref + strlen(heads) : ""));
		value_set(a, tag, "name", value_string(a, ref + strlen(tags) * has_prefix(ref, tags)));
		if (has_prefix(ref, tags))
			value_set(a, commit, "tags", one(a, tag));
		if (!append_commit(a, &s, commit, *out, e))
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
		struct value *commit = value_map(a), *files = value_map(a);

		for (size_t j = 0; j < value_count(of); j++)
			value_set(a, files, value_text(value_at(of, j), ""), value_string(a, ""));
		value_set(a, commit, "files", files);
		if (!append_commit(a, &s, commit, *out, e))
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
	struct value *all = NULL;
	struct chart_versions there = { 0 };
	struct selection best;

	s.repo_url = tags ? "oci://h/chart" : "http://h/charts";
	for (size_t i = 0; i < value_count(tags); i++)
		list_add(a, &there.versions, str_format(a, "%s", value_text(value_at(tags, i), "")));
	if (index && !chart_index_read(a, index->string, &all, e))
		return false;
	if (index)
		chart_index_choose(a, all, s.chart, &there);
	if (!asked && !(chart_select(a, &s, &there.versions, &best, e) && explained(&best, e)))
		return false;
	if (!asked) {
		*out = best.chosen;
		return true;
	}
	*out = value_list(a);
	for (size_t i = 0; i < value_count(asked); i++) {
		struct list alone = { 0 };

		list_add(a, &alone, str_format(a, "%s", value_text(value_at(asked, i), "")));
		if (!chart_select(a, &s, &alone, &best, e))
			return false;
		value_append(a, *out, value_bool(a, value_count(best.chosen) > 0));
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

		value_append(a, *out, value_bool(a, *pattern ? name_matches(pattern, text) : !*text));
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
		value_append(a, *out,
			     value_bool(a, path_selector_matches(&s, value_text(value_at(texts, i), ""))));
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
