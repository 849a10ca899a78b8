/* SPDX-License-Identifier: Apache-2.0 */
/* Which Secret is taken for a repository. */
#include "model/credentials.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

static struct value *secret(struct arena *a, struct value *map, const char *name,
			    const char *type, const char *data)
{
	struct value *v = NULL;
	struct err e;
	char *text = str_format(a, "{\"metadata\":{\"labels\":{\"kargo.akuity.io/cred-type\":\"%s\"}},"
				"\"stringData\":{%s}}", type, data);

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	map = map ? map : value_map(a);
	value_set(a, map, name, v);
	return map;
}

TEST(the_first_by_name_that_fits_is_taken)
{
	AUTO(arena) struct arena *a = arena_new();
	struct credentials got;
	struct value *own = secret(a, NULL, "b", "git", "\"repoURL\":\"https://example.com/a\","
				   "\"username\":\"exact\",\"password\":\"p\"");

	ok(credentials_find(a, own, NULL,
			    &(struct credentials_query){ "git", "https://u@EXAMPLE.com/a.git", NULL },
			    &got),
	   "URLs are compared in their normal form");
	is_text(got.username, "exact", "the one that fits");
	secret(a, own, "a", "git", "\"repoURL\":\"example\",\"repoURLIsRegex\":\"true\","
	       "\"username\":\"regex\",\"password\":\"p\"");
	ok(credentials_find(a, own, NULL,
			    &(struct credentials_query){ "git", "https://example.com/a", NULL }, &got),
	   "both fit");
	is_text(got.username, "regex", "the name decides, not how well it fits");
}

TEST(nothing_is_sent_where_it_does_not_belong)
{
	AUTO(arena) struct arena *a = arena_new();
	struct credentials got;
	struct value *own = secret(a, NULL, "b", "git", "\"repoURL\":\"http://example.com/a\","
				   "\"username\":\"u\",\"password\":\"p\"");

	ok(!credentials_find(a, own, NULL,
			     &(struct credentials_query){ "git", "http://example.com/a", NULL }, &got),
	   "not over http");
	secret(a, own, "c", "git", "\"repoURL\":\"/a\",\"repoURLIsRegex\":\"true\","
	       "\"username\":\"u\",\"password\":\"p\"");
	ok(credentials_find(a, own, NULL,
			    &(struct credentials_query){ "git", "http://127.0.0.1:8000/a", NULL }, &got),
	   "but to this machine");
	ok(!credentials_find(a, own, NULL,
			     &(struct credentials_query){ "git", "http://127.0.0.1.example.com/a", NULL },
			     &got),
	   "not to one whose name begins like it");
	ok(!credentials_find(
		   a, own, NULL,
		   &(struct credentials_query){ "git", "http://localhost:x@example.com/a", NULL }, &got),
	   "nor behind its name");
	ok(!credentials_find(a, own, NULL, &(struct credentials_query){ "image", "example.com/a", NULL },
			     &got),
	   "not for images");
}

TEST(shared_secrets_come_second)
{
	AUTO(arena) struct arena *a = arena_new();
	struct credentials got;
	struct value *own = secret(a, NULL, "z", "image", "\"repoURL\":\"ghcr.io/a/b\","
				   "\"username\":\"own\",\"password\":\"p\"");
	struct value *shared = secret(a, NULL, "a", "image", "\"repoURL\":\"ghcr.io/a/b\","
				      "\"username\":\"shared\",\"password\":\"p\"");

	ok(credentials_find(a, own, shared, &(struct credentials_query){ "image", "GHCR.io/a/b:1", NULL },
			    &got),
	   "one fits");
	is_text(got.username, "own", "the project's own");
	ok(credentials_find(a, NULL, shared, &(struct credentials_query){ "image", "ghcr.io/a/b", NULL },
			    &got),
	   "the other fits");
	is_text(got.username, "shared", "the shared one");
}
