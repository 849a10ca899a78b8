/* SPDX-License-Identifier: Apache-2.0 */
/* What a page of metrics is made of: counters read back from the ledger, and what the kernel says. */
#ifndef GANTRY_CMD_SCRAPE_H
#define GANTRY_CMD_SCRAPE_H

#include "base/base.h"

struct counts;
struct err;
struct ledger;
struct metrics_process;

/*
 * Everything that the project's ledger holds, counted: the caller frees it. Reads page by page, so
 * that memory does not grow with the events themselves. ERR_CANCELLED once *cancelled is set; NULL: never.
 */
bool scrape_replay(struct ledger *l, const char *project, const bool *cancelled, struct counts **out,
		   struct err *e) MUST_USE;

/* What /proc says of this process; members that it does not say stay 0. */
void scrape_process(struct metrics_process *out);

#endif
