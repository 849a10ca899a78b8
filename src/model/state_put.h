/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state with one object put in, replaced or taken out: what events are made of.
 * Each returns a new state that shares the rest.
 */
#ifndef GANTRY_MODEL_STATE_PUT_H
#define GANTRY_MODEL_STATE_PUT_H

#include "base/base.h"

struct arena;
struct err;
struct state;
struct value;

/* The name must begin with two hex digits. object NULL: it goes. */
struct state *state_put_freight(struct arena *a, const struct state *s, const char *name,
				const struct value *object);
struct state *state_put_stage(struct arena *a, const struct state *s, const char *name,
			      const struct value *object);

/* object NULL: the promotion is there, but was not read. */
struct state *state_put_promotion(struct arena *a, const struct state *s, const char *stage,
				  const char *name, const struct value *object);
struct state *state_drop_promotion(struct arena *a, const struct state *s, const char *stage,
				   const char *name);

enum state_kind { STATE_FREIGHT, STATE_STAGE, STATE_PROMOTION };

/* What a path of the tree stands for. */
struct state_path {
	enum state_kind kind;
	const char *folder;             /* a promotion's stage, freight's two digits; NULL for a stage */
	const char *name;
	unsigned bucket;                /* of freight */
};

/* ERR_CONFIG: no file of a ledger has such a path. */
bool state_path_read(struct arena *a, const char *path, struct state_path *out,
		     struct err *e) MUST_USE;

/* Whether this can be the name of a stage or promotion, and of a file. */
bool state_is_name(const char *name);

#endif
