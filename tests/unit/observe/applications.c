/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard's look at Argo CD takes up a new token without being started again. */
#include "observe/applications.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/str.h"
#include "model/world.h"
#include "net/server.h"
#include "tap.h"

enum { PATIENCE_MS = 60000, LOOK_MS = 50 };

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

static void nothing(void *context)
{
	(void)context;
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
