/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of a screen: bytes and latency of keys. Each prints a line. */
#ifndef GANTRY_TESTS_MEASURE_H
#define GANTRY_TESTS_MEASURE_H

#include "base/base.h"

struct feeder;
struct meter;

/* The value below which this share of them lies; sorts them. */
double at_share(double *values, size_t count, double share);

/* Bytes of a move at once, and of what follows when the cursor rests. keys: up to 16. */
void measure_moves(struct meter *m, const char *what, const char *keys);

/*
 * An application breaks and is well again, and with it the stage that it is for: when that is on the screen, and
 * how many bytes it takes. No other stage may be seen to do so meanwhile.
 */
void measure_change(struct meter *m, struct feeder *f, unsigned application, const char *what);

/* How long 200 moves take from key to frame. */
void measure_keys(struct meter *m, const char *what);

#endif
