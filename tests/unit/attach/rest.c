/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's own API as a second way to it: logins, calls, objects listed and heard of, and what goes wrong. */
#include "attach/rest.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "attach/kargo_login.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "err_name.h"
#include "net/http.h"
#include "net/server.h"
#include "tap.h"

enum { PATIENCE_MS = 60000 };

/* A small API: what it answers to a path, and what it was asked. */
struct kargo {
	struct arena *a;
	struct server *server;
	pthread_mutex_t lock;
	const char *folder;
	const char *token;              /* the only one that is let in */
	struct buf asked;
	int status;                     /* of all answers */
	const char *answer;             /* to what is not listed below */
	const char *stages, *stream;    /* the list, and what is streamed once */
	bool streaming, hang_up;
};

static bool kargo_stream(void *state, struct buf *out)
{
	struct kargo *k = state;
	bool goes_on;

	pthread_mutex_lock(&k->lock);
	if (k->stream)
		buf_text(out, k->stream);
	k->stream = NULL;
	goes_on = !k->hang_up;
	pthread_mutex_unlock(&k->lock);
	if (goes_on && !out->len)
		clock_sleep(5);
	return goes_on;
}

static void kargo_answer(void *context, struct arena *a, const struct server_request *rq,
			 struct server_reply *reply)
{
	struct kargo *k = context;

	pthread_mutex_lock(&k->lock);
	buf_format(&k->asked, "%s %s%s%s %.*s\n", rq->method, rq->raw_path, *rq->query ? "?" : "", rq->query,
		   (int)rq->body.len, rq->body.at);
	reply->type = "application/json";
	reply->status = k->status;
	if (!same_text(server_header(rq, "Authorization"), str_format(a, "Bearer %s", k->token))) {
		reply->status = 401;
		reply->body = str_of("{\"error\":\"invalid token\"}");
	} else if (k->status == 200 && server_parameter(a, rq, "watch")) {
		reply->type = "text/event-stream";
		reply->next = kargo_stream;
		reply->state = k;
		k->hang_up = false;
	} else if (k->status == 200 && has_suffix(rq->path, "/stages") && k->stages) {
		reply->body = str_of(str_copy(a, k->stages));
	} else {
		reply->body = str_of(str_copy(a, k->answer));
	}
	pthread_mutex_unlock(&k->lock);
}

static void kargo_write(struct kargo *k, const char *text)
{
	const char *path = path_join(k->a, k->folder, "kargo/config");
	struct err e = { 0 };

	ok(folder_make(path_folder(k->a, path), 0700, &e) && file_replace(path, text, strlen(text), 0600, &e),
	   "logged in %s", e.message);
}

static void kargo_open(struct kargo *k)
{
	struct err e = { 0 };

	*k = (struct kargo){ .a = arena_new(), .token = "first-token", .status = 200, .answer = "{}" };
	pthread_mutex_init(&k->lock, NULL);
	buf_init(&k->asked, 1 << 20);
	ok(folder_temporary(k->a, "kargo", &k->folder, &e), "a folder %s", e.message);
	ok(server_start(&k->server, &(struct server_options){ 0 }, kargo_answer, k, &e), "a server %s", e.message);
	unsetenv("KARGO_API_ADDRESS");
	unsetenv("KARGO_API_TOKEN");
	setenv("XDG_CONFIG_HOME", k->folder, 1);
	kargo_write(k, str_format(k->a, "apiAddress: http://127.0.0.1:%u/\nbearerToken: first-token\nproject: demo\n",
				  server_port(k->server)));
}

static void kargo_close(struct kargo *k)
{
	struct err e = { 0 };

	server_stop(k->server);
	pthread_mutex_destroy(&k->lock);
	buf_release(&k->asked);
	ok(folder_remove(k->folder, &e), "removed %s", e.message);
	unsetenv("XDG_CONFIG_HOME");
	arena_free(k->a);
}

static void kargo_set(struct kargo *k, int status, const char *answer)
{
	pthread_mutex_lock(&k->lock);
	k->status = status;
	k->answer = answer;
	pthread_mutex_unlock(&k->lock);
}

/* What was asked since the last time. */
static const char *kargo_asked(struct kargo *k)
{
	const char *text;

	pthread_mutex_lock(&k->lock);
	text = buf_copy(&k->asked, k->a);
	buf_clear(&k->asked);
	pthread_mutex_unlock(&k->lock);
	return text;
}

TEST(a_login_is_where_kargo_login_left_it)
{
	struct kargo k;
	struct kargo_login l;
	struct err e = { 0 };

	kargo_open(&k);
	ok(kargo_login_find(k.a, NULL, &l, &e), "found %s", e.message);
	is_text(l.address, str_format(k.a, "http://127.0.0.1:%u", server_port(k.server)), "its address");
	is_text(l.token, "first-token", "our token");
	is_text(l.project, "demo", "the usual project");
	is_text(log_redacted(k.a, "it is first-token"), "it is [redacted]", "which no log shows");
	ok(kargo_login_find(k.a, "https://other.example.org", &l, &e) && !l.token, "another address is not shown it");
	is_text(l.project, NULL, "nor are its projects those of ours");
	setenv("KARGO_API_ADDRESS", "https://kargo.example.org/", 1);
	ok(kargo_login_find(k.a, NULL, &l, &e), "the environment wins %s", e.message);
	is_text(l.address, "https://kargo.example.org", "with its address");
	is_text(l.token, NULL, "for which the file's token is not");
	setenv("KARGO_API_TOKEN", "token-of-environment", 1);
	ok(kargo_login_find(k.a, NULL, &l, &e) && same_text(l.token, "token-of-environment"), "and its token");
	ok(kargo_login_find(k.a, "https://other.example.org", &l, &e) && !l.token, "for its own address only");
	unsetenv("KARGO_API_TOKEN");
	unsetenv("KARGO_API_ADDRESS");
	kargo_write(&k, "apiAddress: 12\n");
	ok(!kargo_login_find(k.a, NULL, &l, &e) && e.code == ERR_CONFIG, "what is wrong");
	is_text(e.message, str_format(k.a, "%s/kargo/config:1: apiAddress must be a text, not a number; log in again with "
				      "kargo login", k.folder), "is told with its place");
	kargo_write(&k, "bearerToken: x\napiAddress: kargo\n");
	ok(!kargo_login_find(k.a, NULL, &l, &e), "so is what is no address");
	is_text(e.message, str_format(k.a, "%s/kargo/config:2: apiAddress is not a URL like "
					   "https://kargo.example.org; log "
				      "in again with kargo login", k.folder), "with its line");
	kargo_write(&k, "");
	ok(!kargo_login_find(k.a, NULL, &l, &e) && e.code == ERR_NOT_FOUND, "nobody logged in: %s", e.message);
	kargo_close(&k);
}

/* The transport, one thread's part of it, and its end. */
struct way {
	struct attach_transport t;
	void *own;
	bool cancelled;
};

static void way_open(struct way *w, struct kargo *k)
{
	struct err e = { 0 };

	*w = (struct way){ .cancelled = false };
	ok(attach_rest_open(NULL, &w->t, &e), "a way %s", e.message);
	w->own = w->t.open(w->t.it, &w->cancelled);
	is_text(w->t.context, str_format(k->a, "http://127.0.0.1:%u", server_port(k->server)), "named by its address");
}

static void way_close(struct way *w)
{
	w->t.close(w->own);
	w->t.free(w->t.it);
}

static bool way_call(struct way *w, struct kargo *k, const struct attach_call *call, struct err *e)
{
	const struct value *out;

	*e = (struct err){ 0 };
	return w->t.call(w->own, k->a, call, &out, e);
}

TEST(each_wish_is_one_request)
{
	static const struct { struct attach_call call; const char *asked; } cases[] = {
		{ { .verb = ATTACH_CREATE, .project = "p", .stage = "s t", .freight = "f" },
		  "POST /v1beta1/projects/p/stages/s%20t/promotions {\"freight\":\"f\"}\n" },
		{ { .verb = ATTACH_CREATE, .project = "p", .stage = "s", .warehouse = "w" },
		  "POST /v1beta1/projects/p/stages/s/promotions {\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}\n" },
		{ { .verb = ATTACH_APPROVE, .project = "p", .stage = "s", .freight = "f" },
		  "POST /v1beta1/projects/p/freight/f/approve?stage=s \n" },
		{ { .verb = ATTACH_ABORT, .project = "p", .name = "s.1.f" },
		  "POST /v1beta1/projects/p/promotions/s.1.f/abort \n" },
		{ { .verb = ATTACH_REFRESH, .kind = ATTACH_WAREHOUSE, .project = "p", .name = "w" },
		  "POST /v1beta1/projects/p/warehouses/w/refresh \n" },
		{ { .verb = ATTACH_REFRESH, .kind = ATTACH_STAGE, .project = "p", .name = "s" },
		  "POST /v1beta1/projects/p/stages/s/refresh \n" },
		{ { .verb = ATTACH_REVERIFY, .project = "p", .name = "s", .verification = "v" },
		  "POST /v1beta1/projects/p/stages/s/verification \n" },
	};
	struct kargo k;
	struct way w;
	struct err e;

	kargo_open(&k);
	way_open(&w, &k);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		ok(way_call(&w, &k, &cases[i].call, &e), "done %s", e.message);
		is_text(kargo_asked(&k), cases[i].asked, "by one request");
	}
	kargo_set(&k, 204, "");
	ok(way_call(&w, &k, &cases[2].call, &e), "an answer may be empty %s", e.message);
	way_close(&w);
	kargo_close(&k);
}

TEST(refusals_are_in_kargos_words)
{
	static const struct { int status; const char *answer; enum err_code code; bool passes; const char *said; } cases[] = {
		{ 400, "{\"error\":\"Stage \\\"s\\\" does not request Freight\"}", ERR_REFUSED, false,
		  "Stage \"s\" does not request Freight" },
		{ 403, "{\"error\":\"no\\u001b[1m\"}", ERR_REFUSED, false, "no?[1m" },
		{ 404, "{\"error\":\"Stage \\\"s\\\" not found\"}", ERR_NOT_FOUND, false, "Stage \"s\" not found" },
		{ 409, "{}", ERR_CONFLICT, false, "HTTP status 409" },
		{ 500, "{\"error\":\"internal server error\"}", ERR_NET, true, "internal server error" },
		{ 502, "<html>", ERR_NET, true, "HTTP status 502" },
		{ 200, "<html>", ERR_NET, false, NULL },
	};
	const struct attach_call call = { .verb = ATTACH_ABORT, .project = "p", .name = "n" };
	struct kargo k;
	struct way w;
	struct err e;

	kargo_open(&k);
	way_open(&w, &k);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		kargo_set(&k, cases[i].status, cases[i].answer);
		ok(!way_call(&w, &k, &call, &e) && e.code == cases[i].code && e.passes == cases[i].passes, "%d: %s: %s",
		   cases[i].status, err_code_name(e.code), e.message);
		if (cases[i].said)
			is_text(e.message, cases[i].said, "in its words");
	}
	way_close(&w);
	kargo_close(&k);
}

TEST(a_renewed_login_is_taken_up)
{
	const struct attach_call call = { .verb = ATTACH_ABORT, .project = "p", .name = "n" };
	struct kargo k;
	struct way w;
	struct err e;

	kargo_open(&k);
	way_open(&w, &k);
	k.token = "second-token";
	ok(!way_call(&w, &k, &call, &e) && e.code == ERR_AUTH && e.passes, "the token ran out");
	is_text(e.message, "Kargo's API does not accept the login; run kargo login: invalid token", "says what to do");
	kargo_write(&k, str_format(k.a, "apiAddress: http://127.0.0.1:%u\nbearerToken: second-token\n",
				   server_port(k.server)));
	ok(way_call(&w, &k, &call, &e), "somebody logged in again %s", e.message);
	way_close(&w);
	kargo_close(&k);
}

TEST(what_the_api_cannot_say)
{
	const struct attach_right all = { "list", NULL, ATTACH_STAGE, NULL, NULL };
	const struct attach_right promote = { "promote", "p", ATTACH_STAGE, NULL, "s" };
	struct attach_verdict verdict;
	const struct value *secrets;
	struct kargo k;
	struct way w;
	struct err e;

	kargo_open(&k);
	way_open(&w, &k);
	ok(w.t.may(w.own, &all, &verdict, &e) && !verdict.allowed, "objects come project by project");
	ok(w.t.may(w.own, &promote, &verdict, &e) && verdict.allowed, "a right is known once it is tried");
	ok(!w.t.secrets(w.own, k.a, "p", &secrets, &e) && e.code == ERR_REFUSED, "no credentials: %s", e.message);
	is_text(kargo_asked(&k), "", "for which nothing is asked");
	way_close(&w);
	kargo_close(&k);
}

/* One who is told. */
struct ear {
	struct way *w;
	enum attach_kind kind;
	pthread_mutex_t lock;
	struct buf told;
	struct attach_standing standing;
	char error[200];
	struct thread *thread;
};

static void ear_changed(void *context, const struct value *object, bool gone)
{
	struct ear *r = context;

	pthread_mutex_lock(&r->lock);
	buf_format(&r->told, "%s%s ", gone ? "-" : "+", value_path_text(object, "metadata.name", "?"));
	pthread_mutex_unlock(&r->lock);
}

static void ear_settled(void *context)
{
	(void)context;
}

static void ear_stands(void *context, const struct attach_standing *s)
{
	struct ear *r = context;

	pthread_mutex_lock(&r->lock);
	r->standing = *s;
	if (s->error)
		memcpy(r->error, s->error, sizeof(r->error) - 1);
	pthread_mutex_unlock(&r->lock);
}

static void ear_run(void *context)
{
	struct ear *r = context;
	const struct attach_listener l = { r, ear_changed, ear_settled, ear_stands };

	r->w->t.follow(r->w->own, r->kind, "demo", &l);
}

static void ear_open(struct ear *r, struct way *w, enum attach_kind kind)
{
	struct err e = { 0 };

	*r = (struct ear){ .w = w, .kind = kind };
	pthread_mutex_init(&r->lock, NULL);
	buf_init(&r->told, 1 << 20);
	ok(thread_start(&r->thread, "ear", ear_run, r, &e), "it listens %s", e.message);
}

static void ear_close(struct ear *r)
{
	flag_set(&r->w->cancelled);
	r->w->t.wake(r->w->own);
	thread_join(r->thread);
	pthread_mutex_destroy(&r->lock);
	buf_release(&r->told);
}

static void ear_hears(struct ear *r, const char *want, const char *sentence)
{
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool enough = false;

	while (!enough && clock_ticks() < end) {
		pthread_mutex_lock(&r->lock);
		enough = r->told.len >= strlen(want);
		pthread_mutex_unlock(&r->lock);
		if (!enough)
			clock_sleep(5);
	}
	pthread_mutex_lock(&r->lock);
	is_text(buf_str(&r->told), want, "%s", sentence);
	buf_clear(&r->told);
	pthread_mutex_unlock(&r->lock);
}

#define OBJECT(name, version) "{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"demo\",\"resourceVersion\":\"" version "\"}}"
#define EVENT(type, name, version) "data: {\"type\":\"" type "\",\"object\":" OBJECT(name, version) "}\n\n"

static void kargo_streams(struct kargo *k, const char *text, const char *stages)
{
	pthread_mutex_lock(&k->lock);
	k->stream = text;
	if (stages)
		k->stages = stages;
	pthread_mutex_unlock(&k->lock);
}

TEST(stages_are_listed_and_heard_of)
{
	struct kargo k;
	struct way w;
	struct ear r;

	kargo_open(&k);
	k.stages = "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[" OBJECT("a", "5") "," OBJECT("b", "6") "]}";
	way_open(&w, &k);
	ear_open(&r, &w, ATTACH_STAGE);
	ear_hears(&r, "+a +b ", "two are listed");
	kargo_streams(&k, ": keepalive\n\n" EVENT("MODIFIED", "a", "8") EVENT("ADDED", "b", "6") EVENT("DELETED", "b", "9")
		      EVENT("ADDED", "c", "10"), NULL);
	ear_hears(&r, "+a -b +c ", "changes are heard, and what was known is not told again");
	ok(strstr(kargo_asked(&k), "GET /v1beta1/projects/demo/stages?watch=true&resourceVersion=7 "),
	   "from the list's version on");
	kargo_streams(&k, "event: error\ndata: {\"code\":\"out_of_range\",\"message\":\"too old\"}\n\n",
		      "{\"metadata\":{\"resourceVersion\":\"20\"},\"items\":[" OBJECT("a", "8") "," OBJECT("d", "11") "]}");
	ear_hears(&r, "+d -c ", "a version that is too old leads to a new list, of which what differs is told");
	ok(r.standing.listed && !r.standing.forbidden, "all is well: %s", r.error);
	ear_close(&r);
	way_close(&w);
	kargo_close(&k);
}

TEST(freight_comes_in_groups)
{
	struct kargo k;
	struct way w;
	struct ear r;

	kargo_open(&k);
	k.answer = "{\"groups\":{\"\":{\"items\":[" OBJECT("f", "1") "]},\"x\":{\"items\":[" OBJECT("g", "2") "]},\"y\":null}}";
	way_open(&w, &k);
	ear_open(&r, &w, ATTACH_FREIGHT);
	ear_hears(&r, "+f +g ", "all of them");
	ear_close(&r);
	way_close(&w);
	kargo_close(&k);
}

TEST(what_may_not_be_read_is_told)
{
	struct kargo k;
	struct way w;
	struct ear r;
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool forbidden = false;

	kargo_open(&k);
	kargo_set(&k, 403, "{\"error\":\"not yours\"}");
	way_open(&w, &k);
	ear_open(&r, &w, ATTACH_WAREHOUSE);
	while (!forbidden && clock_ticks() < end) {
		pthread_mutex_lock(&r.lock);
		forbidden = r.standing.forbidden;
		pthread_mutex_unlock(&r.lock);
		clock_sleep(5);
	}
	ok(forbidden, "it is");
	is_text(r.error, "not yours", "in Kargo's words");
	ear_close(&r);
	way_close(&w);
	kargo_close(&k);
}
