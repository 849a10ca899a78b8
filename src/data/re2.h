/* SPDX-License-Identifier: Apache-2.0 */
/* RE2's syntax in PCRE2's. Any thread. */
#ifndef GANTRY_DATA_RE2_H
#define GANTRY_DATA_RE2_H

#include "base/base.h"

struct buf;
struct err;

/*
 * Appends what PCRE2 must be given, so that regex (checked UTF-8, no NUL) means what
 * https://pkg.go.dev/regexp/syntax says. ERR_CONFIG for what that syntax lacks.
 */
bool re2_translate(const char *regex, struct buf *out, struct err *e) MUST_USE;

#endif
