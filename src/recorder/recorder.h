/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records what a running Kargo does in ledgers, one for each project, whose only writer is the recorder that
 * has the lease; others follow. Restarted, it compares what Kargo's objects tell with what the ledger has.
 * May use base data git model ledger.
 *
 * batch.h     what is appended together
 * find.h      what the ledger does not have yet
 * known.h     which projects a ledger has a history of
 * name.h      what a project's ledger is called
 * options.h   what it is given, and whom it tells
 * prune.h     what may leave the ledger's tree
 * recorded.h  one project: its ledger, its lease
 * recorder.h  this table, and the whole
 * tell.h      facts as the events of a ledger
 */
#ifndef GANTRY_RECORDER_RECORDER_H
#define GANTRY_RECORDER_RECORDER_H

#include "base/base.h"
#include "recorder/options.h"

struct err;
struct record;
struct recorder;

/* Starts its thread. Texts must outlive it. */
bool recorder_start(const struct recorder_options *o, struct recorder **out, struct err *e) MUST_USE;

/* A project is as the record says; on_record() is called at once. Acquires it. Any thread; never blocks. */
void recorder_take(struct recorder *r, const char *project, const struct record *seen);

/* Gives leases back. False: its thread is stuck, and nothing was freed. NULL is fine. */
bool recorder_stop(struct recorder *r, int64_t ms) MUST_USE;

#endif
