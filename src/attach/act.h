/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intents as calls of Kargo's own (doc/kargo-rules.md 3), with the rights that they need. Kargo
 * decides; we refuse only what it would not notice or cannot do at all. Pure. Any thread.
 */
#ifndef GANTRY_ATTACH_ACT_H
#define GANTRY_ATTACH_ACT_H

#include "base/base.h"
#include "base/list.h"
#include "model/intent.h"

struct arena;
struct attach_right;
struct err;
struct world;

struct attach_deed {
	struct list rights;             /* struct attach_right *: all are needed */
	struct list calls;              /* struct attach_call *, made in this order */
	const char *done;               /* the sentence when they are done */
};

/* An intent, the world that it is judged by, and when: ms. */
struct attach_wish {
	const struct world *world;
	const struct intent *intent;
	int64_t now;
};

/* ERR_CONFLICT: it has changed since it was seen. */
bool attach_deed_of(struct arena *a, const struct attach_wish *wish, struct attach_deed *out,
		    struct err *e) MUST_USE;

/* "you may not promote stages/prod in shop". */
const char *attach_right_denied(struct arena *a, const struct attach_right *r);

/*
 * The rights that an intent of the kind needs in a project, for a stage or (NULL) for any, so that
 * an operation can be refused before somebody tries it. Adds struct attach_right *.
 */
void attach_rights_of(struct arena *a, enum intent_kind kind, const char *project, const char *stage,
		      struct list *out);

/* Why an intent of the kind is nothing for a running Kargo; NULL: it is something. */
const char *attach_lacks(enum intent_kind kind);

#endif
