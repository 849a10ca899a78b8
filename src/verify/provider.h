/* SPDX-License-Identifier: Apache-2.0 */
/* Who measures: one file and one line in provider.c a provider. Workers. */
#ifndef GANTRY_VERIFY_PROVIDER_H
#define GANTRY_VERIFY_PROVIDER_H

#include "verify/condition.h"

struct http;
struct value;

/* One measurement. */
struct measure {
	struct arena *arena;
	struct http *http;
	const struct value *metric;     /* its arguments put in */
	const char *namespace;          /* the project's */
	const char *name;               /* unique to this measurement: what a job is called */
	bool started;                   /* it was begun at an earlier look */
	/* What comes of it: */
	const struct value *result;     /* for the conditions; NULL: outcome says all */
	enum outcome outcome;
	bool goes_on;                   /* not over yet: look again */
};

struct provider {
	const char *name;               /* "prometheus" */
	/* False: *e says why it could not be measured, which counts as an error. */
	bool (*measure)(struct measure *m, const struct value *spec, struct err *e);
	/* Takes back what is still going on; may be NULL. */
	void (*stop)(struct measure *m);
};

extern const struct provider provider_prometheus, provider_web, provider_job;

/* The metric's provider and its spec; ERR_CONFIG when gantry has none of that kind. */
bool provider_of(const struct value *metric, const struct provider **out,
		 const struct value **spec, struct err *e) MUST_USE;

#endif
