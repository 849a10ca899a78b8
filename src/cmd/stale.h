/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger whose remote does not answer, or which cannot be written: every command says so. */
#ifndef GANTRY_CMD_STALE_H
#define GANTRY_CMD_STALE_H

#include "base/base.h"

struct arena;
struct err;
struct settings;
struct world;

/* "the ledger's remote was not reached (…): stale since …"; "nothing can be recorded: …"; or NULL. */
const char *stale_text(struct arena *a, const struct world *w);

/* Whether there is such a text. */
bool stale_is(const struct world *w);

/*
 * False when the ledger could not be opened and this machine has nothing of it: what runs where is unknown,
 * and an answer of empty stages would be wrong. ERR_IO says why, and may pass.
 */
bool stale_has_record(const struct world *w, struct err *e) MUST_USE;

/* Says so on standard error, where it is. */
void stale_note(const struct world *w);

/* What is waited for before there is anything to show, for messages. */
const char *stale_awaited(const struct settings *s);

#endif
