/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked over HTTP, and what comes back. Any thread. */
#ifndef GANTRY_NET_HTTP_REQUEST_H
#define GANTRY_NET_HTTP_REQUEST_H

#include "base/base.h"
#include "base/str.h"
#include "base/traffic.h"

struct arena;

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
	const char *validator;          /* of http_validator(): the reply may be 304; NULL: it may not */
	int64_t timeout_ms;             /* for the whole exchange; 0: 30,000 (streams: none) */
	int64_t silence_ms;             /* streams: longest time without a byte; 0: none */
	size_t max_reply;               /* bytes of body, unpacked, or in to_file; 0: 16 MB */
	unsigned redirects;             /* how many are followed; credentials stay with their host */
	bool insecure;                  /* the certificate is not checked */
	enum traffic_kind kind;         /* what it is counted as */
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

/*
 * What a later request can be sent with, to be answered 304 if the reply still holds: its entity tag, or when
 * it was changed (RFC 9110, 13.1), after a letter that says which. NULL: it has neither, or it was changed
 * within the second of the answer, so that the date can't tell it from the next change (8.8.2.2).
 */
const char *http_validator(struct arena *a, const struct http_reply *reply);

#endif
