/* SPDX-License-Identifier: Apache-2.0 */
/* A diff of two trees by name: blobs are not read. */
#include "git/changes.h"

#include <assert.h>
#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/repo.h"

enum { MOST = 1000000 };

bool changes_of(struct repo *r, struct arena *a, const struct oid *commit, struct list *paths,
		struct err *e)
{
	git_diff_options options;
	AUTO(git_tree) git_tree *before = NULL;
	AUTO(git_tree) git_tree *after = NULL;
	AUTO(git_diff) git_diff *diff = NULL;
	struct repo_commit c;
	size_t count;
	int code;

	assert(commit);
	if (!repo_read_commit(r, a, commit, &c, e) || !tree_open(r, &c.tree, &after, e) ||
	    !tree_open(r, c.parent_count ? &c.parents[0] : NULL, &before, e))
		return false;
	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_TYPECHANGE;
	code = git_diff_tree_to_tree(&diff, r->git, before, after, &options);
	if (code < 0)
		return handle_failed(e, code, "comparing %s with its parent", commit->hex);
	count = git_diff_num_deltas(diff);
	if (count > MOST)
		return err_set(e, ERR_LIMIT, "commit %s changes %zu files", commit->hex, count);
	for (size_t i = 0; i < count; i++) {
		const git_diff_delta *d = git_diff_get_delta(diff, i);

		list_add(a, paths, str_format(a, "%s", d->new_file.path ? d->new_file.path :
								d->old_file.path));
	}
	return true;
}
