/* SPDX-License-Identifier: Apache-2.0 */
/* What is signed is the object's text as it would be without the signature, byte by byte. */
#include "git/signed_commit.h"

#include <assert.h>
#include <string.h>

#include <git2.h>
#include <git2/sys/commit.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/handle.h"
#include "git/repo.h"
#include "git/signing.h"

/* The object's text, in the arena; NULL: *e says why not. */
static const char *read_object(struct repo *r, struct arena *a, const struct oid *id,
			       git_object_t type, struct err *e)
{
	AUTO(git_odb) git_odb *odb = NULL;
	git_odb_object *object;
	const char *text = NULL;
	git_oid at;
	int code;

	if (!oid_read(id, &at, e))
		return NULL;
	code = git_repository_odb(&odb, r->git);
	if (code == 0)
		code = git_odb_read(&object, odb, &at);
	if (code != 0) {
		handle_failed(e, code, "reading %s", id->hex);
		return NULL;
	}
	if (git_odb_object_type(object) == type)
		text = str_copy_n(a, git_odb_object_data(object), git_odb_object_size(object));
	else
		err_set(e, ERR_CONFIG, "%s is not an object of that kind", id->hex);
	git_odb_object_free(object);
	return text;
}

bool commit_sign(struct repo *r, const struct signing_key *key, struct oid *id, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text, *signature;
	git_oid made;
	int code;

	assert(key && id && id->hex[0]);
	text = read_object(r, a, id, GIT_OBJECT_COMMIT, e);
	if (!text || !signing_sign(a, key, text, &signature, e))
		return err_wrap(e, "signing the commit");
	code = git_commit_create_with_signature(&made, r->git, text, signature, NULL);
	if (code != 0)
		return handle_failed(e, code, "writing the signed commit");
	oid_write(&made, id);
	return true;
}

bool tag_sign(struct repo *r, const struct signing_key *key, struct oid *id, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(git_odb) git_odb *odb = NULL;
	const char *text, *signature;
	git_oid made;
	int code;

	assert(key && id && id->hex[0]);
	text = read_object(r, a, id, GIT_OBJECT_TAG, e);
	if (!text || !signing_sign(a, key, text, &signature, e))
		return err_wrap(e, "signing the tag");
	text = str_format(a, "%s%s%s\n", text, has_suffix(text, "\n") ? "" : "\n", signature);
	code = git_repository_odb(&odb, r->git);
	if (code == 0)
		code = git_odb_write(&made, odb, text, strlen(text), GIT_OBJECT_TAG);
	if (code != 0)
		return handle_failed(e, code, "writing the signed tag");
	oid_write(&made, id);
	return true;
}

bool commit_trust(struct repo *r, const struct oid *id, const struct signing_key *ours,
		  enum commit_trust *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	git_buf signature = { 0 }, text = { 0 };
	bool is = false, fine = true;
	git_oid at;
	int code;

	if (!oid_read(id, &at, e))
		return false;
	code = git_commit_extract_signature(&signature, &text, r->git, &at, NULL);
	if (code == GIT_ENOTFOUND) {
		*out = COMMIT_UNSIGNED;
		return true;
	}
	if (code != 0)
		return handle_failed(e, code, "reading the signature of %s", id->hex);
	if (ours) {
		const struct signed_text s = { .text = str_copy_n(a, text.ptr, text.size),
					       .signature = str_copy_n(a, signature.ptr, signature.size) };

		fine = signing_is_by(a, ours, &s, &is, e);
	}
	*out = is ? COMMIT_OURS : COMMIT_FOREIGN;
	git_buf_dispose(&signature);
	git_buf_dispose(&text);
	return fine;
}
