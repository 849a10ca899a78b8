/* SPDX-License-Identifier: Apache-2.0 */
/* A canvas as plain text: for output that is no terminal, and for golden frames. Any thread. */
#ifndef GANTRY_TERM_TEXT_H
#define GANTRY_TERM_TEXT_H

#include "base/base.h"

struct buf;
struct canvas;

/* Appends the canvas, one line a row, without blanks at line ends. */
void text_write(struct buf *b, const struct canvas *c);

#endif
