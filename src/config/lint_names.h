/* SPDX-License-Identifier: Apache-2.0 */
/* The names that an expression uses, against those that are there. */
#ifndef GANTRY_CONFIG_LINT_NAMES_H
#define GANTRY_CONFIG_LINT_NAMES_H

#include "base/str.h"

struct lint_names;

/* Reads one bare expression and complains of what it can't mean. */
void names_check(const struct lint_names *n, struct str text);

#endif
