/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 as RFC 4648 has it, with padding. Any thread. */
#ifndef GANTRY_EXPR_TEXT_H
#define GANTRY_EXPR_TEXT_H

#include "base/base.h"
#include "base/str.h"

struct arena;

struct str bytes_to_base64(struct arena *a, struct str bytes);

/* Line breaks are skipped, as in Go; false for anything else that is not base64. */
bool bytes_of_base64(struct arena *a, struct str text, struct str *bytes);

#endif
