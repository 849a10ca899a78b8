/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look WAREHOUSE.yaml MIRRORS [SECRETS.json]: one look at a warehouse's subscriptions, for
 * discover.t. Prints {"discovered", "freight"} as JSON, or the error and exits 1.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "discover/discover.h"
#include "model/warehouse.h"
#include "net/http.h"

enum { LARGEST = 1 << 20 };

static bool read_secrets(struct arena *a, const char *path, struct value **out, struct err *e)
{
	struct str text;

	return file_read(a, path, LARGEST, &text, e) && json_parse(a, text.at, text.len, out, e);
}

static bool read_warehouse(struct arena *a, const char *path, struct warehouse **out, struct err *e)
{
	struct list documents = { 0 };
	struct str text;

	return file_read(a, path, LARGEST, &text, e) &&
	       yaml_parse(a, path, text, &documents, e) &&
	       warehouse_read(a, documents.items[0], out, e);
}

static bool look(struct arena *a, struct http *h, struct discover_cache *cache, char **args,
		 struct value *out, struct err *e)
{
	struct discover_context c = { .http = h, .cache = cache, .mirrors = args[2] };
	struct value *secrets = NULL, *discovered;
	struct freight_made made;
	struct warehouse *w;

	if (args[3] && !read_secrets(a, args[3], &secrets, e))
		return false;
	c.secrets = secrets;
	if (!read_warehouse(a, args[1], &w, e) || !discover_warehouse(a, w, &c, &discovered, e))
		return false;
	const struct freight_basis basis = { w, discovered, clock_now() };
	if (!discover_freight(a, &basis, &made, e))
		return false;
	value_set(a, out, "discovered", discovered);
	if (made.reason)
		value_set(a, discovered, "reason", value_string(a, made.reason));
	value_set(a, out, "freight", made.freight ? made.freight : value_null(a));
	return true;
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct discover_cache *cache = discover_cache_new();
	struct value *out = value_map(a);
	struct err e = { 0 };
	bool fine = argc >= 3 && look(a, h, cache, argv, out, &e);

	puts(fine ? json_text(a, out, 0) : e.message);
	discover_cache_free(cache);
	return fine ? 0 : 1;
}
