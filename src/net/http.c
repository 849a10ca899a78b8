/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One easy handle driven by its own multi handle: calls read as blocking ones, and
 * still a flag set by another thread ends them at once. Redirects are followed here
 * and not by libcurl, so that every hop is checked and no header that may hold a secret
 * leaves the origin it was meant for.
 */
#include "net/http.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "net/guard.h"
#include "net/http_inner.h"
#include "net/url.h"

#define DEFAULT_TIMEOUT 30000
#define DEFAULT_REPLY (16u << 20)
#define MAX_HEADERS 256
#define MAX_HEADER_LINE 16384
#define CONNECT_TIMEOUT 15000
#define POLL_MS 250

struct http {
	CURL *easy;
	CURLM *multi;
	struct traffic *traffic;        /* NULL: nobody counts */
};

struct exchange {
	struct arena *a;
	const struct http_request *rq;
	CURL *easy;
	struct buf body;
	struct http_header *headers;
	size_t nheaders;
	size_t written, max;            /* bytes in rq->to_file, and its ceiling */
	bool too_large;
	struct err file_error;          /* code ERR_NONE: none */
	int64_t last_byte;              /* clock_ticks() */
	bool stopped;                   /* by rq->chunk */
	bool too_many_headers;
	struct guard_visit visit;
	char message[CURL_ERROR_SIZE];
};

/* What libcurl only borrows. */
struct http_lists {
	struct curl_slist *headers, *places;
};

static void auto_http_lists(struct http_lists *l)
{
	curl_slist_free_all(l->headers);
	curl_slist_free_all(l->places);
}

struct http *http_new(void)
{
	struct http *h = xmalloc(sizeof(*h));

	net_start();
	h->traffic = NULL;
	h->easy = curl_easy_init();
	h->multi = curl_multi_init();
	if (!h->easy || !h->multi)
		abort();
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 8L);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	free(h);
}

void auto_http(struct http **h)
{
	http_free(*h);
}

void http_count(struct http *h, struct traffic *t)
{
	h->traffic = t;
}

struct traffic *http_traffic(const struct http *h)
{
	return h ? h->traffic : NULL;
}

void http_wake(struct http *h)
{
	curl_multi_wakeup(h->multi);
}

static long http_status_of(CURL *easy)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static bool http_write_file(struct exchange *x, const char *bytes, size_t len)
{
	x->written += len;
	x->too_large = x->written > x->max;
	return !x->too_large && file_write_fd(*x->rq->to_file, bytes, len, &x->file_error);
}

static size_t take_body(char *bytes, size_t one, size_t len, void *exchange)
{
	struct exchange *x = exchange;

	(void)one;
	x->last_byte = clock_ticks();
	if (x->rq->chunk && http_status_of(x->easy) / 100 == 2) {
		x->stopped = !x->rq->chunk(x->rq->context, bytes, len);
		return x->stopped ? 0 : len;
	}
	if (x->rq->to_file && http_status_of(x->easy) / 100 == 2)
		return http_write_file(x, bytes, len) ? len : 0;
	buf_add(&x->body, bytes, len);
	return buf_ok(&x->body) ? len : 0;
}

static size_t give_body(char *to, size_t one, size_t len, void *exchange)
{
	struct exchange *x = exchange;
	ssize_t n;

	(void)one;
	x->last_byte = clock_ticks();
	do
		n = read(*x->rq->from_file, to, len);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return (size_t)n;
	err_errno(&x->file_error, "reading the data to send");
	return CURL_READFUNC_ABORT;
}

/* libcurl asks for it when a connection turns out to be dead after the first bytes. */
static int rewind_body(void *exchange, curl_off_t offset, int origin)
{
	struct exchange *x = exchange;

	return lseek(*x->rq->from_file, offset, origin) < 0 ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

static size_t take_header(char *bytes, size_t one, size_t len, void *exchange)
{
	struct exchange *x = exchange;
	struct str line = str_trim((struct str){ bytes, len });
	const char *colon;

	(void)one;
	x->last_byte = clock_ticks();
	if (line.len > 5 && memcmp(line.at, "HTTP/", 5) == 0) {
		x->nheaders = 0;        /* a new reply: what came before was 1xx or a proxy's */
		return len;
	}
	colon = line.len ? memchr(line.at, ':', line.len) : NULL;
	if (!colon)
		return len;
	if (x->nheaders == MAX_HEADERS || line.len > MAX_HEADER_LINE) {
		x->too_many_headers = true;
		return 0;
	}
	struct str value = str_trim((struct str){ colon + 1, line.len - (size_t)(colon + 1 - line.at) });
	x->headers[x->nheaders++] = (struct http_header){
		.name = str_lower(x->a, str_copy_n(x->a, line.at, (size_t)(colon - line.at))),
		.value = str_clean(x->a, value.at, value.len, MAX_HEADER_LINE),
	};
	return len;
}

/* What libcurl's code means for a caller; x->message is its own sentence. */
static bool http_explain(struct exchange *x, CURLcode code, struct err *e)
{
	const char *said = *x->message ? x->message : curl_easy_strerror(code);

	said = str_clean(x->a, said, strlen(said), 300);
	if (x->visit.refused)
		return err_set(e, ERR_REFUSED, "the host's address is %s, which this request may not "
			       "reach", x->visit.public_only ? "of this machine or a private network"
							     : "link-local");
	if (x->file_error.code) {
		*e = x->file_error;
		return false;
	}
	if (!buf_ok(&x->body) || x->too_large)
		return err_set(e, ERR_LIMIT, "the reply is larger than %zu bytes", x->max);
	if (x->too_many_headers)
		return err_set(e, ERR_LIMIT, "the reply has too many headers");
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		err_set(e, ERR_TIMEOUT, "no answer in time: %s", said);
		return outage_mark(e, 0);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		err_set(e, ERR_NET, "%s", said);
		return outage_mark(e, 0);
	case CURLE_PEER_FAILED_VERIFICATION:
		return err_set(e, ERR_NET, "its certificate is not trusted: %s", said);
	default:
		return err_set(e, ERR_NET, "%s", said);
	}
}

static bool is_token(const char *text)
{
	return *text && strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text);
}

static bool http_add_header(struct arena *a, struct curl_slist **l, const char *name,
			    const char *value, struct err *e)
{
	struct curl_slist *more;

	if (!is_token(name))
		return err_set(e, ERR_CONFIG, "'%s' cannot be the name of an HTTP header",
			       str_clean(a, name, strlen(name), 80));
	if (strpbrk(value, "\r\n"))
		return err_set(e, ERR_CONFIG, "the value of header '%s' holds a line break", name);
	/* libcurl sends a header without value only when it ends in a semicolon. */
	more = curl_slist_append(*l, *value ? str_format(a, "%s: %s", name, value)
					    : str_format(a, "%s;", name));
	if (!more)
		abort();
	*l = more;
	return true;
}

static bool set_headers(struct exchange *x, const struct http_request *rq, struct curl_slist **l,
			struct err *e)
{
	if (!http_add_header(x->a, l, "Expect", "", e))
		return false;
	(*l)->data[strlen("Expect")] = ':';     /* "Expect:" takes libcurl's own away */
	for (size_t i = 0; i < rq->nheaders; i++)
		if (!http_add_header(x->a, l, rq->headers[i].name, rq->headers[i].value, e))
			return false;
	if (rq->validator && !http_add_header(x->a, l, *rq->validator == 'E' ? "If-None-Match"
									  : "If-Modified-Since",
					      rq->validator + 1, e))
		return false;
	return !rq->bearer || http_add_header(x->a, l, "Authorization",
					      str_format(x->a, "Bearer %s", rq->bearer), e);
}

static void set_method(CURL *easy, const struct http_request *rq)
{
	const char *method = rq->method ? rq->method : "GET";

	if (strcmp(method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (rq->from_file) {
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
		return;
	}
	if (rq->body.at || strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	    strcmp(method, "PATCH") == 0) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, rq->body.at ? rq->body.at : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_blob(CURL *easy, CURLoption option, const char *pem)
{
	struct curl_blob blob = { .len = pem ? strlen(pem) : 0, .flags = CURL_BLOB_COPY };

	if (!pem)
		return;
	memcpy(&blob.data, &pem, sizeof(pem));  /* libcurl's blob is not const */
	curl_easy_setopt(easy, option, &blob);
}

static void set_tls(CURL *easy, const struct http_request *rq)
{
	if (rq->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	set_blob(easy, CURLOPT_CAINFO_BLOB, rq->ca);
	if (rq->certificate && rq->key) {
		curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
		set_blob(easy, CURLOPT_SSLCERT_BLOB, rq->certificate);
		curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
		set_blob(easy, CURLOPT_SSLKEY_BLOB, rq->key);
	}
}

/* libcurl checks a certificate against the URL's host: the name goes there, and it connects to the host. */
static bool http_set_place(struct exchange *x, const struct url *u, struct http_lists *l, struct err *e)
{
	l->places = curl_slist_append(NULL, str_format(x->a, "::%s:%u", u->host, u->port));
	if (!l->places)
		abort();
	curl_easy_setopt(x->easy, CURLOPT_CONNECT_TO, l->places);
	return http_add_header(x->a, &l->headers, "Host", str_format(x->a, "%s:%u", u->host, u->port), e);
}

/* The user information was taken out of the URL, so that no message of libcurl can hold it. */
static bool set_url(struct exchange *x, const struct http_request *rq, struct http_lists *l, struct err *e)
{
	struct url u;
	const char *user = rq->username, *password = rq->password;

	if (!url_parse(x->a, rq->url, &u, e))
		return false;
	if (!rq->bearer && !user && !password) {
		user = u.username;
		password = u.password;
	}
	/* A proxy meant for the world outside would look for this machine in the wrong place. */
	if (is_loopback_host(u.host) && !rq->proxy)
		curl_easy_setopt(x->easy, CURLOPT_PROXY, "");
	if (rq->reach != REACH_ANY)
		guard_name(&x->visit, rq->reach == REACH_PUBLIC, u.host);
	if (x->visit.refused)
		return http_explain(x, CURLE_OK, e);
	curl_easy_setopt(x->easy, CURLOPT_URL,
			 str_format(x->a, "%s://%s:%u%s%s%s", u.scheme, rq->tls_name ? rq->tls_name : u.host,
				    u.port, u.path, u.query ? "?" : "", u.query ? u.query : ""));
	if (rq->tls_name && !http_set_place(x, &u, l, e))
		return false;
	if (!rq->bearer && (user || password)) {
		curl_easy_setopt(x->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(x->easy, CURLOPT_USERNAME, user ? user : "");
		curl_easy_setopt(x->easy, CURLOPT_PASSWORD, password ? password : "");
	}
	return true;
}

static void set_limits(struct exchange *x, const struct http_request *rq)
{
	int64_t timeout = rq->timeout_ms ? rq->timeout_ms : rq->chunk ? 0 : DEFAULT_TIMEOUT;

	curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	/*
	 * A server that answers before it has read the body resets the stream then (RFC 9113, 8.1), which
	 * libcurl 7.88 takes for a cut answer now and then. Go's servers do so for each 401.
	 */
	curl_easy_setopt(x->easy, CURLOPT_HTTP_VERSION,
			 rq->body.len || rq->from_file ? (long)CURL_HTTP_VERSION_1_1
						       : (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT);
	curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, (long)timeout);
	if (x->rq->proxy)
		curl_easy_setopt(x->easy, CURLOPT_PROXY, x->rq->proxy);
	curl_easy_setopt(x->easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(x->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(x->easy, CURLOPT_FRESH_CONNECT, rq->fresh ? 1L : 0L);
	if (rq->reach != REACH_ANY)
		guard_install(x->easy, &x->visit, rq->reach == REACH_PUBLIC);
}

/* Each attempt starts both files again. */
static bool set_files(struct exchange *x, const struct http_request *rq, struct err *e)
{
	struct stat st;

	if (rq->to_file && (ftruncate(*rq->to_file, 0) || lseek(*rq->to_file, 0, SEEK_SET)))
		return err_errno(e, "emptying the file for the reply");
	if (!rq->from_file)
		return true;
	if (fstat(*rq->from_file, &st) || lseek(*rq->from_file, 0, SEEK_SET))
		return err_errno(e, "opening the file to send");
	curl_easy_setopt(x->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(x->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)st.st_size);
	curl_easy_setopt(x->easy, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(x->easy, CURLOPT_READDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_SEEKFUNCTION, rewind_body);
	curl_easy_setopt(x->easy, CURLOPT_SEEKDATA, x);
	return true;
}

static bool set_up(struct exchange *x, const struct http_request *rq, struct http_lists *l, struct err *e)
{
	if (rq->method && !is_token(rq->method))
		return err_set(e, ERR_CONFIG, "'%s' cannot be an HTTP method",
			       str_clean(x->a, rq->method, strlen(rq->method), 80));
	curl_easy_reset(x->easy);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->message);
	curl_easy_setopt(x->easy, CURLOPT_USERAGENT, "gantry");
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
	if (!rq->chunk && !rq->to_file)
		curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, "");
	if (!set_files(x, rq, e))
		return false;
	set_method(x->easy, rq);
	set_tls(x->easy, rq);
	set_limits(x, rq);
	if (!set_headers(x, rq, &l->headers, e) || !set_url(x, rq, l, e))
		return false;
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, l->headers);
	return true;
}

/* Waits for the end of the exchange; *code is libcurl's verdict. */
static bool http_drive(struct http *h, struct exchange *x, CURLcode *code, struct err *e)
{
	int running = 1, left;

	for (;;) {
		CURLMsg *m;
		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			return err_set(e, ERR_INTERNAL, "libcurl failed internally");
		while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
			if (m->msg != CURLMSG_DONE)
				continue;
			*code = m->data.result;
			return true;
		}
		if (flag_is_set(x->rq->cancelled))
			return err_set(e, ERR_CANCELLED, "cancelled");
		if (x->rq->silence_ms && clock_ticks() - x->last_byte > x->rq->silence_ms) {
			err_set(e, ERR_TIMEOUT, "no data for %lld s",
				(long long)(x->rq->silence_ms / 1000));
			return outage_mark(e, 0);
		}
		curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
	}
}

static bool http_blame(struct exchange *x, const struct http_request *rq, struct err *e)
{
	return err_wrap(e, "%s", http_request_name(x->a, rq));
}

/* One exchange, no redirects. */
static bool exchange_once(struct http *h, struct exchange *x, const struct http_request *rq,
			  struct http_reply *reply, struct err *e)
{
	AUTO(http_lists) struct http_lists lists = { 0 };
	CURLcode code = CURLE_OK;
	bool done;

	if (flag_is_set(rq->cancelled))
		return err_set(e, ERR_CANCELLED, "cancelled");
	if (!set_up(x, rq, &lists, e))
		return http_blame(x, rq, e);
	x->last_byte = clock_ticks();
	curl_multi_add_handle(h->multi, h->easy);
	done = http_drive(h, x, &code, e);
	curl_multi_remove_handle(h->multi, h->easy);
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(h->easy, CURLOPT_CONNECT_TO, NULL);
	curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, NULL);
	if (!done || (code != CURLE_OK && !x->stopped)) {
		if (done)
			http_explain(x, code, e);
		return http_blame(x, rq, e);
	}
	*reply = (struct http_reply){
		.status = (int)http_status_of(h->easy),
		.url = rq->url,
		.headers = x->headers,
		.nheaders = x->nheaders,
		.body = { buf_copy(&x->body, x->a), x->body.len },
	};
	return true;
}

static bool http_run(struct http *h, struct arena *a, const struct http_request *rq,
		     struct http_reply *reply, struct err *e)
{
	struct exchange x = {
		.a = a, .rq = rq, .easy = h->easy,
		.headers = arena_array(a, MAX_HEADERS, sizeof(struct http_header)),
	};
	int64_t begun = clock_ticks();
	bool ok;

	x.max = rq->max_reply ? rq->max_reply : DEFAULT_REPLY;
	buf_init(&x.body, rq->to_file ? DEFAULT_REPLY : x.max);
	ok = exchange_once(h, &x, rq, reply, e);
	if (ok || e->code != ERR_CANCELLED)
		traffic_add(h->traffic, rq->kind, ok ? traffic_status(reply->status) : TRAFFIC_FAILED,
			    rq->chunk ? 0 : clock_ticks() - begun);
	buf_release(&x.body);
	return ok;
}

bool http_send(struct http *h, struct arena *a, const struct http_request *rq,
	       struct http_reply *reply, struct err *e)
{
	struct http_request now = *rq;
	struct http_reply got;

	assert(rq->url && !rq->chunk);
	for (unsigned hops = 0;; hops++) {
		const char *location;
		if (!http_run(h, a, &now, &got, e))
			return false;
		location = http_header(&got, "location");
		if (!rq->redirects || !location || got.status < 301 || got.status > 308 ||
		    got.status == 304)
			break;
		if (hops == rq->redirects)
			return err_set(e, ERR_NET, "%s redirects more than %u times",
				       http_request_name(a, rq), rq->redirects);
		if (!redirect_follow(a, &now, &got, location, e))
			return false;
	}
	*reply = got;
	return true;
}

bool http_stream(struct http *h, struct arena *a, const struct http_request *rq,
		 struct http_reply *reply, struct err *e)
{
	assert(rq->url && rq->chunk && !rq->to_file);
	return http_run(h, a, rq, reply, e);
}
