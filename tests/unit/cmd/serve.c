/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent serves, counted from a real ledger while others ask: run it under ThreadSanitizer, too. */
#include "cmd/serve.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "cmd/scrape.h"
#include "cmd/watched.h"
#include "data/json.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/fleet.h"
#include "model/project.h"
#include "model/world.h"
#include "net/http.h"
#include "tap.h"
#include "ui/port.h"

enum { PATIENCE_MS = 30000, ASKERS = 4 };

/* A project of one event, and what asks for it. */
struct stand {
	struct arena *arena;
	const char *folder, *base;
	struct project project;
	struct world world;
	const struct world *worlds[1];
	struct fleet fleet;
	struct ui_port port;
	struct serve *serve;
};

static const struct fleet *stand_borrow(void *context)
{
	return &((struct stand *)context)->fleet;
}

static void stand_give_back(void *context, const struct fleet *f)
{
	(void)context;
	(void)f;
}

/* A ledger with one piece of freight; its head. */
static const char *stand_record(struct arena *a, const char *path)
{
	const struct ledger_options o = { .path = path, .project = "demo", .host = "here" };
	const char *name = "abababababababababababababababababababab", *head;
	struct event ev = { .kind = EVENT_FREIGHT_DISCOVERED, .subject = "find", .freight = name,
			    .warehouse = "web", .at = 1000 };
	struct value *object;
	struct ledger *l;
	struct err e;
	const char *text = str_format(a, "{\"kind\":\"Freight\",\"metadata\":{\"name\":\"%s\"},\"origin\":"
				      "{\"kind\":\"Warehouse\",\"name\":\"web\"}}", name);

	if (!json_parse(a, text, strlen(text), &object, &e) || !ledger_open(&o, &l, &e))
		abort();
	ev.data = object;
	if (!ledger_append(l, &ev, LEDGER_PUSH_NOW, &e))
		abort();
	head = str_copy(a, ledger_head(l));
	ledger_close(l);
	return head;
}

static unsigned stand_free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) || getsockname(fd, (struct sockaddr *)&at, &len))
		abort();
	close(fd);
	return ntohs(at.sin_port);
}

static void stand_start(struct stand *s)
{
	struct serve_options o = { .port = &s->port };
	struct err e;

	*s = (struct stand){ .arena = arena_new(), .project = { .name = "demo" } };
	if (!folder_temporary(s->arena, "serve", &s->folder, &e))
		abort();
	o.ledger = path_join(s->arena, s->folder, "ledger.git");
	o.listen = str_format(s->arena, "127.0.0.1:%u", stand_free_port());
	s->base = str_format(s->arena, "http://%s", o.listen);
	s->world = (struct world){ .project = &s->project, .engine = ENGINE_HERE,
				   .ledger_head = stand_record(s->arena, o.ledger) };
	s->worlds[0] = &s->world;
	s->fleet = (struct fleet){ .worlds = s->worlds, .nworlds = 1 };
	s->port = (struct ui_port){ .context = s, .borrow_fleet = stand_borrow,
				    .give_back_fleet = stand_give_back };
	if (!serve_start(&s->serve, &o, &e))
		abort();
}

static void stand_stop(struct stand *s)
{
	struct err e;

	serve_stop(s->serve);
	ok(folder_remove(s->folder, &e), "the folder goes");
	arena_free(s->arena);
}

/* The answer's status; its body is in the arena. */
static int stand_ask(struct arena *a, const struct stand *s, const char *path, const char **body)
{
	AUTO(http) struct http *h = http_new();
	struct http_request rq = { .url = str_format(a, "%s%s", s->base, path) };
	struct http_reply reply;
	struct err e;

	if (!http_send(h, a, &rq, &reply, &e)) {
		*body = str_copy(a, e.message);
		return 0;
	}
	*body = reply.body.at;
	return reply.status;
}

/* Until the ledger was counted. */
static bool stand_is_counted(struct arena *a, struct stand *s)
{
	const char *body;

	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end; clock_sleep(20)) {
		serve_tick(s->serve);
		if (stand_ask(a, s, "/readyz", &body) == 200)
			return true;
	}
	note("%s", body);
	return false;
}

static void stand_keep_asking(void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	struct stand *s = context;
	const char *body;

	for (int i = 0; i < 5; i++)
		(void)stand_ask(a, s, "/metrics", &body);
}

TEST(an_agent_says_what_is_missing_and_then_counts)
{
	AUTO(arena) struct arena *a = arena_new();
	struct thread *askers[ASKERS];
	struct stand s;
	const char *body;
	struct err e;

	stand_start(&s);
	is_number(stand_ask(a, &s, "/readyz", &body), 503, "before the ledger was counted it is not ready");
	ok(has_prefix(body, "not ready\nmanifests: ready\nledger: ready\nexecutor: ready\n"
			    "counters: not ready since "), "and says what is missing");
	is_number(stand_ask(a, &s, "/metrics", &body), 200, "metrics are there");
	ok(!strstr(body, "gantry_ledger_commits_total{"), "without counters");
	for (int i = 0; i < ASKERS; i++)
		ok(thread_start(&askers[i], "asker", stand_keep_asking, &s, &e), "somebody asks meanwhile");
	ok(stand_is_counted(a, &s), "then it is ready");
	for (int i = 0; i < ASKERS; i++)
		thread_join(askers[i]);
	is_number(stand_ask(a, &s, "/metrics", &body), 200, "metrics are there");
	ok(strstr(body, "gantry_ledger_commits_total{project=\"demo\"} 1\n") != NULL, "with counters");
	is_number(stand_ask(a, &s, "/healthz", &body), 200, "the main thread moves");
	is_number(stand_ask(a, &s, "/elsewhere", &body), 404, "nothing else is there");
	s.world.engine = ENGINE_NONE;
	is_number(stand_ask(a, &s, "/readyz", &body), 503, "without an executor it is not ready");
	ok(strstr(body, ": no process executes\n") != NULL, "and says so");
	stand_stop(&s);
}

TEST(a_ledger_waits_for_its_turn_to_be_counted)
{
	struct counters *c;
	struct stand s;

	stand_start(&s);
	c = counters_new(path_join(s.arena, s.folder, "ledger.git"));
	ok(!counters_tick(c, &s.world, false), "while others are read it is not");
	ok(counters_tick(c, &s.world, true), "when it may be, it is");
	counters_free(c);
	stand_stop(&s);
}

TEST(others_are_not_served_without_users)
{
	struct ui_port port = { .context = NULL };
	const struct serve_options o = { .listen = "0.0.0.0:9747", .port = &port };
	const struct serve_options odd = { .listen = "127.0.0.1:port", .port = &port };
	struct serve *s;
	struct err e;

	ok(!serve_start(&s, &o, &e) && e.code == ERR_USAGE, "%s", e.message);
	ok(!serve_start(&s, &odd, &e) && e.code == ERR_USAGE, "%s", e.message);
}
