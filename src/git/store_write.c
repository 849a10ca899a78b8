/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing into a store. All that was written since the last time goes to the disk as one
 * small pack, so that an event costs few files and few flushes.
 */
#include "git/store.h"

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

static void auto_packer(git_packbuilder **p)
{
	git_packbuilder_free(*p);
}

static void auto_odb(git_odb **o)
{
	git_odb_free(*o);
}

static void auto_gitbuf(git_buf *b)
{
	git_buf_dispose(b);
}


static void note_written(struct store *s, const git_oid *id)
{
	buf_add(&s->fresh, id->id, sizeof(id->id));
}

bool store_save(struct store *s, struct err *e)
{
	AUTO(packer) git_packbuilder *p = NULL;
	int code;

	if (s->fresh.len == 0)
		return true;
	code = git_packbuilder_new(&p, s->repo);
	for (size_t i = 0; code == 0 && i + GIT_OID_RAWSZ <= s->fresh.len; i += GIT_OID_RAWSZ) {
		git_oid id;
		memcpy(id.id, s->fresh.at + i, GIT_OID_RAWSZ);
		code = git_packbuilder_insert(p, &id, NULL);
	}
	if (code == 0)
		code = git_packbuilder_write(p, NULL, 0, NULL, NULL);
	if (code != 0)
		return store_failed(e, code, "writing a pack");
	if (!store_flush_pack(s, git_packbuilder_name(p), e))
		return false;
	buf_clear(&s->fresh);
	s->saved++;
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

/* Notes are loose objects, beside the memory: they come and go one by one. */
static int write_note(struct store *s, const git_oid *tree, const char *text, int64_t at,
		      git_oid *id)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(odb) git_odb *loose = NULL;
	char hex[STORE_ID];
	git_oid empty;
	int code = git_odb_open(&loose, str_format(a, "%sobjects", s->path));

	git_oid_tostr(hex, sizeof(hex), tree);
	const char *commit = str_format(a, "tree %s\nauthor gantry <gantry@localhost> %lld +0000\n"
					"committer gantry <gantry@localhost> %lld +0000\n\n%s",
					hex, (long long)at, (long long)at, text);
	if (code == 0)
		code = git_odb_write(&empty, loose, "", 0, GIT_OBJECT_TREE);
	if (code == 0)
		code = git_odb_write(id, loose, commit, strlen(commit), GIT_OBJECT_COMMIT);
	return code;
}

bool store_note_new(struct store *s, const char *text, int64_t at, char id[STORE_ID],
		    struct err *e)
{
	git_oid tree, oid;
	int code = git_odb_hash(&tree, "", 0, GIT_OBJECT_TREE);

	if (code == 0)
		code = write_note(s, &tree, text, at, &oid);
	if (code != 0)
		return store_failed(e, code, "writing a note");
	git_oid_tostr(id, STORE_ID, &oid);
	return true;
}

void store_note_drop(struct store *s, const char *id)
{
	AUTO(arena) struct arena *a = arena_new();

	if (strlen(id) == STORE_ID - 1)
		unlink(str_format(a, "%sobjects/%.2s/%s", s->path, id, id + 2));
}
