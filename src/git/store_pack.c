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
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/log.h"
#include "base/process.h"
#include "base/str.h"
#include "base/thread.h"
#include "git/handle.h"
#include "git/store_inner.h"

/* Of the list for git, and of its work in ms. */
enum { LIST_MAX = 256 << 20, GIT_MS = 600000 };

static void auto_walk(git_revwalk **w)
{
	git_revwalk_free(*w);
}

/* What goes into a pack: told to libgit2's builder, or listed for git's. */
struct pack_choice {
	struct store *store;
	git_packbuilder *builder;       /* NULL: a list is made */
	struct buf *list;               /* "<id> <path>" in lines; NULL: no list */
	const bool *quit;
};

/* The path goes along: objects of the same path are what deltas are sought between, which halves a ledger. */
static int pack_choose(const struct pack_choice *c, const git_oid *id, const char *path)
{
	char hex[GIT_OID_HEXSZ + 1];

	if (c->builder)
		return git_packbuilder_insert(c->builder, id, path);
	buf_format(c->list, "%s %s\n", git_oid_tostr(hex, sizeof(hex), id), path);
	return buf_ok(c->list) ? 0 : GIT_ERROR;
}

/* Everything in the tree that the older one has not. */
static int choose_tree(const struct pack_choice *c, const git_oid *id, const git_oid *old, const char *path)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_tree) git_tree *tree = NULL;
	AUTO(git_tree) git_tree *before = NULL;
	struct store *s = c->store;
	int code = pack_choose(c, id, path);

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
		code = folder ? choose_tree(c, is, base, name) : pack_choose(c, is, name);
	}
	return code;
}

static int choose_commit(const struct pack_choice *c, const git_oid *id)
{
	AUTO(git_commit) git_commit *commit = NULL;
	AUTO(git_commit) git_commit *parent = NULL;
	int code = git_commit_lookup(&commit, c->store->repo, id);

	if (code == 0 && git_commit_parentcount(commit) > 0)
		code = git_commit_parent(&parent, commit, 0);
	if (code == 0)
		code = pack_choose(c, id, "");
	if (code != 0)
		return code;
	return choose_tree(c, git_commit_tree_id(commit), parent ? git_commit_tree_id(parent) : NULL, "");
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

static int choose_all(const struct pack_choice *c, const struct store_packing *what)
{
	AUTO(walk) git_revwalk *walk = NULL;
	git_oid id;
	int code = store_pack_start_walk(c->store, &walk, what->head, what->packed);

	while (code == 0 && !flag_is_set(what->quit) && git_revwalk_next(&id, walk) == 0)
		code = choose_commit(c, &id);
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
	AUTO(git_odb) git_odb *all = NULL;
	const char *folder = str_format(a, "%sobjects/pack", s->path);
	struct list names = { 0 };

	if (open_pack(&all, str_format(a, "%s/%s", folder, new)) != 0)
		return store_failed(e, -1, "opening the pack just written");
	if (!folder_list(a, folder, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		AUTO(git_odb) git_odb *small = NULL;
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

/* The pack is whole: what it replaces goes. */
static bool end_pack(struct store *s, const char *name, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	return store_flush_pack(s, name, e) && drop_small(s, str_format(a, "pack-%s.idx", name), e);
}

static bool write_pack(struct store *s, const struct store_packing *what, struct err *e)
{
	AUTO(git_packbuilder) git_packbuilder *p = NULL;
	int code = git_packbuilder_new(&p, s->repo);
	const struct pack_choice c = { .store = s, .builder = p };

	if (code == 0)
		code = git_packbuilder_set_callbacks(p, ask_quit, unconst(what->quit));
	if (code == 0)
		code = choose_all(&c, what);
	if (code == 0 && git_packbuilder_object_count(p) == 0)
		return true;
	if (code == 0)
		code = git_packbuilder_write(p, NULL, 0, NULL, NULL);
	if (flag_is_set(what->quit))
		return err_set(e, ERR_CANCELLED, "packing was cancelled");
	return code == 0 ? end_pack(s, git_packbuilder_name(p), e) : store_failed(e, code, "packing");
}

/* The new pack's name, as git prints it. */
static bool run_git_pack(const struct store *s, struct arena *a, const struct pack_choice *c,
			 const char **name, struct err *e)
{
	const char *const argv[] = { "git", str_format(a, "--git-dir=%s", s->path), "pack-objects", "-q",
				     "--threads=1", "--delta-base-offset",
				     str_format(a, "%sobjects/pack/pack", s->path), NULL };
	static const char *const env[] = { "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", NULL };
	const struct process p = { .argv = argv, .env = env, .input = { buf_str(c->list), c->list->len },
				   .timeout_ms = GIT_MS, .cancelled = c->quit };
	struct process_result r;

	if (!process_run(a, &p, &r, e))
		return false;
	*name = str_text(a, str_trim(r.out));
	if (r.status == 0 && strlen(*name) == GIT_OID_HEXSZ)
		return true;
	return err_set(e, ERR_IO, "git pack-objects: %s", str_clean(a, r.error.at, r.error.len, 300));
}

/*
 * Large packs by git itself where it is there: it takes over the deltas that smaller packs have and seeks
 * only those that they lack. libgit2 seeks all of them again, and among so many objects finds worse
 * ones: a large pack of it is a third larger than those that it is made of.
 */
static bool write_large_pack(struct store *s, const struct store_packing *what, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf list;
	const struct pack_choice c = { .store = s, .list = &list, .quit = what->quit };
	const char *name;
	struct err why;
	int code;

	buf_init(&list, LIST_MAX);
	if (!process_find(a, "git"))
		return write_pack(s, what, e);
	code = choose_all(&c, what);
	if (flag_is_set(what->quit))
		return err_set(e, ERR_CANCELLED, "packing was cancelled");
	if (code != 0)
		return store_failed(e, code, "packing");
	if (list.len == 0)
		return true;
	if (run_git_pack(s, a, &c, &name, &why))
		return end_pack(s, name, e);
	if (flag_is_set(what->quit))
		return err_set(e, ERR_CANCELLED, "packing was cancelled");
	log_line(LOG_WARN, "ledger", "packing without git: %s", why.message);
	return write_pack(s, what, e);
}

bool store_pack(struct store *s, const struct store_packing *what, struct err *e)
{
	AUTO(fd) int fd = -1;

	assert(what->head[0]);
	return store_pack_lock(s, what->is_large, &fd, e) &&
	       (what->is_large ? write_large_pack(s, what, e) : write_pack(s, what, e)) &&
	       store_packed(s, s->saved, e);
}

bool store_packed(struct store *s, size_t count, struct err *e)
{
	if (!store_save(s, e))
		return false;
	s->saved -= count < s->saved ? count : s->saved;
	return store_reopen(s, e);
}

void store_rest(struct store *s)
{
	struct err e;

	if (s->fresh.len == 0 && !store_reopen(s, &e))
		log_line(LOG_WARN, "ledger", "%s", e.message);
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
