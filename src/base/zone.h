/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones, as this machine's database has them (RFC 8536 files). A zone is not
 * changed once made. Any thread.
 */
#ifndef GANTRY_BASE_ZONE_H
#define GANTRY_BASE_ZONE_H

#include "base/base.h"

struct arena;
struct zone;

/* What holds from start up to, not including, end (seconds since 1970). */
struct zone_span {
	int64_t start, end;
	int offset;                     /* seconds east of UTC */
	const char *abbreviation;       /* "CET"; "" when it has none */
	bool daylight;
};

/* "Europe/Zurich", from $ZONEINFO or the usual folders; "" and "UTC" give NULL, which is UTC. */
bool zone_load(struct arena *a, const char *name, const struct zone **out);

/* A zone whose offset never changes; the name may be "". */
const struct zone *zone_fixed(struct arena *a, const char *name, int offset);

/* "Europe/Zurich"; "UTC" for NULL. */
const char *zone_name(const struct zone *z);

/* What holds at that second. */
void zone_at(const struct zone *z, int64_t seconds, struct zone_span *out);

#endif
