/* SPDX-License-Identifier: Apache-2.0 */
/* What a server is asked on behalf of a thousand warehouses: each repository once an interval. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "discover/cache.h"
#include "discover/discover.h"
#include "discover/select.h"
#include "model/warehouse.h"
#include "net/http.h"
#include "net/server.h"
#include "tap.h"

enum { WAREHOUSES = 1000, INDEXES = 25, REGISTRIES = 25, TOO_OLD = -1, NEW_ENOUGH = 3600000 };

/* Half of the indexes have an entity tag, the others a date. All requests are counted. */
struct shared_server {
	atomic_uint asked, unchanged, tags, unchanged_tags;
	atomic_uint version;            /* of all indexes */
	atomic_bool is_away;            /* with its indexes; a registry would be asked again and again */
};

static void serve_index(struct shared_server *s, struct arena *a, const struct server_request *rq,
			struct server_reply *reply)
{
	struct http_header *mark = arena_alloc(a, sizeof(*mark));
	unsigned number = 0, version = atomic_load(&s->version);
	const char *since;

	sscanf(rq->path, "/charts-%u/", &number);
	*mark = number % 2 ? (struct http_header){ "ETag", str_format(a, "\"v%u\"", version) }
			   : (struct http_header){ "Last-Modified",
						   str_format(a, "Tue, 24 Nov 2020 10:00:%02u GMT", version) };
	since = server_header(rq, number % 2 ? "if-none-match" : "if-modified-since");
	atomic_fetch_add(&s->asked, 1);
	reply->headers = mark;
	reply->nheaders = 1;
	if (since && strcmp(since, mark->value) == 0) {
		atomic_fetch_add(&s->unchanged, 1);
		reply->status = 304;
	} else {
		reply->body = str_of(str_format(a, "entries:\n  app:\n  - {version: 1.%u.0}\n  other:\n"
						"  - {version: 7.0.0}\n", version));
	}
}

/* Half of the registries have a mark for their tags. */
static void serve_tags(struct shared_server *s, const struct server_request *rq, struct server_reply *reply)
{
	static const struct http_header mark = { "ETag", "\"tags\"" };
	unsigned number = 0;

	atomic_fetch_add(&s->tags, 1);
	sscanf(rq->path, "/v2/image-%u/", &number);
	if (number % 2) {
		reply->headers = &mark;
		reply->nheaders = 1;
	}
	if (number % 2 && same_text(server_header(rq, "if-none-match"), mark.value)) {
		atomic_fetch_add(&s->unchanged_tags, 1);
		reply->status = 304;
		return;
	}
	reply->type = "application/json";
	reply->body = str_of("{\"tags\": [\"1.0.0\", \"1.1.0\"]}");
}

static void serve(void *context, struct arena *a, const struct server_request *rq,
		  struct server_reply *reply)
{
	struct shared_server *s = context;

	if (has_suffix(rq->path, "/index.yaml")) {
		if (atomic_load(&s->is_away))
			reply->status = 503;
		else
			serve_index(s, a, rq, reply);
	} else if (has_suffix(rq->path, "/tags/list")) {
		serve_tags(s, rq, reply);
	} else {
		reply->status = 404;
	}
}

static const char *newest(struct arena *a, const struct subscription *s, const struct discover_context *c)
{
	struct value *found = NULL;
	struct err e;

	if (!discover_chart(a, s, c, &found, &e))
		return str_copy(a, e.message);
	return value_text(value_at(value_get(found, "versions"), 0), "none");
}

/*
 * All warehouses look, within an interval: for the first of each repository what was found before is too
 * old. How many did not find what they should.
 */
static size_t look(struct discover_context *c, unsigned port, const char *version)
{
	size_t wrong = 0;

	for (unsigned i = 0; i < WAREHOUSES; i++) {
		AUTO(arena) struct arena *a = arena_new();
		unsigned at = i % (INDEXES + REGISTRIES);
		bool index = at < INDEXES;
		const char *scheme = index ? "http" : "oci", *what = index ? "charts" : "image";
		const struct subscription s = {
			.kind = SUBSCRIPTION_CHART, .name = "", .constraint = "",
			.chart = index ? "app" : "", .spec = value_map(a),
			.repo_url = str_format(a, "%s://127.0.0.1:%u/%s-%u", scheme, port, what, at),
		};
		const char *found;

		c->max_age = i < INDEXES + REGISTRIES ? TOO_OLD : NEW_ENOUGH;
		found = newest(a, &s, c);
		if (strcmp(found, index ? version : "1.1.0") == 0)
			continue;
		if (!wrong++)
			note("%s: %s", s.repo_url, found);
	}
	return wrong;
}

TEST(a_thousand_warehouses_ask_fifty_repositories_once_an_interval)
{
	static struct shared_server s;
	struct discover_context c = { .http = http_new(), .cache = discover_cache_new() };
	struct server *server = NULL;
	unsigned port;
	struct err e;

	if (!ok(server_start(&server, &(struct server_options){ 0 }, serve, &s, &e), "a server"))
		return;
	port = server_port(server);
	is_number(look(&c, port, "1.0.0"), 0, "a thousand warehouses find their charts");
	is_number(atomic_load(&s.asked), INDEXES, "each index is asked for once");
	is_number(atomic_load(&s.tags), REGISTRIES, "and each registry for its tags");
	is_number(look(&c, port, "1.0.0"), 0, "the next interval finds the same");
	is_number(atomic_load(&s.asked), 2 * INDEXES, "for one more request each");
	is_number(atomic_load(&s.tags), 2 * REGISTRIES, "here, too");
	is_number(atomic_load(&s.unchanged), INDEXES, "and no index that has not changed is sent again");
	is_number(atomic_load(&s.unchanged_tags), REGISTRIES / 2 + 1, "nor tags that have a mark");
	atomic_store(&s.version, 1);
	is_number(look(&c, port, "1.1.0"), 0, "one that has changed is seen by all");
	is_number(atomic_load(&s.unchanged), INDEXES, "for it is sent");
	atomic_store(&s.is_away, true);
	is_number(look(&c, port, "1.1.0"), WAREHOUSES / 2, "who asks a repository that is away is told");
	atomic_store(&s.is_away, false);
	is_number(look(&c, port, "1.1.0"), 0, "when it is back,");
	is_number(atomic_load(&s.unchanged), 2 * INDEXES, "what was kept is good again");
	discover_cache_free(c.cache);
	http_free(c.http);
	server_stop(server);
}

struct waiting {
	struct discover_cache *cache;
	enum cache_turn turn;
};

static enum cache_turn asks(struct discover_cache *c, const bool *cancelled, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct cache_question q = { .key = "index", .max_age = NEW_ENOUGH, .cancelled = cancelled };
	struct value *answer;

	return cache_ask(c, &q, a, &answer, e);
}

static void waits(void *context)
{
	struct waiting *w = context;
	struct err e;

	w->turn = asks(w->cache, NULL, &e);
}

TEST(one_who_gives_up_says_nothing_to_the_others)
{
	static const bool gives_up = true;
	struct waiting w = { .cache = discover_cache_new() };
	struct thread *t = NULL;
	struct err e;

	is_number(asks(w.cache, NULL, &e), CACHE_ASK, "the first asks");
	is_number(asks(w.cache, &gives_up, &e), CACHE_FAILED, "one that need not wait any more");
	is_number(e.code, ERR_CANCELLED, "gives up, and does not ask beside it");
	if (!ok(thread_start(&t, "waits", waits, &w, &e), "another waits"))
		return;
	clock_sleep(100);
	err_set(&e, ERR_CANCELLED, "cancelled");
	cache_answer(w.cache, "index", NULL, &e);
	thread_join(t);
	is_number(w.turn, CACHE_ASK, "when the first gives up, it is the turn of the one that waits");
	discover_cache_free(w.cache);
}
