/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage gives its analysis templates, and where {{args.name}} is put in. Any thread. */
#ifndef GANTRY_VERIFY_ARGUMENTS_H
#define GANTRY_VERIFY_ARGUMENTS_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct project;
struct stage;
struct value;

/*
 * The value of every argument of the templates (AnalysisTemplate objects): a map of
 * texts. ERR_CONFIG for one without a value, or with different ones in two templates.
 */
bool arguments_resolve(struct arena *a, const struct project *p, const struct stage *s,
		       const struct value *collection, const struct list *templates,
		       const struct value **out, struct err *e) MUST_USE;

/* A copy of v with {{args.name}} replaced in every text; ERR_CONFIG for an unknown one. */
bool arguments_apply(struct arena *a, const struct value *v, const struct value *args,
		     struct value **out, struct err *e) MUST_USE;

#endif
