/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web configuration file of Prometheus' exporters
 * (https://prometheus.io/docs/prometheus/latest/configuration/https/): TLS, headers, users. Main thread.
 */
#ifndef GANTRY_CMD_WEB_CONFIG_H
#define GANTRY_CMD_WEB_CONFIG_H

#include "base/base.h"

struct arena;
struct err;
struct http_header;
struct value;

struct web_config {
	const char *certificate, *key;  /* PEM; NULL: no TLS */
	const char *priorities;         /* which versions of TLS, as GnuTLS has it */
	const struct http_header *headers; /* of every reply */
	size_t nheaders;
	const struct value *users;      /* names to bcrypt hashes; NULL: no authentication */
};

/*
 * Reads the file; others that it names are beside it unless they are absolute. ERR_CONFIG names file, line
 * and field, and what to write instead.
 */
bool web_config_read(struct arena *a, const char *path, struct web_config *out, struct err *e) MUST_USE;

#endif
