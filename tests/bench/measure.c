/* SPDX-License-Identifier: Apache-2.0 */
/* What the benches of screens share. */
#define _GNU_SOURCE
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feeder.h"
#include "meter.h"

enum { KEYS = 200 };

static const char ok_sign[] = "\xe2\x97\x8f", bad_sign[] = "\xe2\x9c\x97";
static const char bar[] = "\xe2\x96\x8c";      /* drawn anew only where the cursor goes */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The value below which this share of them lies; sorts them. */
double at_share(double *values, size_t count, double share)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[(size_t)((double)(count - 1) * share)];
}

/* Bytes of a move at once, and of what follows when the cursor rests. */
void measure_moves(struct meter *m, const char *what, const char *keys)
{
	double moves[16], rests[16];
	size_t count = strlen(keys);

	for (size_t i = 0; i < count; i++) {
		const char key[] = { keys[i], 0 };

		meter_press(m, key);
		meter_until(m, bar, meter_now(), 200);
		meter_drain(m, 30, 60);
		moves[i] = (double)m->seen.len;
		rests[i] = (double)meter_drain(m, 300, 600);
	}
	printf("%-72s %7.0f bytes, and %.0f once it rests\n", what, at_share(moves, count, 0.5),
	       at_share(rests, count, 0.5));
}

void measure_keys(struct meter *m, const char *what)
{
	double took[KEYS];
	size_t lost = 0;

	for (size_t i = 0; i < KEYS; i++) {
		double begun;

		meter_press(m, i % 2 ? "k" : "j");
		begun = meter_now();
		took[i] = meter_until(m, bar, begun, 1000);
		lost += took[i] < 0;
		usleep(20000 + (useconds_t)(i * 7 % 13) * 1000);
		meter_drain(m, 0, 1);
	}
	printf("%-72s %7.2f ms, 99 in 100 within %.1f%s\n", what, at_share(took, KEYS, 0.5),
	       at_share(took, KEYS, 0.99), lost ? ", SOME NEVER" : "");
}

void measure_change(struct meter *m, struct feeder *f, unsigned application, const char *what)
{
	double bytes[12], took[12];
	size_t lost = 0;

	for (size_t i = 0; i < COUNTOF(bytes); i++) {
		buf_clear(&m->seen);
		feeder_break(f, application);
		took[i] = meter_until(m, i % 2 ? ok_sign : bad_sign, meter_now(), 3000);
		lost += took[i] < 0;
		meter_drain(m, 200, 1000);
		bytes[i] = (double)m->seen.len;
	}
	printf("%-72s %7.0f bytes (budget 400), %.1f ms after the event (budget 10)%s\n", what,
	       at_share(bytes, COUNTOF(bytes), 0.5), at_share(took, COUNTOF(took), 0.5),
	       lost ? ", SOME NEVER" : "");
}
