/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What needs a person, the most urgent first: the screen behind "!", the count in the header and
 * gantry get todo are this one list. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_TODO_H
#define GANTRY_MODEL_TODO_H

#include "base/base.h"

struct arena;
struct freight;
struct promotion;
struct stage;
struct world;

enum todo_kind {
	TODO_FAILED,            /* the newest promotion failed; nothing tries it again by itself */
	TODO_UNHEALTHY,         /* the stage's applications are not healthy, or what runs was not verified */
	TODO_HELD,              /* auto-promotion waits until somebody lets it go on */
	TODO_PROMOTE,           /* freight may enter, and only a person promotes it there */
	TODO_MANIFESTS,         /* a manifest has errors */
};

struct todo {
	enum todo_kind kind;
	const struct stage *stage;      /* NULL: of the manifests */
	const struct freight *freight;  /* or NULL */
	const struct promotion *promotion; /* that failed; or NULL */
	const char *text;               /* what, in half a sentence */
};

/* How many there are; *out: all of them. now: ms. */
size_t todo_list(struct arena *a, const struct world *w, int64_t now, struct todo **out);

/* "failed", "unhealthy", "held", "promote", "manifests" */
const char *todo_word(enum todo_kind kind);

#endif
