/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A promotion as spans in OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding),
 * with the attributes of the CI/CD conventions: a stage is a pipeline, a promotion a run, a step a task. IDs
 * are derived from names, so a promotion that is exported twice is the same trace. Pure. Any thread.
 */
#ifndef GANTRY_TRACES_SPAN_H
#define GANTRY_TRACES_SPAN_H

#include "base/base.h"

struct arena;
struct project;
struct state;
struct value;

/*
 * The spans of a promotion that is over, appended to the list; links lead to the promotions of the stages
 * upstream that brought the same freight there. False: the state does not hold it any more.
 */
bool span_add(struct arena *a, const struct project *p, const struct state *s, const char *promotion,
	      struct value *spans);

/* The request's body: spans of one process. resource: a map of texts. */
const struct value *span_request(struct arena *a, const struct value *resource, const char *version,
				 struct value *spans);

#endif
