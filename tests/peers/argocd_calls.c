/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argocd_calls look APP | sync APP | burst | update APP PROJECT STAGE REPO REVISION | world DIR: makes gantry's own
 * calls to the Argo CD of the environment and prints what was understood, in words that are the same
 * whichever Argo CD it is. "world" stands up the demonstration until stdin ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "argocd/decode.h"
#include "argocd/update.h"
#include "argocd/watch.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "demo/demo.h"
#include "model/application.h"
#include "net/http.h"
#include "steps/step.h"
#include "../unit/err_name.h"

#define PATIENCE 60000
#define PROMOTION "promotion.1.abc"

struct caller {
	struct arena *a;
	struct http *http;
	struct argocd_settings settings;
	struct argocd *argocd;
};

/* "what: ok" or "what: the error's code", with its words on stderr. */
static void outcome(const char *what, bool ok, const struct err *e)
{
	printf("%s: %s%s\n", what, ok ? "ok" : err_code_name(e->code), !ok && e->again ? ", again" : "");
	if (!ok)
		fprintf(stderr, "%s: %s\n", what, e->message);
}

static struct application *read_app(struct caller *c, const struct argocd_id *id, struct value **object)
{
	struct application *app = NULL;
	struct err e = { 0 };

	if (!argocd_get(c->argocd, c->a, id, object, &e) ||
	    !application_read(c->a, *object, clock_now(), &app, &e))
		outcome("get", false, &e);
	return app;
}

static struct value *json(struct caller *c, const char *text)
{
	struct value *v = NULL;
	struct err e = { 0 };

	if (!json_parse(c->a, text, strlen(text), &v, &e))
		exit(2);
	return v;
}

static void look_at_list(struct caller *c, const char *name)
{
	const struct argocd_query none = { .selector = "no=such" };
	const struct value *items = NULL;
	size_t found = 0;
	struct err e = { 0 };

	outcome("list", argocd_list(c->argocd, c->a, &(struct argocd_query){ 0 }, &items, &e), &e);
	for (size_t i = 0; i < value_count(items); i++)
		found += same_text(value_path_text(value_at(items, i), "metadata.name", ""), name);
	printf("listed: %zu\n", found);
	outcome("empty list", argocd_list(c->argocd, c->a, &none, &items, &e) &&
			      !value_count(items), &e);
}

static void look_for_strangers(struct caller *c, const struct argocd_id *id)
{
	struct argocd_settings s = c->settings;
	struct argocd_id nobody = { .name = "no-such-application" };
	struct value *object;
	struct err e = { 0 };

	s.token = NULL;
	AUTO(argocd) struct argocd *stranger = argocd_new(c->http, &s);
	outcome("without token", argocd_get(stranger, c->a, id, &object, &e), &e);
	outcome("no such application",
		argocd_get(c->argocd, c->a, &nobody, &object, &e), &e);
}

static void look(struct caller *c, const char *name)
{
	struct argocd_id id = { .name = name };
	struct value *object = NULL;
	struct application *app = read_app(c, &id, &object);
	struct err e = { 0 };

	if (!app)
		return;
	printf("application: %s, %s, project %s, %zu source, authorised %s\n", app->health, app->sync,
	       app->project, app->nsources, *app->authorized_stages ? "yes" : "no");
	printf("revision: %zu digits\n", strlen(app->revision));
	look_at_list(c, name);
	look_for_strangers(c, &id);
	outcome("refresh", argocd_refresh(c->argocd, c->a, &id, &object, &e), &e);
	const struct argocd_change failing = {
		&id, json(c, "[{\"op\":\"test\",\"path\":\"/spec/source/path\",\"value\":\"x\"}]") };
	outcome("a patch whose test fails", argocd_patch(c->argocd, c->a, &failing, &object, &e), &e);
}

/* What the stream showed of one application, each state once. */
struct heard {
	struct arena *a;
	const char *name, *phases;
	const char *phase;
	bool over;
};

static bool hear(void *context, const struct watch_event *event)
{
	struct heard *h = context;
	const struct value *o = event->object;
	const char *phase = value_path_text(o, "status.operationState.phase", "");
	bool asked = value_count(value_get(o, "operation")) > 0;

	if (event->kind == WATCH_FAILED)
		return false;
	if (event->kind != WATCH_SEEN || !same_text(value_path_text(o, "metadata.name", ""), h->name))
		return true;
	if (asked && !*phase)
		phase = "asked";
	if (strcmp(phase, h->phase) != 0)
		h->phases = str_format(h->a, "%s %s", h->phases, phase);
	h->phase = str_copy(h->a, phase);
	h->over = h->over || (strstr(h->phases, "Running") && !asked);
	return !h->over || strcmp(value_path_text(o, "status.health.status", ""), "Healthy") != 0 ||
	       strcmp(value_path_text(o, "status.sync.status", ""), "Synced") != 0;
}

static void sync_and_watch(struct caller *c, const char *name)
{
	struct argocd_id id = { .name = name };
	struct heard h = { .a = c->a, .name = name, .phases = "", .phase = "" };
	const struct argocd_change sync = {
		&id, json(c, "{\"infos\":[{\"name\":\"" UPDATE_INFO "\",\"value\":\"x\"}]}") };
	const struct argocd_change again = { .id = &id };
	struct value *object = NULL;
	struct err e = { 0 };

	outcome("sync", argocd_sync(c->argocd, c->a, &sync, &object, &e), &e);
	printf("operation: %s, info %s, state %s\n",
	       value_count(value_get(object, "operation")) ? "asked for" : "none",
	       operation_info(value_get(object, "operation"), UPDATE_INFO),
	       value_path(object, "status.operationState") ? "there" : "gone");
	outcome("a second sync", argocd_sync(c->argocd, c->a, &again, &object, &e), &e);
	outcome("watch", argocd_watch(c->argocd, &(struct watch_options){ 0 }, hear, &h, &e), &e);
	/* How early the stream was opened is chance. */
	printf("phases end with:%s\n", strstr(h.phases, "Running") ? strstr(h.phases, " Running") : h.phases);
}

static void update(struct caller *c, char **argv)
{
	bool cancelled = false;
	struct step_subject subject = { .project = argv[3], .stage = argv[4], .promotion = PROMOTION };
	struct step_services services = { .argocd = c->argocd };
	struct step_run run = { .arena = c->a, .subject = &subject, .services = &services,
				.cancelled = &cancelled };
	struct argocd_id id = { .name = argv[2] };
	struct application *app;
	struct value *object = NULL;
	int64_t until = clock_ticks() + PATIENCE;
	struct step_result result = { .status = STEP_RUNNING };
	struct err e = { 0 };
	bool ok = true;

	run.config = json(c, str_format(c->a, "{\"apps\":[{\"name\":\"%s\",\"sources\":[{\"repoURL\":\"%s\","
					      "\"desiredRevision\":\"%s\"}]}]}", argv[2], argv[5], argv[6]));
	while (ok && result.status == STEP_RUNNING && clock_ticks() < until) {
		run.memory = result.memory;
		result = (struct step_result){ .status = STEP_SUCCEEDED };
		ok = step_argocd_update.run(&run, &result, &e);
		if (result.status == STEP_RUNNING)
			clock_sleep(200);
	}
	outcome("update", ok && result.status == STEP_SUCCEEDED, &e);
	app = read_app(c, &id, &object);
	if (!app)
		return;
	printf("synced to the revision: %s\n",
	       same_text(application_synced_revision(object, 0), argv[6]) ? "yes" : "no");
	printf("operation: %s, ours %s\n", app->operation_phase,
	       same_text(operation_info(value_path(object, "status.operationState.operation"),
					UPDATE_INFO), PROMOTION) ? "yes" : "no");
	printf("output: %zu application\n", value_count(value_get(result.output, "apps")));
}

/* How long until every application was seen once, and what decoding them cost. */
struct burst {
	size_t names, seen;
	int64_t names_at, from;
};

static bool count(void *context, const struct watch_event *event)
{
	struct burst *b = context;

	if (event->kind == WATCH_NAMES) {
		b->names = value_count(event->names);
		b->names_at = clock_ticks() - b->from;
	}
	b->seen += event->kind == WATCH_SEEN;
	return event->kind != WATCH_FAILED && (b->seen < b->names || !b->names);
}

static void time_burst(struct caller *c)
{
	struct burst b = { .from = clock_ticks() };
	struct err e = { 0 };

	outcome("watch", argocd_watch(c->argocd, &(struct watch_options){ 0 }, count, &b, &e), &e);
	printf("%zu names after %lld ms, all seen after %lld ms, %lld ms of processor\n", b.names,
	       (long long)b.names_at, (long long)(clock_ticks() - b.from),
	       (long long)(clock() * 1000 / CLOCKS_PER_SEC));
}

static int stand_up(const char *folder)
{
	struct demo_options o = { .folder = folder, .speed = 4 };
	struct demo *d;
	struct err e;
	char byte;

	if (!demo_start(&d, &o, &e) || !demo_open(d, &e)) {
		fprintf(stderr, "%s\n", e.message);
		return 1;
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	demo_stop(d);
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct caller c = { .a = a };
	struct err e;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(argv[1], "world") == 0)
		return stand_up(argv[2]);
	if (!argocd_settings_find(a, &c.settings, &e) || !c.settings.base) {
		fprintf(stderr, "no Argo CD: %s\n", c.settings.base ? "" : e.message);
		return 2;
	}
	AUTO(http) struct http *h = http_new();
	AUTO(argocd) struct argocd *argocd = argocd_new(h, &c.settings);
	c.http = h;
	c.argocd = argocd;
	if (argc == 3 && strcmp(argv[1], "look") == 0)
		look(&c, argv[2]);
	else if (argc == 3 && strcmp(argv[1], "sync") == 0)
		sync_and_watch(&c, argv[2]);
	else if (argc == 2 && strcmp(argv[1], "burst") == 0)
		time_burst(&c);
	else if (argc == 7 && strcmp(argv[1], "update") == 0)
		update(&c, argv);
	else
		return 2;
	return 0;
}
