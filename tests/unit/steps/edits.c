/* SPDX-License-Identifier: Apache-2.0 */
/* The structured-edit steps, each run once in a work directory of its own. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

struct play {
	struct arena *a;
	const char *folder;
	struct step_result result;
	struct err e;
	bool fine;
};

/* Runs the step in a folder that holds one file, and says what the file is then. */
static const char *play(struct play *p, const char *kind, const char *config, const char *file,
			const char *text)
{
	static const bool never;
	const struct step_def *def = step_find(kind);
	const struct step_subject subject = { .project = "demo", .stage = "prod" };
	struct step_run r = { .arena = p->a, .subject = &subject, .cancelled = &never };
	struct str after;
	struct value *v;

	p->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	p->e = (struct err){ 0 };
	if (!folder_temporary(p->a, "gantry-edits-", &p->folder, &p->e) ||
	    !file_write(path_join(p->a, p->folder, file), text, strlen(text), 0644, &p->e) ||
	    !workdir_open(p->a, p->folder, &r.work, &p->e) ||
	    !json_parse(p->a, config, strlen(config), &v, &p->e))
		return p->e.message;
	r.config = v;
	p->fine = params_check(def, v, &p->e) && def->run(&r, &p->result, &p->e);
	workdir_close(r.work);
	if (!file_read(p->a, path_join(p->a, p->folder, file), 1 << 20, &after, &p->e) ||
	    !folder_remove(p->folder, &p->e))
		return p->e.message;
	return str_text(p->a, after);
}

static const char *message(const struct play *p)
{
	return value_text(value_get(p->result.output, "commitMessage"), "none");
}

TEST(updates_write_the_file_and_a_message)
{
	AUTO(arena) struct arena *a = arena_new();
	struct play p = { .a = a };

	is_text(play(&p, "yaml-update",
		     "{\"path\":\"../v.yaml\",\"updates\":[{\"key\":\"a.b\",\"value\":\"1.10\"},"
		     "{\"key\":\"n\",\"value\":2000000}]}",
		     "v.yaml", "a:\n  b: 1 # c\nn: 0\n"),
		"a:\n  b: \"1.10\" # c\nn: 2000000\n", "YAML");
	is_text(message(&p), "Updated ../v.yaml\n\n- a.b: \"1.10\"\n- n: 2e+06", "in Kargo's words");
	is_text(play(&p, "json-update",
		     "{\"path\":\"f\",\"updates\":[{\"key\":\"a\",\"value\":true},"
		     "{\"key\":\"l.-1\",\"value\":\"x\"}]}",
		     "f", "{\"l\": []}"),
		"{\"l\": [\"x\"],\"a\":true}", "JSON");
	is_text(message(&p), "Updated f\n\n- a: true\n- l.-1: \"x\"", "texts in quotes");
	is_text(play(&p, "toml-update", "{\"path\":\"f\",\"updates\":[{\"key\":\"t.a\",\"value\":1}]}",
		     "f", "[t]\na = 'x' # c\n"),
		"[t]\na = 1 # c\n", "TOML");
}

TEST(a_key_that_is_not_there_leaves_the_file_alone)
{
	AUTO(arena) struct arena *a = arena_new();
	struct play p = { .a = a };

	is_text(play(&p, "yaml-update",
		     "{\"path\":\"v\",\"updates\":[{\"key\":\"a\",\"value\":2},"
		     "{\"key\":\"b\",\"value\":2}]}",
		     "v", "a: 1\n"),
		"a: 1\n", "not even the first update is made");
	ok(!p.fine && p.e.again, "and it may be tried again: %s", p.e.message);
}

TEST(files_are_parsed_and_merged)
{
	AUTO(arena) struct arena *a = arena_new();
	struct play p = { .a = a };

	play(&p, "yaml-parse",
	     "{\"path\":\"v\",\"outputs\":[{\"name\":\"t\",\"fromExpression\":\"image.tag + '!'\"}]}",
	     "v", "image: {tag: v1}\n");
	is_text(value_text(value_get(p.result.output, "t"), ""), "v1!", "an expression over the file");
	play(&p, "toml-parse",
	     "{\"path\":\"v\",\"outputs\":[{\"name\":\"n\",\"fromExpression\":\"n % 2\"}]}", "v",
	     "n = 3\n");
	is_text(json_text(a, p.result.output, 0), "{\"n\":1}", "integers of TOML");
	is_text(play(&p, "yaml-merge", "{\"inFiles\":[\"v\",\"w\"],\"outFile\":\"v\","
		     "\"ignoreMissingFiles\":true}", "v", "a: 1 # c\n"),
		"a: 1 # c\n", "one file is as it was");
	is_text(message(&p), "Wrote v to v", "and the message says so");
}

TEST(images_are_set)
{
	AUTO(arena) struct arena *a = arena_new();
	struct play p = { .a = a };

	is_text(play(&p, "kustomize-set-image",
		     "{\"path\":\".\",\"images\":[{\"image\":\"nginx\",\"tag\":\"v2\"}]}",
		     "kustomization.yaml", "images:\n- name: nginx # it\n  newTag: v1\n"),
		"images:\n- name: nginx # it\n  newTag: v2\n", "a tag");
	is_text(message(&p), "Updated . to use new image\n\n- nginx:v2", "with its message");
	play(&p, "kustomize-set-image",
	     "{\"path\":\".\",\"images\":[{\"image\":\"n\",\"tag\":\"v\",\"digest\":\"d\"}]}",
	     "kustomization.yaml", "images: []\n");
	ok(!p.fine, "a tag and a digest are too much: %s", p.e.message);
}
