/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helm-update-chart, with a helm that is a script: it writes a lock of the versions
 * in Chart.yaml and of now, and notes what it was asked.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/file.h"
#include "data/json.h"
#include "data/value.h"
#include "model/credentials.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"

static const char script[] =
	"#!/bin/sh\n"
	"for chart; do :; done\n"
	"{ echo \"$*\"; cat \"$HELM_CONFIG_HOME/registry/config.json\"; } >\"$chart/asked\"\n"
	"cat \"$(dirname \"$0\")/../gantry-helm-canary\" 2>/dev/null >>\"$chart/asked\"\n"
	"{ echo 'dependencies:'; sed -n 's/^\\(- name: .*\\)/\\1/p; s/^\\(  version: .*\\)/\\1/p' \"$chart/Chart.yaml\"\n"
	"echo 'generated: now'; } >\"$chart/Chart.lock\"\n";

static const char chart[] = "name: app # mine\ndependencies:\n- name: db\n  version: 1.0.0 # pinned\n"
			    "  repository: oci://reg.example/charts\n";

static bool credentials(void *context, struct arena *a, const struct credentials_query *q,
			struct credentials *out, struct err *e)
{
	(void)context, (void)a, (void)e;
	if (strcmp(q->type, "helm") == 0 && strcmp(q->url, "oci://reg.example/charts") == 0)
		*out = (struct credentials){ .username = "ada", .password = "secret" };
	return true;
}

struct scene {
	struct arena *a;
	const char *folder, *bin;
	struct step_result result;
	struct err e;
};

static bool put(struct scene *s, const char *path, const char *text, unsigned mode)
{
	return file_write(path, text, strlen(text), mode, &s->e);
}

static const char *get(struct scene *s, const char *folder, const char *name)
{
	struct str text;
	struct err e;

	return file_read(s->a, path_join(s->a, folder, name), 1 << 20, &text, &e) ? text.at : "";
}

static bool play(struct scene *s, const char *config)
{
	static const bool never;
	const struct step_def *def = step_find("helm-update-chart");
	const struct step_services services = { .credentials = credentials };
	const struct step_subject subject = { .project = "demo" };
	struct step_run r = { .arena = s->a, .subject = &subject, .services = &services,
			      .cancelled = &never };
	struct value *v;
	bool fine;

	s->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	if (!json_parse(s->a, config, strlen(config), &v, &s->e) ||
	    !params_check(def, v, &s->e) || !workdir_open(s->a, s->folder, &r.work, &s->e))
		return false;
	r.config = v;
	fine = def->run(&r, &s->result, &s->e);
	workdir_close(r.work);
	return fine;
}

TEST(versions_are_set_and_locked)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene s = { .a = a };
	const char *path = str_copy(a, getenv("PATH"));

	ok(folder_temporary(a, "gantry-helm-test-", &s.folder, &s.e) &&
	   folder_temporary(a, "gantry-helm-bin-", &s.bin, &s.e) &&
	   put(&s, path_join(a, s.bin, "helm"), script, 0755) &&
	   put(&s, path_join(a, s.folder, "Chart.yaml"), chart, 0644), "a chart and a helm are there");
	ok(put(&s, path_join(a, path_folder(a, s.bin), "gantry-helm-canary"), "canary", 0644), "a canary");
	setenv("PATH", str_format(a, "%s:%s", s.bin, path), 1);
	ok(play(&s, "{\"path\":\".\",\"charts\":[{\"repository\":\"oci://reg.example/charts\","
		    "\"name\":\"db\",\"version\":\"1.1.0\"}]}"), "it runs: %s", s.e.message);
	ok(strstr(get(&s, s.folder, "Chart.yaml"), "  version: 1.1.0 # pinned\n") != NULL,
	   "the version is set, the comment stays");
	is_text(value_text(value_get(s.result.output, "commitMessage"), ""),
		"Updated chart dependencies for .\n\n- db: 1.1.0", "the first lock lists what is in it");
	ok(has_prefix(get(&s, s.folder, "asked"), "dependency update -- /") &&
	   strstr(get(&s, s.folder, "asked"), "\"reg.example\":{\"auth\":\"YWRhOnNlY3JldA==\"}") != NULL,
	   "the password goes by a file of helm's own: %s", get(&s, s.folder, "asked"));
	ok(!confine_is_possible() || !strstr(get(&s, s.folder, "asked"), "canary"),
	   "and nothing outside can be read");
	ok(put(&s, path_join(a, s.folder, "Chart.lock"),
	       "# ours\ndependencies:\n- name: db\n  version: 1.1.0\n", 0644) &&
	   play(&s, "{\"path\":\".\"}"), "locking again runs");
	ok(has_prefix(get(&s, s.folder, "Chart.lock"), "# ours") && !s.result.output,
	   "and a lock of the same versions keeps its bytes");
	ok(!play(&s, "{\"path\":\".\",\"charts\":[{\"repository\":\"x\",\"name\":\"db\","
		     "\"version\":\"2\"}]}"), "what is no dependency is refused: %s", s.e.message);
	ok(put(&s, path_join(a, s.folder, "Chart.yaml"),
	       "dependencies:\n- name: l\n  version: 1\n  repository: file:///etc\n", 0644) &&
	   !play(&s, "{\"path\":\".\"}"), "a local dependency stays inside: %s", s.e.message);
	setenv("PATH", path, 1);
	unlink(path_join(a, path_folder(a, s.bin), "gantry-helm-canary"));
	ok(folder_remove(s.folder, &s.e) && folder_remove(s.bin, &s.e), "all is cleaned up");
}
