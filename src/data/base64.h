/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 as Kubernetes Secrets hold it. Any thread. */
#ifndef GANTRY_DATA_BASE64_H
#define GANTRY_DATA_BASE64_H

#include "base/base.h"
#include "base/str.h"

struct arena;

/* Decodes standard base64, white space allowed; false when it is not. */
bool base64_decode(struct arena *a, const char *text, size_t len, struct str *out);

#endif
