/* SPDX-License-Identifier: Apache-2.0 */
/* Differences as text. Counts are of everything; the text ends where its room does. */
#include "git/diff.h"

#include <assert.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "git/handle.h"
#include "git/repo.h"

enum { LARGEST_FILE = 8 << 20, LONGEST_PATH = 4096, MOST_RENAMES = 1000 };

static void limit_to(git_diff_options *o, char **path, const char *given, struct arena *a)
{
	git_diff_options_init(o, GIT_DIFF_OPTIONS_VERSION);
	o->max_size = LARGEST_FILE;
	o->flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
	if (!given || !*given || strcmp(given, ".") == 0)
		return;
	*path = str_format(a, "%s", given);
	o->pathspec.strings = path;
	o->pathspec.count = 1;
}

static char letter_of(git_delta_t status)
{
	return status == GIT_DELTA_UNTRACKED ? 'A' : git_diff_status_char(status);
}

static const char *diff_clean_path(struct arena *a, const char *path)
{
	return path ? str_clean(a, path, strlen(path), LONGEST_PATH) : "";
}

/* What is read of one file's delta; its patch is NULL for what has no text. */
static void diff_describe(struct arena *a, const git_diff_delta *d, git_patch *patch, struct diff_file *f)
{
	f->what = letter_of(d->status);
	f->path = diff_clean_path(a, d->status == GIT_DELTA_DELETED ? d->old_file.path
								    : d->new_file.path);
	if (d->status == GIT_DELTA_RENAMED)
		f->old_path = diff_clean_path(a, d->old_file.path);
	/* libgit2 knows whether a file is binary once it has looked at it. */
	d = patch ? git_patch_get_delta(patch) : d;
	f->is_binary = d->flags & GIT_DIFF_FLAG_BINARY;
	if (patch)
		git_patch_line_stats(NULL, &f->added, &f->removed, patch);
}

static void add_text(git_patch *patch, struct arena *a, struct buf *text, struct diff *out)
{
	git_buf raw = { 0 };

	if (patch && !out->is_cut && git_patch_to_buf(&raw, patch) == 0) {
		const char *clean = str_clean(a, raw.ptr, raw.size, text->max);
		size_t len = strlen(clean), room = text->max - text->len;

		/* The last line shown is a whole one. */
		out->is_cut = len > room || raw.size > text->max;
		if (len > room)
			for (len = room; len && clean[len - 1] != '\n'; len--)
				;
		buf_add(text, clean, len);
	}
	git_buf_dispose(&raw);
}

static bool diff_fill(git_diff *diff, struct arena *a, size_t max, struct diff *out, struct err *e)
{
	git_diff_find_options find;
	AUTO(buf) struct buf text;
	struct diff made = { 0 };
	int code;

	buf_init(&text, max);
	git_diff_find_options_init(&find, GIT_DIFF_FIND_OPTIONS_VERSION);
	find.flags = GIT_DIFF_FIND_RENAMES | GIT_DIFF_FIND_FOR_UNTRACKED;
	find.rename_limit = MOST_RENAMES;
	code = git_diff_find_similar(diff, &find);
	if (code != 0)
		return handle_failed(e, code, "looking for renamed files");
	made.file_count = git_diff_num_deltas(diff);
	made.files = arena_array(a, made.file_count, sizeof(*made.files));
	for (size_t i = 0; i < made.file_count; i++) {
		const git_diff_delta *d = git_diff_get_delta(diff, i);
		git_patch *patch = NULL;

		code = git_patch_from_diff(&patch, diff, i);
		if (code != 0)
			return handle_failed(e, code, "comparing %s", d->new_file.path);
		diff_describe(a, d, patch, &made.files[i]);
		made.added += made.files[i].added;
		made.removed += made.files[i].removed;
		add_text(patch, a, &text, &made);
		git_patch_free(patch);
	}
	made.text = buf_copy(&text, a);
	*out = made;
	return true;
}

bool diff_trees(struct repo *r, struct arena *a, const struct diff_request *what, struct diff *out,
		struct err *e)
{
	AUTO(git_tree) git_tree *old = NULL;
	AUTO(git_tree) git_tree *new = NULL;
	AUTO(git_diff) git_diff *diff = NULL;
	git_diff_options o;
	char *only;
	int code;

	assert(what->max > 0);
	limit_to(&o, &only, what->path, a);
	if (!tree_open(r, what->from, &old, e) || !tree_open(r, what->to, &new, e))
		return false;
	code = git_diff_tree_to_tree(&diff, r->git, old, new, &o);
	if (code != 0)
		return handle_failed(e, code, "comparing two trees");
	return diff_fill(diff, a, what->max, out, e);
}
