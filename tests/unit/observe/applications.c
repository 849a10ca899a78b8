/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard's look at Argo CD: applications as they are, and a new token without being started again. */
#include "observe/applications.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/part.h"
#include "base/str.h"
#include "feeder.h"
#include "model/application.h"
#include "model/world.h"
#include "net/server.h"
#include "tap.h"

enum { PATIENCE_MS = 60000, LOOK_MS = 50, APPLICATIONS = 300, SIGNS = 30 };

/* A stream in which nothing happens. */
static bool says_nothing(void *state, struct buf *out)
{
	(void)state;
	(void)out;
	clock_sleep(LOOK_MS);
	return true;
}

/* Lets in the second token only. */
static void only_new(void *context, struct arena *a, const struct server_request *rq,
		     struct server_reply *reply)
{
	const char *said = server_header(rq, "Authorization");

	(void)context;
	(void)a;
	reply->type = "application/json";
	if (same_text(said, "Bearer second-token")) {
		if (has_prefix(rq->path, "/api/v1/stream/"))
			reply->next = says_nothing;
		else
			reply->body = str_of("{\"items\":[]}");
		return;
	}
	reply->status = 401;
	reply->body = str_of("{\"error\":\"token is revoked\",\"code\":16,\"message\":\"token is revoked\"}");
}

static bool write_login(struct arena *a, const char *folder, unsigned port, const char *token)
{
	const char *text = str_format(a,
		"contexts: [{name: here, server: \"127.0.0.1:%u\", user: bot}]\ncurrent-context: here\n"
		"servers: [{server: \"127.0.0.1:%u\", plain-text: true}]\nusers: [{name: bot, auth-token: %s}]\n",
		port, port, token);
	struct err e;

	return ok(file_write(path_join(a, folder, "config"), text, strlen(text), 0600, &e), "a login");
}

static void nothing(void *context, const char *authorized)
{
	(void)context;
	(void)authorized;
}

/* Waits until Argo CD refuses (or lets in). */
static bool becomes(struct applications *as, struct arena *a, bool refused)
{
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end; clock_sleep(LOOK_MS)) {
		struct source s;

		applications_source(as, a, &s);
		if (refused ? s.error && strstr(s.error, "refuses the token") != NULL : s.seen_at && !s.error)
			return true;
	}
	return false;
}

TEST(a_new_token_is_taken_up)
{
	AUTO(arena) struct arena *a = arena_new();
	char *folder = str_format(a, "/tmp/gantry-login-XXXXXX");
	struct applications *as = NULL;
	struct server *s = NULL;
	struct err e;

	if (!ok(mkdtemp(folder) && server_start(&s, &(struct server_options){ 0 }, only_new, NULL, &e),
		"an Argo CD"))
		return;
	unsetenv("ARGOCD_SERVER");
	unsetenv("ARGOCD_AUTH_TOKEN");
	unsetenv("ARGOCD_OPTS");
	setenv("ARGOCD_CONFIG_DIR", folder, 1);
	if (write_login(a, folder, server_port(s), "first-token") &&
	    ok((as = applications_new(nothing, NULL)) && applications_start(as, &e), "it is watched")) {
		ok(becomes(as, a, true), "the old token is refused, and that is told");
		write_login(a, folder, server_port(s), "second-token");
		ok(becomes(as, a, false), "the one that somebody logged in with since is not");
	}
	applications_stop(as);
	server_stop(s);
	unsetenv("ARGOCD_CONFIG_DIR");
	unlink(path_join(a, folder, "config"));
	rmdir(folder);
}

/* The health of the application of that index, "" when there is none. */
static const char *health_at(struct arena *a, struct applications *as, size_t index)
{
	struct application_list list;
	struct part *held = applications_hold(as, &list);
	const char *health = index < list.count ? str_copy(a, application_at(&list, index)->health) : "";

	part_release(held);
	return health;
}

static bool health_becomes(struct arena *a, struct applications *as, size_t index, const char *health)
{
	int64_t end = clock_ticks() + PATIENCE_MS;

	while (strcmp(health_at(a, as, index), health) != 0 && clock_ticks() < end)
		clock_sleep(LOOK_MS);
	return strcmp(health_at(a, as, index), health) == 0;
}

static unsigned signs_reach(struct feeder *f, unsigned count)
{
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end && feeder_signs(f) < count;)
		clock_sleep(LOOK_MS);
	return feeder_signs(f);
}

static void count_change(void *count, const char *authorized)
{
	(void)authorized;
	atomic_fetch_add((atomic_uint *)count, 1);
}

/* Each world of a fleet is built anew when all are told: a hundred a sign of life would be too many. */
TEST(a_sign_of_life_alone_is_told_seldom)
{
	AUTO(arena) struct arena *a = arena_new();
	atomic_uint told = 0;
	struct applications *as;
	struct source before, after;
	struct feeder *f;
	unsigned sent, heard;
	struct err e;

	if (!ok(feeder_start(&f, 3, &e), "an Argo CD"))
		return;
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", feeder_port(f)), 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	as = applications_new(count_change, &told);
	ok(as && applications_start(as, &e) && health_becomes(a, as, 2, "Healthy"), "is watched");
	feeder_alive(f, 20);
	sent = signs_reach(f, SIGNS);
	applications_source(as, a, &before);
	heard = atomic_load(&told);
	ok(signs_reach(f, sent + SIGNS) >= sent + SIGNS, "which says again and again that it lives");
	applications_source(as, a, &after);
	ok(after.seen_at > before.seen_at, "each is heard");
	heard = atomic_load(&told) - heard;
	ok(heard < SIGNS / 2, "but not passed on: %u of %d", heard, SIGNS);
	applications_stop(as);
	feeder_stop(f);
	unsetenv("ARGOCD_SERVER");
	unsetenv("ARGOCD_AUTH_TOKEN");
	unsetenv("ARGOCD_OPTS");
}

/* A reader keeps the list that it holds, whatever happens meanwhile; one application changes alone. */
TEST(the_list_follows_what_argocd_tells)
{
	AUTO(arena) struct arena *a = arena_new();
	struct application_list before, after;
	struct applications *as;
	struct feeder *f;
	struct source source;
	struct err e;

	if (!ok(feeder_start(&f, APPLICATIONS, &e), "an Argo CD of many applications"))
		return;
	setenv("ARGOCD_SERVER", str_format(a, "127.0.0.1:%u", feeder_port(f)), 1);
	setenv("ARGOCD_AUTH_TOKEN", "x", 1);
	setenv("ARGOCD_OPTS", "--plaintext", 1);
	as = applications_new(nothing, NULL);
	ok(as && applications_start(as, &e), "is watched");
	ok(health_becomes(a, as, APPLICATIONS - 1, "Healthy"), "all are there");
	struct part *held = applications_hold(as, &before);
	is_number(before.count, APPLICATIONS, "as many as it has");
	is_text(application_at(&before, 1)->name, "app-stage-0001", "in order");
	is_number(application_at(&before, 1)->nsources, 1, "each with its source");
	applications_source(as, a, &source);
	ok(source.seen_at && !source.failing_since && !source.error, "and it answers");
	feeder_break(f, 1);
	ok(health_becomes(a, as, 1, "Degraded"), "one breaks");
	struct part *new = applications_hold(as, &after);
	is_text(application_at(&after, 1)->health_message, "a pod does not start", "with its reason");
	ok(application_at(&after, 0) == application_at(&before, 0), "the others are not read anew");
	ok(after.pages[0] != before.pages[0] && after.pages[1] == before.pages[1],
	   "and of the list itself only one page is another");
	is_text(application_at(&before, 1)->health, "Healthy", "and whoever holds the list of before sees what was");
	part_release(held);
	part_release(new);
	feeder_stop(f);
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end; clock_sleep(LOOK_MS)) {
		applications_source(as, a, &source);
		if (source.failing_since)
			break;
	}
	ok(source.failing_since && source.error, "when it is gone, that is told: %s", source.error ? source.error : "");
	is_text(health_at(a, as, 1), "Degraded", "and what was seen last stays");
	applications_stop(as);
	unsetenv("ARGOCD_SERVER");
	unsetenv("ARGOCD_AUTH_TOKEN");
	unsetenv("ARGOCD_OPTS");
}
