/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent answers over HTTP or HTTPS: /metrics, /healthz and /readyz. */
#ifndef GANTRY_CMD_SERVE_H
#define GANTRY_CMD_SERVE_H

#include "base/base.h"

struct err;
struct serve;
struct serve_options;

enum { SERVE_PORT = 9747 };             /* when none is given */

/* The errors of serve_start that the options alone tell, before anything begins. */
bool serve_check(const struct serve_options *o, struct err *e) MUST_USE;

/*
 * Listens. ERR_USAGE for an address that is not this machine's own where nobody is asked who they are, over
 * TLS; ERR_CONFIG for a web configuration file that makes no sense.
 */
bool serve_start(struct serve **out, const struct serve_options *o, struct err *e) MUST_USE;

/* Keeps the counters up to date, once a second or so; never waits. Main thread. */
void serve_tick(struct serve *s);

/* NULL is fine. */
void serve_stop(struct serve *s);

#endif
