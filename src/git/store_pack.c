/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing: a pack is on the disk before smaller ones with the same objects are
 * dropped, so that a crash in between costs room and nothing else. Of two that packed the
 * same at once each would drop the other's, so a lock lets one in at a time.
 */
#include "git/store.h"

#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <git2.h>
#include <git2/odb_backend.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "git/store_fresh.h"
#include "git/store_inner.h"

static void auto_walk(git_revwalk **w)
{
	git_revwalk_free(*w);
}

static void auto_packer(git_packbuilder **p)
{
	git_packbuilder_free(*p);
}

static void auto_commit(git_commit **c)
{
	git_commit_free(*c);
}

static void auto_tree(git_tree **t)
{
	git_tree_free(*t);
}

static void auto_odb(git_odb **o)
{
	git_odb_free(*o);
}

/*
 * Everything in the tree that the older one has not. The path goes along: objects of the
 * same path are what deltas are sought between, and that halves a ledger.
 */
static int insert_tree(struct store *s, git_packbuilder *p, const git_oid *id, const git_oid *old,
		       const char *path)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(tree) git_tree *tree = NULL;
	AUTO(tree) git_tree *before = NULL;
	int code = git_packbuilder_insert(p, id, path);

	if (code == 0)
		code = git_tree_lookup(&tree, s->repo, id);
	if (code == 0 && old)
		code = git_tree_lookup(&before, s->repo, old);
	for (size_t i = 0; code == 0 && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *e = git_tree_entry_byindex(tree, i);
		const git_tree_entry *was = before
			? git_tree_entry_byname(before, git_tree_entry_name(e)) : NULL;
		const git_oid *is = git_tree_entry_id(e);
		if (was && git_oid_equal(is, git_tree_entry_id(was)))
			continue;
		const char *name = str_format(a, "%s%s%s", path, path[0] ? "/" : "",
					      git_tree_entry_name(e));
		bool folder = git_tree_entry_type(e) == GIT_OBJECT_TREE;
		const git_oid *base = was && git_tree_entry_type(was) == GIT_OBJECT_TREE
			? git_tree_entry_id(was) : NULL;
		code = folder ? insert_tree(s, p, is, base, name) : git_packbuilder_insert(p, is, name);
	}
	return code;
}

static int insert_commit(struct store *s, git_packbuilder *p, const git_oid *id)
{
	AUTO(commit) git_commit *c = NULL;
	AUTO(commit) git_commit *parent = NULL;
	int code = git_commit_lookup(&c, s->repo, id);

	if (code == 0 && git_commit_parentcount(c) > 0)
		code = git_commit_parent(&parent, c, 0);
	if (code == 0)
		code = git_packbuilder_insert(p, id, "");
	if (code != 0)
		return code;
	return insert_tree(s, p, git_commit_tree_id(c), parent ? git_commit_tree_id(parent) : NULL, "");
}

static int store_pack_start_walk(struct store *s, git_revwalk **walk, const char *head,
				 const char *packed)
{
	git_oid id;
	int code = git_revwalk_new(walk, s->repo);

	if (code == 0)
		code = git_oid_fromstr(&id, head);
	if (code == 0)
		code = git_revwalk_push(*walk, &id);
	if (code == 0 && packed[0] && git_oid_fromstr(&id, packed) == 0)
		code = git_revwalk_hide(*walk, &id);
	return code;
}

static int store_pack_choose(struct store *s, git_packbuilder *p, const struct store_packing *what)
{
	AUTO(walk) git_revwalk *walk = NULL;
	git_oid id;
	int code = store_pack_start_walk(s, &walk, what->head, what->packed);

	while (code == 0 && !flag_is_set(what->quit) && git_revwalk_next(&id, walk) == 0)
		code = insert_commit(s, p, &id);
	return code;
}

static int open_pack(git_odb **out, const char *index)
{
	git_odb_backend *backend = NULL;
	int code = git_odb_new(out);

	if (code == 0)
		code = git_odb_backend_one_pack(&backend, index);
	return code == 0 ? git_odb_add_backend(*out, backend, 1) : code;
}

static int store_pack_is_there(const git_oid *id, void *payload)
{
	return git_odb_exists(payload, id) ? 0 : GIT_EUSER;
}

/* Packs that hold nothing but what the new one holds go; without their index they are none. */
static bool drop_small(struct store *s, const char *new, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(odb) git_odb *all = NULL;
	const char *folder = str_format(a, "%sobjects/pack", s->path);
	struct list names = { 0 };

	if (open_pack(&all, str_format(a, "%s/%s", folder, new)) != 0)
		return store_failed(e, -1, "opening the pack just written");
	if (!folder_list(a, folder, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		AUTO(odb) git_odb *small = NULL;
		const char *name = names.items[i];
		const char *index = str_format(a, "%s/%s", folder, name);
		if (!has_suffix(name, ".idx") || strcmp(name, new) == 0 ||
		    open_pack(&small, index) != 0 ||
		    git_odb_foreach(small, store_pack_is_there, all) != 0)
			continue;
		unlink(index);
		unlink(str_format(a, "%.*s.pack", (int)(strlen(index) - strlen(".idx")), index));
	}
	return true;
}

/* Held until *fd is closed, by this process or by its death. */
static bool store_pack_lock(const struct store *s, bool is_large, int *fd, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%sgantry-pack%s.lock", s->path, is_large ? "-large" : "");

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return err_errno(e, "%s", path);
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
		return err_again(e, ERR_CONFLICT, "somebody else is packing");
	return true;
}

static int ask_quit(int stage, uint32_t current, uint32_t total, void *payload)
{
	(void)stage;
	(void)current;
	(void)total;
	return payload && flag_is_set(payload) ? GIT_EUSER : 0;
}

static bool write_pack(struct store *s, const struct store_packing *what, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(packer) git_packbuilder *p = NULL;
	int code = git_packbuilder_new(&p, s->repo);

	if (code == 0)
		code = git_packbuilder_set_callbacks(p, ask_quit, unconst(what->quit));
	if (code == 0)
		code = store_pack_choose(s, p, what);
	if (code == 0 && git_packbuilder_object_count(p) == 0)
		return true;
	if (code == 0)
		code = git_packbuilder_write(p, NULL, 0, NULL, NULL);
	if (flag_is_set(what->quit))
		return err_set(e, ERR_CANCELLED, "packing was given up");
	if (code != 0)
		return store_failed(e, code, "packing");
	return store_flush_pack(s, git_packbuilder_name(p), e) &&
	       drop_small(s, str_format(a, "pack-%s.idx", git_packbuilder_name(p)), e);
}

bool store_pack(struct store *s, const struct store_packing *what, struct err *e)
{
	AUTO(fd) int fd = -1;

	assert(what->head[0]);
	return store_pack_lock(s, what->is_large, &fd, e) && write_pack(s, what, e) &&
	       store_packed(s, s->saved, e);
}

bool store_packed(struct store *s, size_t count, struct err *e)
{
	if (!store_save(s, e))
		return false;
	s->saved -= count < s->saved ? count : s->saved;
	return store_reopen(s, e);
}

size_t store_loose(struct store *s)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list names = { 0 };
	struct err e;

	if (!s->counted && folder_list(a, str_format(a, "%sobjects/pack", s->path), &names, &e))
		s->saved = names.count / 2;
	s->counted = true;
	return s->saved;
}

size_t store_count(struct store *s, const char *old, const char *new, size_t max)
{
	AUTO(walk) git_revwalk *walk = NULL;
	size_t count = 0;
	git_oid id;

	if (store_pack_start_walk(s, &walk, new, old) != 0)
		return 0;
	while (count < max && git_revwalk_next(&id, walk) == 0)
		count++;
	return count;
}
