/* SPDX-License-Identifier: Apache-2.0 */
/* The name of Freight, which follows from what it holds. Any thread. */
#ifndef GANTRY_MODEL_FREIGHT_ID_H
#define GANTRY_MODEL_FREIGHT_ID_H

#include "base/base.h"

struct value;

/*
 * The name that Kargo gives a Freight object with this origin, commits, images,
 * charts and artifacts (JSON form): 40 hex digits, the SHA-1 of the sorted parts.
 * Branch, message, author, alias, annotations and times do not count.
 */
void freight_id(const struct value *freight, char id[41]);

#endif
