/* SPDX-License-Identifier: Apache-2.0 */
/* One object against what Kargo's admission asks of it. Any thread. */
#ifndef GANTRY_CONFIG_ADMIT_H
#define GANTRY_CONFIG_ADMIT_H

#include "base/base.h"

struct complaints;
struct gathered;
struct kind_def;
struct origins;

/*
 * Checks fields and the rules between them, and makes removed constructs say what they
 * mean today, for which all manifests' warehouses and stages count. With an error g->fault is set.
 */
void admit(const struct kind_def *kind, struct gathered *g, const struct origins *o, struct complaints *c);

/* Complains of a kind of Kargo's that is not there; false: the object is another tool's. */
bool admit_unknown_kind(const struct gathered *g, const char *version, struct complaints *c);

#endif
