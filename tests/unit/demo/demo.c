/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole demonstration, asked by the clients that the program uses: what is published, what a
 * promotion's step does, what degrades and what is refused.
 */
#include "demo/demo.h"

#include <stdlib.h>
#include <string.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "argocd/decode.h"
#include "argocd/watch.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "git/git.h"
#include "git/repo.h"
#include "git/tree.h"
#include "model/application.h"
#include "net/http.h"
#include "net/registry.h"
#include "steps/step.h"
#include "tap.h"

#define SPEED 20
#define PATIENCE 10000

struct visitor {
	struct arena *a;
	struct demo *demo;
	struct http *http;
	struct argocd *argocd;
	const char *image, *repository, *url;
};

/* The value of one variable of the environment. */
static const char *variable(const struct demo *d, const char *name)
{
	size_t len = strlen(name);

	for (const char *const *v = demo_environment(d); *v; v++)
		if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
			return *v + len + 1;
	return NULL;
}

/* Where everything of the demo lies: beside its manifests. */
static const char *folder_of(struct arena *a, const struct demo *d)
{
	const char *manifests = demo_manifests(d);

	return str_copy_n(a, manifests, (size_t)(strrchr(manifests, '/') - manifests));
}

static bool enter(struct visitor *v, const char *folder)
{
	struct demo_options o = { .folder = folder, .speed = SPEED };
	struct argocd_settings s = { 0 };
	struct err e = { 0 };
	struct str ports;

	*v = (struct visitor){ .a = arena_new(), .http = http_new() };
	if (!ok(git_start(&e) && demo_start(&v->demo, &o, &e), "the world stands up %s", e.message))
		return false;
	s.base = str_format(v->a, "http://%s", variable(v->demo, "ARGOCD_SERVER"));
	s.token = variable(v->demo, "ARGOCD_AUTH_TOKEN");
	v->argocd = argocd_new(v->http, &s);
	ok(file_read(v->a, path_join(v->a, folder_of(v->a, v->demo), "ports"), 100, &ports, &e), "ports");
	v->image = str_format(v->a, "127.0.0.1:%lu/demo/web", strtoul(ports.at, NULL, 10));
	v->repository = path_join(v->a, folder_of(v->a, v->demo), "gitops.git");
	v->url = variable(v->demo, "GIT_CONFIG_VALUE_0");
	return true;
}

static void leave(struct visitor *v)
{
	const char *folder = folder_of(v->a, v->demo);

	argocd_free(v->argocd);
	http_free(v->http);
	demo_stop(v->demo);
	note("%s", folder);
	arena_free(v->a);
}

/* Writes the tag into the stage's branch, as a promotion does; the commit's id, or "". */
static const char *commit(struct visitor *v, const char *stage, const char *tag)
{
	AUTO(repo) struct repo *r = NULL;
	const char *ref = str_format(v->a, "refs/heads/stage/%s", stage);
	struct repo_person who = { .name = "T", .email = "t@example.org", .time = clock_now() };
	struct repo_commit c = { .author = who, .committer = who, .message = "test\n" };
	struct repo_edit edit = { .path = "deployment.yaml" };
	struct oid parent, id;
	struct err e = { 0 };

	edit.content = str_of(str_format(v->a, "kind: Deployment\n"
				       "spec:\n  template:\n    spec:\n      containers:\n"
					       "      - image: %s:%s\n", v->image, tag));
	if (!ok(repo_open(v->repository, &r, &e) && repo_ref(r, ref, &parent, &e) &&
		repo_edit(r, &(struct repo_edits){ &parent, &edit, 1 }, &c.tree, &e), "an edit %s", e.message))
		return "";
	c.parents = &parent;
	c.parent_count = 1;
	ok(repo_commit(r, &c, &id, &e) && repo_set_ref(r, ref, &id, &parent, &e), "a commit");
	return str_copy(v->a, id.hex);
}

/* Runs step argocd-update until it ends; its message when it fails, else "". */
static const char *run_step(struct visitor *v, const char *stage, const char *revision,
			    const char *promotion, int64_t patience)
{
	bool cancelled = false;
	struct step_subject subject = { .project = "kargo-demo", .stage = stage,
					.promotion = promotion };
	struct step_services services = { .argocd = v->argocd };
	struct step_run run = { .arena = v->a, .subject = &subject, .services = &services,
				.cancelled = &cancelled };
	struct value *config;
	struct err e = { 0 };
	const char *text = str_format(v->a, "{\"apps\":[{\"name\":\"kargo-demo-%s\",\"sources\":[{"
					    "\"repoURL\":\"%s\",\"desiredRevision\":\"%s\"}]}]}",
				      stage, v->url, revision);
	int64_t until = clock_ticks() + patience;

	if (!json_parse(v->a, text, strlen(text), &config, &e))
		return "no configuration";
	run.config = config;
	while (clock_ticks() < until) {
		struct step_result result = { .status = STEP_SUCCEEDED };
		if (!step_argocd_update.run(&run, &result, &e))
			return str_copy(v->a, e.message);
		if (result.status == STEP_SUCCEEDED)
			return "";
		clock_sleep(50);
	}
	return "never ends";
}

/* Runs step argocd-wait until it ends: "" or why it failed. */
static const char *run_wait(struct visitor *v, const char *stage, const char *wait_for)
{
	bool cancelled = false;
	struct step_subject subject = { .project = "kargo-demo", .stage = stage, .promotion = "p" };
	struct step_services services = { .argocd = v->argocd };
	struct step_run run = { .arena = v->a, .subject = &subject, .services = &services,
				.cancelled = &cancelled };
	struct value *config;
	struct err e = { 0 };
	const char *text = str_format(v->a, "{\"apps\":[{\"name\":\"kargo-demo-%s\",\"waitFor\":%s}]}", stage,
				      wait_for);
	int64_t until = clock_ticks() + PATIENCE;

	if (!json_parse(v->a, text, strlen(text), &config, &e) ||
	    !step_argocd_wait.check(config, &e))
		return str_copy(v->a, e.message);
	run.config = config;
	while (clock_ticks() < until) {
		struct step_result result = { .status = STEP_SUCCEEDED };
		if (!step_argocd_wait.run(&run, &result, &e))
			return str_copy(v->a, e.message);
		if (result.status == STEP_SUCCEEDED)
			return "";
		run.before = result.output;
		clock_sleep(30);
	}
	return "never ends";
}

/* Waits for the health; what it was at last. */
static const char *health_of(struct visitor *v, const char *stage, const char *wanted)
{
	struct argocd_id id = { .name = str_format(v->a, "kargo-demo-%s", stage) };
	int64_t until = clock_ticks() + PATIENCE;
	const char *health = "";

	/* A step that ran before left its own flag, which is gone. */
	argocd_set_cancelled(v->argocd, NULL);
	while (clock_ticks() < until && strcmp(health, wanted) != 0) {
		struct value *object;
		struct err e;
		if (argocd_get(v->argocd, v->a, &id, &object, &e))
			health = value_path_text(object, "status.health.status", "");
		clock_sleep(20);
	}
	return health;
}

TEST(the_registry_publishes)
{
	struct visitor v;
	struct registry_options o = { .docker_config = "/nonexistent" };
	AUTO(registry) struct registry *r = NULL;
	struct registry_manifest m = { 0 };
	struct registry_tag_list before = { .validator = NULL }, after = { .validator = NULL };
	struct err e = { 0 };
	struct value *manifest = NULL;
	struct str blob;

	if (!enter(&v, NULL))
		return;
	ok(registry_open(&r, v.http, v.image, &o, &e) && registry_tags(r, v.a, &before, &e),
	   "tags are listed %s", e.message);
	ok(before.tags.count >= 5, "there are some from the start");
	ok(registry_manifest(r, v.a, "1.27.4", &m, &e), "a manifest %s", e.message);
	ok(json_parse(v.a, m.body.at, m.body.len, &manifest, &e), "that is JSON");
	const struct registry_blob config = { value_path_text(manifest, "config.digest", ""), 10000 };
	ok(registry_blob(r, v.a, &config, &blob, &e),
	   "and its configuration, digests right %s", e.message);
	for (int i = 0; i < 40 && after.tags.count <= before.tags.count; i++) {
		clock_sleep(100);
		if (!registry_tags(r, v.a, &after, &e))
			break;
	}
	ok(after.tags.count > before.tags.count, "a new one is published while we wait");
	leave(&v);
}

TEST(a_promotion_is_synced_and_rolled_out)
{
	struct visitor v;
	const char *revision;

	if (!enter(&v, NULL))
		return;
	is_text(health_of(&v, "test", "Healthy"), "Healthy", "well at the start");
	revision = commit(&v, "test", "1.27.4");
	is_text(run_step(&v, "test", revision, "test.1.a", PATIENCE), "", "the step ends well");
	is_text(health_of(&v, "test", "Progressing"), "Progressing", "it rolls out");
	is_text(run_wait(&v, "test", "[\"health\",\"sync\",\"operation\"]"), "", "until it is well again");
	is_text(health_of(&v, "test", "Healthy"), "Healthy", "which it is");
	ok(strstr(run_wait(&v, "test", "[\"health\",\"health\"]"), "twice"), "nothing is waited for twice");
	is_text(run_step(&v, "test", revision, "test.1.a", PATIENCE), "", "run again, it does nothing twice");
	leave(&v);
}

TEST(some_go_wrong_and_recover)
{
	struct visitor v;

	if (!enter(&v, NULL))
		return;
	is_text(run_step(&v, "qa", commit(&v, "qa", "1.27.4"), "qa.1.a", PATIENCE), "", "synced in qa");
	is_text(run_wait(&v, "qa", "[\"health\"]"),
		"it turned Degraded while it was waited for: application 'argocd/kargo-demo-qa': health Degraded "
		"(Deployment \"web\" exceeded its progress deadline: back-off restarting failed container web, exit "
		"status 1)", "but it does not come up");
	is_text(run_wait(&v, "qa", "[\"degraded\"]"), "", "which can be waited for, too");
	is_text(run_step(&v, "qa", commit(&v, "qa", "1.27.5"), "qa.2.a", PATIENCE), "", "the next version");
	is_text(health_of(&v, "qa", "Healthy"), "Healthy", "does");
	const char *why = run_step(&v, "uat", commit(&v, "uat", "1.28.0"), "uat.1.a", PATIENCE);
	ok(strstr(why, "is not signed"), "a sync that is refused: %s", why);
	is_text(run_step(&v, "uat", commit(&v, "uat", "1.28.1"), "uat.2.a", PATIENCE), "",
		"the next version is not");
	is_text(run_step(&v, "prod", "0123456789012345678901234567890123456789", "prod.1.a", 600),
		"never ends", "a revision that never comes is waited for");
	leave(&v);
}

struct heard {
	unsigned names, seen;
	bool progressing;
};

static bool hear(void *context, const struct watch_event *event)
{
	struct heard *h = context;
	const char *health = value_path_text(event->object, "status.health.status", "");

	h->names += event->kind == WATCH_NAMES;
	h->seen += event->kind == WATCH_SEEN;
	h->progressing |= strcmp(health, "Progressing") == 0;
	return !h->progressing && event->kind != WATCH_FAILED;
}

TEST(the_stream_tells_it)
{
	struct visitor v;
	struct heard h = { 0 };
	struct argocd_id id = { .name = "kargo-demo-prod" };
	struct value *object, *patch;
	struct err e = { 0 };
	const char *text = "[{\"op\":\"test\",\"path\":\"/spec/source/path\",\"value\":\".\"},"
			   "{\"op\":\"add\",\"path\":\"/spec/source/x~1y\",\"value\":[1,3]},"
			   "{\"op\":\"add\",\"path\":\"/spec/source/x~1y/1\",\"value\":2},"
			   "{\"op\":\"replace\",\"path\":\"/spec/source/x~1y/0\",\"value\":\"one\"},"
			   "{\"op\":\"replace\",\"path\":\"/spec/source/path\",\"value\":\"q\"},"
			   "{\"op\":\"remove\",\"path\":\"/spec/source/x~1y/2\"}]";

	const struct argocd_change sync = { .id = &id };

	if (!enter(&v, NULL))
		return;
	commit(&v, "prod", "1.27.4");
	ok(argocd_sync(v.argocd, v.a, &sync, &object, &e), "a sync %s", e.message);
	ok(!argocd_sync(v.argocd, v.a, &sync, &object, &e) && e.code == ERR_CONFLICT,
	   "a second one is refused: %s", e.message);
	ok(argocd_watch(v.argocd, &(struct watch_options){ 0 }, hear, &h, &e), "is watched %s", e.message);
	ok(h.progressing && h.names == 1 && h.seen >= 5, "from the burst to the roll-out");
	ok(json_parse(v.a, text, strlen(text), &patch, &e) &&
	   argocd_patch(v.argocd, v.a, &(struct argocd_change){ &id, patch }, &object, &e), "a patch %s", e.message);
	is_text(json_text(v.a, value_path(object, "spec.source.x/y"), 0), "[\"one\",2]", "is written");
	is_text(value_path_text(object, "spec.source.path", ""), "q", "each operation of it");
	AUTO(argocd) struct argocd *stranger = argocd_new(v.http, &(struct argocd_settings){
		.base = argocd_base(v.argocd) });
	ok(!argocd_get(stranger, v.a, &id, &object, &e) && e.code == ERR_AUTH,
	   "nobody gets in without the token: %s", e.message);
	leave(&v);
}

TEST(manifests_of_others_stay)
{
	AUTO(arena) struct arena *a = arena_new();
	struct demo_options o = { .speed = SPEED };
	struct demo *d = NULL;
	struct err e = { 0 };
	const char *manifests, *own;
	struct str text;

	if (!ok(git_start(&e) && folder_temporary(a, "gantry-test-", &o.folder, &e), "%s", e.message))
		return;
	manifests = path_join(a, o.folder, "manifests");
	own = path_join(a, manifests, "stages.yaml");
	ok(folder_make(manifests, 0700, &e) && file_write(own, "mine", 4, 0600, &e), "somebody's manifests");
	ok(!demo_start(&d, &o, &e) && e.code == ERR_USAGE, "no world is stood up over them");
	ok(strstr(e.message, "name a new folder") != NULL, "which is said");
	ok(file_read(a, own, 100, &text, &e) && str_is(text, "mine"), "they are as they were");
	ok(folder_remove(o.folder, &e), "cleaned up");
}

TEST(a_world_is_entered_again_and_cleaned_up)
{
	AUTO(arena) struct arena *a = arena_new();
	struct visitor v;
	const char *folder, *image, *gone;
	struct err e = { 0 };

	ok(folder_temporary(a, "gantry-test-", &folder, &e), "a folder of our own");
	if (!enter(&v, folder))
		return;
	image = str_copy(a, v.image);
	leave(&v);
	ok(file_exists(path_join(a, folder, "manifests/stages.yaml")), "is kept");
	if (!enter(&v, folder))
		return;
	is_text(v.image, image, "the registry is at the same place");
	leave(&v);
	ok(folder_remove(folder, &e), "cleaned up");
	if (!enter(&v, NULL))
		return;
	gone = folder_of(a, v.demo);
	leave(&v);
	ok(!folder_exists(gone), "a temporary one is not kept");
}
