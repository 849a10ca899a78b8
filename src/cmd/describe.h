/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world's nouns as values for scripts: the same members always; a text that is not there is empty, a
 * time, a number or an object is null; times in RFC 3339, durations in ms (…Ms), names whole.
 * doc/gantry-json.5 has them all, and tests/story/json.t holds both together. Main thread.
 */
#ifndef GANTRY_CMD_DESCRIBE_H
#define GANTRY_CMD_DESCRIBE_H

#include "base/base.h"

struct arena;
struct freight;
struct gates;
struct promotion;
struct reply;
struct setback;
struct stage;
struct value;
struct world;

/* Members: a text, or NULL, and a time in ms, 0 for none. */
void describe_text(struct arena *a, struct value *map, const char *key, const char *text);
void describe_time(struct arena *a, struct value *map, const char *key, int64_t at);

struct value *describe_stage(struct arena *a, const struct world *w, const struct stage *s);
struct value *describe_freight(struct arena *a, const struct world *w, const struct freight *f);
struct value *describe_promotion(struct arena *a, const struct world *w, const struct promotion *p);

/* A list: what runs in the stage, of each warehouse. */
struct value *describe_runs(struct arena *a, const struct world *w, const struct stage *s);

/* A list. */
struct value *describe_gates(struct arena *a, const struct gates *g);

/* What speaks against freight though no gate binds; null for nothing. */
struct value *describe_setback(struct arena *a, const struct setback *setback);

/* "soft-squirrel (1.29.5)"; an unknown freight's first seven digits; "nothing" for NULL. */
const char *describe_freight_name(struct arena *a, const struct world *w, const char *name);

/* "uat runs soft-squirrel (1.29.5)", "uat still runs …", "uat runs nothing". */
const char *describe_what_runs(struct arena *a, const struct world *w, const char *stage, bool still);

#endif
