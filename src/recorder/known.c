/* SPDX-License-Identifier: Apache-2.0 */
/* The branches say it: no cluster need be asked. */
#include "recorder/known.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "git/repo.h"
#include "recorder/name.h"

#define BRANCHES "refs/heads/gantry/"

bool recorder_projects(struct arena *a, const char *path, const char *context, struct list *out,
		       struct err *e)
{
	const char *suffix = recorder_name(a, "", context);
	AUTO(repo) struct repo *r = NULL;
	struct list refs = { 0 };

	assert(path && context);
	if (!repo_open(path, &r, e) || !repo_refs(r, a, str_format(a, BRANCHES "*%s", suffix), &refs, e))
		return false;
	for (size_t i = 0; i < refs.count; i++) {
		const char *name = ((const struct repo_ref *)refs.items[i])->name + strlen(BRANCHES);

		list_add(a, out, str_copy_n(a, name, strlen(name) - strlen(suffix)));
	}
	return true;
}
