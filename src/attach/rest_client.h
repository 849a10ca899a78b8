/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to Kargo's own API (swagger.json of github.com/akuity/kargo, /v1beta1). Errors carry its
 * own words: ERR_AUTH (401, gone once somebody logs in again), ERR_REFUSED (400, 403),
 * ERR_NOT_FOUND, ERR_CONFLICT, ERR_NET. One thread owns a client; blocks.
 */
#ifndef GANTRY_ATTACH_REST_CLIENT_H
#define GANTRY_ATTACH_REST_CLIENT_H

#include "base/base.h"
#include "net/http.h"

struct arena;
struct err;
struct kargo_login;
struct rest_client;
struct rest_server;
struct value;

/* One API and the login that its clients share. address: as kargo_login_find() has it. Any thread. */
bool rest_server_open(const char *address, struct rest_server **out, struct err *e) MUST_USE;
void rest_server_free(struct rest_server *s);
void auto_rest_server(struct rest_server **s);

/* As it was first found. */
const struct kargo_login *rest_server_login(const struct rest_server *s);

struct rest_client *rest_client_new(struct rest_server *s, const bool *cancelled);
void rest_client_free(struct rest_client *c);
void auto_rest_client(struct rest_client **c);

/* Any thread. */
void rest_client_wake(struct rest_client *c);

const bool *rest_client_cancelled(const struct rest_client *c);

/* HTTP's, of the newest answer; 0: there was none. */
int rest_client_status(const struct rest_client *c);

struct rest_request {
	const char *method;             /* NULL: GET */
	const char *path;               /* "/projects/demo/stages", escaped */
	const struct value *body;       /* NULL: none */
	http_chunk *chunk;              /* takes a stream as it comes; NULL: one answer */
	void *context;                  /* of chunk */
	int64_t silence_ms;             /* of a stream */
};

/* *out: what was answered, an empty map when nothing was; NULL for a stream. In the arena. */
bool rest_ask(struct rest_client *c, struct arena *a, const struct rest_request *rq, struct value **out,
	      struct err *e) MUST_USE;

#endif
