/* SPDX-License-Identifier: Apache-2.0 */
/* A forge that answers by a script: forge_options.send and context. */
#ifndef GANTRY_TESTS_UNIT_FORGE_SCRIPT_H
#define GANTRY_TESTS_UNIT_FORGE_SCRIPT_H

#include "base/base.h"
#include "forge/forge.h"

struct arena;
struct http_reply;
struct http_request;

struct script_answer {
	const char *on;                 /* the end of "METHOD url" */
	int status;
	const char *body;
	const char *header, *value;     /* one header; NULL: none */
};

struct script {
	struct arena *a;
	const struct script_answer *answers; /* ends with a NULL on; others get 404 */
	const char *asked;              /* "METHOD url body\n" each */
	const char *token;              /* the Authorization that was sent last */
};

bool script_send(void *context, struct arena *a, const struct http_request *rq,
		 struct http_reply *reply, struct err *e);

#endif
