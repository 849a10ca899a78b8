/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_calls push REPOSITORY TAG | tags REPOSITORY | digest REPOSITORY REFERENCE | config REPOSITORY REFERENCE:
 * gantry's registry client against whatever serves the repository.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/registry.h"
#include "../unit/err_name.h"

#define MANIFEST "application/vnd.oci.image.manifest.v1+json"

static bool push(struct registry *r, struct arena *a, const char *tag, struct err *e)
{
	const char *config = str_format(a, "{\"created\":\"2026-01-01T00:00:00Z\",\"os\":\"linux\","
					   "\"architecture\":\"amd64\",\"config\":{\"Labels\":{\"tag\":\"%s\"}},"
					   "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}", tag);
	struct registry_manifest m = { .type = MANIFEST };
	const char *digest;

	if (!registry_put_blob(r, a, str_of(config), &digest, e))
		return false;
	m.body = str_of(str_format(a, "{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST "\",\"config\":{\"mediaType\":"
				 "\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":%zu},"
				 "\"layers\":[]}", digest, strlen(config)));
	if (!registry_put_manifest(r, a, tag, &m, e))
		return false;
	puts(m.digest);
	return true;
}

static bool tags(struct registry *r, struct arena *a, struct err *e)
{
	struct registry_tag_list found = { .validator = NULL };

	if (!registry_tags(r, a, &found, e))
		return false;
	for (size_t i = 0; i < found.tags.count; i++)
		puts(found.tags.items[i]);
	return true;
}

static bool show(struct registry *r, struct arena *a, const char *reference, bool whole,
		 struct err *e)
{
	struct registry_blob config = { .max = 1 << 20 };
	struct registry_manifest head, m;
	struct value *v;
	struct str blob;

	if (!registry_head(r, a, reference, &head, e) || !registry_manifest(r, a, reference, &m, e))
		return false;
	if (!whole) {
		printf("%s %s\n", m.digest, same_text(head.digest, m.digest) ? "same" : "other");
		return true;
	}
	if (!json_parse(a, m.body.at, m.body.len, &v, e))
		return false;
	config.digest = value_path_text(v, "config.digest", "");
	if (!registry_blob(r, a, &config, &blob, e))
		return false;
	puts(blob.at);
	return true;
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	AUTO(registry) struct registry *r = NULL;
	struct registry_options o = { .username = getenv("CALLS_USER"),
				      .password = getenv("CALLS_PASSWORD") };
	struct err e;
	bool ok = false;

	if (argc < 3 || (argc < 4 && strcmp(argv[1], "tags") != 0))
		return 2;
	if (registry_open(&r, h, argv[2], &o, &e)) {
		if (strcmp(argv[1], "push") == 0)
			ok = push(r, a, argv[3], &e);
		else if (strcmp(argv[1], "tags") == 0)
			ok = tags(r, a, &e);
		else
			ok = show(r, a, argv[3], strcmp(argv[1], "config") == 0, &e);
	}
	if (!ok)
		printf("%s: %s\n", err_code_name(e.code), e.message);
	return !ok;
}
