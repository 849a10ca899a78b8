/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions are numbered, and everything about one follows from its number, so that a registry started
 * again at the same place serves the same digests. What is published is a function of the clock:
 * there is nothing to lock.
 */
#include "demo/demo_registry.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "demo/json_tree.h"
#include "net/http.h"
#include "net/server.h"

#define REPOSITORY "/v2/demo/web"
#define AT_START 5              /* versions that are there when it opens */
#define QUICK 6                 /* versions that then come quickly, to have something to see */
#define QUICK_MS 25000
#define SLOW_MS 120000
#define MOST 400
#define FIRST_MINOR 27
#define PATCHES 6               /* of each minor version */
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"
#define DAY_MS INT64_C(86400000)
#define EPOCH INT64_C(1767225600000)    /* 2026-01-01: when version 0 was built */

struct demo_registry {
	struct server *server;
	int64_t opened_at;              /* clock_ticks() */
	double speed;
};

static size_t demo_registry_published(const struct demo_registry *r)
{
	int64_t age = (int64_t)((double)(clock_ticks() - r->opened_at) * r->speed);
	size_t count = AT_START + (size_t)(age / QUICK_MS);

	if (count > AT_START + QUICK)
		count = AT_START + QUICK + (size_t)((age - QUICK * QUICK_MS) / SLOW_MS);
	return count < MOST ? count : MOST;
}

static const char *tag_of(struct arena *a, size_t n)
{
	return str_format(a, "1.%zu.%zu", FIRST_MINOR + n / PATCHES, n % PATCHES);
}

static const char *created_at(struct arena *a, size_t n)
{
	return clock_rfc3339(a, EPOCH + (int64_t)n * DAY_MS);
}

static const char *config_of(struct arena *a, size_t n)
{
	AUTO(json_tree) struct cJSON *c = cJSON_CreateObject();
	struct cJSON *labels, *rootfs;

	json_tree_set_text(c, "created", created_at(a, n));
	json_tree_set_text(c, "architecture", "amd64");
	json_tree_set_text(c, "os", "linux");
	labels = cJSON_AddObjectToObject(cJSON_AddObjectToObject(c, "config"), "Labels");
	json_tree_set_text(labels, "org.opencontainers.image.version", tag_of(a, n));
	rootfs = cJSON_AddObjectToObject(c, "rootfs");
	json_tree_set_text(rootfs, "type", "layers");
	cJSON_AddArrayToObject(rootfs, "diff_ids");
	cJSON_AddArrayToObject(c, "history");
	return json_tree_print(a, c);
}

static const char *digest_of(struct arena *a, const char *text)
{
	char hex[65];

	hash_sha256(text, strlen(text), hex);
	return str_format(a, "sha256:%s", hex);
}

static const char *manifest_of(struct arena *a, size_t n)
{
	const char *config = config_of(a, n);
	AUTO(json_tree) struct cJSON *m = cJSON_CreateObject();
	struct cJSON *of;

	cJSON_AddNumberToObject(m, "schemaVersion", 2);
	json_tree_set_text(m, "mediaType", MANIFEST_TYPE);
	of = cJSON_AddObjectToObject(m, "config");
	json_tree_set_text(of, "mediaType", CONFIG_TYPE);
	json_tree_set_text(of, "digest", digest_of(a, config));
	cJSON_AddNumberToObject(of, "size", (double)strlen(config));
	cJSON_AddArrayToObject(m, "layers");
	json_tree_set_text(cJSON_AddObjectToObject(m, "annotations"), "org.opencontainers.image.created",
			   created_at(a, n));
	return json_tree_print(a, m);
}

static void demo_registry_refuse(struct server_reply *reply, const char *code)
{
	reply->status = 404;
	reply->body = str_of(code);
}

#define UNKNOWN(code, what) "{\"errors\":[{\"code\":\"" code "\",\"message\":\"" what "\"}]}"

/* Tags in pages of n, after last. */
static void serve_tags(const struct demo_registry *r, struct arena *a,
		       const struct server_request *rq, struct server_reply *reply)
{
	const char *last = server_parameter(a, rq, "last"), *n = server_parameter(a, rq, "n");
	AUTO(json_tree) struct cJSON *list = cJSON_CreateObject();
	struct cJSON *tags = cJSON_AddArrayToObject(list, "tags");
	size_t count = demo_registry_published(r), from = 0, to;
	size_t most = n ? strtoul(n, NULL, 10) : 0;

	for (size_t i = 0; last && i < count; i++)
		if (strcmp(tag_of(a, i), last) == 0)
			from = i + 1;
	to = most && most < count - from ? from + most : count;
	for (size_t i = from; i < to; i++)
		cJSON_AddItemToArray(tags, cJSON_CreateString(tag_of(a, i)));
	json_tree_set_text(list, "name", "demo/web");
	reply->body = str_of(json_tree_print(a, list));
	if (to == count)
		return;
	struct http_header *link = arena_alloc(a, sizeof(*link));
	*link = (struct http_header){ "Link", str_format(a, "<" REPOSITORY "/tags/list?n=%zu&last=%s>; "
							    "rel=\"next\"", most, tag_of(a, to - 1)) };
	reply->headers = link;
	reply->nheaders = 1;
}

static void serve_manifest(const struct demo_registry *r, struct arena *a, const char *reference,
			   struct server_reply *reply)
{
	size_t count = demo_registry_published(r);

	for (size_t i = 0; i < count; i++) {
		const char *manifest = manifest_of(a, i), *digest = digest_of(a, manifest);
		if (strcmp(tag_of(a, i), reference) != 0 && strcmp(digest, reference) != 0)
			continue;
		struct http_header *h = arena_alloc(a, sizeof(*h));
		*h = (struct http_header){ "Docker-Content-Digest", digest };
		reply->type = MANIFEST_TYPE;
		reply->body = str_of(manifest);
		reply->headers = h;
		reply->nheaders = 1;
		return;
	}
	demo_registry_refuse(reply, UNKNOWN("MANIFEST_UNKNOWN", "manifest unknown"));
}

static void serve_blob(const struct demo_registry *r, struct arena *a, const char *digest,
		       struct server_reply *reply)
{
	size_t count = demo_registry_published(r);

	for (size_t i = 0; i < count; i++) {
		const char *config = config_of(a, i);
		if (strcmp(digest_of(a, config), digest) != 0)
			continue;
		reply->type = "application/octet-stream";
		reply->body = str_of(config);
		return;
	}
	demo_registry_refuse(reply, UNKNOWN("BLOB_UNKNOWN", "blob unknown"));
}

static void demo_registry_handle(void *registry, struct arena *a, const struct server_request *rq,
				 struct server_reply *reply)
{
	const struct demo_registry *r = registry;
	const char *path = rq->path;

	reply->type = "application/json";
	if (strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0) {
		reply->status = 405;
		reply->body = str_of(UNKNOWN("UNSUPPORTED", "this registry is read-only"));
	} else if (strcmp(path, "/v2/") == 0 || strcmp(path, "/v2") == 0)
		reply->body = str_of("{}");
	else if (strcmp(path, REPOSITORY "/tags/list") == 0)
		serve_tags(r, a, rq, reply);
	else if (has_prefix(path, REPOSITORY "/manifests/"))
		serve_manifest(r, a, path + strlen(REPOSITORY "/manifests/"), reply);
	else if (has_prefix(path, REPOSITORY "/blobs/"))
		serve_blob(r, a, path + strlen(REPOSITORY "/blobs/"), reply);
	else
		demo_registry_refuse(
			reply, UNKNOWN("NAME_UNKNOWN", "repository name not known to registry"));
}

bool demo_registry_start(struct demo_registry **out, unsigned port, double speed, struct err *e)
{
	struct demo_registry *r = xmalloc(sizeof(*r));
	struct server_options o = { .port = port };

	*r = (struct demo_registry){ .opened_at = clock_ticks(), .speed = speed > 0 ? speed : 1 };
	if (!server_start(&r->server, &o, demo_registry_handle, r, e)) {
		free(r);
		return err_wrap(e, "the registry");
	}
	*out = r;
	return true;
}

void demo_registry_stop(struct demo_registry *r)
{
	if (!r)
		return;
	server_stop(r->server);
	free(r);
}

unsigned demo_registry_port(const struct demo_registry *r)
{
	return server_port(r->server);
}

void demo_registry_version(struct arena *a, unsigned n, struct demo_version *out)
{
	*out = (struct demo_version){ .tag = tag_of(a, n), .digest = digest_of(a, manifest_of(a, n)),
				      .created = created_at(a, n) };
}
