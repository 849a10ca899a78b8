/* SPDX-License-Identifier: Apache-2.0 */
/* A request to a collector (https://opentelemetry.io/docs/specs/otlp/#otlphttp). The client's thread. */
#ifndef GANTRY_TRACES_UPLOAD_H
#define GANTRY_TRACES_UPLOAD_H

#include "base/base.h"

struct arena;
struct endpoint;
struct err;
struct http;
struct list;
struct project;
struct state;

struct upload {
	const struct endpoint *endpoint;
	const char *version;            /* of gantry */
	const struct project *project;
	const struct state *state;
	const struct list *finished;    /* struct finished_promotion * */
	const bool *cancelled;
};

/*
 * True once the collector has answered 2xx; *note says which spans it rejected, NULL: none.
 * False: e->passes for 429, 502, 503, 504 and no answer, the only ones that OTLP allows to be retried.
 */
bool upload_send(struct http *h, struct arena *a, const struct upload *u, const char **note,
		 struct err *e) MUST_USE;

#endif
