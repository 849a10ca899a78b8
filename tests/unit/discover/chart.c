/* SPDX-License-Identifier: Apache-2.0 */
/* Chart repositories over HTTP: what they hold, whom they let in, and what they say otherwise. */
#include "discover/fetch.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "discover/chart_index.h"
#include "discover/discover.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/server.h"
#include "tap.h"

/* A repository at /open, one that asks for ada's password at /closed, and none elsewhere. */
static void serve(void *context, struct arena *a, const struct server_request *rq,
		  struct server_reply *reply)
{
	const char *login = server_header(rq, "authorization");

	(void)context, (void)a;
	if (strcmp(rq->path, "/page/index.yaml") == 0)
		reply->body = str_of("<html>log in</html>");
	else if (strcmp(rq->path, "/closed/index.yaml") == 0 &&
		 (!login || strcmp(login, "Basic YWRhOnNlY3JldA==") != 0))
		reply->status = 401;
	else if (strcmp(rq->path, "/open/index.yaml") != 0 && strcmp(rq->path, "/closed/index.yaml") != 0)
		reply->status = 404;
	else
		reply->body = str_of("entries:\n  app:\n  - {version: 1.10}\n  - {version: \"1.9.0\"}\n");
}

struct repository {
	struct arena *a;
	struct server *server;
	struct discover_context context;
};

/* The versions, or what went wrong. */
static const char *versions_of(struct repository *r, const char *path, const char *chart)
{
	const char *out = "";
	struct subscription s = { .chart = chart };
	struct chart_versions found = { 0 };
	struct err e;

	s.repo_url = str_format(r->a, "http://127.0.0.1:%u%s", server_port(r->server), path);
	if (!chart_fetch(r->a, &s, &r->context, &found, &e))
		return str_copy(r->a, e.message);
	for (size_t i = 0; i < found.versions.count; i++)
		out = str_format(r->a, "%s%s%s", out, i ? " " : "", (const char *)found.versions.items[i]);
	return found.missing ? found.missing : out;
}

TEST(a_chart_repository_is_asked_for_its_index)
{
	AUTO(arena) struct arena *a = arena_new();
	struct repository r = { .a = a, .context = { .http = http_new() } };
	struct value *secrets = value_map(a), *secret = NULL;
	struct err e = { .message = "" };
	const char *text;

	if (!ok(server_start(&r.server, &(struct server_options){ 0 }, serve, NULL, &e), "a server"))
		return;
	is_text(versions_of(&r, "/open/", "app"), "1.10 1.9.0", "versions are as they are written");
	is_text(versions_of(&r, "/open", "ap"), "the repository has no chart \"ap\"; it has app",
		"a wrong name is seen beside the right one");
	is_text(versions_of(&r, "/none", "app"), "index.yaml: the server answers 404", "none there");
	is_text(versions_of(&r, "/page", "app"), "index.yaml holds no map: this is not a chart repository",
		"a web page is none");
	is_text(versions_of(&r, "/closed", "app"),
		"the repository answers 401: its Secret of cred-type helm, or line in ~/.netrc, is missing "
		"or wrong", "without a password");
	text = str_format(a, "{\"metadata\":{\"labels\":{\"kargo.akuity.io/cred-type\":\"helm\"}},"
			  "\"stringData\":{\"repoURL\":\"http://127.0.0.1:%u/closed\",\"username\":\"ada\","
			  "\"password\":\"secret\"}}", server_port(r.server));
	if (ok(json_parse(a, text, strlen(text), &secret, &e), "a Secret"))
		value_set(a, secrets, "charts", secret);
	r.context.secrets = secrets;
	is_text(versions_of(&r, "/closed", "app"), "1.10 1.9.0", "with the one of the Secret");
	http_free(r.context.http);
	server_stop(r.server);
}
