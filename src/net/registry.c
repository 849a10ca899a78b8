/* SPDX-License-Identifier: Apache-2.0 */
/* What is fetched by digest is hashed before anybody sees it. */
#include "net/registry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "data/json.h"
#include "data/value.h"
#include "net/http.h"
#include "net/registry_inner.h"
#include "net/url.h"

#define MAX_MANIFEST (4u << 20)
#define MAX_TAGS_PAGE (8u << 20)
#define MAX_TAGS 100000
#define MAX_PAGES 2000
#define PAGE_STEP 10            /* a full page holds a multiple of it, whatever size the registry allows */
#define MAX_NAME 255
#define MANIFEST_TYPES                                          \
	"application/vnd.oci.image.index.v1+json, "             \
	"application/vnd.oci.image.manifest.v1+json, "          \
	"application/vnd.docker.distribution.manifest.list.v2+json, " \
	"application/vnd.docker.distribution.manifest.v2+json"

static bool registry_is_repository(const char *name)
{
	size_t len = strlen(name);

	return len && len <= MAX_NAME && name[0] != '/' && name[len - 1] != '/' &&
	       !strstr(name, "//") && !strstr(name, "..") &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-/") == len;
}

bool registry_is_reference(const char *reference)
{
	size_t len = strlen(reference);

	return len && len <= 300 && reference[0] != '.' && reference[0] != '-' &&
	       strspn(reference, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "._-:+") == len;
}

static bool is_hub(const char *host)
{
	return strcmp(host, "docker.io") == 0 || strcmp(host, "index.docker.io") == 0 ||
	       strcmp(host, "registry-1.docker.io") == 0;
}

/* Splits as docker does: a first part with a dot, a colon or the name localhost is a host. */
static bool split_name(struct registry *r, const char *text, struct err *e)
{
	const char *slash, *host;
	struct url u;

	if (has_prefix(text, "oci://"))
		text += strlen("oci://");
	slash = strchr(text, '/');
	host = slash ? str_copy_n(r->a, text, (size_t)(slash - text)) : "";
	if (strchr(host, '.') || strchr(host, ':') || strcmp(host, "localhost") == 0) {
		r->host = str_lower(r->a, host);
		r->name = slash + 1;
	} else {
		r->host = "docker.io";
		r->name = text;
	}
	if (is_hub(r->host)) {
		r->host = "docker.io";
		if (!strchr(r->name, '/'))
			r->name = str_format(r->a, "library/%s", r->name);
	}
	r->name = str_copy(r->a, r->name);
	if (!registry_is_repository(r->name))
		return err_set(e, ERR_CONFIG, "'%s' is not the name of a repository; expected something like "
			       "registry.example.org/team/app without a tag",
			       str_clean(r->a, text, strlen(text), 200));
	if (!url_parse(r->a, str_format(r->a, "https://%s", r->host), &u, e))
		return err_wrap(e, "registry '%s'", str_clean(r->a, r->host, strlen(r->host), 100));
	r->plain_http = is_loopback_host(u.host);
	r->base = str_format(r->a, "%s://%s", r->plain_http ? "http" : "https",
			     is_hub(r->host) ? "registry-1.docker.io" : r->host);
	return true;
}

bool registry_open(struct registry **out, struct http *h, const char *repository,
		   const struct registry_options *o, struct err *e)
{
	struct registry *r = xmalloc(sizeof(*r));

	assert(h && repository && o);
	*r = (struct registry){ .a = arena_new(), .http = h, .rate = o->rate, .insecure = o->insecure,
				.cancelled = o->cancelled };
	if (!split_name(r, repository, e)) {
		registry_free(r);
		return false;
	}
	if (!r->rate)
		r->rate = r->own_rate = rate_new(20);
	r->docker_config = str_copy(r->a, o->docker_config);
	if (o->username || o->password) {
		r->login.username = str_copy(r->a, o->username ? o->username : "");
		r->login.password = str_copy(r->a, o->password ? o->password : "");
		r->looked_up = true;
	}
	*out = r;
	return true;
}

void registry_free(struct registry *r)
{
	if (!r)
		return;
	rate_free(r->own_rate);
	arena_free(r->a);
	free(r);
}

void auto_registry(struct registry **r)
{
	registry_free(*r);
}

const char *registry_host(const struct registry *r)
{
	return r->host;
}

const char *registry_repository(const struct registry *r)
{
	return r->name;
}

bool registry_doing(const struct registry *r, const char *what, struct err *e)
{
	return err_wrap(e, "%s of %s/%s", what, r->host, r->name);
}

static bool add_page(struct arena *a, const struct http_reply *reply, struct registry_tag_list *list,
		     struct err *e)
{
	struct str body = str_trim(reply->body);
	struct list *tags = &list->tags;
	struct value *page, *items;

	if (body.len && *body.at == '<')
		return err_set(e, ERR_NET, "a web page instead of a list of tags: a proxy or a login is in "
			       "the way");
	if (!json_parse(a, body.at, body.len, &page, e))
		return err_wrap(e, "the registry's answer");
	items = value_get(page, "tags");
	if (!items && !value_get(page, "name"))
		return err_set(e, ERR_NET, "the registry's answer is no list of tags");
	/* A full page stays as it is when the next tag begins another one. */
	list->validator = value_count(items) % PAGE_STEP ? http_validator(a, reply) : NULL;
	for (size_t i = 0; i < value_count(items); i++) {
		const char *tag = value_text(value_at(items, i), NULL);
		if (!tag || !registry_is_reference(tag))
			continue;
		if (tags->count == MAX_TAGS)
			return err_set(e, ERR_LIMIT, "more than %d tags", MAX_TAGS);
		char *kept = str_format(a, "%s", tag);
		list_add(a, tags, kept);
	}
	return true;
}

/* The page at *url; then *url is the next one's, or NULL. */
static bool registry_tags_page(struct registry *r, struct arena *a, const char **url,
			       struct registry_tag_list *list, struct err *e)
{
	struct http_request rq = { .url = *url, .max_reply = MAX_TAGS_PAGE, .validator = list->validator };
	struct http_reply reply;

	if (!registry_ask(r, a, &rq, &reply, e))
		return false;
	list->is_known = reply.status == 304 && list->validator;
	if (list->is_known) {
		*url = NULL;
		return true;
	}
	if (reply.status != 200)
		return registry_refused(a, &rq, &reply, e);
	return add_page(a, &reply, list, e) && link_next(a, &reply, rq.url, url, e);
}

bool registry_tags(struct registry *r, struct arena *a, struct registry_tag_list *list, struct err *e)
{
	const char *url = str_format(a, "%s/v2/%s/tags/list?n=1000", r->base, r->name);
	struct registry_tag_list found = { .validator = list->validator };
	struct map seen = { 0 };

	for (int page = 0; url; page++) {
		if (page == MAX_PAGES)
			return err_set(e, ERR_LIMIT, "listing tags of %s/%s: more than %d pages",
				       r->host, r->name, MAX_PAGES);
		if (map_get(&seen, url))
			return err_set(e, ERR_NET,
				       "listing tags of %s/%s: page %d repeats an earlier one",
				       r->host, r->name, page + 1);
		map_set(a, &seen, url, r);
		if (!registry_tags_page(r, a, &url, &found, e))
			return registry_doing(r, "listing tags", e);
		if (url || page)
			found.validator = NULL;
	}
	*list = found;
	return true;
}

const char *registry_digest_of(struct arena *a, struct str bytes)
{
	char hex[65];

	hash_sha256(bytes.at, bytes.len, hex);
	return str_format(a, "sha256:%s", hex);
}

bool registry_check_digest(struct arena *a, const char *wanted, const char *got, struct err *e)
{
	const char *shown = str_clean(a, wanted, strlen(wanted), 150);

	if (!has_prefix(wanted, "sha256:"))
		return err_set(e, ERR_CONFIG, "digest '%s' is not of kind sha256", shown);
	return strcmp(wanted, got) == 0 ||
	       err_set(e, ERR_NET, "asked for %s but was sent %s", shown, got);
}

static const char *registry_media_type(struct arena *a, const struct http_reply *reply)
{
	const char *type = http_header(reply, "content-type");

	if (!type)
		return "";
	return str_text(a, str_trim((struct str){ type, strcspn(type, ";") }));
}

/* A GET of the manifest, which the caller may turn into a HEAD. */
static bool manifest_request(struct registry *r, struct arena *a, const char *reference,
			     struct http_request *out, struct err *e)
{
	static const struct http_header accept = { "Accept", MANIFEST_TYPES };

	if (!registry_is_reference(reference))
		return err_set(e, ERR_CONFIG, "'%s' is not a tag or digest",
			       str_clean(a, reference, strlen(reference), 150));
	*out = (struct http_request){ .headers = &accept, .nheaders = 1, .max_reply = MAX_MANIFEST };
	out->url = str_format(a, "%s/v2/%s/manifests/%s", r->base, r->name, reference);
	return true;
}

bool registry_manifest(struct registry *r, struct arena *a, const char *reference,
		       struct registry_manifest *out, struct err *e)
{
	const char *digest, *what = str_format(a, "reading '%s'", reference);
	struct http_request rq;
	struct http_reply reply;

	if (!manifest_request(r, a, reference, &rq, e) || !registry_get(r, a, &rq, &reply, e))
		return registry_doing(r, what, e);
	digest = registry_digest_of(a, reply.body);
	if (strchr(reference, ':') && !registry_check_digest(a, reference, digest, e))
		return registry_doing(r, what, e);
	*out = (struct registry_manifest){ .digest = digest, .type = registry_media_type(a, &reply),
					   .body = reply.body };
	return true;
}

bool registry_head(struct registry *r, struct arena *a, const char *reference,
		   struct registry_manifest *out, struct err *e)
{
	const char *what = str_format(a, "looking for '%s'", reference), *digest;
	struct http_request rq;
	struct http_reply reply;

	if (!manifest_request(r, a, reference, &rq, e))
		return registry_doing(r, what, e);
	rq.method = "HEAD";
	if (!registry_get(r, a, &rq, &reply, e))
		return registry_doing(r, what, e);
	digest = http_header(&reply, "docker-content-digest");
	*out = (struct registry_manifest){ .digest = digest && registry_is_reference(digest) ? digest : NULL,
					   .type = registry_media_type(a, &reply) };
	return true;
}

bool registry_put_manifest(struct registry *r, struct arena *a, const char *tag,
			   struct registry_manifest *m, struct err *e)
{
	const char *name = registry_digest_of(a, m->body);
	struct http_header header = { "Content-Type", m->type };
	struct http_request rq = { .method = "PUT", .headers = &header, .nheaders = 1, .body = m->body };
	struct http_reply reply;

	assert(m->type && m->body.at);
	if (tag && !registry_is_reference(tag))
		return err_set(e, ERR_CONFIG, "'%s' is not a tag", str_clean(a, tag, strlen(tag), 150));
	rq.url = str_format(a, "%s/v2/%s/manifests/%s", r->base, r->name, tag ? tag : name);
	if (!registry_ask_to_write(r, a, &rq, &reply, e) ||
	    (reply.status != 201 && reply.status != 200 && !registry_refused(a, &rq, &reply, e)))
		return registry_doing(r, str_format(a, "publishing '%s'", tag ? tag : name), e);
	m->digest = name;
	return true;
}
