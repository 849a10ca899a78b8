/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What yaml-parse, json-parse and toml-parse share: a file whose top-level keys are
 * the variables of bare expressions, each of which becomes an output. A worker.
 */
#ifndef GANTRY_STEPS_PARSE_H
#define GANTRY_STEPS_PARSE_H

#include "base/base.h"
#include "base/str.h"
#include "steps/step.h"

struct parse_format {
	/* *out NULL: there is no document. */
	bool (*read)(struct arena *a, const char *name, struct str text, struct value **out,
		     struct err *e);
	bool integers;                  /* whole numbers are ints to the expressions, else floats */
};

extern const struct step_param parse_params[];
extern const struct step_output parse_outputs[];

bool parse_run(struct step_run *r, struct step_result *result, const struct parse_format *format,
	       struct err *e);

#endif
