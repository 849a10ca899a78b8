/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages of a world need, for todo_find.c alone. */
#ifndef GANTRY_MODEL_TODO_STAGE_H
#define GANTRY_MODEL_TODO_STAGE_H

#include "model/todo.h"

struct todo_search {
	struct arena *a;
	const struct world *w;
	int64_t now;
	struct todo_stage *stages; /* by name */
	size_t room;               /* for so many in out */
	struct todos *out;
};

/* Beside those of its requests: failed, unhealthy or unverified, merge or stuck, held. */
enum { NEEDS_OF_A_STAGE = 5 };

/* One more; it alerts as its kind does, since then. */
struct todo *todo_add(struct todo_search *t, enum todo_kind kind, int64_t since, const char *text);

/* It alerts once it has stood for so long (ms). */
void todo_alert_after(struct todo_search *t, struct todo *item, int64_t ms);

/* What every stage needs. */
void todo_of_stages(struct todo_search *t);

#endif
