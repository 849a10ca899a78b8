/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where traces go, from the environment (https://opentelemetry.io/docs/specs/otel/protocol/exporter/):
 * OTEL_EXPORTER_OTLP_ENDPOINT, …_HEADERS, …_TIMEOUT, the same with _TRACES, OTEL_SERVICE_NAME,
 * OTEL_RESOURCE_ATTRIBUTES, OTEL_SDK_DISABLED. Pure but for getenv(). Main thread.
 */
#ifndef GANTRY_TRACES_ENDPOINT_H
#define GANTRY_TRACES_ENDPOINT_H

#include "base/base.h"

struct arena;
struct err;
struct http_header;
struct value;

struct endpoint {
	const char *url;                /* NULL: none is set, so nothing is exported */
	const struct http_header *headers;
	size_t nheaders;
	int64_t timeout_ms;
	const struct value *resource;   /* a map of texts: service.name and what else is set */
};

/* ERR_USAGE names the variable that makes no sense. Values of headers are secrets from then on. */
bool endpoint_read(struct arena *a, struct endpoint *out, struct err *e) MUST_USE;

#endif
