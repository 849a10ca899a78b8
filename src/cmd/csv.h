/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of comma-separated values, as RFC 4180 has them. */
#ifndef GANTRY_CMD_CSV_H
#define GANTRY_CMD_CSV_H

#include "base/base.h"

struct buf;

/* Appends one line with its end: quotes around what has a comma, a quote or a line's end, quotes doubled. */
void csv_line(struct buf *b, const char *const *cells, size_t count);

/* The same on stdout. */
void csv_print(const char *const *cells, size_t count);

#endif
