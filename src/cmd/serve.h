/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent answers over HTTP: /metrics, /healthz and /readyz, on loopback. */
#ifndef GANTRY_CMD_SERVE_H
#define GANTRY_CMD_SERVE_H

#include "base/base.h"

struct err;
struct serve;
struct serve_options;

enum { SERVE_PORT = 9747 };             /* when none is given */

/* Listens. ERR_USAGE for an address that is not this machine's own: nothing here asks who reads. */
bool serve_start(struct serve **out, const struct serve_options *o, struct err *e) MUST_USE;

/* Keeps the counters up to date, once a second or so; never waits. Main thread. */
void serve_tick(struct serve *s);

/* NULL is fine. */
void serve_stop(struct serve *s);

#endif
