/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP client that blocks, for workers and commands. One struct http is one
 * connection cache, owned by one thread. Only http and https, whatever a server
 * answers; every reply has a ceiling; no secret reaches a message: URLs are shown
 * without user information and query.
 */
#ifndef GANTRY_NET_HTTP_H
#define GANTRY_NET_HTTP_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct http;

struct http_header {
	const char *name, *value;
};

/* Where a request may go: for URLs that somebody else chose (SSRF). Judged on the address. */
enum http_reach {
	REACH_ANY,
	REACH_ROUTED,                   /* not link-local addresses, where clouds keep credentials */
	REACH_PUBLIC,                   /* not this machine nor private networks; no proxy */
};

/* Takes bytes of a body as they come; false ends the stream in order. */
typedef bool http_chunk(void *context, const char *bytes, size_t len);

struct http_request {
	const char *method;             /* NULL: GET */
	const char *url;                /* user information in it becomes basic authentication */
	const struct http_header *headers;
	size_t nheaders;
	struct str body;
	const int *from_file;           /* the body is this whole file instead; NULL: it is body */
	const int *to_file;             /* a 2xx reply's body replaces this file, packed as it is sent */
	const char *username, *password; /* basic authentication; NULL: none */
	const char *bearer;             /* a token, instead of username */
	const char *etag;               /* sent as If-None-Match; the reply may be 304 */
	int64_t timeout_ms;             /* for the whole exchange; 0: 30,000 (streams: none) */
	int64_t silence_ms;             /* streams: longest time without a byte; 0: none */
	size_t max_reply;               /* bytes of body, unpacked, or in to_file; 0: 16 MB */
	unsigned redirects;             /* how many are followed; credentials stay with their host */
	bool insecure;                  /* the certificate is not checked */
	enum http_reach reach;
	bool secret_url;                /* messages do not show it, nor where it redirects to */
	const char *proxy;              /* NULL: as the environment says, and none to this machine */
	const char *tls_name;           /* whom the certificate must be for; NULL: the URL's host */
	bool fresh;                     /* over a new connection: the one before may be dead */
	const char *ca;                 /* PEM certificates trusted instead of the system's */
	const char *certificate, *key;  /* PEM, to show the server; NULL: none */
	const bool *cancelled;          /* polled; may be NULL */
	http_chunk *chunk;              /* http_stream(): takes the body of a 2xx reply */
	void *context;                  /* of chunk */
	unsigned tries;                 /* http_persist(): how often it is sent at most */
};

struct http_reply {
	int status;
	const char *url;                /* that answered, after redirects */
	const struct http_header *headers; /* names in lower case, values cleaned */
	size_t nheaders;
	struct str body;                /* NUL after the end; may be anything */
};

/* "GET https://host/path" for messages, without user information, query and secret URLs. */
const char *http_request_name(struct arena *a, const struct http_request *rq);

/* The header's value, or NULL. name in lower case. */
const char *http_header(const struct http_reply *reply, const char *name);

struct http *http_new(void);
void http_free(struct http *h);
void auto_http(struct http **h);

/*
 * Any thread: makes an exchange that waits look at its cancelled flag now instead
 * of within a quarter of a second. h must not be freed meanwhile.
 */
void http_wake(struct http *h);

/*
 * Sends the request and waits for the reply, which lives in the arena. Every status
 * is a reply, not an error. Fails with ERR_CONFIG (no such URL, a header that cannot be sent), ERR_NET
 * (again set when it may pass), ERR_TIMEOUT, ERR_CANCELLED, ERR_LIMIT, ERR_REFUSED (reach).
 */
bool http_send(struct http *h, struct arena *a, const struct http_request *rq,
	       struct http_reply *reply, struct err *e) MUST_USE;

/*
 * As http_send, but the body of a 2xx reply goes to rq->chunk instead of reply->body,
 * without ceiling. True when the server or chunk ended it. No redirects are followed.
 */
bool http_stream(struct http *h, struct arena *a, const struct http_request *rq,
		 struct http_reply *reply, struct err *e) MUST_USE;

#endif
