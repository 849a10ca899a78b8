/* SPDX-License-Identifier: Apache-2.0 */
/* Commits and notes of a store. */
#include "git/store.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/signing.h"
#include "git/store_inner.h"

enum { COMMIT_MAX = 16 << 20 };

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

static void add_person(struct buf *b, const char *role, const git_signature *who)
{
	buf_format(b, "%s %s <%s> %lld +0000\n", role, who->name, who->email,
		   (long long)who->when.time);
}

/* The signature becomes a header, whose further lines are indented. */
static void add_signature(struct buf *b, const char *text)
{
	buf_text(b, "gpgsig ");
	for (; *text; text++) {
		buf_char(b, *text);
		if (*text == '\n')
			buf_char(b, ' ');
	}
	buf_char(b, '\n');
}

static bool write_commit(struct store *s, const struct store_new *n, const git_oid *tree,
			 git_oid *id, struct err *e)
{
	AUTO(git_signature) git_signature *author = NULL;
	AUTO(git_signature) git_signature *self = NULL;
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf head;
	AUTO(buf) struct buf all;
	char hex[STORE_ID];
	const char *signed_by;

	buf_init(&head, COMMIT_MAX);
	buf_init(&all, 2 * COMMIT_MAX);
	if (!signature(n->author, n->at, &author, e) || !signature(NULL, n->at, &self, e))
		return false;
	git_oid_tostr(hex, sizeof(hex), tree);
	buf_format(&head, "tree %s\n", hex);
	if (n->parent[0])
		buf_format(&head, "parent %s\n", n->parent);
	add_person(&head, "author", author);
	add_person(&head, "committer", self);
	buf_add(&all, buf_str(&head), head.len);
	if (n->signing_key) {
		const char *text = str_format(a, "%s\n%s", buf_str(&head), n->message);
		const struct signing_key key = { .name = n->signing_key };

		if (!signing_sign(a, &key, text, &signed_by, e))
			return err_wrap(e, "signing the commit");
		add_signature(&all, signed_by);
	}
	buf_format(&all, "\n%s", n->message);
	if (!buf_ok(&all))
		return err_set(e, ERR_LIMIT, "the event is larger than 16 MB");
	return store_put(s, GIT_OBJECT_COMMIT, (struct str){ buf_str(&all), all.len }, id, e);
}

bool store_commit_new(struct store *s, const struct store_new *n, char id[STORE_ID],
		      char tree[STORE_ID], struct err *e)
{
	AUTO(git_commit) git_commit *parent = NULL;
	git_oid oid, top;
	int code = 0;

	assert(n->parent && n->message);
	if (n->parent[0] && !store_oid(n->parent, &oid, e))
		return false;
	if (n->parent[0])
		code = git_commit_lookup(&parent, s->repo, &oid);
	if (code != 0)
		return store_failed(e, code, "reading commit %s", n->parent);
	if (parent && n->nchanges == 0)
		top = *git_commit_tree_id(parent);
	else if (!store_tree_update(s, parent ? git_commit_tree_id(parent) : NULL, n, &top, e))
		return false;
	if (!write_commit(s, n, &top, &oid, e))
		return false;
	git_oid_tostr(id, STORE_ID, &oid);
	if (tree)
		git_oid_tostr(tree, STORE_ID, &top);
	return true;
}

/* Notes are loose objects, beside the memory: they come and go one by one. */
static int write_note(struct store *s, const git_oid *tree, const char *text, int64_t at,
		      git_oid *id)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_odb) git_odb *loose = NULL;
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

	assert(text);
	if (code == 0)
		code = write_note(s, &tree, text, at, &oid);
	if (code != 0)
		return store_failed(e, code, "writing an object");
	git_oid_tostr(id, STORE_ID, &oid);
	return true;
}

void store_note_drop(struct store *s, const char *id)
{
	AUTO(arena) struct arena *a = arena_new();

	if (strlen(id) == STORE_ID - 1)
		unlink(str_format(a, "%sobjects/%.2s/%s", s->path, id, id + 2));
}
