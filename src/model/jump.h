/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds things of a fleet by a few letters of their names: projects, stages, warehouses, freight,
 * promotions and applications. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_JUMP_H
#define GANTRY_MODEL_JUMP_H

#include "base/base.h"

struct fleet;
struct world;

/* How well letters fit a name; the best last. */
enum jump_fit {
	JUMP_NOT,
	JUMP_LOOSELY, /* the letters are there, in this order */
	JUMP_INSIDE,  /* next to each other */
	JUMP_WORD,    /* at the beginning of a word */
	JUMP_START,   /* at the beginning */
	JUMP_FITS
};

enum jump_kind {
	JUMP_PROJECT,
	JUMP_STAGE,
	JUMP_WAREHOUSE,
	JUMP_FREIGHT,
	JUMP_PROMOTION,
	JUMP_APPLICATION
};

struct jump {
	enum jump_kind kind;
	enum jump_fit fit;
	const struct world *world;
	const char *key;  /* the name by which the world knows it */
	const char *namespace; /* of an application; else NULL */
	const char *name; /* what the letters fitted; of freight the alias or a version */
};

enum jump_fit jump_fit(const char *name, const char *letters);

/*
 * The best room of them into out, the best first, of equals the shorter kind of thing first.
 * Stages, warehouses and freight of the world `here` (NULL: none) are left out: whoever asks has
 * them at hand. So is the project of a fleet of one. An application is found in the projects whose
 * stages name it or may change it, else in `here`; in a fleet of one all are. No letters: projects
 * alone. Returns how many.
 */
size_t jump_find(const struct fleet *f, const struct world *here, const char *letters,
		 struct jump *out, size_t room);

/* "project", "stage", "warehouse", "freight", "promotion", "application" */
const char *jump_kind_word(enum jump_kind kind);

#endif
