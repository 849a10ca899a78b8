/* SPDX-License-Identifier: Apache-2.0 */
/* What the promotion mechanisms share while they are turned into steps. One thread. */
#ifndef GANTRY_CONFIG_MECHANISM_H
#define GANTRY_CONFIG_MECHANISM_H

#include "base/base.h"
#include "base/list.h"
#include "config/origins.h"

struct arena;
struct mechanism_push;
struct origins_stage;
struct value;

struct mechanism {
	struct arena *a;
	const struct origins_stage *stage;
	struct value *steps;
	struct list notes;              /* const char * */
	const char *wrong;              /* the first reason; NULL: none */
	size_t edits;                   /* steps that change files, so far: update, update-2, … */
	struct list pushed;             /* struct mechanism_push *: what was pushed where */
};

struct mechanism_push {
	const char *url;
	const char *commit;             /* an expression without its braces */
};

/* Keeps the first reason. */
void mechanism_fail(struct mechanism *m, const char *why);

/* Notes a part that Kargo passed over, since no warehouse of the stage watches it. */
void mechanism_passed_over(struct mechanism *m, const char *what, const char *name);

/* Sets a text; an empty one is left out. */
void mechanism_put(struct mechanism *m, struct value *map, const char *key, const char *text);

/* Adds a step, and returns its config. as "": it has no name. */
struct value *mechanism_step(struct mechanism *m, const char *uses, const char *as);

/* The origin that counts for a part: its own, else that of what it is in. */
const struct value *mechanism_origin(const struct value *part, const struct value *around);

/* "imageFrom('nginx')", or commitFrom or chartFrom; NULL: the freight has none, or it can't be told. */
const char *mechanism_from(struct mechanism *m, const char *kind, const char *url, const char *chart,
			   const struct value *origin);

/* A tag or digest as it is written to a file, by what the mechanism's value said; NULL: unknown. */
const char *mechanism_image(struct mechanism *m, const struct value *image, const struct value *origin);

/*
 * Sets the tag or digest that kustomize is to use. False: the freight has no such image, which is noted, or
 * it can't be told.
 */
bool mechanism_pin(struct mechanism *m, struct value *made, const struct value *image,
		   const struct value *origin);

/* Steps for kustomize and helm of a git update that change ./out; returns what the commit says. */
const char *mechanism_edit(struct mechanism *m, const struct value *update, const char *folder,
			   const struct value *origin);

/* The argocd-update step. */
void mechanism_argocd(struct mechanism *m, const struct value *updates, const struct value *origin);

/*
 * mechanisms.c: spec.promotionMechanisms, which Kargo 1.0 took away, as the steps that do the same
 * (doc/kargo-rules.md 10.2). Any thread.
 */

struct mechanisms {
	struct value *template;         /* spec.promotionTemplate; NULL with wrong NULL: they did nothing */
	struct list notes;              /* const char *: parts that Kargo passed over, and so do the steps */
	const char *wrong;              /* why steps can't say it; NULL: they can */
};

/* A whole template, or none: never half of it. */
void mechanisms_read(struct arena *a, const struct origins_stage *stage, const struct value *mechanisms,
		     struct mechanisms *out);

#endif
