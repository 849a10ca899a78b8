/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a repository's trees hold, and new trees made from old ones. An edit reads
 * and writes the trees on its path only, whatever the size of the rest.
 */
#include "git/tree.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "git/handle.h"

enum { LONGEST_PATH = 4096, DEEPEST = 64, PLAIN_FILE = 0100644, FOLDER = 0040000 };

bool repo_read_blob(struct repo *r, struct arena *a, const struct repo_blob *blob, struct str *out,
		    struct err *e)
{
	AUTO(git_odb) git_odb *odb = NULL;
	git_odb_object *object = NULL;
	git_oid oid;
	size_t len = 0;
	git_object_t type;
	int code;

	assert(blob->id);
	if (!oid_read(blob->id, &oid, e))
		return false;
	code = git_repository_odb(&odb, r->git);
	if (code == 0)
		code = git_odb_read_header(&len, &type, odb, &oid);
	if (code == 0 && type != GIT_OBJECT_BLOB)
		return err_set(e, ERR_NOT_FOUND, "%s is not a file", blob->id->hex);
	if (code == 0 && len > blob->max)
		return err_set(e, ERR_LIMIT, "%zu bytes are more than the %zu accepted", len, blob->max);
	if (code == 0)
		code = git_odb_read(&object, odb, &oid);
	if (code != 0)
		return handle_failed(e, code, "reading %s", blob->id->hex);
	out->len = git_odb_object_size(object);
	out->at = str_copy_n(a, git_odb_object_data(object), out->len);
	git_odb_object_free(object);
	return true;
}

/* The tree of a folder beneath root, which it takes over; "" is root itself. */
static bool tree_open_folder(struct repo *r, git_tree **root, const char *folder, struct err *e)
{
	git_tree_entry *entry = NULL;
	git_tree *tree = NULL;
	int code;

	if (!*folder || strcmp(folder, ".") == 0)
		return true;
	code = git_tree_entry_bypath(&entry, *root, folder);
	if (code == 0 && git_tree_entry_type(entry) != GIT_OBJECT_TREE)
		code = GIT_ENOTFOUND;
	if (code == 0)
		code = git_tree_lookup(&tree, r->git, git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	if (code == GIT_ENOTFOUND)
		return err_set(e, ERR_NOT_FOUND, "%s: no such folder", folder);
	if (code != 0)
		return handle_failed(e, code, "reading the folder %s", folder);
	git_tree_free(*root);
	*root = tree;
	return true;
}

static void fill_entry(const git_tree_entry *from, struct repo_entry *to)
{
	to->name = git_tree_entry_name(from);
	oid_write(git_tree_entry_id(from), &to->id);
	to->mode = (unsigned)git_tree_entry_filemode(from);
	to->is_folder = to->mode == FOLDER;
}

/* *tree is NULL where there is nothing to be read. */
static bool tree_open_place(struct repo *r, const struct repo_place *in, git_tree **tree, struct err *e)
{
	return tree_open(r, in->of, tree, e) && (!*tree || tree_open_folder(r, tree, in->folder, e));
}

bool repo_list(struct repo *r, struct arena *a, const struct repo_place *in, struct list *entries,
	       struct err *e)
{
	AUTO(git_tree) git_tree *tree = NULL;
	struct list found = { 0 };

	if (!tree_open_place(r, in, &tree, e))
		return false;
	for (size_t i = 0; tree && i < git_tree_entrycount(tree); i++) {
		struct repo_entry *entry = arena_alloc(a, sizeof(*entry));

		fill_entry(git_tree_entry_byindex(tree, i), entry);
		entry->name = str_copy(a, entry->name);
		list_add(a, &found, entry);
	}
	*entries = found;
	return true;
}

struct files_walk {
	const char *folder;
	bool (*each)(void *context, const char *path, const struct repo_entry *entry);
	void *context;
};

static int see_file(const char *root, const git_tree_entry *from, void *payload)
{
	struct files_walk *w = payload;
	AUTO(arena) struct arena *a = NULL;
	struct repo_entry entry;

	fill_entry(from, &entry);
	if (entry.is_folder)
		return 0;
	a = arena_new();
	return w->each(w->context, str_format(a, "%s%s%s%s", w->folder, *w->folder ? "/" : "", root,
					      entry.name), &entry) ? 0 : GIT_ITEROVER;
}

bool repo_files(struct repo *r, const struct repo_place *in,
		bool (*each)(void *context, const char *path, const struct repo_entry *entry),
		void *context, struct err *e)
{
	AUTO(git_tree) git_tree *tree = NULL;
	struct files_walk w = { in->folder, each, context };
	int code;

	if (!tree_open_place(r, in, &tree, e))
		return false;
	code = tree ? git_tree_walk(tree, GIT_TREEWALK_PRE, see_file, &w) : 0;
	return code == 0 || code == GIT_ITEROVER ||
	       handle_failed(e, code, "reading the files of %s", in->of->hex);
}

/* One level of an edit: these edits share the first skip bytes of their paths. */
struct level {
	struct repo *r;
	const struct repo_edit *const *edits;
	size_t count, skip;
	unsigned depth;
};

static bool edit_level(const struct level *l, const git_tree *base, git_oid *out, bool *is_empty,
		       struct err *e);

static bool tree_put_file(const struct level *l, git_treebuilder *b, const char *name,
			  const struct repo_edit *edit, struct err *e)
{
	const git_tree_entry *old = git_treebuilder_get(b, name);
	git_filemode_t mode = old ? git_tree_entry_filemode(old) : PLAIN_FILE;
	git_oid id;
	int code;

	if (edit->remove) {
		code = old ? git_treebuilder_remove(b, name) : 0;
	} else {
		if (mode != GIT_FILEMODE_BLOB_EXECUTABLE)
			mode = GIT_FILEMODE_BLOB;
		code = git_blob_create_from_buffer(&id, l->r->git,
						   edit->content.at ? edit->content.at : "",
						   edit->content.len);
		if (code == 0)
			code = git_treebuilder_insert(NULL, b, name, &id, mode);
	}
	return code == 0 || handle_failed(e, code, "editing %s", edit->path);
}

static bool tree_put_folder(const struct level *l, git_treebuilder *b, const char *name,
			    struct err *e)
{
	AUTO(git_tree) git_tree *base = NULL;
	const git_tree_entry *old = git_treebuilder_get(b, name);
	git_oid id;
	bool is_empty;
	int code = 0;

	if (old && git_tree_entry_type(old) == GIT_OBJECT_TREE)
		code = git_tree_lookup(&base, l->r->git, git_tree_entry_id(old));
	if (code != 0)
		return handle_failed(e, code, "reading the folder of %s", l->edits[0]->path);
	if (!edit_level(l, base, &id, &is_empty, e))
		return false;
	if (!is_empty)
		code = git_treebuilder_insert(NULL, b, name, &id, GIT_FILEMODE_TREE);
	else if (base)
		code = git_treebuilder_remove(b, name);
	return code == 0 || handle_failed(e, code, "editing %s", l->edits[0]->path);
}

static bool edit_level(const struct level *l, const git_tree *base, git_oid *out, bool *is_empty,
		       struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	git_treebuilder *b;
	bool done = true;
	int code = git_treebuilder_new(&b, l->r->git, base);

	if (code != 0)
		return handle_failed(e, code, "editing a tree");
	for (size_t i = 0; done && i < l->count;) {
		const char *part = l->edits[i]->path + l->skip;
		size_t len = strcspn(part, "/");
		const char *name = str_copy_n(a, part, len);
		struct level below = { l->r, l->edits + i, 1, l->skip + len + 1, l->depth + 1 };

		if (!part[len]) {
			done = tree_put_file(l, b, name, l->edits[i++], e);
			continue;
		}
		while (i + below.count < l->count &&
		       strncmp(l->edits[i + below.count]->path + l->skip, part, len + 1) == 0)
			below.count++;
		done = tree_put_folder(&below, b, name, e);
		i += below.count;
	}
	*is_empty = git_treebuilder_entrycount(b) == 0;
	if (done && (!*is_empty || !l->depth))
		code = git_treebuilder_write(out, b);
	git_treebuilder_free(b);
	return done && (code == 0 || handle_failed(e, code, "writing a tree"));
}

static bool tree_check_path(const char *path, struct err *e)
{
	unsigned parts = 0;

	if (strlen(path) >= LONGEST_PATH)
		return err_set(e, ERR_LIMIT, "%.80s…: the path is too long", path);
	for (const char *p = path;; parts++) {
		size_t len = strcspn(p, "/");

		if (!len || (len <= 2 && strncmp(p, "..", len) == 0) || parts >= DEEPEST)
			return err_set(e, ERR_CONFIG, "\"%s\" is not the path of a file", path);
		if (!p[len])
			return true;
		p += len + 1;
	}
}

static int tree_by_path(const void *one, const void *two)
{
	const struct repo_edit *const *a = one, *const *b = two;
	int order = strcmp((*a)->path, (*b)->path);

	return order ? order : (*a > *b) - (*a < *b);   /* of two for one file the later wins */
}

bool repo_edit(struct repo *r, const struct repo_edits *what, struct oid *tree, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_tree) git_tree *old = NULL;
	const struct repo_edit **sorted = arena_array(a, what->count + 1, sizeof(*sorted));
	struct level top = { r, sorted, what->count, 0, 0 };
	git_oid id;
	bool is_empty;

	assert(what->edits || !what->count);
	for (size_t i = 0; i < what->count; i++) {
		if (!tree_check_path(what->edits[i].path, e))
			return false;
		sorted[i] = &what->edits[i];
	}
	if (what->count)
		qsort(sorted, what->count, sizeof(*sorted), tree_by_path);
	if (!tree_open(r, what->base, &old, e) || !edit_level(&top, old, &id, &is_empty, e))
		return false;
	oid_write(&id, tree);
	return true;
}
