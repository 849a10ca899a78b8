/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Providers: web and prometheus against a web server of our own on loopback that answers as the
 * line says ("http://server.test" becomes its address), job with a kubectl that does.
 */
#include "analysis.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/server.h"
#include "verify/provider.h"

struct analysis_server {
	pthread_mutex_t lock;
	struct server *server;
	struct http *http;
	struct arena *a;
	const struct value *answer;
	struct value *asked;            /* list of {method, uri, body, type} */
	const char *folder;             /* of kubectl */
	struct arena *own;
	const char *path;               /* PATH as it was */
};

static const int64_t now_ms = 1767225600000;

static void serve(void *context, struct arena *a, const struct server_request *rq,
		  struct server_reply *reply)
{
	struct analysis_server *s = context;
	const struct value *headers;
	struct http_header *out;
	struct value *seen;
	int64_t status = 0;

	pthread_mutex_lock(&s->lock);
	seen = value_map(s->a);
	value_set(s->a, seen, "method", value_string(s->a, rq->method));
	value_set(s->a, seen, "uri", value_string(s->a, str_format(s->a, "%s%s%s", rq->raw_path,
								   *rq->query ? "?" : "", rq->query)));
	value_set(s->a, seen, "body", value_string_n(s->a, rq->body.at, rq->body.len));
	if (server_header(rq, "content-type"))
		value_set(s->a, seen, "type", value_string(s->a, server_header(rq, "content-type")));
	value_append(s->a, s->asked, seen);
	value_integer(value_get(s->answer, "status"), &status);
	reply->status = (int)status;
	headers = value_get(s->answer, "headers");
	out = arena_array(a, value_count(headers) + 1, sizeof(*out));
	for (size_t i = 0; i < value_count(headers); i++)
		out[i] = (struct http_header){ str_copy(a, headers->map.members[i].key.at),
					       str_copy(a, value_text(headers->map.members[i].value, "")) };
	reply->headers = out;
	reply->nheaders = value_count(headers);
	reply->body = str_of(str_copy(a, value_path_text(s->answer, "body", "")));
	pthread_mutex_unlock(&s->lock);
}

struct analysis_server *analysis_server_start(struct vectors *v)
{
	struct analysis_server *s = calloc(1, sizeof(*s));
	const struct server_options o = { .no_date = true };
	struct err e;

	if (!s)
		abort();
	pthread_mutex_init(&s->lock, NULL);
	s->own = arena_new();
	s->path = str_copy(s->own, getenv("PATH"));
	if (!server_start(&s->server, &o, serve, s, &e) ||
	    !folder_temporary(s->own, "gantry-vectors-", &s->folder, &e)) {
		vectors_case(v, false, "no server: %s", e.message);
		return NULL;
	}
	s->http = http_new();
	setenv("PATH", str_format(s->own, "%s:%s", s->folder, s->path), 1);
	return s;
}

void analysis_server_stop(struct analysis_server *s)
{
	struct err e;

	setenv("PATH", s->path, 1);
	http_free(s->http);
	server_stop(s->server);
	(void)!folder_remove(s->folder, &e);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->own);
	free(s);
}

/* The metric with our server's address in place of "http://server.test". */
static struct value *readdress(struct analysis_case *c)
{
	const char *text = json_text(c->a, value_get(c->input, "metric"), 0), *from = "http://server.test";
	const char *base = str_format(c->a, "http://127.0.0.1:%u", server_port(c->server->server));
	const char *out = "", *at;
	struct value *v;
	struct err e;

	while ((at = strstr(text, from))) {
		out = str_format(c->a, "%s%.*s%s", out, (int)(at - text), text, base);
		text = at + strlen(from);
	}
	out = str_format(c->a, "%s%s", out, text);
	if (!json_parse(c->a, out, strlen(out), &v, &e))
		abort();
	return v;
}

static struct value *shown(struct arena *a, const struct measurement *one)
{
	struct value *v = value_map(a);

	value_set(a, v, "phase", value_string(a, analysis_phase_name(one->phase)));
	value_set(a, v, "finished", value_bool(a, analysis_phase_is_over(one->phase)));
	value_set(a, v, "value", value_string(a, one->value));
	if (one->metadata)
		value_set(a, v, "metadata", one->metadata);
	return v;
}

struct value *analysis_web(struct analysis_case *c, struct err *e)
{
	struct analysis_server *s = c->server;
	struct provider_run run = { .http = s->http, .namespace = "demo", .name = "run",
				    .uid = "0123-uid", .now = now_ms };
	struct measurement one = { .phase = ANALYSIS_RUNNING, .started_at = now_ms, .value = "",
				   .message = "" };
	struct value *out = value_map(c->a), *spec = readdress(c);
	const char *path = value_path_text(spec, "provider.web.jsonPath", "");
	struct metric m;

	pthread_mutex_lock(&s->lock);
	s->a = c->a;
	s->answer = value_get(c->input, "server");
	s->asked = value_list(c->a);
	pthread_mutex_unlock(&s->lock);
	if (!metric_init(&m, spec, e))
		return NULL;
	provider_measure(&run, c->a, &m, MEASURE_BEGIN, &one);
	if (one.phase == ANALYSIS_ERROR && !value_get(c->line, "expect")) {
		err_set(e, ERR_CONFIG, "%s", one.message);
		return NULL;
	}
	value_set(c->a, out, "measurement", shown(c->a, &one));
	pthread_mutex_lock(&s->lock);
	value_set(c->a, out, "requests", s->asked);
	pthread_mutex_unlock(&s->lock);
	/*
	 * An answer that is not JSON ends a measurement with success in Rollouts, whatever the
	 * condition or the path say. Here they decide: a proxy's login page verifies nothing.
	 */
	const char *text = value_path_text(c->input, "server.body", "");
	struct value *ignored;
	struct err not_json;
	c->better = !json_parse(c->a, text, strlen(text), &ignored, &not_json) &&
		    (*path || value_get(spec, "successCondition")) && one.phase == ANALYSIS_ERROR;
	c->better = c->better ||
		    vectors_lost_digits(c->a, value_path(out, "measurement"),
					value_path(c->line, "expect.measurement"));
	return out;
}

/* Without the time and the time limit, which the set leaves out. */
static const char *form_compared(struct arena *a, const char *body)
{
	const char *out = "";

	while (*body) {
		size_t len = strcspn(body, "&");

		if (!has_prefix(body, "time=") && !has_prefix(body, "timeout="))
			out = str_format(a, "%s%s%.*s", out, *out ? "&" : "", (int)len, body);
		body += len + (body[len] == '&');
	}
	return out;
}

static bool requests_equal(struct analysis_case *c, const struct value *got, const struct value *want)
{
	bool prometheus = strcmp(value_path_text(c->input, "op", ""), "prometheus") == 0;

	if (value_count(got) != value_count(want))
		return false;
	for (size_t i = 0; i < value_count(want); i++) {
		const struct value *l = value_at(got, i), *r = value_at(want, i);
		const char *body = value_path_text(l, "body", "");
		const char *type = value_path_text(r, "headers.Content-Type", NULL);

		if (prometheus)
			body = form_compared(c->a, body);
		if (!same_text(body, value_path_text(r, "body", "")) ||
		    !same_text(value_path_text(l, "uri", ""), value_path_text(r, "uri", "")) ||
		    !same_text(value_path_text(l, "method", ""), value_path_text(r, "method", "")) ||
		    (type && !same_text(value_path_text(l, "type", ""), type)))
			return false;
	}
	return true;
}

bool analysis_web_judge(struct analysis_case *c, const struct value *got, const struct value *want)
{
	struct value *measurement = value_copy(c->a, value_get(want, "measurement"));

	value_remove(measurement, "message");
	return analysis_equal(c->a, value_get(got, "measurement"), measurement) &&
	       requests_equal(c, value_get(got, "requests"), value_get(want, "requests"));
}

static void write_file(struct analysis_server *s, struct arena *a, const char *name, const char *text)
{
	struct err e;

	if (!file_write(path_join(a, s->folder, name), text, strlen(text), 0755, &e))
		abort();
}

/* The pods that the job's selector picks, as kubectl would. */
static const char *pods_text(struct analysis_case *c)
{
	const struct value *labels = value_path(c->input, "job.spec.selector.matchLabels");
	const struct value *pods = value_get(c->input, "pods");
	struct value *out = value_map(c->a), *items = value_list(c->a);

	for (size_t i = 0; i < value_count(pods); i++) {
		bool all = true;

		for (size_t j = 0; j < value_count(labels); j++)
			all = all && value_equal(labels->map.members[j].value,
						 value_get(value_path(value_at(pods, i), "metadata.labels"),
							   labels->map.members[j].key.at));
		if (all)
			value_append(c->a, items, value_at(pods, i));
	}
	value_set(c->a, out, "items", items);
	return json_text(c->a, out, 0);
}

static void fake_kubectl(struct analysis_case *c)
{
	struct analysis_server *s = c->server;
	const struct value *job = value_get(c->input, "job");

	write_file(s, c->a, "pods.json", pods_text(c));
	write_file(s, c->a, "job.json", job ? json_text(c->a, job, 0) : "");
	write_file(s, c->a, "kubectl",
		   str_format(c->a, "#!/bin/sh\ncd %s\ncase \"$1 $2\" in\n\"create -f\") cat >made.json;;\n"
			      "\"get pods\") cat pods.json;;\n"
			      "\"get job\") [ -s job.json ] || { echo \"job $3 not found\" >&2; exit 1; }\n"
			      "cat job.json;;\nesac\n", s->folder));
}

/* What the set tells of the Job that was made. */
static struct value *job_shown(struct analysis_case *c)
{
	struct value *out = value_map(c->a), *made;
	struct str text;
	struct err e;

	if (!file_read(c->a, path_join(c->a, c->server->folder, "made.json"), 1 << 20, &text, &e) ||
	    !json_parse(c->a, text.at, text.len, &made, &e))
		return NULL;
	static const struct {
		const char *name, *path;
	} parts[] = {
		{ "name", "metadata.name" },
		{ "namespace", "metadata.namespace" },
		{ "labels", "metadata.labels" },
		{ "annotations", "metadata.annotations" },
		{ "podLabels", "spec.template.metadata.labels" },
	};
	for (size_t i = 0; i < COUNTOF(parts); i++)
		if (value_path(made, parts[i].path))
			value_set(c->a, out, parts[i].name, value_path(made, parts[i].path));
	return out;
}

struct value *analysis_job(struct analysis_case *c, struct err *e)
{
	struct provider_run run = { .namespace = "demo", .name = "run", .uid = "0123-uid",
				    .now = now_ms };
	struct measurement one = { .phase = ANALYSIS_RUNNING, .started_at = now_ms, .value = "",
				   .message = "" };
	bool ends = value_truth(value_get(c->input, "terminating"), false);
	struct value *out = value_map(c->a);
	struct metric m;
	int64_t age = 0;

	if (!metric_init(&m, value_get(c->input, "metric"), e))
		return NULL;
	metric_resume(c->a, &m, value_get(c->input, "metricResult"));
	fake_kubectl(c);
	provider_measure(&run, c->a, &m, MEASURE_BEGIN, &one);
	value_set(c->a, out, "started", value_copy(c->a, shown(c->a, &one)));
	value_set(c->a, out, "job", job_shown(c));
	duration_parse(value_path_text(c->input, "age", "0s"), &age);
	run.now += age / 1000000;
	provider_measure(&run, c->a, &m, ends ? MEASURE_TERMINATE : MEASURE_GO_ON, &one);
	value_set(c->a, out, "then", shown(c->a, &one));
	if (!analysis_phase_is_over(one.phase))
		value_set(c->a, out, "again",
			  value_string(c->a, duration_text(c->a, (one.resume_at - run.now) * 1000000)));
	return out;
}

/* No AnalysisRun of a cluster owns our Job, and messages are ours. */
bool analysis_job_judge(struct analysis_case *c, const struct value *got, const struct value *want)
{
	struct value *theirs = value_copy(c->a, want);

	value_remove(value_get(theirs, "job"), "owners");
	value_remove(value_get(theirs, "then"), "message");
	return analysis_equal(c->a, got, theirs);
}
