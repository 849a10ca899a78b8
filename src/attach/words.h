/* SPDX-License-Identifier: Apache-2.0 */
/* Words that objects repeat a thousand times. Pure. Any thread. */
#ifndef GANTRY_ATTACH_WORDS_H
#define GANTRY_ATTACH_WORDS_H

struct arena;
struct value;

/* A copy in the arena, as value_copy() makes it, but for words that are the program's own. */
struct value *attach_keep(struct arena *a, const struct value *v);

#endif
