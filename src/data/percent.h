/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoding (RFC 3986, 2.1). Any thread. */
#ifndef GANTRY_DATA_PERCENT_H
#define GANTRY_DATA_PERCENT_H

#include "base/base.h"

struct arena;

/* The text with every byte as %XX that is not an ASCII letter or digit and not in kept. */
char *percent_encode(struct arena *a, const char *text, const char *kept);

#endif
