/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a new commit, made of its parent's by replacing a few entries. libgit2's
 * own way looks into the folder of packs for every object that it writes, which costs
 * more than all the rest of an event.
 */
#include "git/store_inner.h"

#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/store.h"

enum { TREE_MAX = 64 << 20 };

/* One name in one folder that becomes something else. */
struct store_tree_edit {
	const char *name;
	bool folder, gone;
	git_oid id;
};

struct store_tree_edits {
	struct store_tree_edit *at;
	size_t count;
};

/* Git sorts folders as if their names ended in a slash. */
static int compare_names(const char *left, bool left_folder, const char *right, bool right_folder)
{
	size_t l = strlen(left), r = strlen(right), least = l < r ? l : r;
	int order = memcmp(left, right, least);

	if (order != 0)
		return order;
	unsigned char a = l > least ? (unsigned char)left[least] : left_folder ? '/' : '\0';
	unsigned char b = r > least ? (unsigned char)right[least] : right_folder ? '/' : '\0';
	return a - b;
}

static int by_git_order(const void *left, const void *right)
{
	const struct store_tree_edit *a = left, *b = right;

	return compare_names(a->name, a->folder, b->name, b->folder);
}

static int store_tree_by_path(const void *left, const void *right)
{
	return strcmp((*(const struct store_change *const *)left)->path,
		      (*(const struct store_change *const *)right)->path);
}

static void store_tree_add_entry(struct buf *b, const char *name, unsigned mode, const git_oid *id)
{
	buf_format(b, "%o %s", mode, name);
	buf_char(b, '\0');
	buf_add(b, id->id, GIT_OID_RAWSZ);
}

static void add_edit(struct buf *b, const struct store_tree_edit *edit)
{
	if (!edit->gone)
		store_tree_add_entry(b, edit->name,
				     edit->folder ? GIT_FILEMODE_TREE : GIT_FILEMODE_BLOB,
				     &edit->id);
}

/* The old entries and the edits, both in git's order. */
static void store_tree_merge(struct buf *b, const git_tree *old,
			     const struct store_tree_edit *edits, size_t count)
{
	size_t left = 0;

	for (size_t i = 0; old && i < git_tree_entrycount(old); i++) {
		const git_tree_entry *e = git_tree_entry_byindex(old, i);
		const char *name = git_tree_entry_name(e);
		bool folder = git_tree_entry_type(e) == GIT_OBJECT_TREE;
		int order = -1;
		while (left < count && (order = compare_names(edits[left].name, edits[left].folder,
							      name, folder)) < 0)
			add_edit(b, &edits[left++]);
		if (left < count && order == 0)
			add_edit(b, &edits[left++]);
		else
			store_tree_add_entry(b, name, (unsigned)git_tree_entry_filemode_raw(e),
					     git_tree_entry_id(e));
	}
	while (left < count)
		add_edit(b, &edits[left++]);
}

/* Sets id and gone of *out. */
static bool store_tree_put_folder(struct store *s, const git_tree *old, struct store_tree_edits edits,
				  struct store_tree_edit *out, struct err *e)
{
	AUTO(buf) struct buf b;

	qsort(edits.at, edits.count, sizeof(*edits.at), by_git_order);
	buf_init(&b, TREE_MAX);
	store_tree_merge(&b, old, edits.at, edits.count);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "a folder of the ledger is too large");
	out->gone = b.len == 0;
	return store_put(s, GIT_OBJECT_TREE, (struct str){ buf_str(&b), b.len }, &out->id, e);
}

/* The tree of that name below old; NULL in *out: there is none. */
static bool store_tree_below(struct store *s, const git_tree *old, const char *name, git_tree **out,
			     struct err *e)
{
	const git_tree_entry *entry = old ? git_tree_entry_byname(old, name) : NULL;

	*out = NULL;
	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_TREE)
		return true;
	int code = git_tree_lookup(out, s->repo, git_tree_entry_id(entry));
	return code == 0 || store_failed(e, code, "reading the folder %s", name);
}

static bool store_tree_put_file(struct store *s, const struct store_change *c, const char *name,
				struct store_tree_edit *out, struct err *e)
{
	out->name = name;
	out->gone = c->gone;
	return c->gone || store_put(s, GIT_OBJECT_BLOB, c->content.at ? c->content : str_of(""),
				    &out->id, e);
}

/* Changes of one folder, sorted by path, whose paths go on after skip bytes. */
struct store_tree_folder {
	const git_tree *old;            /* NULL: it is new */
	const struct store_change *const *changes;
	size_t count, skip;
};

/* How many changes, from i on, are in the folder that the path of the first goes through. */
static size_t store_tree_in_one(const struct store_tree_folder *f, size_t i, size_t len)
{
	const char *path = f->changes[i]->path + f->skip;
	size_t end = i + 1;

	while (end < f->count && strncmp(f->changes[end]->path + f->skip, path, len) == 0)
		end++;
	return end - i;
}

static bool store_tree_update_folder(struct store *s, struct arena *a, const struct store_tree_folder *f,
				     struct store_tree_edit *out, struct err *e)
{
	struct store_tree_edit *edits = arena_array(a, f->count + 1, sizeof(*edits));
	size_t n = 0;

	for (size_t i = 0, some; i < f->count; i += some, n++) {
		AUTO(git_tree) git_tree *inner = NULL;
		const char *path = f->changes[i]->path + f->skip, *slash = strchr(path, '/');
		size_t len = slash ? (size_t)(slash - path) + 1 : 0;
		struct store_tree_folder below = { .changes = f->changes + i, .skip = f->skip + len };

		some = slash ? store_tree_in_one(f, i, len) : 1;
		if (!slash) {
			if (!store_tree_put_file(s, f->changes[i], path, &edits[n], e))
				return false;
			continue;
		}
		edits[n].name = str_copy_n(a, path, len - 1);
		edits[n].folder = true;
		if (!store_tree_below(s, f->old, edits[n].name, &inner, e))
			return false;
		below.old = inner;
		below.count = some;
		if (!store_tree_update_folder(s, a, &below, &edits[n], e))
			return false;
	}
	return store_tree_put_folder(s, f->old, (struct store_tree_edits){ edits, n }, out, e);
}

bool store_tree_update(struct store *s, const struct git_oid *base, const struct store_new *n,
		       struct git_oid *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_tree) git_tree *old = NULL;
	const struct store_change **sorted = arena_array(a, n->nchanges + 1, sizeof(*sorted));
	struct store_tree_edit root = { .name = "", .folder = true };
	struct store_tree_folder all = { .changes = sorted, .count = n->nchanges };

	for (size_t i = 0; i < n->nchanges; i++)
		sorted[i] = &n->changes[i];
	qsort(sorted, n->nchanges, sizeof(*sorted), store_tree_by_path);
	int code = base ? git_tree_lookup(&old, s->repo, base) : 0;
	if (code != 0)
		return store_failed(e, code, "reading the tree");
	all.old = old;
	if (!store_tree_update_folder(s, a, &all, &root, e))
		return false;
	*out = root.id;
	return true;
}
