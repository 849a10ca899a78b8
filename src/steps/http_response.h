/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to an http step as its expressions see it: response.status, .header(), .headers, .body. */
#ifndef GANTRY_STEPS_HTTP_RESPONSE_H
#define GANTRY_STEPS_HTTP_RESPONSE_H

#include "base/base.h"
#include "expr/expr.h"

struct err;
struct http_reply;

struct http_response {
	const struct http_reply *reply;
	struct expr_variable variable;  /* "response" */
	struct expr_env env;
};

/*
 * type: of responseContentType, NULL: as the server says. ERR_CONFIG (again set) when the body is not
 * what it is said to be. *out must stay where it is for as long as env is used.
 */
bool http_response_read(struct arena *a, const struct http_reply *reply, const char *type,
			struct http_response *out, struct err *e) MUST_USE;

/* Evaluates the text. One that cannot be compiled is terminal, one that fails may pass. */
bool http_response_eval(struct arena *a, const struct http_response *r, const char *text,
			struct expr_value *out, struct err *e) MUST_USE;

#endif
