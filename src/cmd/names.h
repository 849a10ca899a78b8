/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that people type, found in a world; ERR_NAME, with the nearest that there is, when nothing is
 * called so. Main thread.
 */
#ifndef GANTRY_CMD_NAMES_H
#define GANTRY_CMD_NAMES_H

#include "base/base.h"

struct arena;
struct command;
struct err;
struct freight;
struct list;
struct promotion;
struct stage;
struct warehouse;
struct world;

/* "; did you mean uat?", of names (const char *), or otherwise. */
const char *names_hint(struct arena *a, const struct list *names, const char *name, const char *otherwise);

bool find_stage(struct arena *a, const struct world *w, const char *name, const struct stage **out,
		struct err *e) MUST_USE;
bool find_warehouse(struct arena *a, const struct world *w, const char *name, const struct warehouse **out,
		    struct err *e) MUST_USE;

/* By name, alias, the beginning of a name, or a version that only one has. */
bool find_freight(struct arena *a, const struct world *w, const char *text, const struct freight **out,
		  struct err *e) MUST_USE;

/* By name or its beginning; or of a stage: what is under way there, else its newest. */
bool find_promotion(struct arena *a, const struct world *w, const char *text, const struct promotion **out,
		    struct err *e) MUST_USE;

/* The one stage that the command's words name; ERR_USAGE for none and for several. */
bool find_stage_of_words(const struct command *c, const struct world *w, const struct stage **out,
			 struct err *e) MUST_USE;

#endif
