/* SPDX-License-Identifier: Apache-2.0 */
/* The steps on files and their outcomes where nothing, a folder or a link out is met. */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/ignore.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

/* "ok", "again" or "failed": how the step ends in a work directory with a file and a link out. */
static const char *outcome(struct arena *a, const char *kind, const char *config)
{
	static const bool never;
	struct step_subject subject = { .project = "demo" };
	struct step_services services = { 0 };
	struct step_run r = { .arena = a, .subject = &subject, .services = &services,
			      .cancelled = &never };
	struct step_result result = { 0 };
	const struct step_def *def = step_find(kind);
	struct value *v;
	const char *folder;
	struct err e = { 0 };
	bool fine;

	if (!json_parse(a, config, strlen(config), &v, &e) ||
	    !folder_temporary(a, "gantry-test-", &folder, &e) ||
	    !file_write(path_join(a, folder, "f"), "{}", 2, 0600, &e) ||
	    symlink("../..", path_join(a, folder, "out")) || !params_check(def, v, &e) ||
	    !workdir_open(a, folder, &r.work, &e))
		return str_copy(a, e.message);
	r.config = v;
	fine = def->run(&r, &result, &e);
	workdir_close(r.work);
	if (!folder_remove(folder, &e))
		return "left behind";
	return fine ? json_text(a, result.output ? result.output : value_map(a), 0)
		    : e.again ? "again" : "failed";
}

TEST(deleting_what_is_not_there)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(outcome(a, "delete", "{\"path\":\"out/passwd\"}"), "{}",
		"nothing is behind a link that leads out");
	is_text(outcome(a, "delete", "{\"path\":\"out/passwd\",\"strict\":true}"), "again",
		"which strict does not take");
	is_text(outcome(a, "delete", "{\"path\":\"../passwd\"}"), "again", "nor a path that leads out");
	is_text(outcome(a, "delete", "{\"path\":\"f/x\",\"pathsAreGlobs\":true}"), "{}",
		"no pattern matches beneath a file");
}

/* Whether the step delete, run so, succeeds. */
static bool deletes(struct arena *a, struct workdir *work, const char *config)
{
	static const bool never;
	struct step_subject subject = { .project = "demo" };
	struct step_run r = { .arena = a, .subject = &subject, .cancelled = &never, .work = work };
	struct step_result result = { 0 };
	const struct step_def *def = step_find("delete");
	struct value *v;
	struct err e;

	if (!json_parse(a, config, strlen(config), &v, &e) || !params_check(def, v, &e))
		return false;
	r.config = v;
	return def->run(&r, &result, &e);
}

TEST(strict_deletes_all_or_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	struct workdir *work;
	const char *folder;
	struct err e;

	is_text(outcome(a, "delete", "{\"paths\":[\"f\",\"out\"],\"strict\":true}"), "{}", "all are there");
	ok(folder_temporary(a, "gantry-test-", &folder, &e) &&
		   file_write(path_join(a, folder, "f"), "x", 1, 0600, &e) &&
		   workdir_open(a, folder, &work, &e), "a file");
	ok(!deletes(a, work, "{\"paths\":[\"f\",\"gone\"],\"strict\":true}") &&
		   file_exists(path_join(a, folder, "f")), "one path is missing: the other stays");
	ok(!deletes(a, work, "{\"paths\":[\"f*\",\"gone*\"],\"pathsAreGlobs\":true,\"strict\":true}") &&
		   file_exists(path_join(a, folder, "f")), "so with patterns");
	ok(!deletes(a, work, "{\"paths\":[\"f\",\".\"]}") && file_exists(path_join(a, folder, "f")),
	   "and where one is refused");
	ok(deletes(a, work, "{\"paths\":[\"f\",\"gone\"]}") && !file_exists(path_join(a, folder, "f")),
	   "without strict what is there goes");
	workdir_close(work);
	ok(folder_remove(folder, &e), "it is put away");
}

TEST(ignore_is_gitignore)
{
	static const struct {
		const char *rules, *path;
		bool is_folder, ignored;
	} cases[] = {
		{ "[!a].txt", "b.txt", false, true }, { "[!a].txt", "a.txt", false, false },
		{ "[^a].txt", "b.txt", false, true }, { "[]a]", "]", false, true },
		{ "[a-]", "-", false, true },         { "[[:digit:]]", "7", false, true },
		{ "[[:digit:]]", "x", false, false }, { "[a", "a", false, false },
		{ "*.txt", "d/b.txt", false, true },  { "/*.txt", "d/b.txt", false, false },
		{ "d/*.txt", "d/b.txt", false, true }, { "d/*", "d/e/f", false, true },
		{ "d/*\n!d/e", "d/e/f", false, false }, { "d\n!d/a", "d/a", false, true },
		{ "*.txt\n!d/", "d/a.txt", false, true }, { "**/x", "a/b/x", false, true },
		{ "a/**/x", "a/x", false, true },     { "a/**/x", "a/b/c/x", false, true },
		{ "a**x", "a/x", false, false },      { "a/**", "a/b", false, true },
		{ "d/", "d", false, false },          { "d/", "d", true, true },
		{ "\\!x", "!x", false, true },        { "\\#x", "#x", false, true },
		{ "x ", "x", false, true },           { "x\\ ", "x ", false, true },
		{ "{a,b}", "a", false, false },       { "?", "/", false, false },
		{ "x\r\n!y\r", "x", false, true },   { "!.git", ".git", true, false },
		{ "", "a/.git", true, true },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		AUTO(arena) struct arena *a = arena_new();

		is_number(ignore_matches(ignore_new(a, cases[i].rules), cases[i].path, cases[i].is_folder),
			  cases[i].ignored, "%s: %s", cases[i].rules, cases[i].path);
	}
}

TEST(a_hostile_pattern_costs_little)
{
	AUTO(arena) struct arena *a = arena_new();

	ok(!ignore_matches(ignore_new(a, "a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
			   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
	   "stars");
	ok(!ignore_matches(ignore_new(a, "**/a/**/a/**/a/**/a/**/a/**/a/**/b"),
			   "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", false),
	   "folders");
}

TEST(a_folder_is_not_overwritten)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(outcome(a, "file-write", "{\"path\":\".\",\"contents\":\"x\",\"overwrite\":true}"),
		"again", "it may be gone later");
	is_text(outcome(a, "file-write", "{\"path\":\"f\",\"contents\":\"x\"}"), "failed",
		"nor a file, without leave");
}

TEST(the_whole_of_what_is_no_map)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(outcome(a, "json-parse", "{\"path\":\"f\",\"outputs\":[{\"name\":\"o\","
					 "\"fromExpression\":\"$env\"}]}"),
		"{\"o\":{}}", "an object is a map");
	is_text(outcome(a, "yaml-parse", "{\"path\":\"f\",\"outputs\":[{\"name\":\"o\","
					 "\"fromExpression\":\"$env.x\"}]}"),
		"{\"o\":null}", "with no member x");
}
