/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing what was drawn with the golden frames. */
#ifndef GANTRY_TESTS_UNIT_UI_FRAMES_H
#define GANTRY_TESTS_UNIT_UI_FRAMES_H

struct buf;
struct canvas;

/* Appends the canvas as text, "--", and the letter of each cell's role (term/roles.def). */
void frame_write(struct buf *b, const struct canvas *c);

/* Compares with tests/frames/<name>, or with UPDATE_FRAMES=1 writes it. */
void frame_compare(const char *name, const struct buf *b);

#endif
