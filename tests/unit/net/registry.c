/* SPDX-License-Identifier: Apache-2.0 */
/* The registry client against a small registry with pages, tokens and lies. */
#include "net/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "net/docker_config.h"
#include "net/http.h"
#include "net/registry_auth.h"
#include "net/registry_inner.h"
#include "net/server.h"
#include "tap.h"

struct store {
	struct server *server;
	struct arena *a;
	unsigned port;
	bool wants_token, wants_basic, lies, loops;
	unsigned tags;                  /* on the only page of its list; 0: there are two pages */
	bool has_marks;                 /* each page has an entity tag */
	const char *instead;            /* of a list of tags; NULL: one is sent */
	unsigned tokens;
	const char *scope;              /* of the newest token */
	struct str blob, manifest;      /* uploaded */
};

static void set_header(struct arena *a, struct server_reply *r, const char *name, const char *value)
{
	struct http_header *h = arena_array(a, r->nheaders + 1, sizeof(*h));

	for (size_t i = 0; i < r->nheaders; i++)
		h[i] = r->headers[i];
	h[r->nheaders++] = (struct http_header){ name, value };
	r->headers = h;
}

static bool is_let_in(struct store *s, struct arena *a, const struct server_request *rq,
		      struct server_reply *reply)
{
	const char *auth = server_header(rq, "Authorization");

	if (s->wants_token && !same_text(auth, "Bearer good")) {
		reply->status = 401;
		set_header(a, reply, "WWW-Authenticate",
			   str_format(a, "Basic realm=\"x\", Bearer realm=\"http://127.0.0.1:%u/token\","
					 "service=\"sv\",scope=\"repository:x:pull\"", s->port));
		return false;
	}
	if (s->wants_basic && !same_text(auth, "Basic dTpw")) {
		reply->status = 401;
		set_header(a, reply, "WWW-Authenticate", "Basic realm=\"x\"");
		return false;
	}
	return true;
}

static void serve_tags(struct store *s, struct arena *a, const struct server_request *rq,
		       struct server_reply *reply)
{
	const char *last = server_parameter(a, rq, "last");

	if (s->instead) {
		reply->body = str_of(s->instead);
		return;
	}
	if (s->has_marks) {
		set_header(a, reply, "ETag", "\"v1\"");
		if (same_text(server_header(rq, "If-None-Match"), "\"v1\"")) {
			reply->status = 304;
			return;
		}
	}
	if (s->tags) {
		const char *tags = "\"1.0\"";

		for (unsigned i = 1; i < s->tags; i++)
			tags = str_format(a, "%s,\"1.%u\"", tags, i);
		reply->body = str_of(str_format(a, "{\"tags\":[%s]}", tags));
		return;
	}
	if (s->loops) {
		reply->body = str_of("{\"tags\":[\"1.0\"]}");
		set_header(a, reply, "Link", last && strcmp(last, "b") == 0 ? "<?last=a>; rel=next"
									    : "<?last=b>; rel=next");
		return;
	}
	reply->body = str_of(last ? "{\"name\":\"t/x\",\"tags\":[\"1.2\",\"bad tag\"]}"
				  : "{\"name\":\"t/x\",\"tags\":[\"1.0\",\"1.1\"]}");
	if (!last)
		set_header(a, reply, "Link", s->lies ? "<http://elsewhere.example/v2/>; rel=\"next\""
						     : "</v2/t/x/tags/list?n=1000&last=1.1>; rel=\"next\"");
}

static void serve(void *context, struct arena *a, const struct server_request *rq,
		  struct server_reply *reply)
{
	struct store *s = context;

	reply->type = "application/json";
	if (strcmp(rq->path, "/token") == 0) {
		s->tokens++;
		s->scope = str_copy(s->a, rq->query);
		reply->body = str_of("{\"token\":\"good\"}");
		return;
	}
	if (!is_let_in(s, a, rq, reply))
		return;
	if (has_suffix(rq->path, "/tags/list"))
		serve_tags(s, a, rq, reply);
	else if (strcmp(rq->path, "/v2/t/x/blobs/uploads/") == 0) {
		reply->status = 202;
		set_header(a, reply, "Location", "/upload?id=7");
	} else if (strcmp(rq->path, "/upload") == 0) {
		reply->status = 201;
		s->blob = (struct str){ str_copy_n(s->a, rq->body.at, rq->body.len), rq->body.len };
	} else if (strstr(rq->path, "/manifests/") && strcmp(rq->method, "PUT") == 0) {
		reply->status = 201;
		s->manifest = (struct str){ str_copy_n(s->a, rq->body.at, rq->body.len), rq->body.len };
	} else if (strstr(rq->path, "/manifests/1.") || strstr(rq->path, "/manifests/sha256:")) {
		reply->type = "application/vnd.oci.image.index.v1+json; charset=utf-8";
		reply->body = str_of(s->lies ? "{\"other\":1}" : "{}");
		set_header(a, reply, "Docker-Content-Digest", "sha256:44136fa355b3678a1146ad16f7e8649e"
							      "94fb4fc21fe77e8310c060f61caaff8a");
	} else
		reply->status = 404;
}

#define EMPTY "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

static struct registry *open_store(struct store *s, struct arena *a, struct http *h,
				   const struct registry_options *o)
{
	struct registry *r = NULL;
	struct err e = { 0 };

	s->a = a;
	ok(server_start(&s->server, &(struct server_options){ 0 }, serve, s, &e), "a registry");
	s->port = server_port(s->server);
	ok(registry_open(&r, h, str_format(a, "127.0.0.1:%u/t/x", s->port), o, &e),
	   "is opened %s", e.message);
	return r;
}

TEST(tags_and_manifests)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .docker_config = "/nonexistent" };
	struct store s = { .wants_token = true };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_manifest m;
	struct registry_tag_list tags = { .validator = NULL };
	struct err e = { 0 };

	ok(registry_tags(r, a, &tags, &e), "tags are listed %s", e.message);
	is_number(tags.tags.count, 3, "over two pages, without what is no tag");
	is_text(tags.tags.items[2], "1.2", "the last one");
	is_number(s.tokens, 1, "one token was enough");
	is_text(s.scope, "service=sv&scope=repository%3Ax%3Apull", "for what was challenged");
	ok(registry_manifest(r, a, "1.1", &m, &e), "a manifest by tag");
	is_text(m.digest, EMPTY, "has the digest of its bytes");
	is_text(m.type, "application/vnd.oci.image.index.v1+json", "and its type");
	ok(registry_head(r, a, "1.1", &m, &e) && same_text(m.digest, EMPTY), "HEAD tells it too");
	ok(!registry_manifest(r, a, "2.0", &m, &e) && e.code == ERR_NOT_FOUND && !e.again,
	   "what is not there: %s", e.message);
	s.lies = true;
	ok(!registry_manifest(r, a, EMPTY, &m, &e) && e.code == ERR_NET,
	   "other bytes than asked for are refused: %s", e.message);
	ok(!registry_tags(r, a, &tags, &e), "a list that leaves the host is: %s", e.message);
	server_stop(s.server);
}

TEST(a_list_of_one_page_is_not_sent_twice)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .docker_config = "/nonexistent" };
	struct store s = { .tags = 1, .has_marks = true };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_tag_list list = { .validator = NULL };
	struct err e = { 0 };

	ok(registry_tags(r, a, &list, &e) && !list.is_known && list.validator, "tags %s", e.message);
	is_number(list.tags.count, 1, "are sent once");
	ok(registry_tags(r, a, &list, &e) && list.is_known && list.validator,
	   "then only that they hold");
	s.tags = 100;
	list.validator = NULL;
	ok(registry_tags(r, a, &list, &e) && list.tags.count == 100 && !list.validator,
	   "a full one is sent always: the next tag may begin another");
	s.tags = 0;
	ok(registry_tags(r, a, &list, &e) && list.tags.count == 3, "one of two pages is sent");
	ok(!list.validator, "always: the first says nothing of the second");
	server_stop(s.server);
}

TEST(an_answer_that_is_no_list_is_not_taken_for_an_empty_one)
{
	static const char *const no_list[] = { " <!DOCTYPE html><title>Log in</title>", "[]", "{\"error\":\"log in\"}",
					       "7", "" };
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .docker_config = "/nonexistent" };
	struct store s = { .instead = "{\"name\":\"t/x\",\"tags\":null}" };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_tag_list tags = { .validator = NULL };
	struct err e = { 0 };

	ok(registry_tags(r, a, &tags, &e) && tags.tags.count == 0, "a repository without tags has none %s", e.message);
	for (size_t i = 0; i < COUNTOF(no_list); i++) {
		s.instead = no_list[i];
		ok(!registry_tags(r, a, &tags, &e), "%s is refused: %s", no_list[i], e.message);
	}
	s.instead = no_list[0];
	ok(!registry_tags(r, a, &tags, &e) && strstr(e.message, "a web page instead of a list of tags"),
	   "a page is named");
	server_stop(s.server);
}

TEST(pages_that_go_round_in_circles)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .docker_config = "/nonexistent" };
	struct store s = { .loops = true };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_tag_list tags = { .validator = NULL };
	struct err e = { 0 };

	ok(!registry_tags(r, a, &tags, &e) && strstr(e.message, "page 4 repeats an earlier one"),
	   "%s", e.message);
	server_stop(s.server);
}

TEST(uploads)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .username = "u", .password = "p" };
	struct store s = { .wants_basic = true };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_manifest m = { .type = "application/json", .body = str_of("{\"a\":1}") };
	const char *digest;
	struct err e = { 0 };

	ok(registry_put_blob(r, a, str_of("{}"), &digest, &e), "a blob goes up %s", e.message);
	is_text(digest, EMPTY, "under its digest");
	ok(str_is(s.blob, "{}"), "whole");
	ok(registry_put_manifest(r, a, "v1", &m, &e), "a manifest too");
	ok(str_is(s.manifest, "{\"a\":1}"), "whole");
	server_stop(s.server);
}

TEST(no_credentials)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { .docker_config = "/nonexistent" };
	struct store s = { .wants_basic = true };
	AUTO(registry) struct registry *r = open_store(&s, a, h, &o);
	struct registry_tag_list tags = { .validator = NULL };
	struct err e = { 0 };

	ok(!registry_tags(r, a, &tags, &e) && e.code == ERR_AUTH, "says what to do: %s", e.message);
	server_stop(s.server);
}

TEST(names)
{
	static const struct { const char *text, *host, *name; } cases[] = {
		{ "nginx", "docker.io", "library/nginx" },
		{ "bitnami/redis", "docker.io", "bitnami/redis" },
		{ "docker.io/nginx", "docker.io", "library/nginx" },
		{ "ghcr.io/a/b/c", "ghcr.io", "a/b/c" },
		{ "oci://localhost:5000/chart", "localhost:5000", "chart" },
		{ "GHCR.io/a", "ghcr.io", "a" },
	};
	static const char *const bad[] = { "", "UPPER/x", "a b", "ghcr.io/", "ghcr.io/../x", "x:tag",
					   "h.io/x?y" };
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct registry_options o = { 0 };
	struct err e;

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		AUTO(registry) struct registry *r = NULL;
		ok(registry_open(&r, h, cases[i].text, &o, &e) &&
		   same_text(registry_host(r), cases[i].host) &&
		   same_text(registry_repository(r), cases[i].name),
		   "%s is %s of %s", cases[i].text, cases[i].name, cases[i].host);
	}
	for (size_t i = 0; i < COUNTOF(bad); i++) {
		struct registry *r = NULL;
		ok(!registry_open(&r, h, bad[i], &o, &e) && e.code == ERR_CONFIG, "'%s' is none", bad[i]);
	}
	(void)a;
}

TEST(challenges)
{
	AUTO(arena) struct arena *a = arena_new();
	struct challenge c;

	challenge_read(a, "Bearer realm=\"https://auth/x?y=1\",service=\"a \\\"b\\\"\",scope=\"s\"", &c);
	ok(c.is_bearer && !c.is_basic, "bearer");
	is_text(c.realm, "https://auth/x?y=1", "realm");
	is_text(c.service, "a \"b\"", "quoted");
	challenge_read(a, "bearer realm=x, BASIC realm=\"no\"", &c);
	ok(c.is_bearer && c.is_basic && same_text(c.realm, "x"), "each keeps its own realm");
	challenge_read(a, "\"=,,=\"Basic", &c);
	challenge_read(a, "=\"", &c);
	ok(!c.is_bearer, "rubbish is survived");
}

static const char *login_of(struct arena *a, const char *folder, const char *host, const char *name)
{
	struct docker_login l;
	struct err e;

	if (!docker_login_find(a, &(struct docker_query){ folder, host, name }, &l, &e))
		return str_format(a, "error: %s", e.message);
	return str_format(a, "%s:%s:%s", l.username ? l.username : "-",
			  l.password ? l.password : "-", l.identity_token ? l.identity_token : "-");
}

TEST(docker_logins)
{
	static const char config[] =
		"{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"aHViOnBhc3M6d29yZA==\"},"
		"\"ghcr.io\":{\"username\":\"g\",\"password\":\"h1234\"},"
		"\"quay.io/team\":{\"auth\":\"dGVhbTpzZWNyZXQ=\"},"
		"\"id.example\":{\"auth\":\"PHRva2VuPjo=\",\"identitytoken\":\"refresh\"},"
		"\"broken.example\":{\"auth\":\"!!\"},"
		"\"helped.example\":{}},"
		"\"credHelpers\":{\"helped.example\":\"gantry-test-none\"}}";
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct err e;

	ok(folder_temporary(a, "gantry-docker-", &folder, &e) &&
	   file_write(path_join(a, folder, "config.json"), config, strlen(config), 0600, &e), "a config");
	is_text(login_of(a, folder, "docker.io", "library/x"), "hub:pass:word:-", "the hub's old key");
	is_text(login_of(a, folder, "ghcr.io", "x"), "g:h1234:-", "plain fields");
	is_text(login_of(a, folder, "quay.io", "team/x"), "team:secret:-", "a folder of a host");
	is_text(login_of(a, folder, "quay.io", "other/x"), "-:-:-", "but not another");
	is_text(login_of(a, folder, "id.example", "x"), "<token>:-:refresh", "an identity token");
	ok(has_prefix(login_of(a, folder, "broken.example", "x"), "error: "), "a broken one is told");
	ok(strstr(login_of(a, folder, "helped.example", "x"), "docker-credential-gantry-test-none"),
	   "a helper that is not there is named");
	is_text(login_of(a, "/nonexistent", "ghcr.io", "x"), "-:-:-", "no file is no login");
	ok(folder_remove(folder, &e), "cleaned up");
}

TEST(pace)
{
	struct rate *r = rate_new(20);
	int64_t from = clock_ticks();
	bool cancelled = false;

	for (int i = 0; i < 26; i++)
		if (!rate_wait(r, "h", &cancelled))
			break;
	int64_t took = clock_ticks() - from;
	ok(took >= 150 && took < 60000, "26 requests at 20 a second with a burst of 20 take %lld ms",
	   (long long)took);
	cancelled = true;
	for (int i = 0; i < 3; i++)
		if (!rate_wait(r, "h", &cancelled))
			break;
	ok(clock_ticks() - from < took + 20000, "a cancelled wait ends");
	rate_free(r);
}
