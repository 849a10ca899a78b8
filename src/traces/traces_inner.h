/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion as spans, and the request that brings them. This folder only. */
#ifndef GANTRY_TRACES_TRACES_INNER_H
#define GANTRY_TRACES_TRACES_INNER_H

#include "base/base.h"

struct arena;
struct endpoint;
struct err;
struct http;
struct list;
struct project;
struct state;
struct value;

/*
 * span.c: a promotion as spans in OTLP's JSON
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), with the attributes of the
 * CI/CD conventions: a stage is a pipeline, a promotion a run, a step a task. IDs are derived from
 * names, so a promotion that is exported twice is the same trace. Pure. Any thread.
 */

/*
 * The spans of a promotion that is over, appended to the list; links lead to the promotions of the stages
 * upstream that brought the same freight there. False: the state does not hold it any more.
 */
bool span_add(struct arena *a, const struct project *p, const struct state *s, const char *promotion,
	      struct value *spans);

/* The request's body: spans of one process. resource: a map of texts. */
const struct value *span_request(struct arena *a, const struct value *resource, const char *version,
				 struct value *spans);

/*
 * upload.c: a request to a collector (https://opentelemetry.io/docs/specs/otlp/#otlphttp). The
 * client's thread.
 */

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
