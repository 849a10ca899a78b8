/* SPDX-License-Identifier: Apache-2.0 */
/* The few calls of Argo CD's API that a watching client makes; the server's threads read what main sets. */
#include "feeder.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http.h"
#include "net/server.h"

enum { MOST = 20000, TICK_MS = 5, ALIVE_MS = 15000 };

struct feeder {
	struct server *server;
	unsigned count;
	atomic_uint rate, sent;
	atomic_uint alive_ms, signs;
	atomic_uint tags, same_tags;    /* questions for tags; those of which the answer was known */
	atomic_uint breaks, broken;     /* how often, and the newest */
	atomic_bool is_bad[MOST];
};

/* One open stream. */
struct listener {
	struct feeder *feeder;
	unsigned next;                  /* while the first burst lasts; then which is the next to change */
	unsigned breaks;                /* how many of them were told */
	bool burst_over;
	int64_t since;                  /* when the rate was last paid */
	int64_t alive;                  /* when it was last told that the stream lives */
};

static const char *application(struct arena *a, const struct feeder *f, unsigned i, bool busy)
{
	const char *health = atomic_load(&f->is_bad[i]) ? "Degraded" : busy ? "Progressing" : "Healthy";

	return str_format(a, "{\"metadata\":{\"name\":\"app-stage-%04u\",\"namespace\":\"argocd\",\"annotations\":{"
			  "\"kargo.akuity.io/authorized-stage\":\"p-%04u:stage-%04u\"}},\"spec\":{\"project\":"
			  "\"default\",\"source\":{\"repoURL\":\"https://git.example.org/acme/gitops.git\",\"path\":\"%04u\"},"
			  "\"destination\":{\"name\":\"in-cluster\",\"namespace\":\"web\"}},\"status\":{\"sync\":{\"status\":"
			  "\"Synced\",\"revision\":\"%040u\"},\"health\":{\"status\":\"%s\",\"message\":\"%s\"}}}", i, i / 100, i % 10, i, i,
			  health, busy ? "" : "a pod does not start");
}

static void send(struct listener *l, struct buf *out, unsigned i, const char *type)
{
	AUTO(arena) struct arena *a = arena_new();

	buf_format(out, "data: {\"result\":{\"type\":\"%s\",\"application\":%s}}\n\n", type,
		   application(a, l->feeder, i, l->burst_over && l->next / l->feeder->count % 2));
}

static void pay_rate(struct listener *l, struct buf *out)
{
	struct feeder *f = l->feeder;
	int64_t now = clock_ticks();
	unsigned rate = atomic_load(&f->rate), due = (unsigned)((now - l->since) * rate / 1000);

	if (!rate)
		l->since = now;
	if (!due)
		return;
	l->since = now;
	for (unsigned i = 0; i < due; i++, l->next++)
		send(l, out, l->next % f->count, "MODIFIED");
	atomic_fetch_add(&f->sent, due);
}

/* A comment, which is no event. */
static void send_sign(struct listener *l, struct buf *out)
{
	if (clock_ticks() - l->alive < (int64_t)atomic_load(&l->feeder->alive_ms))
		return;
	l->alive = clock_ticks();
	buf_text(out, ":\n");
	atomic_fetch_add(&l->feeder->signs, 1);
}

static bool next_events(void *listener, struct buf *out)
{
	struct listener *l = listener;
	unsigned breaks;

	if (!l->burst_over) {
		for (unsigned i = 0; i < l->feeder->count; i++)
			send(l, out, i, "ADDED");
		l->burst_over = true;
		l->since = l->alive = clock_ticks();
		return true;
	}
	clock_sleep(TICK_MS);
	/* Streams of clients that are gone are still there: each keeps its own count. */
	breaks = atomic_load(&l->feeder->breaks);
	if (breaks != l->breaks)
		send(l, out, atomic_load(&l->feeder->broken), "MODIFIED");
	l->breaks = breaks;
	pay_rate(l, out);
	send_sign(l, out);
	return true;
}

static void list(const struct feeder *f, struct arena *a, struct server_reply *reply)
{
	struct buf all;

	buf_init(&all, 64 << 20);
	buf_text(&all, "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[");
	for (unsigned i = 0; i < f->count; i++)
		buf_format(&all, "%s%s", i ? "," : "", application(a, f, i, false));
	buf_text(&all, "]}");
	reply->body = str_of(str_copy_n(a, buf_str(&all), all.len));
	buf_release(&all);
}

static void list_tags(struct feeder *f, const struct server_request *rq, struct server_reply *reply)
{
	static const struct http_header mark = { "ETag", "\"1\"" };

	atomic_fetch_add(&f->tags, 1);
	reply->headers = &mark;
	reply->nheaders = 1;
	if (same_text(server_header(rq, "If-None-Match"), mark.value)) {
		atomic_fetch_add(&f->same_tags, 1);
		reply->status = 304;
		return;
	}
	reply->body = str_of("{\"name\":\"x\",\"tags\":[\"0.1.0\",\"0.2.0\"]}");
}

static void handle(void *context, struct arena *a, const struct server_request *rq,
		   struct server_reply *reply)
{
	static const struct http_header gateway = { "Grpc-Metadata-Content-Type", "application/grpc" };
	struct feeder *f = context;

	reply->type = "application/json";
	reply->headers = &gateway;
	reply->nheaders = 1;
	if (strcmp(rq->path, "/api/version") == 0) {
		reply->body = str_of("{\"Version\":\"v3.5.7\"}");
	} else if (strcmp(rq->path, "/api/v1/session/userinfo") == 0) {
		reply->body = str_of("{\"loggedIn\":true,\"username\":\"bench\",\"iss\":\"argocd\"}");
	} else if (has_prefix(rq->path, "/v2/") && has_suffix(rq->path, "/tags/list")) {
		list_tags(f, rq, reply);
	} else if (strcmp(rq->path, "/api/v1/applications") == 0) {
		list(f, a, reply);
	} else if (strcmp(rq->path, "/api/v1/stream/applications") == 0) {
		struct listener *l = arena_alloc(a, sizeof(*l));

		*l = (struct listener){ .feeder = f, .breaks = atomic_load(&f->breaks) };
		reply->type = "text/event-stream";
		reply->next = next_events;
		reply->state = l;
	} else {
		reply->status = 404;
	}
}

bool feeder_start(struct feeder **out, unsigned applications, struct err *e)
{
	struct feeder *f = xmalloc(sizeof(*f));
	const struct server_options o = { .port = 0 };

	memset(f, 0, sizeof(*f));
	f->count = applications < MOST ? applications : MOST;
	atomic_store(&f->alive_ms, ALIVE_MS);
	if (!server_start(&f->server, &o, handle, f, e)) {
		free(f);
		return false;
	}
	*out = f;
	return true;
}

void feeder_stop(struct feeder *f)
{
	if (!f)
		return;
	server_stop(f->server);
	free(f);
}

unsigned feeder_port(const struct feeder *f)
{
	return server_port(f->server);
}

void feeder_rate(struct feeder *f, unsigned a_second)
{
	atomic_store(&f->rate, a_second);
}

void feeder_break(struct feeder *f, unsigned application)
{
	atomic_store(&f->is_bad[application], !atomic_load(&f->is_bad[application]));
	atomic_store(&f->broken, application);
	atomic_fetch_add(&f->breaks, 1);
}

void feeder_alive(struct feeder *f, unsigned ms)
{
	atomic_store(&f->alive_ms, ms);
}

unsigned feeder_signs(const struct feeder *f)
{
	return atomic_load(&f->signs);
}

void feeder_tags(const struct feeder *f, unsigned *asked, unsigned *unchanged)
{
	*asked = atomic_load(&f->tags);
	*unchanged = atomic_load(&f->same_tags);
}

unsigned feeder_sent(const struct feeder *f)
{
	return atomic_load(&f->sent);
}
