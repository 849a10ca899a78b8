/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine's thread is told. */
#include "base/arena.h"
#include "engine/engine_inner.h"
#include "engine/message.h"

struct engine_message *engine_message(enum engine_message_kind kind)
{
	struct arena *a = arena_new();
	struct engine_message *m = arena_alloc(a, sizeof(*m));

	m->kind = kind;
	m->arena = a;
	return m;
}

void engine_message_free(void *message)
{
	struct engine_message *m = message;

	arena_free(m->arena);
}
