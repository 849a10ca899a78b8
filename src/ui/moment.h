/* SPDX-License-Identifier: Apache-2.0 */
/* Times as people type them. Pure. Any thread. */
#ifndef GANTRY_UI_MOMENT_H
#define GANTRY_UI_MOMENT_H

#include "base/base.h"
#include "base/str.h"

/* "30m", "4h", "2d", "1w": how long, in ms. False: it is none, or zero, or longer than a hundred years. */
bool moment_span(struct str text, int64_t *ms);

/*
 * "16:00" (the last time it was that, by the local clock), "yesterday 16:00", "2026-11-24 16:00",
 * "2h ago". now and *at: ms. False: it is none of these, or lies ahead.
 */
bool moment_parse(const char *text, int64_t now, int64_t *at);

/* The same from now on back, of "at 16:00" too. */
bool moment_parse_at(const char *text, int64_t *at);

#endif
