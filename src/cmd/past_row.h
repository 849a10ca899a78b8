/* SPDX-License-Identifier: Apache-2.0 */
/* One event of a ledger. Main thread. */
#ifndef GANTRY_CMD_PAST_ROW_H
#define GANTRY_CMD_PAST_ROW_H

struct arena;
struct ledger_entry;
struct value;

/* One event as a row: a map of texts, the same keys in the same order for each. */
struct value *past_row(struct arena *a, const char *project, const struct ledger_entry *entry);

#endif
