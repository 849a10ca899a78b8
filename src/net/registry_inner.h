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

#endif
