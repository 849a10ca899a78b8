/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests of all sources as projects, each with what it has wrong. Any thread. */
#ifndef GANTRY_OBSERVE_MANIFESTS_H
#define GANTRY_OBSERVE_MANIFESTS_H

#include "base/base.h"
#include "config/reading.h"

struct err;
struct settings;

/*
 * Reads what the settings name; is_alone: exactly one project, else there is none. False only when
 * nothing could be read at all (*e); otherwise *out is the caller's, with its part's reference.
 */
bool manifests_read(const struct settings *s, bool is_alone, struct manifest_reading *out,
		    struct err *e) MUST_USE;

/*
 * A file that is saved in place is empty for a moment, and a folder that is being copied is
 * incomplete: a change counts once two looks, MANIFESTS_SETTLE ms apart, see the same.
 */
enum { MANIFESTS_SETTLE = 1000 };

enum manifest_change { MANIFESTS_SAME, MANIFESTS_CHANGING, MANIFESTS_CHANGED };

/*
 * known: the fingerprint of the last accepted manifests; seen: what *now was at the last look, or
 * NULL. CHANGING: *now, on the heap, is for the next look. What git holds is always complete: it is
 * never CHANGING. CHANGED also when that is unknown.
 */
enum manifest_change manifests_look(const struct settings *s, const char *known, const char *seen,
				    char **now);

/* Before a first reading: waits until nothing has changed for that time; 3 s at most. Blocks. */
void manifests_settle(const struct settings *s);

#endif
