/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells, roles, glyphs and keys; a curses backend and a text backend.
 * May use base data. Library: ncursesw.
 *
 * term.h   this table
 */
#ifndef GANTRY_TERM_TERM_H
#define GANTRY_TERM_TERM_H
#endif
