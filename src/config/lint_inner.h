/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lint share. */
#ifndef GANTRY_CONFIG_LINT_INNER_H
#define GANTRY_CONFIG_LINT_INNER_H

#include "base/base.h"
#include "base/list.h"
#include "config/complain.h"

struct config;
struct gathered;
struct lint_steps;
struct value;

struct lint {
	struct arena *a;
	struct complaints c;
	struct list objects;            /* struct gathered * */
	const struct config *config;
	const struct lint_steps *steps;
};

/* The object, or NULL. namespace NULL: one of the cluster. */
const struct gathered *lint_find(const struct lint *l, const char *kind, const char *namespace,
				 const char *name);

/* "stage test": how complaints call it. */
const char *lint_subject(const struct lint *l, const struct gathered *g);

/* Steps of a Stage, PromotionTask or ClusterPromotionTask. */
void lint_step_list(struct lint *l, const struct gathered *g);

/* Expressions of any object but steps'. */
void lint_expressions(struct lint *l, const struct gathered *g);

/* Passwords and tokens where everybody can read them. */
void lint_secrets(struct lint *l, const struct gathered *g);

#endif
