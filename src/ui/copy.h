/* SPDX-License-Identifier: Apache-2.0 */
/* What of the selection can be copied: commits, digests, names, URLs. Ui thread. */
#ifndef GANTRY_UI_COPY_H
#define GANTRY_UI_COPY_H

#include "base/base.h"

struct arena;
struct value;
struct view;

struct copy {
	const char *what, *text;        /* "commit" and its id; in the arena of the view */
};

struct copies {
	struct copy items[32];
	size_t count;
};

/* Adds at the end; "", NULL, what is there already and what does not fit are left out. */
void copies_add(struct copies *all, const char *what, const char *text);

/* The commits, digests and URLs in a step's output. */
void copies_add_output(struct view *v, struct copies *all, const struct value *output);

/* Of what is selected on the view's screen, most wanted first. */
void copies_of(struct view *v, struct copies *out);

/* Copies the first of them, or says that there is none. */
void copy_first(struct view *v);

#endif
