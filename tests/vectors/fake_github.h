/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GitHub over a bare repository, as far as github-push asks it: refs, comparing, commits. It
 * refuses what a line says that it refuses.
 */
#ifndef GANTRY_TESTS_VECTORS_FAKE_GITHUB_H
#define GANTRY_TESTS_VECTORS_FAKE_GITHUB_H

#include "base/base.h"

struct arena;
struct http_request;
struct http_reply;
struct value;

struct fake_github {
	struct arena *a;
	const char *path;               /* of the bare repository */
	const struct value *fail;       /* {operation: [{status, message}]}, each once, in turn */
	size_t failed[8];               /* how many of each operation's were used */
};

/* Answers the request; the body is parsed already, or NULL. */
void fake_github_answer(struct fake_github *g, const struct http_request *rq,
			const struct value *body, struct http_reply *reply);

/* What the branches hold, as a line's "server": {ref: ["author | committer | title", newest first]}. */
const struct value *fake_github_holds(struct fake_github *g);

#endif
