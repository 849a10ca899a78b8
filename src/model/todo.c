/* SPDX-License-Identifier: Apache-2.0 */
/* Words for what needs a person. */
#include "model/todo.h"

#include <assert.h>

const char *todo_word(enum todo_kind kind)
{
	static const char *const words[] = {
		[NEED_FAILED] = "failed",
		[NEED_UNHEALTHY] = "unhealthy",
		[NEED_UNVERIFIED] = "unverified",
		[NEED_STUCK] = "stuck",
		[NEED_MANIFESTS] = "manifests",
		[NEED_SOURCE] = "source",
		[NEED_APPROVE] = "approve",
		[NEED_MERGE] = "merge",
		[NEED_HELD] = "held",
		[NEED_PROMOTE] = "promote",
		[NEED_WINDOW] = "window",
	};

	assert(kind < NEED_KINDS);
	return words[kind];
}

bool todo_alerts(const struct todo *todo, int64_t now)
{
	return todo->alerts_at && todo->alerts_at <= now;
}
