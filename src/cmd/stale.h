/* SPDX-License-Identifier: Apache-2.0 */
/* A shared ledger whose remote does not answer: every command says how old its answer is. */
#ifndef GANTRY_CMD_STALE_H
#define GANTRY_CMD_STALE_H

struct arena;
struct world;

/* "the ledger's remote was not reached (…): stale since …"; NULL: it is not. */
const char *stale_text(struct arena *a, const struct world *w);

/* Says so on standard error, where it is. */
void stale_note(const struct world *w);

#endif
