/* SPDX-License-Identifier: Apache-2.0 */
/* Words for what needs a person. */
#include "model/todo.h"

#include <assert.h>

const char *todo_word(enum todo_kind kind)
{
	static const char *const words[] = {
		[TODO_FAILED] = "failed",
		[TODO_UNHEALTHY] = "unhealthy",
		[TODO_UNVERIFIED] = "unverified",
		[TODO_MANIFESTS] = "manifests",
		[TODO_SOURCE] = "source",
		[TODO_APPROVE] = "approve",
		[TODO_MERGE] = "merge",
		[TODO_HELD] = "held",
		[TODO_PROMOTE] = "promote",
		[TODO_WINDOW] = "window",
	};

	assert(kind < TODO_KINDS);
	return words[kind];
}
