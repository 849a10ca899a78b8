/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of lint, each in the file of its name. One thread. */
#ifndef GANTRY_CONFIG_LINT_CHECKS_H
#define GANTRY_CONFIG_LINT_CHECKS_H

#include "base/str.h"

struct gathered;
struct lint;
struct lint_names;
struct value;

/* lint_expressions.c: where expressions stand, and what they may see there */

/* The expressions in "if", vars and config of the step at index; subject names it. */
void lint_step_expressions(struct lint *l, const struct gathered *g, const char *subject,
			   const struct value *steps, size_t index);

/* Expressions of any object but steps'. */
void lint_expressions(struct lint *l, const struct gathered *g);

/* lint_messages.c: channels and routers, and what only shows when a message is sent */

/* A MessageChannel or ClusterMessageChannel: its URL, addresses and secret. */
void lint_channel(struct lint *l, const struct gathered *g);

/* An EventRouter: its channels, and whether there is something to say of all its types. */
void lint_router(struct lint *l, const struct gathered *g);

/* A send-message step's channel; subject names the step. */
void lint_message_step(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *config);

/* lint_names.c: the names that an expression uses, against those that are there */

/* Reads one bare expression and complains of what it can't mean. */
void names_check(const struct lint_names *n, struct str text);

/* lint_numbers.c: tags that an expression would turn into numbers */

/*
 * Warns of texts in a step's config and vars that are one expression, a tag or a shortened commit, which may
 * look like a number: 1.10 becomes 1.1 then (doc/kargo-rules.md 5.2). subject names the step.
 */
void lint_step_numbers(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *step);

/* The same for the variables of a Stage, PromotionTask or ClusterPromotionTask. */
void lint_variable_numbers(struct lint *l, const struct gathered *g);

/* lint_secrets.c: passwords and tokens in plain text */

/* Passwords and tokens where everybody can read them. */
void lint_secrets(struct lint *l, const struct gathered *g);

/* lint_steps.c: steps against what their kinds take */

/* Steps of a Stage, PromotionTask or ClusterPromotionTask. */
void lint_step_list(struct lint *l, const struct gathered *g);

#endif
