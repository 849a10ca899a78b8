/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Prometheus scrapes: counters folded from the ledger's events, gauges read from a world,
 * and their text. Pure: no input or output, and the clock is handed in.
 * May use base data model.
 *
 * counts.h      what has happened in one project, counted
 * dora.h        figures of production stages, as the terminal has them
 * exposition.h  the text formats
 * fact.h        one ledger event, as far as it is counted
 * families.def  every metric family
 * follow.h      new events of a world, as facts
 * gauges.c      the present of a world
 * metrics.h     this table, and the page (page.c)
 * metrics_inner.h  what a page is made of
 * outside.c     what was asked of the outside
 * replay.h      events read back from the ledger, as facts
 * waiting.c     what a stage waits for
 */
#ifndef GANTRY_METRICS_METRICS_H
#define GANTRY_METRICS_METRICS_H

#include "base/base.h"
#include "metrics/exposition.h"

struct arena;
struct buf;
struct counts;
struct traffic_count;
struct world;

/* One project of the process. */
struct metrics_project {
	const struct world *world;      /* not loading */
	const struct counts *counts;    /* NULL: not read from the ledger yet; its counters are absent */
};

/* What the kernel says of the process; 0 members: unknown, and absent. */
struct metrics_process {
	double cpu_seconds, start_time;
	double resident_bytes, virtual_bytes;
	double open_fds, max_fds;
};

/* The outcome of a channel's messages since the process started. */
struct metrics_channel {
	const char *project, *channel;  /* "demo", "MessageChannel/team" */
	uint64_t sent, retried, failed, pending;
};

struct metrics_page {
	const struct metrics_project *projects;
	size_t nprojects;
	const struct metrics_channel *channels;
	size_t nchannels;
	struct metrics_process process;
	const struct traffic_count *traffic; /* TRAFFIC_KINDS of them; NULL: nobody counted */
	const char *version;            /* of gantry */
	int64_t now;                    /* ms */
	enum exposition_format format;
};

/* Appends the whole page to out. The arena is scratch. Any thread. */
void metrics_write(struct arena *a, struct buf *out, const struct metrics_page *page);

#endif
