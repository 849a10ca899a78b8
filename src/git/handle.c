/* SPDX-License-Identifier: Apache-2.0 */
/* What every file of this folder needs of libgit2; its errors are kept per thread. */
#include "git/handle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "git/types.h"

struct repo *repo_wrap(git_repository *git)
{
	struct repo *r = xmalloc(sizeof(*r));

	r->git = git;
	return r;
}

static enum err_code code_of(int code, int class)
{
	switch (code) {
	case GIT_ENOTFOUND:
	case GIT_EUNBORNBRANCH:
		return ERR_NOT_FOUND;
	case GIT_EEXISTS:
	case GIT_EMODIFIED:
	case GIT_ELOCKED:
	case GIT_ENONFASTFORWARD:
		return ERR_CONFLICT;
	case GIT_EAUTH:
	case GIT_ECERTIFICATE:
		return ERR_AUTH;
	case GIT_EINVALIDSPEC:
	case GIT_EAMBIGUOUS:
		return ERR_CONFIG;
	case GIT_EUSER:
		return ERR_CANCELLED;
	default:
		return class == GIT_ERROR_NET || class == GIT_ERROR_SSL ||
				       class == GIT_ERROR_HTTP || class == GIT_ERROR_SSH
			       ? ERR_NET
			       : ERR_IO;
	}
}

bool handle_failed(struct err *e, int code, const char *doing, ...)
{
	AUTO(arena) struct arena *a = arena_new();
	const git_error *last = git_error_last();
	const char *why = last && last->message ? last->message : "no reason given";
	char what[512];
	va_list ap;
	enum err_code ours = code_of(code, last ? last->klass : GIT_ERROR_NONE);

	va_start(ap, doing);
	if (vsnprintf(what, sizeof(what), doing, ap) < 0)
		what[0] = '\0';
	va_end(ap);
	why = log_redacted(a, str_clean(a, why, strlen(why), sizeof(e->message)));
	if (ours == ERR_NET)
		return err_again(e, ours, "%s: %s", what, why);
	return err_set(e, ours, "%s: %s", what, why);
}

bool oid_read(const struct oid *from, git_oid *to, struct err *e)
{
	if (strlen(from->hex) != GIT_OID_HEXSZ || git_oid_fromstr(to, from->hex) != 0)
		return err_set(e, ERR_CONFIG, "\"%s\" is not an id of 40 hex digits", from->hex);
	return true;
}

void oid_write(const git_oid *from, struct oid *to)
{
	git_oid_tostr(to->hex, sizeof(to->hex), from);
}

bool tree_open(struct repo *r, const struct oid *of, git_tree **out, struct err *e)
{
	AUTO(git_object) git_object *object = NULL;
	git_oid id;
	int code;

	*out = NULL;
	if (!of || !of->hex[0])
		return true;
	if (!oid_read(of, &id, e))
		return false;
	code = git_object_lookup(&object, r->git, &id, GIT_OBJECT_ANY);
	if (code == 0)
		code = git_object_peel((git_object **)out, object, GIT_OBJECT_TREE);
	return code == 0 || handle_failed(e, code, "reading the tree of %s", of->hex);
}

/* What git itself drops from names: angle brackets, line ends and other controls. */
static const char *handle_plain(struct arena *a, const char *text)
{
	const char *copy = str_copy(a, text ? text : "");
	char *out = arena_alloc(a, strlen(copy) + 1);
	size_t n = 0;

	for (const char *p = copy; *p; p++)
		if ((unsigned char)*p >= ' ' && *p != '<' && *p != '>')
			out[n++] = *p;
	return str_text(a, str_trim((struct str){ out, n }));
}

bool person_signature(const struct repo_person *p, git_signature **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = handle_plain(a, p->name), *email = handle_plain(a, p->email);
	int code = git_signature_new(out, *name ? name : "unknown", *email ? email : "unknown",
				     p->time / 1000, p->offset);

	return code == 0 || handle_failed(e, code, "the author \"%s\"", name);
}

void auto_git_commit(git_commit **c)
{
	git_commit_free(*c);
}

void auto_git_diff(git_diff **d)
{
	git_diff_free(*d);
}

void auto_git_index(git_index **i)
{
	git_index_free(*i);
}

void auto_git_object(git_object **o)
{
	git_object_free(*o);
}

void auto_git_odb(git_odb **o)
{
	git_odb_free(*o);
}

void auto_git_packbuilder(git_packbuilder **p)
{
	git_packbuilder_free(*p);
}

void auto_git_reference(git_reference **r)
{
	git_reference_free(*r);
}

void auto_git_remote(git_remote **r)
{
	git_remote_free(*r);
}

void auto_git_repository(git_repository **r)
{
	git_repository_free(*r);
}

void auto_git_signature(git_signature **s)
{
	git_signature_free(*s);
}

void auto_git_tree(git_tree **t)
{
	git_tree_free(*t);
}
