/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One metric's life: when it is measured, and what its measurements amount to (Argo
 * Rollouts' rules, doc/kargo-rules.md 7.4). Pure but for metric_measure(), which asks.
 */
#ifndef GANTRY_VERIFY_METRIC_H
#define GANTRY_VERIFY_METRIC_H

#include "verify/condition.h"

struct http;
struct value;

struct metric {
	const char *name;
	const struct value *spec;       /* arguments put in */
	bool dry_run;                   /* does not count */
	/* What is remembered between looks: */
	enum outcome outcome;           /* NONE while it goes on */
	int64_t count, successful, failed, inconclusive, errors; /* count: without errors */
	int64_t consecutive_errors, consecutive_successes;
	int64_t due;                    /* ms */
	bool measuring;                 /* a job is under way */
	const char *message;            /* why it ended badly; "" */
	const struct value *measurements; /* the newest ten, newest last */
};

/* A metric as its spec and what is remembered of it (NULL at first) say. started: of the run, ms. */
bool metric_read(struct arena *a, const struct value *spec, const struct value *kept,
		 int64_t started, struct metric *out, struct err *e) MUST_USE;

/* What must be remembered of it. */
struct value *metric_write(struct arena *a, const struct metric *m);

/* Measures once; name_prefix and namespace are for jobs. */
void metric_measure(struct arena *a, struct metric *m, struct http *http, const char *namespace,
		    const char *name_prefix, int64_t now);

/* One measurement's outcome is taken into account: is the metric over, when is it due next? */
void metric_count(struct arena *a, struct metric *m, enum outcome outcome, int64_t now);

/* Takes back a job that is under way. */
void metric_stop(struct arena *a, struct metric *m, const char *namespace, const char *name_prefix);

#endif
