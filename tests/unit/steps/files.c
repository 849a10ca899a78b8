/* SPDX-License-Identifier: Apache-2.0 */
/* The steps on files and their outcomes where nothing, a folder or a link out is met. */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
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
