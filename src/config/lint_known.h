/* SPDX-License-Identifier: Apache-2.0 */
/* What lint is told about steps, whose kinds and parameters this folder does not see. */
#ifndef GANTRY_CONFIG_LINT_KNOWN_H
#define GANTRY_CONFIG_LINT_KNOWN_H

#include "base/base.h"

struct err;
struct field_def;
struct value;

struct lint_steps {
	const struct field_def *kinds;          /* each kind of step, a FIELD_MAP of its parameters */
	const struct field_def *outputs;        /* each kind, of: its outputs; FIELD_OPEN: any */
	unsigned kargo;                         /* minor version of Kargo 1 that is meant; 0: the newest */
	/* A check beyond the tables, of a config without templates; may be NULL. */
	bool (*check)(const char *kind, const struct value *config, struct err *e);
	/* Whether this machine has the programs that the kind runs; e says which is missing. May be NULL. */
	bool (*has_tools)(const char *kind, struct err *e);
};

#endif
