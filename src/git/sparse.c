/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns in info/sparse-checkout are git's own; the folders are read back from them. */
#include "git/checkout_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/repo.h"

enum { SPARSE_MAX = 1 << 20 };

static bool is_beneath(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

bool sparse_has(const struct sparse *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!s->count || !slash)
		return true;
	for (size_t i = 0; i < s->count; i++) {
		if (is_beneath(path, s->folders[i]))
			return true;
		/* git takes the files of the folders above along. */
		if (strncmp(s->folders[i], path, len) == 0 && s->folders[i][len] == '/')
			return true;
	}
	return false;
}

/* A folder line that no line follows which leaves out the folders beneath it is a chosen one. */
static void add_chosen(struct arena *a, struct list *folders, struct str line, struct str next)
{
	const char *folder;

	if (line.len < 3 || line.at[0] != '/' || line.at[line.len - 1] != '/')
		return;
	folder = str_copy_n(a, line.at + 1, line.len - 2);
	if (!str_is(next, str_format(a, "!/%s/*/", folder)))
		list_add(a, folders, str_format(a, "%s", folder));
}

static struct str sparse_line_at(const char *text)
{
	return (struct str){ text, strcspn(text, "\n") };
}

bool sparse_read(struct repo *r, struct arena *a, struct sparse *out, struct err *e)
{
	const char *path = str_format(a, "%sinfo/sparse-checkout", repo_folder(r));
	struct list folders = { 0 };
	struct str text;
	const char *p;

	*out = (struct sparse){ 0 };
	if (!file_exists(path))
		return true;
	if (!file_read(a, path, SPARSE_MAX, &text, e))
		return false;
	for (p = text.at; *p;) {
		struct str line = sparse_line_at(p);

		p += line.len + (p[line.len] == '\n');
		add_chosen(a, &folders, line, sparse_line_at(p));
	}
	*out = (struct sparse){ (const char *const *)folders.items, folders.count };
	return true;
}
