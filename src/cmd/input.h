/* SPDX-License-Identifier: Apache-2.0 */
/* Files that commands read for people. Main thread. */
#ifndef GANTRY_CMD_INPUT_H
#define GANTRY_CMD_INPUT_H

#include "base/base.h"

struct arena;
struct err;
struct value;

/* The map in a YAML or JSON file ("-": stdin); empty when path is NULL or the file holds nothing. */
bool input_map(struct arena *a, const char *path, struct value **out, struct err *e) MUST_USE;

#endif
