/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may come in: HTTP's basic authentication (RFC 7617) against bcrypt hashes, as Prometheus' exporters
 * have it. Any thread.
 */
#ifndef GANTRY_NET_DOOR_H
#define GANTRY_NET_DOOR_H

#include "base/base.h"

struct arena;
struct door;
struct value;

/* users: a map of names to bcrypt hashes; copied. */
struct door *door_new(const struct value *users);
void door_free(struct door *d);

/*
 * Whether the Authorization header (NULL: there is none) is of one of them. Takes as long for a name that is
 * not there as for a wrong password; who was let in before is let in at once.
 */
bool door_opens(struct door *d, struct arena *a, const char *authorization);

/* Whether a text is a bcrypt hash. */
bool door_is_hash(const char *text);

#endif
