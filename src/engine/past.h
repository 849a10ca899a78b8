/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger as it stood at another moment. Opens the ledger for reading by itself, so it
 * may be called while an engine runs. Any thread; blocks on the disk, never on a remote.
 */
#ifndef GANTRY_ENGINE_PAST_H
#define GANTRY_ENGINE_PAST_H

#include "base/base.h"

struct err;
struct ledger_options;
struct past_wish;
struct record;

/*
 * Reads the record of the wanted moment; *at is that moment, ms. A moment before the first event
 * becomes that of the first event; one after the last is the present: NULL in *out. The caller
 * releases the record. ERR_NOT_FOUND without a ledger, ERR_IO.
 */
bool past_read(const struct ledger_options *o, const struct past_wish *wish,
	       const struct record **out, int64_t *at, struct err *e) MUST_USE;

#endif
