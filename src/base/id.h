/* SPDX-License-Identifier: Apache-2.0 */
/* Unique names. Any thread. */
#ifndef GANTRY_BASE_ID_H
#define GANTRY_BASE_ID_H

#include "base/base.h"

struct arena;

enum { ULID_LEN = 26 };

/* 26 characters for the time and dice; behind after (a ULID, or NULL) in order. */
const char *ulid_make(struct arena *a, int64_t ms, const unsigned char dice[10],
		      const char *after);

/* A random UUID (RFC 9562, version 4), in lower case. */
const char *uuid_make(struct arena *a);

#endif
