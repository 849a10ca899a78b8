/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that hold expressions: "v${{ vars.tag }}", "${% {'a': {}} %}". What is written
 * looks like a number, a bool or JSON becomes one; quote() prevents it. Every template
 * knows quote, unsafeQuote, asYAML and asJSON in addition to its environment. Any thread.
 */
#ifndef GANTRY_EXPR_TEMPLATE_H
#define GANTRY_EXPR_TEMPLATE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct expr_env;
struct value;

/*
 * Renders one text. ERR_CONFIG quotes the expression that fails. An expression ends
 * at the first "}}" ("%}"), whatever stands around it. *out may be a number that JSON
 * cannot hold (+Inf) and a text that is not UTF-8.
 */
bool template_render(struct arena *a, struct str text, const struct expr_env *env,
		     struct value **out, struct err *e) MUST_USE;

/* The expression of a text that is nothing else but blanks around it; false for any other text. */
bool template_is_one(struct str text, struct str *expression);

/*
 * Renders every text in a map, not its keys; what cannot be written as JSON is an
 * error (ERR_CONFIG), and so are variables called quote, asYAML or asJSON.
 */
bool template_render_tree(struct arena *a, const struct value *config, const struct expr_env *env,
			  struct value **out, struct err *e) MUST_USE;

#endif
