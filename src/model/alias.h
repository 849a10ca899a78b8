/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aliases of freight: two words that people can say on the telephone (doc/kargo-rules.md 2.7:
 * any unique pair will do). Pure. Any thread.
 */
#ifndef GANTRY_MODEL_ALIAS_H
#define GANTRY_MODEL_ALIAS_H

struct arena;

/*
 * "soft-squirrel": the same for the same name, so that two processes that find the same
 * freight call it the same. attempt: 0, then 1, 2, … while the alias is taken.
 */
const char *freight_alias(struct arena *a, const char *freight, unsigned attempt);

#endif
