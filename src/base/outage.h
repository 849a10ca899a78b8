/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outages: the one place that decides which failures pass by themselves. A server that
 * restarts, a cut network, a rate limit, a closed sync window and a revoked token do; a wrong name, a
 * missing right and a broken manifest do not. The verdict travels in struct err (passes, after_ms) to
 * whoever can wait: promotion steps wait until their timeout instead of failing. Pure. Any thread.
 */
#ifndef GANTRY_BASE_OUTAGE_H
#define GANTRY_BASE_OUTAGE_H

#include "base/base.h"

struct arena;
struct err;

/* How long a step without a timeout of its own waits for the outside. */
#define OUTAGE_PATIENCE_MS (60 * 60 * 1000)

/*
 * Marks *e: it passes by itself, and trying again helps. after_ms: when the other side said how long to
 * stay away, else 0. Returns false.
 */
bool outage_mark(struct err *e, int64_t after_ms);

/* Whether an HTTP status passes: 408, 425, 429 and 5xx except 501 and 505, which say "never". */
bool outage_status(int status);

/* Whether a server's words say that something behind it is down (gRPC, Go, libgit2, ssh, kubectl). */
bool outage_words(const char *words);

/*
 * A Retry-After header as ms from now: seconds, or a date (RFC 9110, 10.2.3). 0 when it is NULL, unreadable
 * or past; never more than an hour. now: wall clock, ms.
 */
int64_t outage_after(const char *retry_after, int64_t now);

/* The pause before attempt n (from 1): first_ms doubled each time up to most_ms, +-20 % by chance. */
int64_t backoff_ms(unsigned n, int64_t first_ms, int64_t most_ms);

/*
 * When to look again, in ms: look n (from 1) of a row. Grows from 2 s to 30 s, spread by chance, so
 * that many who wait do not come back at once; never sooner than the other side asked (e->after_ms).
 */
int64_t outage_pause(unsigned n, const struct err *e);

/* "still waiting, because MESSAGE". */
const char *outage_sentence(struct arena *a, const struct err *e);

/* "WAITING; looks again at 12:03:40", by the local clock. at: wall clock, ms. */
const char *outage_until(struct arena *a, const char *waiting, int64_t at);

#endif
