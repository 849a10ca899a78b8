/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done with a checkout's files. Files are removed folder by folder through
 * descriptors, so that a link in the place of a folder leads nowhere.
 */
#define _GNU_SOURCE
#include "git/work.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "git/checkout_inner.h"
#include "git/handle.h"
#include "git/mirror_inner.h"
#include "git/signed_commit.h"

static void auto_git_config(git_config **c)
{
	git_config_free(*c);
}

static void auto_git_buf(git_buf *b)
{
	git_buf_dispose(b);
}

static const char *work_setting(git_config *config, struct arena *a, const char *name)
{
	git_buf value = { 0 };
	const char *out = NULL;

	if (git_config_get_string_buf(&value, config, name) == 0)
		out = str_copy(a, value.ptr);
	git_buf_dispose(&value);
	return out;
}

bool work_origin(struct repo *r, struct arena *a, struct work_origin *out, struct err *e)
{
	AUTO(git_config) git_config *config = NULL;
	AUTO(git_reference) git_reference *head = NULL;
	const char *target;
	git_oid id;
	int verify = 1;
	int code = git_repository_config(&config, r->git);

	if (code == 0)
		code = git_reference_lookup(&head, r->git, "HEAD");
	if (code != 0)
		return handle_failed(e, code, "reading the settings of the checkout");
	*out = (struct work_origin){ .url = work_setting(config, a, "remote.origin.url"),
				     .author_name = work_setting(config, a, "user.name"),
				     .author_email = work_setting(config, a, "user.email") };
	if (git_config_get_bool(&verify, config, "http.sslverify") == 0)
		out->insecure = !verify;
	target = git_reference_symbolic_target(head);
	if (target && has_prefix(target, "refs/heads/"))
		out->branch = str_copy(a, target + strlen("refs/heads/"));
	if (git_reference_name_to_id(&id, r->git, "HEAD") == 0)
		oid_write(&id, &out->head);
	return true;
}

/* Files that a sparse checkout leaves out are absent on purpose. */
static int skip_left_out(const char *path, const char *spec, void *payload)
{
	git_index *index = payload;
	const git_index_entry *entry = git_index_get_bypath(index, path, 0);

	(void)spec;
	return entry && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) ? 1 : 0;
}

/* git add --all: libgit2's add_all takes out what is gone, too. */
static bool add_all(struct repo *r, git_index **index, struct err *e)
{
	int code = git_repository_index(index, r->git);

	if (code == 0)
		code = git_index_read(*index, 0);
	if (code == 0)
		code = git_index_add_all(*index, NULL, GIT_INDEX_ADD_DEFAULT, skip_left_out,
					 *index);
	return code == 0 || handle_failed(e, code, "looking for changed files");
}

/* Removes one file beneath top, and the folders that it leaves empty. */
static bool remove_file(int top, const char *path, struct err *e)
{
	const char *slash = strchr(path, '/');
	AUTO(arena) struct arena *a = NULL;
	AUTO(fd) int folder = -1;
	const char *name;

	if (!slash) {
		if (unlinkat(top, path, 0) == 0 || errno == ENOENT)
			return true;
		return err_errno(e, "removing %s", path);
	}
	a = arena_new();
	name = str_copy_n(a, path, (size_t)(slash - path));
	folder = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return errno == ENOENT || err_errno(e, "removing %s", path);
	if (!remove_file(folder, slash + 1, e))
		return false;
	unlinkat(top, name, AT_REMOVEDIR);      /* not empty: it stays */
	return true;
}

bool work_clear(struct repo *r, struct err *e)
{
	AUTO(git_index) git_index *index = NULL;
	AUTO(fd) int top = -1;
	const char *folder = git_repository_workdir(r->git);
	size_t kept = 0;
	int code;

	if (!folder)
		return err_set(e, ERR_CONFIG, "%s has no files of its own", repo_folder(r));
	if (!add_all(r, &index, e))
		return false;
	top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return err_errno(e, "opening %s", folder);
	while (git_index_entrycount(index) > kept) {
		const git_index_entry *entry =
			git_index_get_byindex(index, git_index_entrycount(index) - 1 - kept);

		if (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) {
			kept++;
			continue;
		}
		if (entry->mode != GIT_FILEMODE_COMMIT && !remove_file(top, entry->path, e))
			return false;
		code = git_index_remove(index, entry->path, git_index_entry_stage(entry));
		if (code != 0)
			return handle_failed(e, code, "clearing the index");
	}
	code = git_index_write(index);
	return code == 0 || handle_failed(e, code, "writing the index");
}

static bool clean_message(const char *message, git_buf *out, struct err *e)
{
	int code = git_message_prettify(out, message, 0, '#');

	if (code != 0)
		return handle_failed(e, code, "the commit's message");
	if (!out->size)
		return err_set(e, ERR_CONFIG, "the commit's message is empty");
	return true;
}

/* The branch that HEAD names, or HEAD itself, moves from head to id. */
static bool move_head(struct repo *r, const struct oid *head, const struct oid *id, struct err *e)
{
	AUTO(git_reference) git_reference *ref = NULL;
	const char *branch;
	git_oid to;
	int code = git_reference_lookup(&ref, r->git, "HEAD");

	if (code != 0)
		return handle_failed(e, code, "reading HEAD");
	branch = git_reference_symbolic_target(ref);
	if (branch)
		return repo_set_ref(r, branch, id, head, e);
	if (!oid_read(id, &to, e))
		return false;
	code = git_repository_set_head_detached(r->git, &to);
	return code == 0 || handle_failed(e, code, "moving HEAD");
}

/* Signed when there is a key for it. */
static bool work_write(struct repo *r, const struct repo_commit *c, const struct signing_key *key,
		       struct oid *id, struct err *e)
{
	return repo_commit(r, c, id, e) && (!key || commit_sign(r, key, id, e));
}

bool work_commit(struct repo *r, const struct work_commit *what, struct oid *id, bool *made,
		 struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_index) git_index *index = NULL;
	AUTO(git_buf) git_buf text = { 0 };
	struct repo_commit c = { .author = what->by->who, .committer = what->by->who }, old = { 0 };
	struct oid head = { "" };
	struct err none;
	git_oid tree;
	int code;

	assert(what && made);
	if (!clean_message(what->message, &text, e) || !add_all(r, &index, e))
		return false;
	code = git_index_write_tree(&tree, index);
	if (code == 0)
		code = git_index_write(index);
	if (code != 0)
		return handle_failed(e, code, "writing the tree");
	oid_write(&tree, &c.tree);
	if (repo_ref(r, "HEAD", &head, &none) && !repo_read_commit(r, a, &head, &old, e))
		return false;
	*made = head.hex[0] ? strcmp(old.tree.hex, c.tree.hex) != 0
			    : git_index_entrycount(index) > 0;
	if (!*made) {
		*id = head;
		return true;
	}
	c.message = text.ptr;
	c.parents = &head;
	c.parent_count = head.hex[0] ? 1 : 0;
	return work_write(r, &c, what->by->key, id, e) && move_head(r, &head, id, e);
}

/* The tag object, referred to by nothing; made again after a crash, it is the same. */
static bool write_tag(struct repo *r, const struct work_tag *t, struct oid *out, struct err *e)
{
	AUTO(git_object) git_object *head = NULL;
	AUTO(git_signature) git_signature *by = NULL;
	AUTO(git_buf) git_buf text = { 0 };
	git_oid id;
	int code;

	if (!clean_message(t->message, &text, e) || !person_signature(&t->by->who, &by, e))
		return false;
	code = git_revparse_single(&head, r->git, "HEAD^{commit}");
	if (code == 0)
		code = git_tag_annotation_create(&id, r->git, t->name, head, by, text.ptr);
	if (code != 0)
		return handle_failed(e, code, "tagging %s", t->name);
	oid_write(&id, out);
	return !t->by->key || tag_sign(r, t->by->key, out, e);
}

bool work_tag(struct repo *r, const struct work_tag *t, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *ref = str_format(a, "refs/tags/%s", t->name);
	struct oid made, there, none = { "" };
	int valid = 0, code;

	assert(t->name);
	code = git_tag_name_is_valid(&valid, t->name);
	if (code != 0 || !valid)
		return err_set(e, ERR_CONFIG, "\"%s\" is not the name of a tag", t->name);
	if (!write_tag(r, t, &made, e))
		return false;
	if (repo_ref(r, ref, &there, e) && strcmp(there.hex, made.hex) == 0)
		return true;
	if (repo_set_ref(r, ref, &made, t->force ? NULL : &none, e))
		return true;
	return e->code == ERR_CONFLICT
		       ? err_set(e, ERR_CONFLICT, "the tag %s exists already; set force to move it", t->name)
		       : false;
}

bool work_put(struct repo *r, const struct oid *from, const struct oid *to, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_object) git_object *commit = NULL;
	struct sparse sparse;
	git_oid id;
	int code;

	if (!oid_read(to, &id, e) || !sparse_read(r, a, &sparse, e))
		return false;
	code = git_object_lookup(&commit, r->git, &id, GIT_OBJECT_COMMIT);
	if (code != 0)
		return handle_failed(e, code, "reading the commit %s", to->hex);
	return checkout_files(r, commit, &sparse, false, e) && move_head(r, from, to, e);
}

bool work_move(struct repo *r, const struct oid *to, struct err *e)
{
	struct oid from;

	assert(to);
	return repo_ref(r, "HEAD", &from, e) && work_put(r, &from, to, e);
}
