/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a registry wants to be asked: the challenge of a 401 read (RFC 9110), and the token it
 * sends us for (distribution.github.io/distribution/spec/auth/token). Workers.
 */
#ifndef GANTRY_NET_REGISTRY_AUTH_H
#define GANTRY_NET_REGISTRY_AUTH_H

#include "base/base.h"

struct arena;
struct docker_login;
struct err;
struct http;

struct challenge {
	bool is_basic, is_bearer;
	const char *realm, *service;    /* of Bearer; NULL when absent */
	const char *scope;
};

/* Reads a WWW-Authenticate header; a Bearer challenge wins over a Basic one. */
void challenge_read(struct arena *a, const char *header, struct challenge *out);

struct token_request {
	const struct challenge *challenge;
	const struct docker_login *login;
	const char *scope;              /* asked for when the challenge names none */
	bool plain_http;                /* the registry itself is plain http: so may the realm be */
	bool insecure;
	const bool *cancelled;
};

/* Asks the realm for a token. ERR_AUTH when it refuses. */
bool token_fetch(struct http *h, struct arena *a, const struct token_request *t, const char **token,
		 struct err *e) MUST_USE;

#endif
