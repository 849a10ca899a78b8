/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small HTTP server: loopback unless told otherwise, one thread a connection, whole
 * requests in, replies or streams out. Everything it reads has a ceiling.
 */
#ifndef GANTRY_NET_SERVER_H
#define GANTRY_NET_SERVER_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct buf;
struct err;
struct http_header;
struct server;

struct server_request {
	const char *method;
	const char *path;               /* decoded, begins with '/' */
	const char *raw_path;           /* as it was sent, %2F still in it; no query */
	const char *query;              /* as it was sent, without '?'; "" when absent */
	struct str body;
	void *connection;               /* the server's own */
};

/*
 * Appends the next part to out; waits at most a quarter of a second for there to be one (adding
 * nothing is fine). False ends the stream.
 */
typedef bool server_next(void *state, struct buf *out);

struct server_reply {
	int status;                     /* 0: 200 */
	const char *type;               /* Content-Type; NULL: none */
	const struct http_header *headers;
	size_t nheaders;
	struct str body;                /* copied */
	server_next *next;              /* not NULL: a stream instead of body */
	void *state;                    /* for next; lives in the request's arena or is the handler's */
	void (*done)(void *state);      /* when the stream ends, for any reason; may be NULL; the
					   request's arena lives until then */
};

/* Answers one request; any thread, many at once. The arena lives until the reply is sent. */
typedef void server_handler(void *context, struct arena *a, const struct server_request *rq,
			    struct server_reply *reply);

struct server_options {
	const char *address;            /* NULL: 127.0.0.1; IPv4 or IPv6 in digits */
	unsigned port;                  /* 0: a free one */
	size_t max_body;                /* of a request; 0: 1 MB */
	unsigned connections;           /* at once; 0: 64 */
	bool no_date;                   /* replies bear no Date */
	bool compresses;                /* bodies go in gzip, for clients that take it */
	const char *certificate, *key;  /* PEM; NULL: no TLS */
	const char *priorities;         /* GnuTLS's priority string, with a certificate */
};

/* Listens and answers with handler(context, …) until server_stop. ERR_IO when the port is taken. */
bool server_start(struct server **s, const struct server_options *o, server_handler *handler,
		  void *context, struct err *e) MUST_USE;

/* Ends streams, waits for the handlers, frees. NULL is fine. */
void server_stop(struct server *s);

unsigned server_port(const struct server *s);

/* A request header, any case, or NULL. */
const char *server_header(const struct server_request *rq, const char *name);

/* The first parameter of that name in the query, decoded; NULL when absent. */
const char *server_parameter(struct arena *a, const struct server_request *rq, const char *name);

#endif
