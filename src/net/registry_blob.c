/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blobs of a registry: read whole or into a file, looked for, lent by another repository of
 * the same registry, uploaded in one piece. What comes is hashed before anybody sees it.
 */
#include "net/registry.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "net/http.h"
#include "net/registry_inner.h"
#include "net/url.h"

/* Blobs are large and lines are slow: only silence ends a transfer early. */
enum { LONGEST_MS = 3600000, SILENCE_MS = 60000 };

static bool blob_request(struct registry *r, struct arena *a, const struct registry_blob *blob,
			 struct http_request *out, struct err *e)
{
	if (!registry_is_reference(blob->digest) || !strchr(blob->digest, ':'))
		return err_set(e, ERR_CONFIG, "'%s' is not a digest",
			       str_clean(a, blob->digest, strlen(blob->digest), 150));
	*out = (struct http_request){ .max_reply = blob->max, .timeout_ms = LONGEST_MS,
				      .silence_ms = SILENCE_MS };
	out->url = str_format(a, "%s/v2/%s/blobs/%s", r->base, r->name, blob->digest);
	return true;
}

bool registry_blob(struct registry *r, struct arena *a, const struct registry_blob *blob, struct str *out,
		   struct err *e)
{
	struct http_request rq;
	struct http_reply reply;

	assert(blob->digest && blob->max > 0);
	if (!blob_request(r, a, blob, &rq, e) || !registry_get(r, a, &rq, &reply, e) ||
	    !registry_check_digest(a, blob->digest, registry_digest_of(a, reply.body), e))
		return registry_doing(r, "reading a blob", e);
	*out = reply.body;
	return true;
}

bool registry_blob_to(struct registry *r, struct arena *a, const struct registry_blob *blob, int fd,
		      struct err *e)
{
	struct http_request rq;
	struct http_reply reply;
	char hex[65];

	assert(blob->digest && blob->max > 0 && fd >= 0);
	if (!blob_request(r, a, blob, &rq, e))
		return registry_doing(r, "reading a blob", e);
	rq.to_file = &fd;
	if (!registry_get(r, a, &rq, &reply, e) || !hash_sha256_fd(fd, hex, e) ||
	    !registry_check_digest(a, blob->digest, str_format(a, "sha256:%s", hex), e))
		return registry_doing(r, "reading a blob", e);
	return true;
}

bool registry_has_blob(struct registry *r, struct arena *a, const char *digest, bool *has,
		       struct err *e)
{
	struct http_request rq = { .method = "HEAD" };
	struct http_reply reply;

	rq.url = str_format(a, "%s/v2/%s/blobs/%s", r->base, r->name, digest);
	if (!registry_ask_to_write(r, a, &rq, &reply, e))
		return registry_doing(r, "looking for a blob", e);
	*has = reply.status == 200;
	return true;
}

bool registry_borrow(struct registry *r, struct arena *a, const struct registry_loan *loan, bool *done,
		     struct err *e)
{
	struct http_request rq = { .method = "POST", .body = str_of("") };
	struct http_reply reply;

	assert(loan->from && loan->digest && done);
	*done = false;
	if (strcmp(r->host, loan->from->host) != 0)
		return true;
	rq.url = str_format(a, "%s/v2/%s/blobs/uploads/?mount=%s&from=%s", r->base, r->name,
			    loan->digest, loan->from->name);
	if (!registry_ask_to_write(r, a, &rq, &reply, e))
		return registry_doing(r, "borrowing a blob", e);
	*done = reply.status == 201;
	return true;
}

/* Opens an upload; rq becomes the request that sends all bytes in one piece. */
static bool open_upload(struct registry *r, struct arena *a, const char *digest,
			struct http_request *rq, struct err *e)
{
	static const struct http_header type = { "Content-Type", "application/octet-stream" };
	struct http_request post = { .method = "POST", .body = str_of("") };
	struct http_reply reply;
	const char *place;

	post.url = str_format(a, "%s/v2/%s/blobs/uploads/", r->base, r->name);
	if (!registry_ask_to_write(r, a, &post, &reply, e))
		return false;
	if (reply.status != 202)
		return registry_refused(a, &post, &reply, e);
	place = http_header(&reply, "location");
	if (!place || !url_join(a, post.url, place, &place, e))
		return err_set(e, ERR_NET, "the registry does not say where to upload to");
	*rq = (struct http_request){ .method = "PUT", .headers = &type, .nheaders = 1,
				     .timeout_ms = LONGEST_MS, .silence_ms = SILENCE_MS };
	rq->url = str_format(a, "%s%sdigest=%s", place, strchr(place, '?') ? "&" : "?", digest);
	return true;
}

static bool finish_upload(struct registry *r, struct arena *a, struct http_request *rq,
			  struct err *e)
{
	struct http_reply reply;

	return registry_ask_to_write(r, a, rq, &reply, e) &&
	       (reply.status == 201 || reply.status == 204 || registry_refused(a, rq, &reply, e));
}

bool registry_put_blob(struct registry *r, struct arena *a, struct str bytes, const char **digest,
		       struct err *e)
{
	const char *name = registry_digest_of(a, bytes);
	struct http_request rq;
	bool has;

	if (!registry_has_blob(r, a, name, &has, e))
		return false;
	if (!has) {
		if (!open_upload(r, a, name, &rq, e))
			return registry_doing(r, "uploading a blob", e);
		rq.body = bytes;
		if (!finish_upload(r, a, &rq, e))
			return registry_doing(r, "uploading a blob", e);
	}
	*digest = name;
	return true;
}

bool registry_put_blob_from(struct registry *r, struct arena *a, const char *digest, int fd,
			    struct err *e)
{
	struct http_request rq;

	assert(digest && fd >= 0);
	if (!open_upload(r, a, digest, &rq, e))
		return registry_doing(r, "uploading a blob", e);
	rq.from_file = &fd;
	return finish_upload(r, a, &rq, e) || registry_doing(r, "uploading a blob", e);
}
