/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent tells of each project of its fleet: counters, readiness, and what became of messages. */
#ifndef GANTRY_CMD_WATCHED_H
#define GANTRY_CMD_WATCHED_H

#include "base/base.h"
#include "metrics/exposition.h"

struct arena;
struct buf;
struct outbox;
struct traffic;
struct ui_port;
struct watched;

/* All of it must outlive the watch. */
struct serve_options {
	const char *listen;             /* "127.0.0.1", "127.0.0.1:9747", "[::1]:9747" or ":9747" */
	const char *web_config;         /* path (cmd/web_config.h); NULL: none */
	const char *ledger;             /* path of the repository that is counted; NULL: none */
	const struct ui_port *port;
	struct outbox *outbox;          /* whose messages are counted; NULL: there is none */
	struct traffic *traffic;        /* what was asked of the outside; NULL: nobody counts */
};

struct watched *watched_new(const struct serve_options *o);
void watched_free(struct watched *s);

/* Keeps counters up to date, once a second or so; never waits for a reading. Main thread. */
void watched_tick(struct watched *s);

/* Appends the page of metrics. Any thread. */
void watched_metrics(struct watched *s, struct arena *a, struct buf *out, enum exposition_format format);

/* Whether all projects can be worked on, and a text that says what is missing. Any thread. */
bool watched_ready(struct watched *s, struct arena *a, const char **out);

#endif
