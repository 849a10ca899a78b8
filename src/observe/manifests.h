/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The newest good configuration. Reading makes a new part; holding one keeps it
 * alive while others replace it. Any thread.
 */
#ifndef GANTRY_OBSERVE_MANIFESTS_H
#define GANTRY_OBSERVE_MANIFESTS_H

#include "base/base.h"
#include "base/list.h"

struct complaint;
struct err;
struct part;
struct project;
struct settings;

/* One reading of the manifests: good or bad, all of it lies in the part. */
struct manifest_reading {
	struct part *part;
	const struct project *project;  /* NULL: none that can run */
	const char *fault;              /* why there is none; NULL: there is one */
	struct list complaints;         /* struct complaint * */
	const char *fingerprint;        /* changes when the manifests do */
};

/*
 * Reads what the settings name. False only when nothing could be read at all
 * (*e); otherwise *out is the caller's, with its part's reference.
 */
bool manifests_read(const struct settings *s, struct manifest_reading *out, struct err *e) MUST_USE;

/* Whether another reading would differ; true when it cannot be known. */
bool manifests_changed(const struct settings *s, const char *fingerprint);

#endif
