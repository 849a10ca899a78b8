/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing what was drawn with the golden frames. */
#ifndef GANTRY_TESTS_UNIT_UI_FRAMES_H
#define GANTRY_TESTS_UNIT_UI_FRAMES_H

struct buf;

/* Compares with tests/frames/<name>, or with UPDATE_FRAMES=1 writes it. */
void frame_compare(const char *name, const struct buf *b);

#endif
