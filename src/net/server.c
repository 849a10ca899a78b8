/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd calls the handler several times for one request: first with the headers, then
 * with pieces of the body, then without any; only then does our handler see it.
 */
#include "net/server.h"

#include <assert.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/thread.h"
#include "net/http.h"

#define DEFAULT_BODY (1u << 20)
#define DEFAULT_CONNECTIONS 64
#define IDLE_SECONDS 60
#define BLOCK 16384
#define MAX_STREAM_PART (16u << 20)
#define COMPRESS_FROM 1000              /* bytes: less is not worth it */

struct server {
	struct MHD_Daemon *daemon;
	server_handler *handler;
	void *context;
	size_t max_body;
	bool compresses;
	unsigned port;
	bool stopping;                  /* a flag: streams look at it */
};

/* One request on its way. */
struct visit {
	struct server *server;
	struct arena *a;                /* NULL: a stream has it now */
	struct buf body;
	const char *uri;                /* as sent */
};

/* One stream on its way out. */
struct server_stream {
	struct server *server;
	struct arena *a;                /* the request's, in which the state may lie */
	struct buf part;
	size_t sent;                    /* of part */
	bool over;
	server_next *next;
	void (*done)(void *state);
	void *state;
};

static ssize_t server_fill(void *stream, uint64_t pos, char *out, size_t room)
{
	struct server_stream *s = stream;
	size_t left, take;

	(void)pos;
	if (s->sent == s->part.len && !s->over) {
		buf_clear(&s->part);
		s->sent = 0;
		s->over = flag_is_set(&s->server->stopping) ||
			  !s->next(s->state, &s->part) || !buf_ok(&s->part);
	}
	left = s->part.len - s->sent;
	if (!left)
		return s->over ? MHD_CONTENT_READER_END_OF_STREAM : 0;
	take = left < room ? left : room;
	memcpy(out, s->part.at + s->sent, take);
	s->sent += take;
	return (ssize_t)take;
}

static void end_stream(void *stream)
{
	struct server_stream *s = stream;

	if (s->done)
		s->done(s->state);
	buf_release(&s->part);
	arena_free(s->a);
	free(s);
}

/* libmicrohttpd ends the request before its stream, which therefore takes the arena over. */
static struct MHD_Response *response_of(struct visit *v, const struct server_reply *reply)
{
	struct MHD_Response *response;

	if (reply->next) {
		struct server_stream *s = xmalloc(sizeof(*s));
		*s = (struct server_stream){ .server = v->server,
					     .a = v->a,
					     .next = reply->next,
					     .done = reply->done,
					     .state = reply->state };
		v->a = NULL;
		buf_init(&s->part, MAX_STREAM_PART);
		response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, server_fill, s,
							     end_stream);
		if (!response)
			end_stream(s);
		return response;
	}
	char *copy = xmalloc(reply->body.len + 1);
	if (reply->body.len)
		memcpy(copy, reply->body.at, reply->body.len);
	return MHD_create_response_from_buffer(reply->body.len, copy, MHD_RESPMEM_MUST_FREE);
}

static bool server_takes_gzip(struct MHD_Connection *connection)
{
	const char *accepts = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							  MHD_HTTP_HEADER_ACCEPT_ENCODING);
	const char *gzip = accepts ? strstr(accepts, "gzip") : NULL;

	return gzip && !has_prefix(gzip, "gzip;q=0,") && strcmp(gzip, "gzip;q=0") != 0;
}

/* The body in gzip (RFC 1952), as one response; NULL: it cannot be had so. */
static struct MHD_Response *server_gzip(struct str body)
{
	z_stream z = { .next_in = unconst(body.at), .avail_in = (uInt)body.len };
	struct MHD_Response *response;
	char *out;
	size_t room;

	/* Quickly, since a scraper waits; 16 asks for gzip's frame. */
	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	room = deflateBound(&z, body.len);
	out = xmalloc(room);
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
		deflateEnd(&z);
		free(out);
		return NULL;
	}
	deflateEnd(&z);
	response = MHD_create_response_from_buffer(z.total_out, out, MHD_RESPMEM_MUST_FREE);
	if (response)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	return response;
}

static struct MHD_Response *server_respond(struct visit *v, struct MHD_Connection *connection,
					   const struct server_reply *reply)
{
	struct MHD_Response *response = NULL;

	if (v->server->compresses && !reply->next && reply->body.len >= COMPRESS_FROM &&
	    reply->body.len <= UINT32_MAX && server_takes_gzip(connection))
		response = server_gzip(reply->body);
	response = response ? response : response_of(v, reply);
	if (response && v->server->compresses)
		MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	return response;
}

static enum MHD_Result server_answer(struct visit *v, struct MHD_Connection *connection,
				     const struct server_reply *reply)
{
	struct MHD_Response *response = server_respond(v, connection, reply);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (reply->type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
	for (size_t i = 0; i < reply->nheaders; i++)
		MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
	result = MHD_queue_response(connection, reply->status ? (unsigned)reply->status : 200u,
				    response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result handle_whole(struct visit *v, struct MHD_Connection *connection,
				    const char *path, const char *method)
{
	size_t raw = strcspn(v->uri, "?");
	struct server_request rq = {
		.method = str_copy(v->a, method),
		.path = str_copy(v->a, path),
		.raw_path = str_copy_n(v->a, v->uri, raw),
		.query = v->uri[raw] ? v->uri + raw + 1 : "",
		.body = { buf_str(&v->body), v->body.len },
		.connection = connection,
	};
	struct server_reply reply = { 0 };

	if (!buf_ok(&v->body)) {
		reply.status = MHD_HTTP_CONTENT_TOO_LARGE;
		return server_answer(v, connection, &reply);
	}
	v->server->handler(v->server->context, v->a, &rq, &reply);
	return server_answer(v, connection, &reply);
}

/* The first call for a request; the URI is still as it was sent. */
static void *server_begin(void *server, const char *uri, struct MHD_Connection *connection)
{
	struct server *s = server;
	struct visit *v = xmalloc(sizeof(*v));

	(void)connection;
	*v = (struct visit){ .server = s, .a = arena_new() };
	v->uri = str_copy(v->a, uri);
	buf_init(&v->body, s->max_body);
	return v;
}

static enum MHD_Result on_request(void *server, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **visit)
{
	struct visit *v = *visit;

	(void)server;
	(void)version;
	if (*upload_size) {
		buf_add(&v->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (!v->body.at) {              /* headers only: come again with the body */
		buf_text(&v->body, "");
		return MHD_YES;
	}
	return handle_whole(v, connection, path, method);
}

static void on_completed(void *server, struct MHD_Connection *connection, void **visit,
			 enum MHD_RequestTerminationCode code)
{
	struct visit *v = *visit;

	(void)server;
	(void)connection;
	(void)code;
	if (!v)
		return;
	buf_release(&v->body);
	arena_free(v->a);
	free(v);
	*visit = NULL;
}

static bool address_of(const struct server_options *o, struct sockaddr_storage *out, struct err *e)
{
	const char *text = o->address ? o->address : "127.0.0.1";
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)o->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)o->port) };

	if (o->port > 65535)
		return err_set(e, ERR_CONFIG, "%u is not a port; use 1 to 65535", o->port);
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		memcpy(out, &in, sizeof(in));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		memcpy(out, &in6, sizeof(in6));
	else
		return err_set(e, ERR_CONFIG, "'%s' is not an IP address to listen on", text);
	return true;
}

/* The daemon's threads inherit the caller's mask: none of them is to take a signal. */
static struct MHD_Daemon *start_daemon(struct server *s, const struct server_options *o,
				       struct sockaddr_storage *address)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			 MHD_USE_POLL | MHD_USE_ITC;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, unconst(o->certificate) },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, unconst(o->key) },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, unconst(o->priorities ? o->priorities : "NORMAL") },
		{ MHD_OPTION_END, 0, NULL },
	};
	sigset_t all, before;
	struct MHD_Daemon *d;

	if (o->no_date)
		flags |= MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	if (address->ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (o->certificate)
		flags |= MHD_USE_TLS;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	d = MHD_start_daemon(
		flags, (uint16_t)o->port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, address,
		MHD_OPTION_URI_LOG_CALLBACK, server_begin, s, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, s, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_CONNECTION_LIMIT,
		o->connections ? o->connections : (unsigned)DEFAULT_CONNECTIONS, MHD_OPTION_ARRAY,
		o->certificate ? tls : tls + COUNTOF(tls) - 1, MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return d;
}

bool server_start(struct server **s, const struct server_options *o, server_handler *handler,
		  void *context, struct err *e)
{
	struct sockaddr_storage address = { 0 };
	const union MHD_DaemonInfo *info;
	struct server *made;

	assert(handler && !o->certificate == !o->key);
	if (!address_of(o, &address, e))
		return false;
	made = xmalloc(sizeof(*made));
	*made = (struct server){ .handler = handler, .context = context,
				 .max_body = o->max_body ? o->max_body : DEFAULT_BODY,
				 .compresses = o->compresses };
	made->daemon = start_daemon(made, o, &address);
	info = made->daemon ? MHD_get_daemon_info(made->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info) {
		int why = errno;
		free(made);
		errno = why;
		return err_errno(e, "listening on %s port %u", o->address ? o->address : "127.0.0.1",
				 o->port);
	}
	made->port = info->port;
	*s = made;
	return true;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	flag_set(&s->stopping);
	MHD_stop_daemon(s->daemon);
	free(s);
}

unsigned server_port(const struct server *s)
{
	return s->port;
}

const char *server_header(const struct server_request *rq, const char *name)
{
	return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

const char *server_parameter(struct arena *a, const struct server_request *rq, const char *name)
{
	return str_copy(a, MHD_lookup_connection_value(rq->connection, MHD_GET_ARGUMENT_KIND, name));
}
