/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Providers, which measure: each has a file and a line in provider.c. May block for as long as the
 * metric's timeout says. Workers.
 */
#ifndef GANTRY_VERIFY_PROVIDER_H
#define GANTRY_VERIFY_PROVIDER_H

#include "verify/analysis.h"

struct err;
struct http;
struct http_reply;
struct http_request;
struct value;

/* The run that a measurement belongs to: Jobs bear its name. */
struct provider_run {
	struct http *http;
	const bool *cancelled;          /* polled; may be NULL */
	const char *namespace, *name, *uid;
	int64_t now;                    /* ms */
};

/* One measurement. */
struct measuring {
	struct arena *arena;
	const struct provider_run *run;
	const struct metric *metric;
	struct measurement *one;        /* filled in; its phase stays Running until it is over */
};

/* spec is the metric's provider.<name>. False: *e says why the measurement is an error. */
typedef bool provider_step(struct measuring *m, const struct value *spec, struct err *e);

struct provider {
	const char *name;               /* "prometheus" */
	provider_step *begin;
	provider_step *go_on;           /* NULL: its measurements are over at once */
	provider_step *terminate;       /* NULL likewise */
};

extern const struct provider provider_job, provider_prometheus, provider_web;

/* The measure() of a struct measurer; context is a struct provider_run. */
void provider_measure(void *context, struct arena *a, const struct metric *m,
		      enum measure_task task, struct measurement *one);

/* For providers over HTTP: their headers, redirects, reach and ceiling; spec as above. */
void provider_request(struct measuring *m, const struct value *spec, struct http_request *rq);

/* Marks *e, the error of a reply that cannot be used, when its status means an outage. Returns false. */
bool provider_answer_status(const struct http_reply *reply, struct err *e);

/* ERR_CONFIG for a way of logging in that gantry does not have. */
bool provider_refuse_login(const struct value *spec, struct err *e) MUST_USE;

#endif
