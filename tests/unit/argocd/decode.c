/* SPDX-License-Identifier: Apache-2.0 */
/* What live objects become. */
#include "argocd/decode.h"

#include <string.h>

#include "argocd/payload.h"
#include "net/sse.h"
#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "model/application.h"
#include "tap.h"

static const char *line_of(struct arena *a, const char *file)
{
	struct application *app;
	struct err e;

	if (!application_read(a, payload_json(a, file), 7, &app, &e))
		return str_copy(a, e.message);
	return str_format(a, "%s/%s %s|%s|%s|%.7s|%s|%zu", app->namespace, app->name, app->project,
			  app->health, app->sync, app->revision, app->operation_phase, app->nimages);
}

TEST(objects_become_applications)
{
	static const struct { const char *file, *line; } cases[] = {
		{ "app-single-source-healthy.json",
		  "argocd/demo-dev default|Healthy|Synced|19436ab|Succeeded|0" },
		{ "app-multi-source.json", "argocd/multi default|Healthy|Synced|7e72139|Succeeded|0" },
		{ "app-degraded.json",
		  "argocd/guestbook-staging guestbook|Degraded|Synced|a1b2c3d|Succeeded|2" },
		{ "app-never-reconciled.json", "argocd/fresh default|||||0" },
		{ "app-missing.json", "argocd/shut closed|Missing|OutOfSync|a7e5c0e||0" },
		{ "app-operation-running-waiting-retry.json",
		  "argocd/bad default|Healthy|Synced|7e72139|Running|0" },
	};
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(line_of(a, cases[i].file), cases[i].line, "%s", cases[i].file);
}

TEST(sources_and_conditions)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *multi = payload_json(a, "app-multi-source.json");
	const struct value *one = payload_json(a, "app-single-source-healthy.json");
	const struct value *broken = payload_json(a, "app-unknown-comparison-error.json");
	struct application *app;
	struct err e;

	is_number(application_nsources(multi), 2, "two sources");
	is_number(application_nsources(one), 1, "one source");
	ok(strlen(application_revision(multi, 1)) == 40, "the second one's revision");
	is_text(application_revision(one, 1), "", "there is no second");
	ok(application_condition(broken, "ComparisonError") != NULL, "a condition is found");
	ok(!application_condition(one, "ComparisonError"), "or not");
	is_text(application_key(a, one), "argocd/demo-dev", "the key");
	ok(application_read(a, one, 7, &app, &e) && same_text(app->authorized_stages, "demo:dev"),
	   "the annotation, dots in its name and all");
	ok(!application_read(a, value_map(a), 0, &app, &e), "nameless is refused");
	ok(!application_read(a, NULL, 0, &app, &e), "so is nothing");
}

/* There may be ten thousand, and one thread tells another of them. */
TEST(an_application_is_small_and_outlives_its_object)
{
	static const char *const files[] = { "app-multi-source.json", "app-degraded.json",
					     "app-unknown-comparison-error.json" };
	AUTO(arena) struct arena *a = arena_new();
	struct arena *object = arena_new();
	struct application *apps[COUNTOF(files)];
	struct err e;

	for (size_t i = 0; i < COUNTOF(files); i++) {
		size_t before = arena_used(a);

		ok(application_read(a, payload_json(object, files[i]), 7, &apps[i], &e) &&
		   arena_used(a) - before < 1500, "%s: %zu bytes", files[i], arena_used(a) - before);
	}
	arena_free(object);
	is_number(apps[0]->nsources, 2, "two sources");
	is_number(strlen(apps[0]->revisions[1]), 40, "the second one's revision");
	ok(!apps[0]->error && !apps[0]->is_asked && !apps[0]->is_stale, "nothing is wrong with it");
	is_text(apps[1]->health, "Degraded", "the second is Degraded");
	ok(apps[2]->error && strstr(apps[2]->error, "target state") != NULL, "the third can't be compared");
}

TEST(hostile_texts_are_cleaned)
{
	static const char text[] = "{\"metadata\":{\"name\":\"a\\u001b[31m\"},\"status\":{\"health\":7,"
				   "\"summary\":{\"images\":[\"x\\u0007\",5]}}}";
	AUTO(arena) struct arena *a = arena_new();
	struct application *app;
	struct value *v;
	struct err e;

	ok(json_parse(a, text, strlen(text), &v, &e) && application_read(a, v, 0, &app, &e), "read");
	is_text(app->name, "a?[31m", "no escape sequence reaches the screen");
	is_text(app->images[0], "x?", "nor from an image");
	is_number(app->nimages, 1, "what is no text is no image");
	is_text(app->health, "", "nor a health");
}

struct heard {
	struct arena *a;
	unsigned events, errors;
	const char *types;
};

static bool hear(void *context, const char *data, size_t len)
{
	struct heard *h = context;
	struct value *v;
	struct err e;

	h->events++;
	if (!json_parse(h->a, data, len, &v, &e))
		h->errors++;
	else
		h->types = str_format(h->a, "%s%c", h->types,
				      *value_path_text(v, "result.type", "?"));
	return true;
}

TEST(a_whole_session_in_any_pieces)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str session = payload_text(a, "stream-applications.sse");
	const char *first = NULL;

	for (size_t piece = 1; piece < 5000; piece = piece * 3 + 1) {
		struct heard h = { .a = a, .types = "" };
		struct sse s;
		sse_init(&s, 1 << 20);
		for (size_t at = 0; at < session.len; at += piece) {
			size_t left = session.len - at;
			if (!sse_feed(&s, session.at + at, left < piece ? left : piece, hear, &h))
				break;
		}
		sse_release(&s);
		first = first ? first : h.types;
		ok(h.events == 17 && h.errors == 0 && same_text(h.types, first),
		   "pieces of %zu bytes: %u events, %s", piece, h.events, h.types);
	}
}

TEST(a_detail_has_the_worst_first)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char text[] =
		"{'metadata':{'name':'web','namespace':'argocd'},'status':{'resources':["
		"{'kind':'Service','name':'b','namespace':'web','status':'Synced','health':{'status':'Healthy'}},"
		"{'kind':'ConfigMap','name':'c','namespace':'web','status':'OutOfSync'},"
		"{'kind':'Deployment','name':'a\\u001b','namespace':'web','status':'Synced',"
		"'health':{'status':'Degraded','message':'no image'}},{},'no object'],"
		"'summary':{'externalURLs':['https://web.example/']},"
		"'operationState':{'startedAt':'2026-11-24T21:14:07Z',"
		"'operation':{'initiatedBy':{'username':'ada'}}}}}";
	struct application_detail d;
	char json[sizeof(text)];
	struct value *object;
	struct err e;

	for (size_t i = 0; i < sizeof(text); i++)
		json[i] = (char)(text[i] == '\'' ? '"' : text[i]);
	if (!ok(json_parse(a, json, strlen(json), &object, &e), "the object is JSON"))
		return;
	application_read_detail(a, object, 7, &d);
	is_number((int64_t)d.nresources, 5, "all resources, however odd");
	is_text(d.resources[0].message, "no image", "the degraded one comes first, with its reason");
	is_text(d.resources[0].name, "a?", "cleaned");
	is_text(d.resources[1].name, "c", "then what is out of sync");
	is_text(d.urls[0], "https://web.example/", "where people reach it");
	is_text(d.operation_by, "ada", "who started the operation");
	is_number(d.operation_finished, 0, "which is not over");
}

TEST(events_have_a_ceiling)
{
	AUTO(arena) struct arena *a = arena_new();
	struct heard h = { .a = a, .types = "" };
	struct sse s;

	sse_init(&s, 10);
	ok(!sse_feed(&s, "data: 0123456789", 16, hear, &h) && sse_is_too_big(&s), "a long line ends it");
	sse_release(&s);
	sse_init(&s, 100);
	ok(sse_feed(&s, "data: {}\r\n\r\n: x\n\nevent: y\n\ndata: [1,\ndata: 2]\n\n", 47, hear, &h),
	   "CR LF, comments, other fields and data over two lines");
	is_number(h.events, 2, "are two events");
	is_number(h.errors, 0, "of JSON");
	sse_release(&s);
}
