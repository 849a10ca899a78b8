/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stage gives its analysis templates, and where {{args.name}} is put in (doc/
 * kargo-rules.md 7.3, 7.4.5). Any thread.
 */
#ifndef GANTRY_VERIFY_ARGUMENTS_H
#define GANTRY_VERIFY_ARGUMENTS_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct project;
struct stage;
struct value;

/* A stage's verification of what runs there. */
struct verification {
	const struct project *project;
	const struct stage *stage;
	const struct value *collection; /* the freight collection, as the stage's status has it */
};

/*
 * The arguments that the templates (AnalysisTemplate objects) declare, [{name, value, valueFrom}],
 * with the stage's values put in, whose expressions see the collection. ERR_CONFIG for one
 * without a value, or with different ones in two templates.
 */
bool arguments_build(struct arena *a, const struct verification *v, const struct list *templates,
		     struct value **out, struct err *e) MUST_USE;

/* Their values, a map of texts. Secrets are read, and registered with the log. ERR_CONFIG. */
bool arguments_values(struct arena *a, const struct project *p, const struct value *args,
		      struct value **out, struct err *e) MUST_USE;

/* A copy of v with {{args.name}} replaced in every text; ERR_CONFIG for an unknown name. */
bool arguments_apply(struct arena *a, const struct value *v, const struct value *args,
		     struct value **out, struct err *e) MUST_USE;

#endif
