/* SPDX-License-Identifier: Apache-2.0 */
/* A step's configuration against its parameter table. Any thread. */
#ifndef GANTRY_STEPS_PARAMS_H
#define GANTRY_STEPS_PARAMS_H

#include "base/base.h"

struct err;
struct step_def;
struct step_param;
struct value;

/*
 * Checks an evaluated configuration as Kargo's schemas do: required fields,
 * kinds, choices, no unknown field. ERR_CONFIG names the field, and the nearest
 * known one for an unknown.
 */
bool params_check(const struct step_def *def, const struct value *config,
		  struct err *e) MUST_USE;

#endif
