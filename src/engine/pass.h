/* SPDX-License-Identifier: Apache-2.0 */
/* What a pass and a rehearsal do alike. A worker. */
#ifndef GANTRY_ENGINE_PASS_H
#define GANTRY_ENGINE_PASS_H

#include "base/base.h"

struct err;
struct orchestration;
struct promotion_run;
struct step_def;
struct step_result;
struct step_run;
struct step_traits;
struct value;

/* The step of that kind; NULL: there is none. */
const struct step_def *pass_kind(const struct promotion_run *r, const char *uses);

bool pass_traits(void *run, const char *uses, struct step_traits *out);

/* Kargo: a configuration that its schema refuses fails the step for good. */
bool pass_checked(const struct step_def *def, const struct value *cfg, struct step_result *result,
		  struct err *e) MUST_USE;

struct pass_work {
	const struct step_def *def;
	const char *alias;
	const struct value *config;
	/* Does it, for real or not. */
	bool (*perform)(const struct step_def *def, struct step_run *r, struct step_result *result,
			struct err *e);
};

/* Opens the work directory, gives the step what it needs, and has it performed. */
bool pass_step(struct promotion_run *r, const struct orchestration *o, const struct pass_work *work,
	       struct step_result *result, struct err *e) MUST_USE;

#endif
