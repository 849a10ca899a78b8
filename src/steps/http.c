/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http: ask a web server, and judge its answer (doc/kargo-rules.md 6.6). Without criteria a 2xx is a
 * success; an answer that is neither success nor failure is asked for again after pollInterval.
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "expr/print.h"
#include "net/http.h"
#include "net/url.h"
#include "steps/http_inner.h"
#include "steps/rehearse.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 10000, POLL_MS = 30000, MAX_BODY = 2 << 20 };

static const char *const methods[] = { "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT", NULL };
static const char *const types[] = { "application/json", "application/yaml", "text/plain", NULL };

static const struct step_param output_params[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The output's name." },
	{ .name = "fromExpression", .kind = PARAM_STRING,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY | PARAM_EXPRESSION,
	  .help = "An expression over response." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "url", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where to." },
	{ .name = "method", .kind = PARAM_STRING, .choices = methods, .otherwise = "GET",
	  .help = "The method." },
	{ .name = "headers", .kind = PARAM_LIST, .of = http_pair_params, .help = "Headers to send." },
	{ .name = "queryParams", .kind = PARAM_LIST, .of = http_pair_params,
	  .help = "Parameters added to the URL's query." },
	{ .name = "body", .kind = PARAM_STRING, .help = "What to send." },
	{ .name = "bodyFromFile", .kind = PARAM_PATH, .flags = PARAM_NOT_EMPTY,
	  .help = "A file to send, 2 MB at most, instead of body." },
	{ .name = "insecureSkipTLSVerify", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Do not check the server's certificate." },
	{ .name = "proxy", .kind = PARAM_STRING, .help = "An http or https proxy to use." },
	{ .name = "timeout", .kind = PARAM_STRING, .otherwise = "10s",
	  .help = "Time limit for one exchange." },
	{ .name = "pollInterval", .kind = PARAM_STRING, .otherwise = "30s",
	  .help = "How long to wait before asking again." },
	{ .name = "responseContentType", .kind = PARAM_STRING, .choices = types,
	  .help = "How to read the body, whatever the server says." },
	{ .name = "successExpression", .kind = PARAM_STRING, .flags = PARAM_EXPRESSION,
	  .help = "True: the step has succeeded." },
	{ .name = "failureExpression", .kind = PARAM_STRING, .flags = PARAM_EXPRESSION,
	  .help = "True: the step has failed, even if the success condition holds." },
	{ .name = "errorExpression", .kind = PARAM_STRING, .flags = PARAM_EXPRESSION,
	  .help = "The message of a failure." },
	{ .name = "outputs", .kind = PARAM_LIST, .of = output_params, .help = "What to keep of the answer." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "…", "The values that the outputs field names." },
	{ 0 },
};

static bool http_check(const struct value *config, struct err *e)
{
	static const char *const durations[] = { "timeout", "pollInterval" };
	const char *proxy = value_text(value_get(config, "proxy"), "http://");

	for (size_t i = 0; i < COUNTOF(durations); i++)
		if (!http_ask_looks_like_duration(value_text(value_get(config, durations[i]), "1s")))
			return err_set(e, ERR_CONFIG, "%s: is not a duration such as 90s or 5m",
				       durations[i]);
	if (!has_prefix(proxy, "http://") && !has_prefix(proxy, "https://"))
		return err_set(e, ERR_CONFIG, "proxy: must begin with http:// or https://");
	if (*value_text(value_get(config, "body"), "") && value_get(config, "bodyFromFile"))
		return err_set(e, ERR_CONFIG, "either body or bodyFromFile, not both");
	return true;
}

static bool http_fill(struct step_run *r, struct http_request *rq, struct err *e)
{
	const char *file = step_text(r, "bodyFromFile", NULL);
	const struct value *body = value_get(r->config, "body");

	if (!http_ask_fill(r, TIMEOUT_MS, rq, e))
		return false;
	rq->method = step_text(r, "method", "GET");
	rq->proxy = step_text(r, "proxy", NULL);
	rq->max_reply = MAX_BODY;
	if (file && !workdir_read(r->work, r->arena, &(struct workdir_file){ file, MAX_BODY }, &rq->body, e))
		return err_wrap(e, "bodyFromFile");
	if (body)
		rq->body = body->string;
	return true;
}

struct http_criterion {
	bool given;                     /* there is an expression */
	bool met;                       /* it is true */
};

static bool http_criterion(struct step_run *r, const struct http_response *response, const char *name,
			   struct http_criterion *out, struct err *e)
{
	const char *text = step_text(r, name, NULL);
	struct expr_value v;

	*out = (struct http_criterion){ .given = text && *text };
	if (!out->given)
		return true;
	if (!http_response_eval(r->arena, response, text, &v, e))
		return err_wrap(e, "%s", name);
	if (v.kind != EXPR_BOOL)
		return err_again(e, ERR_CONFIG, "%s: \"%s\" is neither true nor false", name, text);
	out->met = v.boolean;
	return true;
}

static bool take_outputs(struct step_run *r, const struct http_response *response,
			 struct step_result *result, struct err *e)
{
	const struct value *wanted = value_get(r->config, "outputs");

	for (size_t i = 0; i < value_count(wanted); i++) {
		const struct value *o = value_at(wanted, i);
		struct expr_value v;
		struct value *tree;

		if (!http_response_eval(r->arena, response, value_text(value_get(o, "fromExpression"), ""),
					&v, e) ||
		    !expr_to_tree(r->arena, &v, &tree, e)) {
			result->output = NULL;
			return err_wrap(e, "outputs[%zu]", i);
		}
		step_output(r, result, value_text(value_get(o, "name"), ""), tree);
	}
	return true;
}

static bool http_fail(struct step_run *r, const struct http_response *response,
		      struct step_result *result, struct err *e)
{
	const char *text = step_text(r, "errorExpression", NULL);
	struct expr_value v = expr_nil();
	struct err unused;

	result->status = STEP_FAILED;
	if (text && *text && http_response_eval(r->arena, response, text, &v, &unused) &&
	    v.kind == EXPR_STRING)
		return err_set(e, ERR_REFUSED, "the answer (%d) meets the failure criteria: %s",
			       response->reply->status, str_text(r->arena, v.string));
	return err_set(e, ERR_REFUSED, "the answer (%d) meets the failure criteria",
		       response->reply->status);
}

static bool http_judge(struct step_run *r, const struct http_response *response,
		       struct step_result *result, struct err *e)
{
	struct http_criterion success, failure;
	int64_t poll;

	if (!http_criterion(r, response, "successExpression", &success, e) ||
	    !http_criterion(r, response, "failureExpression", &failure, e))
		return false;
	if (failure.met)
		return http_fail(r, response, result, e);
	if (success.met)
		return take_outputs(r, response, result, e);
	if (success.given || failure.given) {
		if (!http_ask_duration(r, "pollInterval", POLL_MS, &poll, e))
			return false;
		result->status = STEP_RUNNING;
		result->retry_after = poll;
		return true;
	}
	if (response->reply->status >= 200 && response->reply->status < 300)
		return take_outputs(r, response, result, e);
	result->status = STEP_FAILED;
	return true;
}

static bool http_step_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct http_request rq = { .method = NULL };
	struct http_response response;
	struct http_reply reply;

	if (!http_fill(r, &rq, e) || !http_ask_send(r, &rq, &reply, e))
		return false;
	step_report(r, "%s answers %d", rq.method, reply.status);
	return http_response_read(r->arena, &reply, step_text(r, "responseContentType", NULL),
				  &response, e) &&
	       http_judge(r, &response, result, e);
}

/* A GET only asks, and is asked. */
static bool http_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *method = step_text(r, "method", "GET"), *url = step_text(r, "url", "");

	if (strcmp(method, "GET") == 0)
		return http_step_run(r, result, e);
	step_announce(r, result, "send %s to %s", method, url_shown(r->arena, url));
	result->is_unforeseen = value_count(value_get(r->config, "outputs")) > 0;
	return true;
}

const struct step_def step_http = {
	.kind = "http",
	.summary = "Send a request to a web server and check its answer.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_HTTP,
	.is_effect = true,
	.check = http_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = http_rehearse,
	.run = http_step_run,
};
