/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A password given for one host never reaches another. Each client of the outside is driven against a host
 * that asks for its password, and then leads it to a second host that asks for one as well, in every
 * way that a protocol has. The second host writes down all that it hears.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "argocd/client.h"
#include "argocd/connect.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "discover/chart_index.h"
#include "discover/discover.h"
#include "discover/fetch.h"
#include "git/remote.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/registry.h"
#include "net/server.h"
#include "steps/step.h"
#include "tap.h"

#define PASSWORD "correct-horse-battery-staple"
#define LOGIN "ada:" PASSWORD

/* How the first host leads away. */
enum lead { LEAD_AT_ONCE, LEAD_AFTER_LOGIN, LEAD_FROM_TOKEN, LEAD_BY_LOCATION, LEAD_METHOD_KEPT, LEADS };

static const char *const lead_names[] = {
	"a redirect at once", "a redirect after the login", "a redirect of the token's place",
	"a place named for uploads", "a redirect that keeps the method",
};

struct hosts {
	struct arena *a;
	struct server *first, *second;
	const char *first_at, *second_at;       /* "127.0.0.1:4711" */
	enum lead lead;
	pthread_mutex_t lock;
	unsigned asked, heard;                  /* requests of the first and of the second host */
	unsigned leaks;                         /* of those that held the password */
	const char *leak;
};

static void set_reply_header(struct arena *a, struct server_reply *reply, const char *name, const char *value)
{
	struct http_header *h = arena_array(a, reply->nheaders + 1, sizeof(*h));

	for (size_t i = 0; i < reply->nheaders; i++)
		h[i] = reply->headers[i];
	h[reply->nheaders++] = (struct http_header){ name, value };
	reply->headers = h;
}

static void challenge(struct arena *a, struct server_reply *reply, const char *host)
{
	reply->status = 401;
	set_reply_header(a, reply, "WWW-Authenticate",
			 str_format(a, "Bearer realm=\"http://%s/token\",service=\"s\",scope=\"repository:t/x:pull\"",
				    host));
	set_reply_header(a, reply, "WWW-Authenticate", "Basic realm=\"x\"");
}

static void lead_away(struct hosts *h, struct arena *a, const struct server_request *rq,
		      struct server_reply *reply, int status)
{
	reply->status = status;
	set_reply_header(a, reply, "Location",
			 str_format(a, "http://%s%s%s%s", h->second_at, rq->raw_path, *rq->query ? "?" : "",
				    rq->query));
}

static void serve_first(void *context, struct arena *a, const struct server_request *rq,
			struct server_reply *reply)
{
	struct hosts *h = context;
	bool knows_us = server_header(rq, "Authorization") || server_header(rq, "X-Token");

	pthread_mutex_lock(&h->lock);
	h->asked++;
	pthread_mutex_unlock(&h->lock);
	reply->type = "application/json";
	if (h->lead == LEAD_AT_ONCE)
		lead_away(h, a, rq, reply, 302);
	else if (h->lead == LEAD_METHOD_KEPT)
		lead_away(h, a, rq, reply, 307);
	else if (h->lead == LEAD_FROM_TOKEN && strcmp(rq->path, "/token") == 0)
		lead_away(h, a, rq, reply, 307);
	else if (strcmp(rq->path, "/token") == 0)
		reply->body = str_of("{\"token\":\"" PASSWORD "\"}");
	else if (!knows_us)
		challenge(a, reply, h->first_at);
	else if (h->lead == LEAD_BY_LOCATION && strcmp(rq->method, "HEAD") == 0)
		reply->status = 404;            /* so that it is uploaded */
	else if (h->lead == LEAD_BY_LOCATION && strstr(rq->path, "/uploads/"))
		lead_away(h, a, rq, reply, 202);
	else
		lead_away(h, a, rq, reply, strcmp(rq->method, "GET") == 0 ? 302 : 307);
}

static bool holds_secret(struct arena *a, const char *text)
{
	return text && (strstr(text, PASSWORD) ||
			strstr(text, str_text(a, base64_encode(a, str_of(LOGIN)))));
}

static void serve_second(void *context, struct arena *a, const struct server_request *rq,
			 struct server_reply *reply)
{
	static const char *const headers[] = { "Authorization", "Proxy-Authorization", "Cookie", "X-Token",
					       "Referer", "Private-Token" };
	struct hosts *h = context;
	bool leaks = holds_secret(a, rq->query) || holds_secret(a, str_text(a, rq->body)) ||
		     holds_secret(a, rq->raw_path);

	for (size_t i = 0; i < COUNTOF(headers); i++)
		leaks = leaks || holds_secret(a, server_header(rq, headers[i]));
	pthread_mutex_lock(&h->lock);
	h->heard++;
	if (leaks && !h->leaks++)
		h->leak = str_format(h->a, "%s %s", rq->method, rq->raw_path);
	pthread_mutex_unlock(&h->lock);
	reply->type = "application/json";
	if (strcmp(rq->path, "/token") == 0)
		reply->body = str_of("{\"token\":\"another\"}");
	else
		challenge(a, reply, h->second_at);
}

static void start_hosts(struct hosts *h, struct arena *a)
{
	struct err e = { 0 };

	*h = (struct hosts){ .a = a };
	pthread_mutex_init(&h->lock, NULL);
	if (!ok(server_start(&h->first, &(struct server_options){ 0 }, serve_first, h, &e) &&
		server_start(&h->second, &(struct server_options){ 0 }, serve_second, h, &e),
		"two hosts %s", e.message))
		exit(1);
	h->first_at = str_format(a, "127.0.0.1:%u", server_port(h->first));
	h->second_at = str_format(a, "127.0.0.1:%u", server_port(h->second));
}

static void stop_hosts(struct hosts *h)
{
	server_stop(h->first);
	server_stop(h->second);
	pthread_mutex_destroy(&h->lock);
}

/* One client, made to use its password on the first host; it may well fail. */
typedef void client(struct hosts *h, struct arena *a, struct http *http);

static void use_registry(struct hosts *h, struct arena *a, struct http *http)
{
	struct registry_options o = { .username = "ada", .password = PASSWORD, .docker_config = "/nonexistent" };
	AUTO(registry) struct registry *r = NULL;
	struct registry_manifest m;
	const char *digest;
	const struct registry_blob empty = {
		"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", 100 };
	struct registry_tag_list tags = { .validator = NULL };
	struct str blob;
	struct err e;

	if (!registry_open(&r, http, str_format(a, "%s/t/x", h->first_at), &o, &e) ||
	    registry_tags(r, a, &tags, &e) || registry_manifest(r, a, "1.0", &m, &e) ||
	    registry_put_blob(r, a, str_of("{}"), &digest, &e) ||
	    registry_blob(r, a, &empty, &blob, &e))
		note("the second host was believed");
}

/* Logged in as docker login with a browser does: the secret goes out in a body. */
static void use_registry_token(struct hosts *h, struct arena *a, struct http *http)
{
	const char *folder, *text;
	AUTO(registry) struct registry *r = NULL;
	struct registry_options o = { 0 };
	struct registry_tag_list tags = { .validator = NULL };
	struct err e;

	if (!folder_temporary(a, "gantry-hosts-", &folder, &e))
		return;
	text = str_format(a, "{\"auths\":{\"%s\":{\"identitytoken\":\"" PASSWORD "\"}}}", h->first_at);
	o.docker_config = folder;
	if (file_write(path_join(a, folder, "config.json"), text, strlen(text), 0600, &e) &&
	    registry_open(&r, http, str_format(a, "%s/t/x", h->first_at), &o, &e) &&
	    registry_tags(r, a, &tags, &e))
		note("the second host was believed");
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

static void use_git(struct hosts *h, struct arena *a, struct http *http)
{
	struct remote_access given = { .username = "ada", .password = PASSWORD }, none = { 0 };
	const struct remote logged_in = { str_format(a, "http://%s/x.git", h->first_at), &given };
	const struct remote by_url = { str_format(a, "http://" LOGIN "@%s/x.git", h->first_at), &none };
	struct remote_listing there;
	struct err e;

	(void)http;
	if (remote_refs(a, &logged_in, &there, &e) || remote_refs(a, &by_url, &there, &e))
		note("the second host was believed");
}

static void use_charts(struct hosts *h, struct arena *a, struct http *http)
{
	struct subscription s = { .repo_url = str_format(a, "http://" LOGIN "@%s/charts", h->first_at),
				  .chart = "web" };
	struct discover_context c = { .http = http };
	struct chart_versions found = { 0 };
	struct err e;

	if (chart_fetch(a, &s, &c, &found, &e))
		note("the second host was believed");
}

static void run_step(const struct step_def *def, struct arena *a, struct http *http, const char *config)
{
	bool cancelled = false;
	struct step_services services = { .http = http };
	struct step_subject subject = { .project = "demo", .stage = "test", .promotion = "p" };
	struct step_run run = { .arena = a, .services = &services, .subject = &subject, .cancelled = &cancelled };
	struct step_result result = { .status = STEP_SUCCEEDED };
	struct value *v;
	struct err e = { 0 };

	if (!ok(json_parse(a, config, strlen(config), &v, &e), "a step's configuration %s", e.message))
		return;
	run.config = v;
	if (def->run(&run, &result, &e) && result.status == STEP_SUCCEEDED)
		note("the second host was believed");
}

static void use_http_step(struct hosts *h, struct arena *a, struct http *http)
{
	static const char headers[] = "\"headers\":[{\"name\":\"Authorization\",\"value\":\"Bearer " PASSWORD
				      "\"},{\"name\":\"X-Token\",\"value\":\"" PASSWORD "\"}]";

	run_step(&step_http, a, http, str_format(a, "{\"url\":\"http://%s/api\",%s}", h->first_at, headers));
	run_step(&step_http, a, http, str_format(a, "{\"url\":\"http://%s/api\",\"method\":\"POST\","
						    "\"body\":\"{}\",%s}", h->first_at, headers));
	run_step(&step_http, a, http, str_format(a, "{\"url\":\"http://" LOGIN "@%s/api\"}", h->first_at));
}

static void use_argocd(struct hosts *h, struct arena *a, struct http *http)
{
	struct argocd_settings s = { .base = str_format(a, "http://%s", h->first_at), .token = PASSWORD,
				     .origin = "a test" };
	AUTO(argocd) struct argocd *c = argocd_new(http, &s);
	struct argocd_id id = { .name = "web" };
	struct value *object;
	struct err e;

	if (argocd_get(c, a, &id, &object, &e) || argocd_sync(c, a, &(struct argocd_change){ &id, NULL }, &object, &e))
		note("the second host was believed");
}

TEST(a_password_stays_with_its_host)
{
	static const struct { const char *name; client *use; } clients[] = {
		{ "the registry", use_registry }, { "the registry with a login token", use_registry_token },
		{ "git", use_git }, { "the chart repository", use_charts }, { "step http", use_http_step },
		{ "Argo CD", use_argocd },
	};
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *http = http_new();
	struct hosts h;

	start_hosts(&h, a);
	for (size_t i = 0; i < COUNTOF(clients); i++) {
		unsigned heard = h.heard, asked = h.asked;

		for (h.lead = LEAD_AT_ONCE; h.lead < LEADS; h.lead++) {
			h.leaks = 0;
			clients[i].use(&h, a, http);
			ok(!h.leaks, "%s, %s: the second host learns nothing%s%s", clients[i].name,
			   lead_names[h.lead], h.leaks ? ", but heard it at " : "", h.leaks ? h.leak : "");
		}
		ok(h.asked > asked, "%s did ask the first host", clients[i].name);
		note("%s asked the first host %u times and the second %u times", clients[i].name,
		     h.asked - asked, h.heard - heard);
	}
	ok(h.heard > 0, "the second host was reached, so it could have learnt something");
	stop_hosts(&h);
}
