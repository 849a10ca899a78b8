/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing into a store. Objects are written without a flush each; store_flush() sends
 * all of them to the disk and then flushes once, through the ref that makes them
 * matter (what git calls batch mode).
 */
#define _GNU_SOURCE
#include "git/store.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>
#include <git2/sys/commit.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "git/signing.h"
#include "git/store_inner.h"

static void auto_commit(git_commit **c)
{
	git_commit_free(*c);
}

static void auto_tree(git_tree **t)
{
	git_tree_free(*t);
}

static void auto_signature(git_signature **s)
{
	git_signature_free(*s);
}

static void auto_gitbuf(git_buf *b)
{
	git_buf_dispose(b);
}


static void note_written(struct store *s, const git_oid *id)
{
	buf_add(&s->fresh, id->id, sizeof(id->id));
	s->loose++;
}

/* Starts writing one object's file to the disk and waits for it; absent: it is packed. */
static void send_object(const struct store *s, const unsigned char *raw)
{
	AUTO(arena) struct arena *a = arena_new();
	git_oid id;
	char hex[STORE_ID];

	memcpy(id.id, raw, sizeof(id.id));
	git_oid_tostr(hex, sizeof(hex), &id);
	const char *path = str_format(a, "%sobjects/%.2s/%s", s->path, hex, hex + 2);
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE |
				      SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

bool store_flush(struct store *s, const char *ref, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%s%s", s->path, ref);

	for (size_t i = 0; i + sizeof(((git_oid *)0)->id) <= s->fresh.len; i += sizeof(((git_oid *)0)->id))
		send_object(s, (const unsigned char *)s->fresh.at + i);
	buf_clear(&s->fresh);
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fsync(fd) != 0)
		return err_errno(e, "flushing %s", path);
	AUTO(fd) int folder = open(path_folder(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0 && fsync(folder) != 0)
		return err_errno(e, "flushing the folder of %s", path);
	return true;
}

static bool write_blob(struct store *s, struct str content, git_oid *id, struct err *e)
{
	int code = git_blob_create_from_buffer(id, s->repo, content.at ? content.at : "", content.len);

	if (code != 0)
		return store_failed(e, code, "writing a file");
	note_written(s, id);
	return true;
}

/* The trees between the root and a changed file are new objects as well. */
static void note_trees(struct store *s, const git_oid *root, const char *path)
{
	AUTO(tree) git_tree *tree = NULL;
	git_oid id = *root;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(path, '/')) {
		git_tree_free(tree);
		tree = NULL;
		if (git_tree_lookup(&tree, s->repo, &id) != 0)
			return;
		char name[256];
		size_t len = (size_t)(slash - path) < sizeof(name) - 1 ? (size_t)(slash - path)
								      : sizeof(name) - 1;
		memcpy(name, path, len);
		name[len] = '\0';
		const git_tree_entry *entry = git_tree_entry_byname(tree, name);
		if (!entry)
			return;
		id = *git_tree_entry_id(entry);
		note_written(s, &id);
		path = slash + 1;
	}
}

static bool write_tree(struct store *s, const struct store_new *n, git_tree *base, git_oid *tree,
		       struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	git_tree_update *updates = arena_array(a, n->nchanges + 1, sizeof(*updates));

	for (size_t i = 0; i < n->nchanges; i++) {
		updates[i].action = n->changes[i].gone ? GIT_TREE_UPDATE_REMOVE
						       : GIT_TREE_UPDATE_UPSERT;
		updates[i].filemode = GIT_FILEMODE_BLOB;
		updates[i].path = n->changes[i].path;
		if (!n->changes[i].gone && !write_blob(s, n->changes[i].content, &updates[i].id, e))
			return false;
	}
	int code = git_tree_create_updated(tree, s->repo, base, n->nchanges, updates);
	if (code != 0)
		return store_failed(e, code, "writing the tree");
	note_written(s, tree);
	for (size_t i = 0; i < n->nchanges; i++)
		note_trees(s, tree, n->changes[i].path);
	return true;
}

/* "Ada <ada@example.org>"; anything else becomes the name. */
static bool signature(const char *who, int64_t at, git_signature **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *open = who ? strrchr(who, '<') : NULL;
	const char *close = open ? strchr(open, '>') : NULL;
	const char *name = "gantry", *mail = "gantry@localhost";

	if (close && close > open + 1) {
		name = str_text(a, str_trim((struct str){ who, (size_t)(open - who) }));
		mail = str_copy_n(a, open + 1, (size_t)(close - open - 1));
	} else if (who && who[0]) {
		name = who;
	}
	int code = git_signature_new(out, name[0] ? name : mail, mail, at, 0);
	return code == 0 || store_failed(e, code, "the author \"%s\"", who ? who : name);
}

static bool write_commit(struct store *s, const struct store_new *n, git_tree *tree,
			 git_commit *parent, git_oid *id, struct err *e)
{
	AUTO(signature) git_signature *author = NULL;
	AUTO(signature) git_signature *self = NULL;
	AUTO(gitbuf) git_buf text = { 0 };
	const git_commit *parents[] = { parent };
	AUTO(arena) struct arena *a = arena_new();
	const char *signed_by = NULL;
	int code;

	if (!signature(n->author, n->at, &author, e) || !signature(NULL, n->at, &self, e))
		return false;
	code = git_commit_create_buffer(&text, s->repo, author, self, NULL, n->message, tree,
					parent ? 1 : 0, parents);
	if (code != 0)
		return store_failed(e, code, "writing the commit");
	if (n->signing_key && !signing_sign(a, n->signing_key, text.ptr, &signed_by, e))
		return err_wrap(e, "signing the commit");
	code = git_commit_create_with_signature(id, s->repo, text.ptr, signed_by, NULL);
	if (code != 0)
		return store_failed(e, code, "writing the commit");
	note_written(s, id);
	return true;
}

bool store_commit_new(struct store *s, const struct store_new *n, char id[STORE_ID],
		      struct err *e)
{
	AUTO(commit) git_commit *parent = NULL;
	AUTO(tree) git_tree *base = NULL;
	AUTO(tree) git_tree *tree = NULL;
	git_oid oid;
	int code = 0;

	if (n->parent[0] && !store_oid(n->parent, &oid, e))
		return false;
	if (n->parent[0])
		code = git_commit_lookup(&parent, s->repo, &oid);
	if (code == 0 && parent)
		code = git_commit_tree(&base, parent);
	if (code != 0)
		return store_failed(e, code, "reading commit %s", n->parent);
	if (!write_tree(s, n, base, &oid, e))
		return false;
	code = git_tree_lookup(&tree, s->repo, &oid);
	if (code != 0)
		return store_failed(e, code, "reading the tree just written");
	if (!write_commit(s, n, tree, parent, &oid, e))
		return false;
	git_oid_tostr(id, STORE_ID, &oid);
	return true;
}

bool store_note_new(struct store *s, const char *text, int64_t at, char id[STORE_ID],
		    struct err *e)
{
	struct store_new n = { .parent = "", .message = text, .at = at };

	return store_commit_new(s, &n, id, e);
}

void store_note_drop(struct store *s, const char *id)
{
	AUTO(arena) struct arena *a = arena_new();

	if (strlen(id) == STORE_ID - 1)
		unlink(str_format(a, "%sobjects/%.2s/%s", s->path, id, id + 2));
}
