/* SPDX-License-Identifier: Apache-2.0 */
/* Which tags and paths count, and what Freight the newest make. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "discover/chart_index.h"
#include "discover/commit_filter.h"
#include "discover/discover.h"
#include "discover/path_rules.h"
#include "discover/select.h"
#include "discover/source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/warehouse.h"
#include "tap.h"

static struct value *parse(struct arena *a, const char *json)
{
	struct value *v;
	struct err e;

	return json_parse(a, json, strlen(json), &v, &e) ? v : NULL;
}

TEST(tag_rules_read_a_subscription)
{
	AUTO(arena) struct arena *a = arena_new();
	struct subscription s = { .constraint = "^1.0.0-0" };
	struct tag_rules r;
	struct tag tag;
	struct err e;

	s.spec = parse(a, "{\"allowTagsRegexes\":[\"^v?1\"],\"ignoreTagsRegexes\":[\"rc\"]}");
	ok(tag_rules_read(a, &s, TAGS_SEMVER, &r, &e), "it is read");
	is_number(r.limit, 20, "twenty are kept when nothing else is said");
	ok(tag_rules_judge(&r, "v1.2.3", &tag) == TAG_ACCEPTED, "an allowed version");
	ok(tag_rules_judge(&r, "1.2", &tag) == TAG_LOOSE, "strictly, 1.2 is no version");
	ok(tag_rules_judge(&r, "1.2.3-rc.1", &tag) == TAG_IGNORED, "ignoring wins");
	ok(tag_rules_judge(&r, "2.0.0", &tag) == TAG_NOT_ALLOWED, "not allowed");
	s.spec = parse(a, "{\"allowTags\":\"^v\"}");
	ok(!tag_rules_read(a, &s, TAGS_LEXICAL, &r, &e) && strstr(e.message, "Regexes"),
	   "a removed field names its successor: %s", e.message);
	s.spec = parse(a, "{\"discoveryLimit\":101}");
	ok(!tag_rules_read(a, &s, TAGS_LEXICAL, &r, &e), "at most a hundred: %s", e.message);
}

/* 1 passes, 0 not, -1 no rules. */
static int passes(const char *spec, const char *path)
{
	AUTO(arena) struct arena *a = arena_new();
	struct path_rules r;
	struct list paths = { 0 };
	struct err e;

	if (!path_rules_read(a, parse(a, spec), &r, &e))
		return -1;
	if (path)
		list_add(a, &paths, (void *)(uintptr_t)path);
	return path_rules_pass(&r, &paths);
}

TEST(path_rules_look_at_parts)
{
	is_number(passes("{\"includePaths\":[\"a\"]}", "a/b"), 1, "a file in the folder");
	is_number(passes("{\"includePaths\":[\"a\"]}", "ab/c"), 0, "not a prefix of a name");
	is_number(passes("{\"excludePaths\":[\"glob:**/*.md\"]}", "x/y.md"), 0, "excluded");
	is_number(passes("{\"excludePaths\":[\"a\"]}", NULL), 0, "no change never passes");
	is_number(passes("{\"includePaths\":[\"\xc3\xa9\"]}", "\xc3\xa9/x"), 1, "letters beyond ASCII");
	is_number(passes("{\"includePaths\":[\"glob:a b/*\"]}", "a b/c d"), 1, "blanks");
	is_number(passes("{\"includePaths\":[\"q\\\"r\"]}", "q\"r/z"), 1, "quotes");
	is_number(passes("{\"includePaths\":[\"regex:[\"]}", "a"), -1, "a bad selector is refused");
}

TEST(commit_subjects_are_one_line)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(commit_subject(a, "two \nlines\n\nbody"), "two lines", "the first paragraph");
	is_text(commit_subject(a, "\n\n  lead"), "  lead", "blank lines before it are skipped");
	is_text(commit_subject(a, ""), "", "nothing is nothing");
}

TEST(chart_index_keeps_versions_as_written)
{
	static const char index[] = "entries:\n  app:\n  - version: 1.10 # newest\n  - version: '2'\n";
	AUTO(arena) struct arena *a = arena_new();
	struct value *all = NULL;
	struct chart_versions found = { 0 };
	struct err e = { 0 };

	ok(chart_index_read(a, str_of(index), &all, &e), "it is read: %s", e.message);
	chart_index_choose(a, all, "app", &found);
	ok(!found.missing, "the chart is there");
	is_number(found.versions.count, 2, "both");
	is_text(found.versions.items[0], "1.10", "a number keeps its digits");
	ok(!chart_index_read(a, str_of("<html>"), &all, &e), "a web page is refused");
}

TEST(a_bad_entry_of_a_chart_index_harms_no_other)
{
	static const char index[] = "entries:\n  bad: 7\n  worse:\n  - null\n  - [x]\n  - {version: 1.0.0, a: 1, a: 2}\n"
				    "  app:\n  - {name: app}\n  - {version: 1.1.0, name: app, app: 1, app: 2}\n";
	static const char twice[] = "entries:\n  app: [{version: 1.0.0}]\n  app: [{version: 2.0.0}]\n";
	static const char lists[] = "entries: {app: [{version: 1.0.0}]}\nentries: {web: [{version: 2.0.0}]}\n";
	AUTO(arena) struct arena *a = arena_new();
	struct chart_versions found = { 0 };
	struct value *all = NULL;
	struct err e = { 0 };

	ok(chart_index_read(a, str_of(index), &all, &e), "it is read: %s", e.message);
	chart_index_choose(a, all, "app", &found);
	is_number(found.versions.count, 1, "the version that there is");
	is_text(found.versions.items[0], "1.1.0", "is found");
	ok(!chart_index_read(a, str_of(twice), &all, &e) && strstr(e.message, "line 2"),
	   "two charts of one name are not: %s", e.message);
	ok(!chart_index_read(a, str_of(lists), &all, &e) && strstr(e.message, "line 1"),
	   "nor are two lists of charts: %s", e.message);
}

TEST(a_missing_chart_is_told_beside_those_there_are)
{
	static const char index[] = "entries: {app: [{version: '1'}], web: [{version: '2'}]}\n";
	AUTO(arena) struct arena *a = arena_new();
	struct value *all = NULL;
	struct chart_versions found = { 0 };
	struct err e = { 0 };

	ok(chart_index_read(a, str_of(index), &all, &e), "it is read: %s", e.message);
	chart_index_choose(a, all, "wep", &found);
	is_text(found.missing, "the repository has no chart \"wep\"; it has app, web", "the right names");
}

/* What a subscription that finds nothing says. */
static const char *no_tag(struct arena *a, const char *spec, const char *constraint,
			  const char *const *names)
{
	struct subscription s = { .spec = parse(a, spec), .constraint = constraint };
	struct tally tally = { .noun = "tag" };
	struct tag_rules r;
	struct err e;

	if (!tag_rules_read(a, &s, TAGS_SEMVER, &r, &e))
		return e.message[0] ? str_format(a, "%s", e.message) : "";
	for (; *names; names++) {
		struct tag tag = { .name = *names };
		enum tag_verdict verdict = tag_rules_judge(&r, *names, &tag);

		tally_name(&tally, verdict, &tag);
	}
	return tally_sentence(a, &tally, &s);
}

TEST(who_finds_nothing_says_why)
{
	static const char *const none[] = { NULL };
	static const char *const names[] = { "1.2.3", "2.0.0", "1.9.0", "latest", "1.2", "1.0.0-rc.1",
					     NULL };
	AUTO(arena) struct arena *a = arena_new();

	is_text(no_tag(a, "{}", "", none), "there are no tags at all", "an empty repository");
	is_text(no_tag(a, "{}", "^3.0.0", names),
		"none of 6 tags fits: 4 outside the constraint ^3.0.0 (the newest is 2.0.0), "
		"1 no semantic versions, 1 versions only with strictSemvers: false",
		"a constraint that nothing meets");
	is_text(no_tag(a, "{\"allowTagsRegexes\":[\"^v\"],\"ignoreTagsRegexes\":[\"rc\"]}", "", names),
		"none of 6 tags fits: 5 not let in by allowTagsRegexes, "
		"1 left out by ignoreTagsRegexes", "expressions that let nothing in");
}

/* A registry where tag "gone" has no manifest, "torn" a broken one, and "busy" no answer just now. */
static bool list_some(void *tags, struct arena *a, struct list *out, struct err *e)
{
	(void)e;
	for (const char *const *t = tags; *t; t++)
		list_add(a, out, str_format(a, "%s", *t));
	return true;
}

static bool resolve_some(void *tags, struct arena *a, const char *tag, struct source_object *out,
			 struct err *e)
{
	(void)tags;
	if (has_suffix(tag, "-gone"))
		return err_set(e, ERR_NOT_FOUND, "HTTP status 404");
	if (has_suffix(tag, "-torn"))
		return err_set(e, ERR_NET, "the manifest is no JSON");
	if (has_suffix(tag, "-busy")) {
		err_set(e, ERR_NET, "HTTP status 503");
		return outage_mark(e, 0);
	}
	out->digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
	out->object = parse(a, "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"digest\":"
				"\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}}");
	return true;
}

static bool document_some(void *tags, struct arena *a, const char *digest, struct value **object,
			  struct err *e)
{
	(void)tags;
	(void)digest;
	(void)e;
	*object = parse(a, "{\"created\":\"2026-01-01T00:00:00Z\",\"os\":\"linux\",\"architecture\":\"amd64\"}");
	return true;
}

/* The first tag chosen, with the word about the others; or the error. */
static const char *chosen(struct arena *a, const char *strategy, const char *const *tags)
{
	struct subscription s = { .repo_url = "r.example/x", .name = "", .chart = "", .constraint = "",
				  .strategy = strategy, .spec = parse(a, "{}") };
	struct image_source source = { (void *)(uintptr_t)tags, list_some, resolve_some, document_some,
				       document_some };
	struct selection best;
	struct err e = { 0 };

	if (!image_select(a, &s, &source, &best, &e))
		return str_format(a, "error: %s", e.message);
	return str_format(a, "%s; %s", value_path_text(value_at(best.chosen, 0), "tag", "none"),
			  best.reason ? best.reason : "no word");
}

TEST(a_broken_tag_is_passed_over)
{
	static const char *const one[] = { "1.0.0", "2.0.0-gone", NULL };
	static const char *const two[] = { "1.0.0", "2.0.0-gone", "2.1.0-torn", NULL };
	static const char *const busy[] = { "1.0.0", "2.0.0-busy", NULL };
	static const char *const none[] = { "1.0.0-gone", NULL };
	AUTO(arena) struct arena *a = arena_new();

	is_text(chosen(a, "Lexical", one), "1.0.0; 1 tag was passed over; tag 2.0.0-gone: HTTP status 404",
		"one whose manifest is gone");
	is_text(chosen(a, "NewestBuild", two),
		"1.0.0; 2 tags were passed over; the first: tag 2.1.0-torn: the manifest is no JSON", "two");
	is_text(chosen(a, "Lexical", busy), "error: tag 2.0.0-busy: HTTP status 503", "a busy registry is no fault of a tag");
	is_text(chosen(a, "Lexical", none),
		"none; none of 1 tag fits: 1 without a manifest that can be read; 1 tag was passed over; "
		"tag 1.0.0-gone: HTTP status 404", "nothing is left");
}

TEST(charts_in_a_registry)
{
	AUTO(arena) struct arena *a = arena_new();
	struct subscription s = { .repo_url = "oci://r.example/c", .name = "", .chart = "", .constraint = "^1.0.0",
				  .spec = parse(a, "{}") };
	struct list versions = { 0 }, loose = { 0 };
	struct selection best;
	struct err e = { 0 };

	list_add(a, &versions, str_format(a, "v1.16.0"));
	list_add(a, &versions, str_format(a, "1.15.0"));
	ok(chart_select(a, &s, &versions, &best, &e) && value_count(best.chosen) == 2, "both are versions");
	is_text(value_text(value_at(best.chosen, 0), ""), "v1.16.0", "a leading v is part of the tag");
	list_add(a, &loose, str_format(a, "1.16"));
	ok(chart_select(a, &s, &loose, &best, &e) && value_count(best.chosen) == 0, "one of two numbers is none");
	is_text(best.reason, "none of 1 version fits: 1 no versions of three numbers",
		"and no field is named that charts don't have");
}

static struct value *freight_of(struct arena *a, const char *warehouse, const char *discovered,
				struct err *e)
{
	struct freight_basis basis = { .discovered = parse(a, discovered) };
	struct freight_made made;
	struct warehouse *w;

	if (!warehouse_read(a, parse(a, warehouse), &w, e))
		return NULL;
	basis.warehouse = w;
	return discover_freight(a, &basis, &made, e) ? made.freight : NULL;
}

TEST(freight_is_made_of_the_newest)
{
	static const char warehouse[] = "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"subscriptions\":["
					"{\"chart\":{\"repoURL\":\"https://charts.example.com\","
					"\"name\":\"podinfo\"}}],\"freightCreationCriteria\":"
					"{\"expression\":\"chartFrom('https://charts.example.com', "
					"'podinfo').Version != '6.6.0'\"}}}";
	AUTO(arena) struct arena *a = arena_new();
	struct err e = { 0 };
	struct value *f = freight_of(a, warehouse,
				     "{\"charts\":[{\"repoURL\":\"https://charts.example.com\","
				     "\"name\":\"podinfo\",\"versions\":[\"6.5.0\",\"6.4.0\"]}]}", &e);

	is_text(value_path_text(f, "metadata.name", e.message),
		"cd49a911406c62406693b98f388b5898f7cdb1e0", "its name is what Kargo calls it");
	f = freight_of(a, warehouse, "{\"charts\":[{\"repoURL\":\"https://charts.example.com\","
				     "\"name\":\"podinfo\",\"versions\":[\"6.6.0\"]}]}", &e);
	ok(!f, "criteria that do not hold make none");
	f = freight_of(a, warehouse, "{\"charts\":[{\"repoURL\":\"https://charts.example.com\","
				     "\"name\":\"podinfo\",\"versions\":[]}]}", &e);
	ok(!f, "a subscription without a result makes none");
}
