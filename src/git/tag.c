/* SPDX-License-Identifier: Apache-2.0 */
/* Of nested tags the outermost counts, as for git's creatordate. */
#include "git/tag.h"

#include <string.h>

#include <git2.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/handle.h"

enum { LONGEST_NAME = 1024, LONGEST_MESSAGE = 1 << 20 };

static const char *tag_clean(struct arena *a, const char *text, size_t max)
{
	return str_clean(a, text ? text : "", text ? strlen(text) : 0, max);
}

bool tag_read(struct repo *r, struct arena *a, const struct oid *id, struct tag_object *out,
	      struct err *e)
{
	const git_signature *tagger;
	git_tag *tag;
	git_oid raw;
	int code;

	if (!oid_read(id, &raw, e))
		return false;
	code = git_tag_lookup(&tag, r->git, &raw);
	if (code < 0)
		return handle_failed(e, code, "reading tag %s", id->hex);
	tagger = git_tag_tagger(tag);
	*out = (struct tag_object){ .message =
					    tag_clean(a, git_tag_message(tag), LONGEST_MESSAGE) };
	if (tagger)
		out->tagger = (struct repo_person){
			.name = tag_clean(a, tagger->name, LONGEST_NAME),
			.email = tag_clean(a, tagger->email, LONGEST_NAME),
			.time = (int64_t)tagger->when.time * 1000,
			.offset = tagger->when.offset,
		};
	git_tag_free(tag);
	return true;
}
