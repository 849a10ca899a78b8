/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forge's client for the command line, so that a test can ask a real one what it says:
 * forge_calls URL TOKEN review|comment|close NUMBER, or delete BRANCH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "forge/forge.h"
#include "net/http.h"

static bool call_review(struct forge *f, struct arena *a, int64_t number, struct err *e)
{
	struct forge_pull pull;
	struct forge_review r;

	if (!forge_get(f, a, number, &pull, e) || !forge_review(f, a, &pull, &r, e))
		return false;
	printf("approvals %d of %d, refusals %d, checks %d passed %d failed %d pending\n", r.approvals,
	       r.approvals_wanted, r.refusals, r.checks_passed, r.checks_failed, r.checks_pending);
	return true;
}

static bool call(struct forge *f, struct arena *a, const char *what, const char *of, struct err *e)
{
	int64_t number = strtoll(of, NULL, 10);

	if (strcmp(what, "review") == 0)
		return call_review(f, a, number, e);
	if (strcmp(what, "comment") == 0)
		return forge_comment(f, a, number, "superseded by <b>another</b>", e);
	if (strcmp(what, "close") == 0)
		return forge_close(f, a, number, e);
	return forge_delete_branch(f, a, of, e);
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct forge_options o = { .provider = "gitea", .http = http_new() };
	struct forge *f;
	struct err e;
	bool fine;

	if (argc != 5)
		return 2;
	o.url = argv[1];
	o.token = argv[2];
	fine = forge_open(a, &o, &f, &e) && call(f, a, argv[3], argv[4], &e);
	if (!fine)
		printf("%s\n", e.message);
	http_free(o.http);
	return fine ? 0 : 1;
}
