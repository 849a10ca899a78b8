/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pace for each host, shared by workers: at most so many requests a second, in bursts of
 * as many. Any thread.
 */
#ifndef GANTRY_NET_RATE_H
#define GANTRY_NET_RATE_H

#include "base/base.h"

struct rate;

struct rate *rate_new(unsigned per_second);
void rate_free(struct rate *r);

/* Waits until host may be asked once more; false when cancelled (may be NULL) became true. */
bool rate_wait(struct rate *r, const char *host, const bool *cancelled) MUST_USE;

#endif
