/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports each promotion that has ended, at least once, on a thread of its own: from a cursor beside the
 * ledger, while this process holds the project's lease. A trace that comes twice is the same trace.
 */
#ifndef GANTRY_TRACES_EXPORTER_H
#define GANTRY_TRACES_EXPORTER_H

#include "base/base.h"

struct endpoint;
struct err;
struct exporter;
struct fleet;
struct traffic;

struct exporter_options {
	const struct endpoint *endpoint;        /* with a url; it and ledger must outlive the exporter */
	const char *ledger;             /* path of the repository */
	const char *version;            /* of gantry */
	/* The newest worlds, and giving them back. Any thread. */
	const struct fleet *(*borrow)(void *context);
	void (*give_back)(void *context, const struct fleet *f);
	void *context;
	struct traffic *traffic;        /* where it is counted; NULL: nowhere */
};

bool exporter_start(const struct exporter_options *o, struct exporter **out, struct err *e) MUST_USE;

/* Abandons what is under way, within a second or so. Main thread; NULL is fine. */
void exporter_stop(struct exporter *x);

#endif
