/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The http step (kargo/http-step.jsonl) against a web server of our own on loopback, which
 * answers as the line says and remembers what it was asked. "http://server.test" becomes its address.
 */
#include "step_case.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/server.h"
#include "vectors.h"

struct play {
	pthread_mutex_t lock;
	struct arena *a;
	const struct value *answers;    /* input.server */
	struct value *asked;            /* list of {method, uri, body} */
	struct server *server;
	struct http *http;
};

static void fill_body(struct arena *a, const struct value *server, struct server_reply *reply)
{
	const char *coded = value_text(value_get(server, "b64"), NULL);

	reply->body = str_of(value_text(value_get(server, "body"), ""));
	if (coded && !base64_decode(a, coded, strlen(coded), &reply->body))
		reply->status = 500;
}

static void answer(void *context, struct arena *a, const struct server_request *rq,
		   struct server_reply *reply)
{
	struct play *p = context;
	struct value *seen;
	const struct value *headers;
	struct http_header *out;
	int64_t status = 200;

	pthread_mutex_lock(&p->lock);
	seen = value_map(p->a);
	value_set(p->a, seen, "method", value_string(p->a, rq->method));
	value_set(p->a, seen, "uri", value_string(p->a, str_format(p->a, "%s%s%s", rq->raw_path,
								   *rq->query ? "?" : "", rq->query)));
	value_set(p->a, seen, "body", value_string_n(p->a, rq->body.at, rq->body.len));
	value_append(p->a, p->asked, seen);
	value_integer(value_get(p->answers, "status"), &status);
	reply->status = (int)status;
	headers = value_get(p->answers, "headers");
	out = arena_array(a, value_count(headers), sizeof(*out));
	for (size_t i = 0; i < value_count(headers); i++)
		out[i] = (struct http_header){ headers->map.members[i].key.at,
					       value_text(headers->map.members[i].value, "") };
	reply->headers = out;
	reply->nheaders = value_count(headers);
	fill_body(a, p->answers, reply);
	pthread_mutex_unlock(&p->lock);
}

/* The line with our server's address in place of "http://server.test". */
static struct value *readdress(struct arena *a, const struct value *line, const char *base)
{
	const char *text = json_text(a, line, 0), *from = "http://server.test", *at;
	const char *out = "";
	struct value *v;
	struct err e;

	while ((at = strstr(text, from))) {
		out = str_format(a, "%s%.*s%s", out, (int)(at - text), text, base);
		text = at + strlen(from);
	}
	out = str_format(a, "%s%s", out, text);
	if (!json_parse(a, out, strlen(out), &v, &e))
		abort();
	return v;
}

/* What was asked otherwise than Kargo asks, or NULL. */
static const char *asked_otherwise(const struct step_case *c, const struct play *p)
{
	static const char *const fields[] = { "method", "uri", "body" };
	const struct value *want = value_path(c->line, "expect.requests");

	want = want ? want : value_get(c->line, "requests");
	if (!want)
		return NULL;
	if (value_count(want) != value_count(p->asked))
		return "another number of requests";
	for (size_t i = 0; i < value_count(want); i++)
		for (size_t j = 0; j < COUNTOF(fields); j++)
			if (!value_equal(value_get(value_at(want, i), fields[j]),
					 value_get(value_at(p->asked, i), fields[j])))
				return str_format(c->arena, "asked with another %s: %s", fields[j],
						  json_text(c->arena, value_at(p->asked, i), 0));
	return NULL;
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	static const struct step_rules rules = { 0 };
	struct play *p = context;
	struct step_case c;
	const char *other, *base = str_format(a, "http://127.0.0.1:%u", server_port(p->server));

	pthread_mutex_lock(&p->lock);
	p->a = a;
	p->asked = value_list(a);
	p->answers = value_path(line, "input.server");
	pthread_mutex_unlock(&p->lock);
	step_case_open(&c, v, a, readdress(a, line, base));
	c.services.http = p->http;
	step_case_run(&c);
	other = asked_otherwise(&c, p);
	if (other)
		vectors_case(v, false, "%s: %s", value_text(value_get(line, "name"), "?"), other);
	else
		step_case_judge(&c, &rules);
	step_case_close(&c);
}

void vectors_http_step(struct vectors *v)
{
	struct play p = { .lock = PTHREAD_MUTEX_INITIALIZER };
	const struct server_options o = { .max_body = 8 << 20, .no_date = true };
	struct err e;

	if (!server_start(&p.server, &o, answer, &p, &e)) {
		vectors_case(v, false, "no server: %s", e.message);
		return;
	}
	p.http = http_new();
	vectors_lines(v, "kargo/http-step.jsonl", one, &p);
	http_free(p.http);
	server_stop(p.server);
}
