/* SPDX-License-Identifier: Apache-2.0 */
/* What a recorder is given, and whom it tells. */
#ifndef GANTRY_RECORDER_OPTIONS_H
#define GANTRY_RECORDER_OPTIONS_H

#include "base/base.h"

struct record;

struct recorder_options {
	const char *path, *remote;      /* the ledger's repository; remote NULL: this machine only */
	const char *host;               /* who we are, for the lease */
	const char *context;            /* what the cluster is called */
	const char *signing_key, *allowed_signers; /* NULL: not signed; anybody may sign */
	bool writes;                    /* else ledgers that there are are only read */
	void *told;
	/*
	 * The project's record, with the ledger's head and events in place of the objects' own when there are
	 * any. Called by recorder_take() and on the recorder's thread, one call at a time; whoever keeps it
	 * acquires it.
	 */
	void (*on_record)(void *told, const char *project, const struct record *r);
};

#endif
