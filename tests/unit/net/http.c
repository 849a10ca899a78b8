/* SPDX-License-Identifier: Apache-2.0 */
/* The client against the server, over real sockets: replies, redirects, limits, secrets, streams. */
#include "net/http.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "err_name.h"
#include "net/guard.h"
#include "net/net.h"
#include "net/retry.h"
#include "net/server.h"
#include "net/url.h"
#include "tap.h"

struct site {
	struct server *server, *other;
	const char *base, *elsewhere;
	unsigned flaky;
	unsigned parts;
};

static bool next_part(void *state, struct buf *out)
{
	unsigned *left = state;

	buf_format(out, "part %u\n", *left);
	return --*left > 0;
}

static bool stay_silent(void *state, struct buf *out)
{
	(void)state;
	(void)out;
	clock_sleep(20);
	return true;
}

static struct http_header *one_header(struct arena *a, const char *name, const char *value)
{
	struct http_header *h = arena_alloc(a, sizeof(*h));

	*h = (struct http_header){ name, value };
	return h;
}

static void redirect(struct arena *a, struct server_reply *reply, int status, const char *to)
{
	reply->status = status;
	reply->headers = one_header(a, "Location", to);
	reply->nheaders = 1;
}

static void handle(void *context, struct arena *a, const struct server_request *rq,
		   struct server_reply *reply)
{
	struct site *s = context;
	const char *auth = server_header(rq, "Authorization");
	const char *secret = server_header(rq, "X-Secret");

	reply->type = "text/plain";
	if (strcmp(rq->path, "/echo") == 0)
		reply->body = str_of(str_format(a, "%s %s %s [%.*s] auth=%s secret=%s q=%s", rq->method,
						rq->raw_path, rq->query, (int)rq->body.len,
						rq->body.at, auth ? auth : "-",
						secret ? secret : "-",
						server_parameter(a, rq, "q")));
	else if (strcmp(rq->path, "/away") == 0)
		redirect(a, reply, 307, str_format(a, "%s/echo", s->elsewhere));
	else if (strcmp(rq->path, "/here") == 0)
		redirect(a, reply, 302, "/echo");
	else if (strcmp(rq->path, "/loop") == 0)
		redirect(a, reply, 302, "/loop");
	else if (strcmp(rq->path, "/file") == 0)
		redirect(a, reply, 302, "file:///etc/passwd");
	else if (strcmp(rq->path, "/flaky") == 0 && s->flaky++ < 2)
		*reply = (struct server_reply){ .status = 503,
						.headers = one_header(a, "Retry-After", "0"),
						.nheaders = 1 };
	else if (strcmp(rq->path, "/tagged") == 0) {
		const char *known = server_header(rq, "If-None-Match");
		reply->status = known && strcmp(known, "\"v1\"") == 0 ? 304 : 200;
		reply->headers = one_header(a, "ETag", "\"v1\"");
		reply->nheaders = 1;
	} else if (strcmp(rq->path, "/stream") == 0) {
		s->parts = 3;
		reply->next = next_part;
		reply->state = &s->parts;
	} else if (strcmp(rq->path, "/silent") == 0)
		reply->next = stay_silent;
	else if (strcmp(rq->path, "/denied") == 0) {
		reply->status = 403;
		reply->body = str_of("you may\n\x1b[31mnot");
	}
}

static void open_site(struct site *s, struct arena *a)
{
	struct server_options o = { 0 };
	struct err e;

	*s = (struct site){ 0 };
	ok(server_start(&s->server, &o, handle, s, &e) && server_start(&s->other, &o, handle, s, &e),
	   "two servers start");
	s->base = str_format(a, "http://127.0.0.1:%u", server_port(s->server));
	s->elsewhere = str_format(a, "http://127.0.0.1:%u", server_port(s->other));
}

static void close_site(struct site *s)
{
	server_stop(s->server);
	server_stop(s->other);
}

static const char *body_of(struct arena *a, struct http *h, const struct http_request *rq)
{
	struct http_reply reply;
	struct err e;

	if (!http_send(h, a, rq, &reply, &e))
		return str_format(a, "%s: %s", err_code_name(e.code), e.message);
	return str_format(a, "%d %s", reply.status, reply.body.at);
}

TEST(requests_arrive_whole)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	struct http_header secret = { "X-Secret", "s3" };

	open_site(&s, a);
	is_text(body_of(a, h, &(struct http_request){ .url = str_format(a, "%s/echo?q=a%%20b", s.base) }),
		"200 GET /echo q=a%20b [] auth=- secret=- q=a b", "a GET with its query");
	is_text(body_of(a, h, &(struct http_request){
			.method = "PATCH", .url = str_format(a, "%s/echo?q=1", s.base),
			.body = str_of("{}"), .bearer = "t.o.k", .headers = &secret, .nheaders = 1 }),
		"200 PATCH /echo q=1 [{}] auth=Bearer t.o.k secret=s3 q=1",
		"a PATCH with body, token and header");
	is_text(body_of(a, h, &(struct http_request){
			.method = "DELETE", .username = "u", .password = "p",
			.url = str_format(a, "%s/echo?q=1", s.base) }),
		"200 DELETE /echo q=1 [] auth=Basic dTpw secret=- q=1", "a DELETE as somebody");
	is_text(body_of(a, h, &(struct http_request){
			.method = "HEAD", .url = str_format(a, "%s/echo", s.base) }),
		"200 ", "a HEAD has no body");
	is_text(body_of(a, h, &(struct http_request){
			.url = s.base, .headers = &(struct http_header){ "X", "a\r\nY: b" },
			.nheaders = 1 }),
		str_format(a, "config: GET %s/: the value of header 'X' holds a line break", s.base),
		"no header is smuggled in");
	close_site(&s);
}

TEST(this_machine_is_not_sought_through_a_proxy)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;

	open_site(&s, a);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	ok(has_prefix(body_of(a, h, &(struct http_request){ .url = str_format(a, "%s/echo", s.base) }),
		      "200 "), "loopback is reached");
	ok(strstr(body_of(a, h, &(struct http_request){ .url = "http://example.invalid/" }), "port 1"),
	   "others are sought there");
	unsetenv("http_proxy");
	close_site(&s);
}

TEST(redirects_keep_secrets_home)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	struct http_header secret = { "X-Secret", "s3" };
	struct http_request rq = { .bearer = "t", .headers = &secret, .nheaders = 1, .redirects = 3 };

	open_site(&s, a);
	rq.url = str_format(a, "%s/here", s.base);
	is_text(body_of(a, h, &rq), "200 GET /echo  [] auth=Bearer t secret=s3 q=(null)",
		"the same origin gets them");
	rq.url = str_format(a, "%s/away", s.base);
	is_text(body_of(a, h, &rq), "200 GET /echo  [] auth=- secret=- q=(null)", "another does not");
	rq.url = str_format(a, "%s/loop", s.base);
	is_text(body_of(a, h, &rq), str_format(a, "net: GET %s/loop redirects more than 3 times", s.base),
		"a loop ends");
	rq.url = str_format(a, "%s/file", s.base);
	is_text(body_of(a, h, &rq),
		"config: following a redirect: only http and https URLs are opened, not file",
		"other protocols are not followed");
	rq.redirects = 0;
	rq.url = str_format(a, "%s/here", s.base);
	ok(has_prefix(body_of(a, h, &rq), "302"), "none is followed unasked");
	close_site(&s);
}

TEST(limits_hold)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	bool cancelled = true;

	open_site(&s, a);
	is_text(body_of(a, h, &(struct http_request){ .url = str_format(a, "%s/stream", s.base),
						      .max_reply = 10 }),
		str_format(a, "limit: GET %s/stream: the reply is larger than 10 bytes", s.base),
		"a reply has a ceiling");
	int64_t from = clock_ticks();
	ok(has_prefix(body_of(a, h, &(struct http_request){
				.url = str_format(a, "%s/silent", s.base), .timeout_ms = 200 }),
		      "timeout: GET "), "and a time limit");
	ok(clock_ticks() - from < 30000, "that is kept");
	ok(has_prefix(body_of(a, h, &(struct http_request){ .url = s.base, .cancelled = &cancelled }),
		      "cancelled: "), "a flag ends it");
	is_text(body_of(a, h, &(struct http_request){
			.url = str_format(a, "%s/echo", s.base), .reach = REACH_PUBLIC }),
		str_format(a, "refused: GET %s/echo: the host's address is of this machine or a private "
			      "network, which this request may not reach", s.base),
		"a guarded request does not reach this machine, even where a connection is open");
	close_site(&s);
}

TEST(no_secret_is_in_a_message)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();

	const char *said = body_of(a, h, &(struct http_request){
		.url = "http://user:hunter2@127.0.0.1:1/x?token=hunter2", .bearer = "hunter2" });
	ok(has_prefix(said, "net: GET http://127.0.0.1:1/x: "), "a refused connection says where: %s",
	   said);
	ok(!strstr(said, "hunter2"), "but no secret");
	said = body_of(a, h, &(struct http_request){ .url = "http://127.0.0.1:1/hunter2",
						     .secret_url = true });
	ok(has_prefix(said, "net: GET (secret URL): ") && !strstr(said, "hunter2"),
	   "a secret URL is not named");
}

TEST(a_secret_url_is_not_named_when_it_redirects)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	struct http_request rq = { .redirects = 2, .secret_url = true };

	open_site(&s, a);
	rq.url = str_format(a, "%s/loop?hunter2", s.base);
	is_text(body_of(a, h, &rq), "net: GET (secret URL) redirects more than 2 times", "for ever");
	rq.url = str_format(a, "%s/file?hunter2", s.base);
	is_text(body_of(a, h, &rq), "net: it redirects to something that is not an http URL",
		"to where nobody can follow");
	close_site(&s);
}

TEST(refusals_and_retries)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	struct http_reply reply;
	struct err e;
	struct http_request rq;

	open_site(&s, a);
	rq = (struct http_request){ .url = str_format(a, "%s/flaky", s.base), .tries = 5 };
	ok(http_persist(h, a, &rq, &reply, &e) && reply.status == 200, "the third try succeeds");
	is_number(s.flaky, 3, "after two refusals");
	rq.url = str_format(a, "%s/denied", s.base);
	ok(http_send(h, a, &rq, &reply, &e), "a refusal is a reply");
	http_refused(a, &rq, &reply, &e);
	ok(e.code == ERR_AUTH && !e.again, "that means: you may not");
	is_text(e.message, str_format(a, "GET %s/denied: HTTP status 403: you may ?[31mnot", s.base),
		"and is told on one clean line");
	rq = (struct http_request){ .url = str_format(a, "%s/tagged", s.base) };
	ok(http_send(h, a, &rq, &reply, &e) && reply.status == 200, "a tagged page");
	rq.validator = http_validator(a, &reply);
	ok(http_send(h, a, &rq, &reply, &e) && reply.status == 304, "is not sent twice");
	close_site(&s);
}

static const char *validator_of(struct arena *a, const char *changed, const char *answered)
{
	struct http_header headers[] = { { "last-modified", changed }, { "date", answered } };
	const struct http_reply reply = { .headers = headers, .nheaders = answered ? 2 : 1 };

	return http_validator(a, &reply);
}

TEST(a_date_tells_changes_apart_once_its_second_is_over)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(validator_of(a, "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"),
		"MSun, 06 Nov 1994 08:49:37 GMT", "a second later it can be asked for");
	ok(!validator_of(a, "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"),
	   "in the same second another change may follow");
	ok(!validator_of(a, "Sun, 06 Nov 1994 08:49:37 GMT", NULL), "without the server's time it is unknown");
	ok(!validator_of(a, "yesterday", "Sun, 06 Nov 1994 08:49:38 GMT"), "nor is a date that is none taken");
}

struct heard {
	struct buf text;
	unsigned stop_after;
};

static bool hear(void *context, const char *bytes, size_t len)
{
	struct heard *h = context;

	buf_add(&h->text, bytes, len);
	return !h->stop_after || h->text.len < h->stop_after;
}

TEST(streams_come_in_parts)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(http) struct http *h = http_new();
	struct site s;
	struct heard heard = { 0 };
	struct http_reply reply;
	struct err e;
	struct http_request rq;

	open_site(&s, a);
	buf_init(&heard.text, 1000);
	rq = (struct http_request){ .url = str_format(a, "%s/stream", s.base), .chunk = hear,
				    .context = &heard };
	ok(http_stream(h, a, &rq, &reply, &e), "a stream ends");
	is_text(buf_str(&heard.text), "part 3\npart 2\npart 1\n", "and was heard whole");
	heard.stop_after = 1;
	ok(http_stream(h, a, &rq, &reply, &e), "or is ended by the listener");
	rq.url = str_format(a, "%s/silent", s.base);
	rq.silence_ms = 300;
	ok(!http_stream(h, a, &rq, &reply, &e) && e.code == ERR_TIMEOUT && e.again,
	   "silence is noticed");
	rq.url = str_format(a, "%s/denied", s.base);
	ok(http_stream(h, a, &rq, &reply, &e) && reply.status == 403 && reply.body.len,
	   "a refusal is a reply with a body");
	buf_release(&heard.text);
	close_site(&s);
}

TEST(private_addresses)
{
	static const struct { uint32_t address; bool is_private; } cases[] = {
		{ 0x7f000001, true }, { 0x0a010203, true }, { 0xc0a80101, true },
		{ 0xa9fea9fe, true }, { 0x64400001, true }, { 0xac1f0001, true },
		{ 0xac200001, false }, { 0x08080808, false }, { 0x01010101, false },
		{ 0xe0000001, true }, { 0xffffffff, true },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
		uint32_t wire = htonl(cases[i].address);
		in.sin_addr.s_addr = wire;
		memset(in6.sin6_addr.s6_addr + 10, 0xff, 2);
		memcpy(in6.sin6_addr.s6_addr + 12, &wire, 4);
		ok(is_private_address((struct sockaddr *)&in) == cases[i].is_private &&
		   is_private_address((struct sockaddr *)&in6) == cases[i].is_private,
		   "%08x is %s, mapped into IPv6 too", cases[i].address,
		   cases[i].is_private ? "private" : "public");
	}
}

TEST(link_local_addresses)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0xa9fea9fe) };
	struct guard_visit v = { 0 };

	ok(is_link_local_address((struct sockaddr *)&in), "169.254.169.254 is where credentials are");
	in.sin_addr.s_addr = htonl(0x0a000001);
	ok(!is_link_local_address((struct sockaddr *)&in), "10.0.0.1 is not");
	guard_name(&v, false, "[fe80::1]");
	ok(v.refused, "a literal is refused before a proxy could be asked");
	v.refused = false;
	guard_name(&v, false, "10.0.0.1");
	ok(!v.refused, "a private one is not, when only link-local is refused");
	guard_name(&v, true, "10.0.0.1");
	ok(v.refused, "but is when only public ones may be reached");
	static const char *const hidden[] = { "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]",
					      "[2002:a9fe:a9fe::1]", "[::a9fe:a9fe]",
					      "[fd00:ec2::254]" };
	for (size_t i = 0; i < COUNTOF(hidden); i++) {
		v.refused = false;
		guard_name(&v, false, hidden[i]);
		ok(v.refused, "%s is where credentials are, too", hidden[i]);
	}
	v.refused = false;
	guard_name(&v, false, "[2002:0808:0808::1]");
	ok(!v.refused, "a public address inside another is not");
}

TEST(urls)
{
	AUTO(arena) struct arena *a = arena_new();
	struct url u;
	struct err e;
	const char *joined;

	ok(url_parse(a, "https://us%40er:p%3aw@Example.ORG/a/b?x=1#f", &u, &e), "a URL is read");
	is_text(u.host, "example.org", "host");
	is_text(u.username, "us@er", "user");
	is_text(u.password, "p:w", "password");
	is_number(u.port, 443, "port");
	is_text(u.query, "x=1", "query");
	ok(!url_parse(a, "ftp://x/", &u, &e) && !url_parse(a, "", &u, &e) &&
	   !url_parse(a, "http:// x/", &u, &e) && !url_parse(a, "host/path", &u, &e),
	   "others are refused");
	is_text(url_shown(a, "https://u:p@h:8443/p?q#f"), "https://h:8443/p", "shown without secrets");
	ok(url_join(a, "https://h/v2/x/tags/list?n=1", "/v2/x/tags/list?n=1&last=b", &joined, &e) &&
	   same_text(joined, "https://h/v2/x/tags/list?n=1&last=b"), "joined");
	is_text(url_escape(a, "a/b c%"), "a%2Fb%20c%25", "escaped");
	ok(is_loopback_host("127.1.2.3") && is_loopback_host("localhost") &&
	   !is_loopback_host("127.evil.example") && !is_loopback_host("localhost.example"),
	   "loopback names");
}
