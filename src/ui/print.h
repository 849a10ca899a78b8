/* SPDX-License-Identifier: Apache-2.0 */
/* The board as text, once: for a standard output that is no terminal. Any thread. */
#ifndef GANTRY_UI_PRINT_H
#define GANTRY_UI_PRINT_H

#include "base/base.h"

struct buf;
struct ui_port;

/*
 * Appends the board of the port's newest world, cols wide and as high as it needs. Cards
 * when they fit into the width, rows otherwise.
 */
void ui_print(struct buf *b, const struct ui_port *port, int cols, bool ascii);

#endif
