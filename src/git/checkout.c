/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkouts that borrow a mirror's objects: a repository of their own with one line in
 * objects/info/alternates, so that making one costs its files only. libgit2 knows no
 * sparse checkouts: entries outside are marked as git marks them, so that both agree.
 */
#include "git/mirror.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "git/checkout_inner.h"
#include "git/handle.h"
#include "git/mirror_inner.h"
#include "git/remote.h"

enum { REFS_MAX = 256 << 20, SPARSE_MAX = 1 << 20 };

/* Not flushed to the disk: a checkout that a crash of the machine took is made again. */
static bool checkout_write_text(const char *folder, const char *name, struct str text,
				struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = path_join(a, folder, name);
	AUTO(fd) int fd = -1;

	if (!folder_make(path_folder(a, path), 0755, e))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_errno(e, "writing %s", path);
	return file_write_fd(fd, text.at, text.len, e) || err_wrap(e, "writing %s", path);
}

static bool write_buf(const char *folder, const char *name, struct buf *b, struct err *e)
{
	if (!buf_ok(b))
		return err_set(e, ERR_LIMIT, "%s%s would be larger than %zu bytes", folder, name,
			       b->max);
	return checkout_write_text(folder, name, (struct str){ buf_str(b), b->len }, e);
}

/* The patterns that git-sparse-checkout(1) writes in cone mode; ours are read back from them. */
static bool sparse_write(const char *folder, const struct checkout *c, struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, SPARSE_MAX);
	buf_text(&b, "/*\n!/*/\n");
	for (size_t i = 0; i < c->sparse_count; i++) {
		const char *f = c->sparse[i];

		for (size_t len = strcspn(f, "/"); f[len]; len += 1 + strcspn(f + len + 1, "/"))
			buf_format(&b, "/%.*s/\n!/%.*s/*/\n", (int)len, f, (int)len, f);
		buf_format(&b, "/%s/\n", f);
	}
	return write_buf(folder, "info/sparse-checkout", &b, e);
}

/* The index as the commit's tree, with what is left out marked so. */
static int index_sparsely(git_index *index, git_tree *tree, const struct sparse *s,
			  struct arena *a, struct list *paths)
{
	int code = git_index_read_tree(index, tree);

	for (size_t i = 0; code == 0 && i < git_index_entrycount(index); i++) {
		git_index_entry entry = *git_index_get_byindex(index, i);

		if (sparse_has(s, entry.path)) {
			list_add(a, paths, str_format(a, "%s", entry.path));
			continue;
		}
		entry.flags_extended |= GIT_INDEX_ENTRY_SKIP_WORKTREE;
		entry.path = str_copy(a, entry.path);
		code = git_index_add(index, &entry);
	}
	return code == 0 ? git_index_write(index) : code;
}

static int checkout_sparsely(struct repo *r, git_object *commit, const struct sparse *s,
			     git_checkout_options *o)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_object) git_object *tree = NULL;
	AUTO(git_index) git_index *index = NULL;
	struct list paths = { 0 };
	int code = git_object_peel(&tree, commit, GIT_OBJECT_TREE);

	if (code == 0)
		code = git_repository_index(&index, r->git);
	if (code == 0)
		code = index_sparsely(index, (git_tree *)tree, s, a, &paths);
	if (code != 0 || !paths.count)
		return code;
	o->paths.strings = (char **)paths.items;
	o->paths.count = paths.count;
	o->checkout_strategy |= GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
	return git_checkout_tree(r->git, commit, o);
}

bool checkout_files(struct repo *r, git_object *commit, const struct sparse *sparse, bool force,
		    struct err *e)
{
	git_checkout_options o;
	int code;

	git_checkout_options_init(&o, GIT_CHECKOUT_OPTIONS_VERSION);
	o.checkout_strategy =
		force ? GIT_CHECKOUT_FORCE : GIT_CHECKOUT_SAFE | GIT_CHECKOUT_RECREATE_MISSING;
	code = sparse->count ? checkout_sparsely(r, commit, sparse, &o)
			     : git_checkout_tree(r->git, commit, &o);
	if (code == GIT_ECONFLICT)
		return err_set(e, ERR_CONFLICT, "files were changed and not committed");
	return code == 0 || handle_failed(e, code, "writing the files of a checkout");
}

/* The remote's tags in one file: a checkout knows which names are taken. */
static bool copy_refs(struct mirror *m, const char *folder, const struct checkout *c,
		      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct list tags = { 0 };

	buf_init(&b, REFS_MAX);
	if (!repo_refs(m->repo, a, "refs/tags/*", &tags, e))
		return false;
	buf_text(&b, "# pack-refs with: peeled fully-peeled sorted \n");
	if (c->branch)
		buf_format(&b, "%s refs/heads/%s\n%s refs/remotes/origin/%s\n", c->commit.hex,
			   c->branch, c->commit.hex, c->branch);
	for (size_t i = 0; i < tags.count; i++) {
		const struct repo_ref *tag = tags.items[i];

		buf_format(&b, "%s %s\n", tag->id.hex, tag->name);
		if (tag->commit.hex[0] && strcmp(tag->commit.hex, tag->id.hex) != 0)
			buf_format(&b, "^%s\n", tag->commit.hex);
	}
	return write_buf(folder, "packed-refs", &b, e);
}

static void config_value(struct buf *b, const char *name, const char *value)
{
	buf_format(b, "\t%s = \"", name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			buf_char(b, '\\');
		buf_char(b, *value == '\n' ? ' ' : *value);
	}
	buf_text(b, "\"\n");
}

static bool checkout_configure(struct mirror *m, const char *folder, const struct checkout *c,
			       struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 1 << 16);
	buf_text(&b, "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
		     "\tlogallrefupdates = false\n");
	if (c->sparse_count)
		buf_text(&b, "\tsparseCheckout = true\n\tsparseCheckoutCone = true\n");
	buf_text(&b, "[remote \"origin\"]\n");
	config_value(&b, "url", m->name);
	buf_text(&b, "\tfetch = +refs/heads/*:refs/remotes/origin/*\n");
	if (c->author_name || c->author_email) {
		buf_text(&b, "[user]\n");
		config_value(&b, "name", c->author_name ? c->author_name : "");
		config_value(&b, "email", c->author_email ? c->author_email : "");
	}
	if (c->insecure)
		buf_text(&b, "[http]\n\tsslVerify = false\n");
	return write_buf(folder, "config", &b, e);
}

static bool checkout_fill(struct mirror *m, const struct checkout *c, struct err *e)
{
	AUTO(repo) struct repo *r = NULL;
	AUTO(git_object) git_object *commit = NULL;
	AUTO(git_tree) git_tree *tree = NULL;
	const struct sparse sparse = { c->sparse, c->sparse_count };
	git_oid id;
	enum filled done;
	int code;

	if (!oid_read(&c->commit, &id, e) || !repo_open(c->path, &r, e))
		return false;
	code = git_object_lookup(&commit, r->git, &id, GIT_OBJECT_COMMIT);
	if (code == 0)
		code = git_object_peel((git_object **)&tree, commit, GIT_OBJECT_TREE);
	if (code != 0)
		return handle_failed(e, code, "looking for the commit %s of %s", c->commit.hex,
				     m->name);
	done = c->is_over ? FILL_DECLINED : fill_files(m, c, r, tree, e);
	if (done == FILL_DECLINED)
		return checkout_files(r, commit, &sparse, true, e);
	return done == FILL_DONE;
}

/* All that makes a folder a repository but the objects, which stay with the mirror. */
static bool make_repository(struct mirror *m, const struct checkout *c, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = str_format(a, "%s/.git/", c->path);
	const char *objects = str_format(a, "%sobjects\n", repo_folder(m->repo));
	const char *head = c->branch ? str_format(a, "ref: refs/heads/%s\n", c->branch)
				     : str_format(a, "%s\n", c->commit.hex);

	/* libgit2 sees no pack that it fetches itself when its folder was not there at first. */
	return folder_make(str_format(a, "%srefs/heads", folder), 0755, e) &&
	       folder_make(str_format(a, "%sobjects/pack", folder), 0755, e) &&
	       checkout_write_text(folder, "objects/info/alternates", str_of(objects), e) &&
	       copy_refs(m, folder, c, e) && checkout_configure(m, folder, c, e) &&
	       (!c->sparse_count || sparse_write(folder, c, e)) &&
	       checkout_write_text(folder, "HEAD", str_of(head), e);
}

bool mirror_checkout(struct mirror *m, const struct checkout *c, struct err *e)
{
	int valid = 0;

	assert(c->path && c->path[0] == '/');
	if (c->branch && (git_branch_name_is_valid(&valid, c->branch) != 0 || !valid))
		return err_set(e, ERR_CONFIG, "\"%s\" is not the name of a branch", c->branch);
	return make_repository(m, c, e) && checkout_fill(m, c, e);
}
