/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2's checkout asks fourteen times per file whether some folder is a link. Here
 * every folder is made by us and kept open, so nothing needs to be asked: names are
 * checked, and a name that exists already ends it, unless it is one of an earlier
 * checkout's files (checkout_cache.h): then it stays when it is the same, and goes when it is not.
 */
#define _GNU_SOURCE
#include "git/checkout_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/checkout_cache.h"
#include "git/mirror.h"
#include "git/mirror_inner.h"
#include "git/repo.h"

enum { LONGEST_PATH = 4096, DEEPEST = 128 };

struct fill {
	struct repo *r;
	git_odb *odb;
	git_index *index;
	const struct sparse *sparse;
	const struct checkout_cache *kept;        /* NULL: the folder is empty */
	struct checkout_note *note;     /* NULL: the files are not to be kept */
	char path[LONGEST_PATH];        /* of the folder we are in, with a final '/' */
	unsigned depth;
};

static bool fill_failed(const struct fill *f, const char *name, struct err *e)
{
	return err_errno(e, "writing %s%s", f->path, name);
}

/* ".git" would be ours, and ".." elsewhere. */
static bool is_good_name(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/') &&
	       !same_but_case(name, ".git");
}

static bool write_bytes(struct fill *f, const struct checkout_file *file, struct stat *st, struct err *e)
{
	const char *name = file->name;
	git_odb_object *object;
	git_oid id;
	AUTO(fd) int fd = -1;
	bool done = true;
	int code = git_oid_fromraw(&id, file->blob);

	if (code == 0)
		code = git_odb_read(&object, f->odb, &id);
	if (code != 0)
		return handle_failed(e, code, "reading %s%s", f->path, name);
	if (file->mode == GIT_FILEMODE_LINK) {
		AUTO(arena) struct arena *a = arena_new();
		const char *target = str_copy_n(a, git_odb_object_data(object),
						git_odb_object_size(object));

		done = symlinkat(target, file->folder, name) == 0 || fill_failed(f, name, e);
	} else {
		fd = openat(file->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    file->mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0755 : 0644);
		done = fd >= 0 ? file_write_fd(fd, git_odb_object_data(object),
					       git_odb_object_size(object), e)
			       : fill_failed(f, name, e);
	}
	git_odb_object_free(object);
	if (done && (fd >= 0 ? fstat(fd, st) : fstatat(file->folder, name, st, AT_SYMLINK_NOFOLLOW)) != 0)
		return fill_failed(f, name, e);
	return done;
}

/* st NULL: the file is not among the chosen ones. */
static bool fill_add_entry(struct fill *f, const struct checkout_file *file, const struct stat *st,
			   struct err *e)
{
	git_index_entry entry = { .mode = file->mode, .path = file->path };
	int code = git_oid_fromraw(&entry.id, file->blob);

	if (st) {
		entry.ctime.seconds = (int32_t)st->st_ctim.tv_sec;
		entry.ctime.nanoseconds = (uint32_t)st->st_ctim.tv_nsec;
		entry.mtime.seconds = (int32_t)st->st_mtim.tv_sec;
		entry.mtime.nanoseconds = (uint32_t)st->st_mtim.tv_nsec;
		entry.dev = (uint32_t)st->st_dev;
		entry.ino = (uint32_t)st->st_ino;
		entry.uid = st->st_uid;
		entry.gid = st->st_gid;
		entry.file_size = (uint32_t)st->st_size;
	} else {
		entry.flags_extended = GIT_INDEX_ENTRY_SKIP_WORKTREE;
	}
	if (code == 0)
		code = git_index_add(f->index, &entry);
	return code == 0 || handle_failed(e, code, "noting %s", file->path);
}

/* File, link or folder; the folders above are real ones. */
static bool remove_any(const char *path, struct err *e)
{
	return unlink(path) == 0 || errno == ENOENT || folder_remove(path, e);
}

/* Whatever has this name goes; the folder that it is in is a real one. */
static bool make_way(struct fill *f, int folder, const char *name, const char *path, struct err *e)
{
	AUTO(arena) struct arena *a = NULL;

	if (!f->kept || folder < 0 || unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return true;
	a = arena_new();
	return folder_remove(path_join(a, repo_work_folder(f->r), path), e);
}

static bool fill_put_file(struct fill *f, int folder, const git_tree_entry *t, struct err *e)
{
	const char *name = git_tree_entry_name(t);
	char path[LONGEST_PATH * 2];
	const struct checkout_file file = { .folder = folder, .name = name, .path = path,
					    .mode = git_tree_entry_filemode(t),
					    .blob = git_tree_entry_id(t)->id };
	struct stat st = { 0 };

	snprintf(path, sizeof(path), "%s%s", f->path, name);
	if (file.mode == GIT_FILEMODE_COMMIT) {
		if (!make_way(f, folder, name, path, e))
			return false;
		if (folder >= 0 && mkdirat(folder, name, 0755) != 0)
			return fill_failed(f, name, e);
		return fill_add_entry(f, &file, &st, e);
	}
	if (!sparse_has(f->sparse, path))
		return fill_add_entry(f, &file, NULL, e);
	if (!(f->kept && checkout_cache_has(f->kept, &file, &st)) &&
	    !(make_way(f, folder, name, path, e) && write_bytes(f, &file, &st, e)))
		return false;
	if (f->note)
		checkout_note_file(f->note, &file, &st);
	return fill_add_entry(f, &file, &st, e);
}

/* Whether any file beneath the folder is among the chosen ones. */
static bool fill_is_wanted(const struct fill *f)
{
	char probe[LONGEST_PATH + 8];

	snprintf(probe, sizeof(probe), "%s-", f->path);
	return sparse_has(f->sparse, probe);
}

static bool fill_put_folder(struct fill *f, int folder, git_tree *tree, struct err *e);

static bool fill_open_folder(struct fill *f, int folder, const char *name, int *below,
			     struct err *e)
{
	enum { HOW = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

	if (f->kept && (*below = openat(folder, name, HOW)) >= 0)
		return true;
	if (!make_way(f, folder, name, f->path, e))
		return false;
	if (mkdirat(folder, name, 0755) != 0 || (*below = openat(folder, name, HOW)) < 0)
		return fill_failed(f, "", e);
	return true;
}

/* What an earlier checkout had beside the tree's own. */
static bool remove_others(struct fill *f, git_tree *tree, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = path_join(a, repo_work_folder(f->r), f->path);
	struct list names = { 0 };

	if (!folder_list(a, folder, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];

		if ((f->depth || strcmp(name, ".git") != 0) && !git_tree_entry_byname(tree, name) &&
		    !remove_any(path_join(a, folder, name), e))
			return false;
	}
	return true;
}

static bool fill_enter(struct fill *f, int folder, const git_tree_entry *t, struct err *e)
{
	AUTO(git_tree) git_tree *tree = NULL;
	AUTO(fd) int below = -1;
	const char *name = git_tree_entry_name(t);
	size_t len = strlen(f->path);
	int code = git_tree_lookup(&tree, f->r->git, git_tree_entry_id(t));
	bool done;

	if (code != 0)
		return handle_failed(e, code, "reading the folder %s%s", f->path, name);
	if (len + strlen(name) + 2 > sizeof(f->path) || f->depth >= DEEPEST)
		return err_set(e, ERR_LIMIT, "%s%s: the path is too long", f->path, name);
	snprintf(f->path + len, sizeof(f->path) - len, "%s/", name);
	if (folder >= 0 && fill_is_wanted(f) && !fill_open_folder(f, folder, name, &below, e))
		return false;
	f->depth++;
	done = fill_put_folder(f, below, tree, e);
	f->depth--;
	f->path[len] = '\0';
	return done;
}

static bool fill_put_folder(struct fill *f, int folder, git_tree *tree, struct err *e)
{
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *t = git_tree_entry_byindex(tree, i);

		if (!is_good_name(git_tree_entry_name(t)))
			return err_set(e, ERR_REFUSED, "%s%s is not a name for a file", f->path,
				       git_tree_entry_name(t));
		if (!(git_tree_entry_type(t) == GIT_OBJECT_TREE ? fill_enter(f, folder, t, e)
								: fill_put_file(f, folder, t, e)))
			return false;
	}
	return !f->kept || folder < 0 || remove_others(f, tree, e);
}

static int see_attributes(const char *root, const git_tree_entry *t, void *payload)
{
	bool *found = payload;

	(void)root;
	*found |= same_but_case(git_tree_entry_name(t), ".gitattributes");
	return *found ? -1 : 0;
}

/* Settings that make a file's bytes differ from the blob's, or may. */
static bool has_settings(struct repo *r)
{
	static const char *const names[] = { "core.autocrlf", "core.attributesfile", "core.eol" };
	AUTO(arena) struct arena *a = arena_new();
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	git_config *config;
	bool found = false;

	if (git_repository_config_snapshot(&config, r->git) != 0)
		return true;
	for (size_t i = 0; i < COUNTOF(names); i++) {
		const char *value;

		found |= git_config_get_string(&value, config, names[i]) == 0 &&
			 !same_but_case(value, "false");
	}
	git_config_free(config);
	if (!base && home)
		base = path_join(a, home, ".config");
	return found || (base && file_exists(path_join(a, base, "git/attributes"))) ||
	       file_exists("/etc/gitattributes");
}

/* All but the .git. */
static bool remove_all_files(struct arena *a, const char *path, struct err *e)
{
	struct list names = { 0 };

	if (!folder_list(a, path, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.items[i], ".git") != 0 &&
		    !remove_any(path_join(a, path, names.items[i]), e))
			return false;
	return true;
}

static bool write_all(struct fill *f, git_tree *tree, struct err *e)
{
	AUTO(fd) int top = open(repo_work_folder(f->r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code;

	if (top < 0)
		return fill_failed(f, "", e);
	if (!fill_put_folder(f, top, tree, e))
		return false;
	code = git_index_write(f->index);
	return code == 0 || handle_failed(e, code, "writing the index");
}

static bool open_index(struct fill *f, struct arena *a, struct err *e)
{
	/* Without its repository, which would look up every object once more. */
	int code = git_index_open(&f->index, str_format(a, "%sindex", repo_folder(f->r)));

	return code == 0 || handle_failed(e, code, "opening the index");
}

/* With an earlier checkout's files; when they make trouble, without. */
static bool write_upon(struct fill *f, struct arena *a, git_tree *tree, const char *path,
		       struct err *e)
{
	struct err why;

	if (!open_index(f, a, e))
		return false;
	if (!f->kept)
		return write_all(f, tree, e);
	if (write_all(f, tree, &why))
		return true;
	log_line(LOG_WARN, "git", "the files kept for %s cannot be used: %s", path, why.message);
	git_index_free(f->index);
	f->index = NULL;
	f->kept = NULL;
	f->note = NULL;
	f->depth = 0;
	f->path[0] = '\0';
	return remove_all_files(a, path, e) && open_index(f, a, e) && write_all(f, tree, e);
}

enum filled fill_files(struct mirror *m, const struct checkout *c, struct repo *r, git_tree *tree,
		       struct err *e)
{
	const struct sparse sparse = { c->sparse, c->sparse_count };
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_odb) git_odb *odb = NULL;
	struct fill *f = arena_alloc(a, sizeof(*f));
	bool has_attributes = has_settings(r), fine;
	int code;

	git_tree_walk(tree, GIT_TREEWALK_PRE, see_attributes, &has_attributes);
	if (has_attributes)
		return FILL_DECLINED;
	code = git_repository_odb(&odb, r->git);
	if (code != 0) {
		handle_failed(e, code, "opening the objects of a checkout");
		return FILL_FAILED;
	}
	*f = (struct fill){ .r = r, .odb = odb, .sparse = &sparse };
	if (c->is_kept && !c->sparse_count) {
		f->note = checkout_note_begin(a);
		if (!checkout_cache_take(m, a, c, &f->kept, e))
			return FILL_FAILED;
	}
	fine = write_upon(f, a, tree, c->path, e);
	git_index_free(f->index);
	if (fine && f->note)
		checkout_note_end(f->note, m, c);
	return fine ? FILL_DONE : FILL_FAILED;
}
