/* SPDX-License-Identifier: Apache-2.0 */
/* What the http steps share: asking, and the answer as expressions see it. A worker. */
#ifndef GANTRY_STEPS_HTTP_INNER_H
#define GANTRY_STEPS_HTTP_INNER_H

#include "base/base.h"
#include "expr/expr.h"
#include "steps/step.h"

struct err;
struct http_reply;
struct http_request;

/*
 * http_ask.c: what http and http-download share: a request made of the step's configuration
 * (doc/kargo-rules.md 6.6).
 */

/* Of headers and queryParams. */
extern const struct step_param http_pair_params[];

/*
 * Fills url (with queryParams), headers, insecureSkipTLSVerify and timeout (otherwise_ms when not
 * given). ERR_CONFIG for a URL or duration that makes no sense, e->again as Kargo would.
 */
bool http_ask_fill(struct step_run *r, int64_t otherwise_ms, struct http_request *rq,
		   struct err *e) MUST_USE;

/* A duration field in ms, as Kargo reads it: its pattern is looser than Go's durations. */
bool http_ask_duration(struct step_run *r, const char *name, int64_t otherwise_ms, int64_t *ms,
		       struct err *e) MUST_USE;

/* Whether the text has what Kargo's schema asks of a duration. For step_def.check. */
bool http_ask_looks_like_duration(const char *text);

/* Sends it; transport errors may pass. */
bool http_ask_send(struct step_run *r, struct http_request *rq, struct http_reply *reply,
		   struct err *e) MUST_USE;

/*
 * http_response.c: the answer to an http step as its expressions see it: response.status,
 * .header(), .headers, .body.
 */

struct http_response {
	const struct http_reply *reply;
	struct expr_variable variable;  /* "response" */
	struct expr_env env;
};

/*
 * type: of responseContentType, NULL: as the server says. ERR_CONFIG (again set) when the body is
 * not of that type. *out must not move while env is used.
 */
bool http_response_read(struct arena *a, const struct http_reply *reply, const char *type,
			struct http_response *out, struct err *e) MUST_USE;

/* Evaluates the text. One that cannot be compiled is terminal, one that fails may pass. */
bool http_response_eval(struct arena *a, const struct http_response *r, const char *text,
			struct expr_value *out, struct err *e) MUST_USE;

#endif
