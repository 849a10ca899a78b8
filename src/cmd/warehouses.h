/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get warehouses. Main thread. */
#ifndef GANTRY_CMD_WAREHOUSES_H
#define GANTRY_CMD_WAREHOUSES_H

#include "base/base.h"
#include "cmd/out.h"

struct arena;
struct stage;
struct value;
struct world;

/* For get: a row for each, of a stage only (NULL: all) those that it takes from; and their table. */
void warehouse_rows(struct arena *a, const struct world *w, const struct stage *s, struct value *rows);
extern const struct out_column warehouse_columns[];

/*
 * Why it could not be looked at; NULL: it could. *reason: why what was found makes no freight; NULL: it does,
 * or there is nothing to explain.
 */
const char *warehouse_trouble(struct arena *a, const struct world *w, const char *name, const char **reason);

/*
 * Says on standard error why the stage's warehouses bring nothing: that one cannot be looked at, or has
 * freight that nobody has recorded. Each must have been looked at.
 */
void warehouses_note(struct arena *a, const struct world *w, const struct stage *s);

/* Whether somebody has looked at it since then (ms); true also when it cannot be looked at. */
bool warehouse_was_looked_at(const struct world *w, const char *name, int64_t since);

/* Whether all were, ever; as a wish asks (cmd/worlds.h), without a context. */
bool warehouses_were_looked_at(void *context, const struct world *w);

/*
 * The same of one warehouse, for a process that records what it finds: and that is done, or will not be
 * before the next look, since the ledger fails.
 */
bool warehouse_was_recorded(const struct world *w, const char *name, int64_t since);

/* Why the ledger does not have the freight that it was found to have; NULL: it does, or may still get it. */
const char *warehouse_unrecorded(struct arena *a, const struct world *w, const char *name);

#endif
