/* SPDX-License-Identifier: Apache-2.0 */
/* A store opened, its refs and what is in it. Writing is in store_write.c. */
#include "git/store.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/git.h"
#include "git/handle.h"
#include "git/store_inner.h"

enum { BLOB_MAX = 16 << 20, FRESH_MAX = 64 << 20, TRIES = 100, BETWEEN_MS = 20 };

static void auto_object(git_odb_object **o)
{
	git_odb_object_free(*o);
}

bool store_failed(struct err *e, int code, const char *format, ...)
{
	const git_error *last = git_error_last();
	char doing[256];
	va_list args;

	va_start(args, format);
	vsnprintf(doing, sizeof(doing), format, args);
	va_end(args);
	err_set(e, code == GIT_ENOTFOUND ? ERR_NOT_FOUND : ERR_IO, "%s",
		last && last->message ? last->message : "unknown error");
	return err_wrap(e, "%s", doing);
}

bool store_oid(const char *hex, git_oid *out, struct err *e)
{
	if (strlen(hex) != 40 || git_oid_fromstr(out, hex) != 0)
		return err_set(e, ERR_CONFIG, "\"%.60s\" is not a commit id", hex);
	return true;
}

/* A ledger is private: only its owner can enter the folder. */
static int make_bare(git_repository **repo, const char *path)
{
	git_repository_init_options o;

	git_repository_init_options_init(&o, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_MKPATH;
	return git_repository_init_ext(repo, path, &o);
}

/*
 * The settings of the machine and of the person are for people's repositories; libgit2 would keep them anew
 * for each ledger, of which a fleet may have a thousand.
 */
static void store_use_own_settings(struct store *s)
{
	AUTO(arena) struct arena *a = arena_new();
	git_config *own = NULL;

	if (git_config_open_ondisk(&own, path_join(a, s->path, "config")) == 0)
		git_repository_set_config(s->repo, own);
	git_config_free(own);
}

/* New objects go to memory first. */
static bool store_remember(struct store *s, struct err *e)
{
	AUTO(git_odb) git_odb *odb = NULL;
	int code;

	store_use_own_settings(s);
	code = git_repository_odb(&odb, s->repo);
	if (code == 0)
		code = git_mempack_new(&s->memory);
	if (code == 0)
		code = git_odb_add_backend(odb, s->memory, 1000);
	return code == 0 || store_failed(e, code, "opening the repository %s", s->path);
}

/* Another process may be making it this very moment: it is ready soon. */
static int open_or_make(git_repository **repo, const char *path, bool make)
{
	int code = git_repository_open_bare(repo, path);

	for (int i = 0; i < TRIES && make && (code == GIT_ENOTFOUND || code == GIT_ELOCKED); i++) {
		if (i)
			clock_sleep(BETWEEN_MS);
		code = make_bare(repo, path);
	}
	return code;
}

bool store_open(const char *path, bool make, struct store **out, struct err *e)
{
	git_repository *repo = NULL;
	int code;

	assert(path);
	if (!git_start(e))
		return false;
	if (file_exists(path))
		return err_set(e, ERR_USAGE, "%s is a file, and this has to be the folder of a bare git "
			       "repository: name another", path);
	if (make && !folder_make(path, 0700, e))
		return err_wrap(e, "making the folder of a repository");
	code = open_or_make(&repo, path, make);
	if (code != 0)
		return store_failed(e, code, "opening the repository %s", path);
	struct store *s = xmalloc(sizeof(*s));
	*s = (struct store){ .repo = repo, .path = xstrdup(git_repository_path(repo)) };
	buf_init(&s->fresh, FRESH_MAX);
	if (!store_remember(s, e)) {
		store_close(s);
		return false;
	}
	*out = s;
	return true;
}

bool store_reopen(struct store *s, struct err *e)
{
	git_repository *repo = NULL;
	int code = git_repository_open_bare(&repo, s->path);

	if (code != 0)
		return store_failed(e, code, "opening the repository %s", s->path);
	git_repository_free(s->repo);
	s->repo = repo;
	return store_remember(s, e);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	git_repository_free(s->repo);
	buf_release(&s->fresh);
	free(s->path);
	free(s);
}

bool store_ref(struct store *s, const char *ref, char id[STORE_ID], struct err *e)
{
	git_oid oid;
	int code = git_reference_name_to_id(&oid, s->repo, ref);

	if (code != 0 && code != GIT_ENOTFOUND)
		return store_failed(e, code, "reading %s", ref);
	id[0] = '\0';
	if (code == 0)
		git_oid_tostr(id, STORE_ID, &oid);
	return true;
}

/* No identity, so no reflog: the ledger is its own. */
static int store_point(struct store *s, const char *ref, const git_oid *to, const char *old)
{
	git_reference *r = NULL;
	git_oid from = { { 0 } };
	int code;

	if (old[0])
		git_oid_fromstr(&from, old);
	code = old[0] ? git_reference_create_matching(&r, s->repo, ref, to, 1, &from, NULL)
		      : git_reference_create(&r, s->repo, ref, to, 0, NULL);
	git_reference_free(r);
	return code;
}

static int store_unpoint(struct store *s, const char *ref, const char *old)
{
	git_reference *r = NULL;
	git_oid oid;
	int code = git_reference_lookup(&r, s->repo, ref);

	if (code == 0 && (git_oid_fromstr(&oid, old) != 0 || !git_reference_target(r) ||
			  !git_oid_equal(&oid, git_reference_target(r))))
		code = GIT_EMODIFIED;
	if (code == 0)
		code = git_reference_delete(r);
	git_reference_free(r);
	return code == GIT_ENOTFOUND ? GIT_EMODIFIED : code;
}

static bool flush_ref(const struct store *s, const char *ref, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *path = str_format(a, "%s%s", s->path, ref);
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(fd) int folder = open(path_folder(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if ((fd >= 0 && fsync(fd) != 0) || (folder >= 0 && fsync(folder) != 0))
		return err_errno(e, "flushing %s", path);
	return true;
}

bool store_ref_set(struct store *s, const char *ref, const char *id, const char *old,
		   struct err *e)
{
	git_oid to;
	int code;

	assert(ref && id && old);
	if (id[0] && !store_oid(id, &to, e))
		return false;
	code = id[0] ? store_point(s, ref, &to, old) : store_unpoint(s, ref, old);
	if (code == GIT_EMODIFIED || code == GIT_EEXISTS || code == GIT_ELOCKED ||
	    (code == GIT_ENOTFOUND && old[0]))
		return err_again(e, ERR_CONFLICT, "%s was moved by somebody else", ref);
	if (code != 0)
		return store_failed(e, code, "moving %s", ref);
	return !has_prefix(ref, "refs/heads/") || flush_ref(s, ref, e);
}

/* What another process packed again may lie in a file that is gone: then once more. */
static bool look_again(struct store *s)
{
	struct err e;

	return s->fresh.len == 0 && store_reopen(s, &e);
}

static int store_find_commit(struct store *s, const git_oid *id, git_commit **out)
{
	int code = git_commit_lookup(out, s->repo, id);

	return code != 0 && look_again(s) ? git_commit_lookup(out, s->repo, id) : code;
}

bool store_commit_read(struct store *s, struct arena *a, const char *id, struct store_commit *out,
		       struct err *e)
{
	AUTO(git_commit) git_commit *c = NULL;
	git_oid oid;
	int code;

	if (!store_oid(id, &oid, e))
		return false;
	code = store_find_commit(s, &oid, &c);
	if (code != 0)
		return store_failed(e, code, "reading commit %s", id);
	git_oid_tostr(out->tree, STORE_ID, git_commit_tree_id(c));
	out->parent[0] = '\0';
	if (git_commit_parentcount(c) > 0)
		git_oid_tostr(out->parent, STORE_ID, git_commit_parent_id(c, 0));
	out->message = str_of(str_copy(a, git_commit_message_raw(c)));
	out->at = git_commit_time(c);
	return true;
}

static int store_find_object(struct store *s, const git_oid *id, git_odb_object **out)
{
	AUTO(git_odb) git_odb *odb = NULL;
	int code = git_repository_odb(&odb, s->repo);

	return code == 0 ? git_odb_read(out, odb, id) : code;
}

bool store_blob(struct store *s, struct arena *a, const char *id, struct str *out, struct err *e)
{
	AUTO(object) git_odb_object *o = NULL;
	git_oid oid;
	int code;

	if (!store_oid(id, &oid, e))
		return false;
	code = store_find_object(s, &oid, &o);
	if (code != 0 && look_again(s))
		code = store_find_object(s, &oid, &o);
	if (code != 0)
		return store_failed(e, code, "reading object %s", id);
	if (git_odb_object_size(o) > BLOB_MAX)
		return err_set(e, ERR_LIMIT, "object %s is larger than 16 MB", id);
	out->len = git_odb_object_size(o);
	out->at = str_copy_n(a, git_odb_object_data(o), out->len);
	return true;
}

/* A header's lines but the first begin with a space, which is not part of it. */
static const char *store_unfold(struct arena *a, const char *at, const char *end)
{
	size_t len = (size_t)(end - at);
	char *out = memcpy(arena_alloc(a, len + 1), at, len), *to = out;

	for (const char *from = out; *from; from++) {
		*to++ = *from;
		from += from[0] == '\n' && from[1] == ' ';
	}
	*to = '\0';
	return out;
}

/* Taken apart here: libgit2's own way reads past the end of what this handle just wrote. */
bool store_signature(struct store *s, struct arena *a, const char *id, struct store_signed *out,
		     struct err *e)
{
	static const char begins[] = "\ngpgsig ";
	struct str raw;

	if (!store_blob(s, a, id, &raw, e))
		return false;
	const char *end = strstr(raw.at, "\n\n"), *begin = strstr(raw.at, begins);
	*out = (struct store_signed){ 0 };
	if (!end || !begin || begin >= end)
		return true;
	const char *stop = strchr(begin + 1, '\n');
	while (stop && stop[1] == ' ')
		stop = strchr(stop + 1, '\n');
	if (!stop || stop > end)
		return true;
	out->signature = store_unfold(a, begin + strlen(begins), stop);
	out->text = str_format(a, "%.*s%s", (int)(begin - raw.at), raw.at, stop);
	return true;
}

static bool tree_of(struct store *s, const char *commit, git_tree **out, struct err *e)
{
	AUTO(git_commit) git_commit *c = NULL;
	git_oid oid;
	int code;

	if (!store_oid(commit, &oid, e))
		return false;
	code = store_find_commit(s, &oid, &c);
	if (code == 0)
		code = git_commit_tree(out, c);
	return code == 0 || store_failed(e, code, "reading the tree of %s", commit);
}

struct listing {
	struct arena *arena;
	struct list *files;
};

static void store_add_file(struct listing *l, const char *path, const git_oid *id)
{
	struct store_file *f = arena_alloc(l->arena, sizeof(*f));

	f->path = path;
	if (id)
		git_oid_tostr(f->id, STORE_ID, id);
	list_add(l->arena, l->files, f);
}

static int see_entry(const char *root, const git_tree_entry *entry, void *payload)
{
	struct listing *l = payload;

	if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB)
		store_add_file(l, str_format(l->arena, "%s%s", root, git_tree_entry_name(entry)),
			       git_tree_entry_id(entry));
	return 0;
}

bool store_files(struct store *s, struct arena *a, const char *commit, struct list *files,
		 struct err *e)
{
	struct listing l = { a, files };
	AUTO(git_tree) git_tree *tree = NULL;
	int code;

	if (!tree_of(s, commit, &tree, e))
		return false;
	code = git_tree_walk(tree, GIT_TREEWALK_PRE, see_entry, &l);
	return code == 0 || store_failed(e, code, "reading the files of %s", commit);
}

static void auto_entry(git_tree_entry **t)
{
	git_tree_entry_free(*t);
}

bool store_file(struct store *s, const char *commit, const char *path, char id[STORE_ID],
		struct err *e)
{
	AUTO(git_tree) git_tree *tree = NULL;
	AUTO(entry) git_tree_entry *entry = NULL;
	int code;

	assert(commit && path);
	if (!tree_of(s, commit, &tree, e))
		return false;
	code = git_tree_entry_bypath(&entry, tree, path);
	if (code != 0 && code != GIT_ENOTFOUND)
		return store_failed(e, code, "looking for %s in %s", path, commit);
	id[0] = '\0';
	if (code == 0)
		git_oid_tostr(id, STORE_ID, git_tree_entry_id(entry));
	return true;
}

static int see_delta(const git_diff_delta *d, float progress, void *payload)
{
	struct listing *l = payload;
	bool gone = d->status == GIT_DELTA_DELETED;

	(void)progress;
	store_add_file(l, str_copy(l->arena, gone ? d->old_file.path : d->new_file.path),
		       gone ? NULL : &d->new_file.id);
	return 0;
}

bool store_diff(struct store *s, struct arena *a, const struct store_step *step, struct list *files,
		struct err *e)
{
	struct listing l = { a, files };
	AUTO(git_tree) git_tree *from = NULL;
	AUTO(git_tree) git_tree *to = NULL;
	AUTO(git_diff) git_diff *diff = NULL;
	int code;

	assert(step->old && step->new);
	if ((step->old[0] && !tree_of(s, step->old, &from, e)) || !tree_of(s, step->new, &to, e))
		return false;
	code = git_diff_tree_to_tree(&diff, s->repo, from, to, NULL);
	if (code == 0)
		code = git_diff_foreach(diff, see_delta, NULL, NULL, NULL, &l);
	return code == 0 || store_failed(e, code, "comparing %s with %s", step->old, step->new);
}

bool store_is_ancestor(struct store *s, const char *old, const char *new)
{
	git_oid from, to;

	if (!old[0] || strcmp(old, new) == 0)
		return true;
	return git_oid_fromstr(&from, old) == 0 && git_oid_fromstr(&to, new) == 0 &&
	       git_graph_descendant_of(s->repo, &to, &from) == 1;
}

bool store_base(struct store *s, const char *one, const char *two, char base[STORE_ID],
		struct err *e)
{
	git_oid a, b, out;
	int code;

	if (!store_oid(one, &a, e) || !store_oid(two, &b, e))
		return false;
	code = git_merge_base(&out, s->repo, &a, &b);
	if (code != 0 && code != GIT_ENOTFOUND)
		return store_failed(e, code, "comparing %s with %s", one, two);
	base[0] = '\0';
	if (code == 0)
		git_oid_tostr(base, STORE_ID, &out);
	return true;
}
