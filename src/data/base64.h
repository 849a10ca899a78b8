/* SPDX-License-Identifier: Apache-2.0 */
/* Standard base64 with padding (RFC 4648), as Kubernetes Secrets hold it. Any thread. */
#ifndef GANTRY_DATA_BASE64_H
#define GANTRY_DATA_BASE64_H

#include "base/base.h"
#include "base/str.h"

struct arena;

/* NUL-terminated, in the arena. */
struct str base64_encode(struct arena *a, struct str bytes);

/* Line breaks are skipped, as in Go; false for anything else that is not base64. */
bool base64_decode(struct arena *a, const char *text, size_t len, struct str *out);

#endif
