/* SPDX-License-Identifier: Apache-2.0 */
/* What gantry step hands to the step. Main thread. */
#ifndef GANTRY_CMD_STEP_INPUT_H
#define GANTRY_CMD_STEP_INPUT_H

#include "base/base.h"

struct command;
struct err;
struct step_def;
struct value;

/* The map of --config, its expressions evaluated with the variables of --env, checked and defaulted. */
bool step_input(struct command *c, const struct step_def *def, struct value **out,
		 struct err *e) MUST_USE;

#endif
