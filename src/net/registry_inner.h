/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What registry.c and registry_blob.c share of a repository. Nobody else may include this: the
 * promises are in registry.h.
 */
#ifndef GANTRY_NET_REGISTRY_INNER_H
#define GANTRY_NET_REGISTRY_INNER_H

#include "base/base.h"
#include "base/str.h"
#include "net/docker_config.h"

struct arena;
struct err;
struct http;
struct http_reply;
struct http_request;
struct rate;

struct registry {
	struct arena *a;                /* host, name, credentials, tokens */
	struct http *http;
	struct rate *rate, *own_rate;
	const char *host, *name, *base; /* base: scheme://host of the API */
	struct docker_login login;
	const char *docker_config;
	bool looked_up;                 /* login was searched for */
	bool basic;                     /* the registry wants basic authentication */
	bool insecure, plain_http;
	bool writes;                    /* the call under way needs the right to write */
	const char *token, *push_token;
	const bool *cancelled;
};

bool registry_is_reference(const char *reference);

/* "sha256:…" of these bytes. */
const char *registry_digest_of(struct arena *a, struct str bytes);

/* Bytes asked for by a digest must have it; *got is what they have. */
bool registry_check_digest(struct arena *a, const char *wanted, const char *got,
			   struct err *e) MUST_USE;

/* Sends the request, answering one challenge on the way. */
bool registry_ask(struct registry *r, struct arena *a, struct http_request *rq, struct http_reply *reply,
		  struct err *e) MUST_USE;

/* The same, where only the status 200 is success. */
bool registry_get(struct registry *r, struct arena *a, struct http_request *rq, struct http_reply *reply,
		  struct err *e) MUST_USE;

/* As registry_ask(), with the right to write. */
bool registry_ask_to_write(struct registry *r, struct arena *a, struct http_request *rq,
			   struct http_reply *reply, struct err *e) MUST_USE;

/* As http_refused, with the registry's own sentence taken out of its JSON. */
bool registry_refused(struct arena *a, const struct http_request *rq,
		      const struct http_reply *reply, struct err *e);

/* Says what was being done, and with which repository. Returns false. */
bool registry_doing(const struct registry *r, const char *what, struct err *e);

/* link.c: link headers (RFC 8288), by which lists in pages go on. Any thread. */

/*
 * The target of the first link of this relation ("next"), as it is written: it may be relative. NULL: none.
 * Links with an anchor are about another page and are passed over.
 */
const char *link_find(struct arena *a, const struct http_reply *reply, const char *relation);

/*
 * The page after the one at url; *next is NULL when that was the last. A target on the same host is asked
 * over the scheme and port of url, since servers behind a proxy know neither. ERR_NET when the list goes on
 * at another host, where our credentials have no business.
 */
bool link_next(struct arena *a, const struct http_reply *reply, const char *url, const char **next,
	       struct err *e) MUST_USE;

/*
 * rate.c: a pace for each host, shared by workers: at most so many requests a second, in bursts of
 * as many. Any thread.
 */

struct rate *rate_new(unsigned per_second);
void rate_free(struct rate *r);

/* Waits until host may be asked once more; false when cancelled (may be NULL) became true. */
bool rate_wait(struct rate *r, const char *host, const bool *cancelled) MUST_USE;

#endif
