/* SPDX-License-Identifier: Apache-2.0 */
/* A value out of the answer of any web server: a JSON document, or what a path finds in one. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "verify/condition.h"
#include "verify/json_path.h"
#include "verify/provider.h"

enum { TIMEOUT_S = 10, SHOWN = 200 };

static const char *web_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

/* jsonBody is sent as JSON, whatever type the headers name. */
static bool body_fill(struct measuring *m, const struct value *spec, struct http_request *rq,
		      struct err *e)
{
	const struct value *json = value_get(spec, "jsonBody");
	struct http_header *headers;
	const char *method = web_text(spec, "method");
	size_t count = 0;

	if (json && *web_text(spec, "body"))
		return err_set(e, ERR_CONFIG, "web has both body and jsonBody; use one of them");
	if ((json || *web_text(spec, "body")) && (!*method || strcmp(method, "GET") == 0))
		return err_set(e, ERR_CONFIG, "web has a body, which needs method POST or PUT");
	rq->body = str_of(json ? json_text(m->arena, json, 0) : web_text(spec, "body"));
	if (!json)
		return true;
	headers = arena_array(m->arena, rq->nheaders + 1, sizeof(*headers));
	for (size_t i = 0; i < rq->nheaders; i++)
		if (!same_but_case(rq->headers[i].name, "Content-Type"))
			headers[count++] = rq->headers[i];
	headers[count++] = (struct http_header){ "Content-Type", "application/json" };
	rq->headers = headers;
	rq->nheaders = count;
	return true;
}

static bool web_ask(struct measuring *m, const struct value *spec, struct http_reply *reply,
		    struct err *e)
{
	struct http_request rq = { .url = web_text(spec, "url") };
	int64_t seconds = 0;

	if (!*rq.url)
		return err_set(e, ERR_CONFIG, "web.url is missing");
	provider_request(m, spec, &rq);
	if (!provider_refuse_login(spec, e) || !body_fill(m, spec, &rq, e))
		return false;
	if (*web_text(spec, "method"))
		rq.method = web_text(spec, "method");
	value_integer(value_get(spec, "timeoutSeconds"), &seconds);
	rq.timeout_ms = (seconds > 0 ? seconds : TIMEOUT_S) * 1000;
	if (!http_send(m->run->http, m->arena, &rq, reply, e))
		return false;
	if (reply->status >= 200 && reply->status <= 299)
		return true;
	err_set(e, ERR_NET, "the answer is %d: %s", reply->status,
		str_clean(m->arena, reply->body.at, reply->body.len, SHOWN));
	return provider_answer_status(reply, e);
}

/*
 * An answer that is not JSON is a text. Rollouts then asks no condition at all, so that the page
 * of a proxy's login would verify a stage; here the condition decides.
 */
static bool text_judge(struct measuring *m, struct str text, const char *path, struct err *e)
{
	const struct value *v = value_string_n(m->arena, text.at, text.len);
	struct metric_result result = result_of_json(m->arena, v);

	if (*path)
		return err_set(e, ERR_CONFIG, "jsonPath: the answer is not JSON but: %s",
			       str_clean(m->arena, text.at, text.len, SHOWN));
	m->one->value = str_clean(m->arena, text.at, text.len, SHOWN);
	return condition_judge(m->arena, m->metric->spec, &result, &m->one->phase, e);
}

static bool web_begin(struct measuring *m, const struct value *spec, struct err *e)
{
	const char *path = web_text(spec, "jsonPath");
	struct metric_result result;
	struct http_reply reply;
	const struct value *found;
	struct value *answer;
	struct err not_json;

	if (*path && !json_path_check(path, e))
		return err_wrap(e, "jsonPath");
	if (!web_ask(m, spec, &reply, e))
		return false;
	if (!json_parse(m->arena, reply.body.at, reply.body.len, &answer, &not_json))
		return text_judge(m, reply.body, path, e);
	found = answer;
	if (*path && !json_path(m->arena, path, answer, &found, e))
		return err_wrap(e, "jsonPath");
	result = result_of_json(m->arena, found);
	if (!condition_judge(m->arena, m->metric->spec, &result, &m->one->phase, e))
		return false;
	m->one->value = result.text;
	return true;
}

const struct provider provider_web = { .name = "web", .begin = web_begin };
