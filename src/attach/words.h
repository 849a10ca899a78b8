/* SPDX-License-Identifier: Apache-2.0 */
/* Words and whole values that objects repeat a thousand times, kept once. Any thread, one at a time. */
#ifndef GANTRY_ATTACH_WORDS_H
#define GANTRY_ATTACH_WORDS_H

struct arena;
struct attach_words;
struct value;

/* What is kept in the arena from now on: it outlives these, and so do the values. */
struct attach_words *attach_words_new(struct arena *a);
void attach_words_free(struct attach_words *w);

struct arena *attach_words_arena(const struct attach_words *w);

/*
 * A copy in the arena, as value_copy() makes it, of which all that is equal to something that was kept before
 * is that: it must never be modified.
 */
struct value *attach_words_keep(struct attach_words *w, const struct value *v);

/* The same of one value by itself. */
struct value *attach_keep(struct arena *a, const struct value *v);

#endif
