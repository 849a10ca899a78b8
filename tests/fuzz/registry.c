/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry that says whatever it likes: its JSON, Link and WWW-Authenticate headers. An input is a row
 * of answers; each begins with a line "STATUS[ NAME: VALUE]…" with tabs between the headers, and its body
 * goes up to a line "%". The answers come in turn; after the last everything is 404.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <string.h>

#include "base/list.h"
#include "net/http.h"
#include "net/registry.h"
#include "net/registry_inner.h"

enum { MAX_HEADERS = 16, ANSWERS = 40 };

static struct str answers;              /* what is left of the input; inputs run one at a time */
static unsigned asked;

bool __wrap_http_send(struct http *h, struct arena *a, const struct http_request *rq,
		      struct http_reply *reply, struct err *e);

static int next_status(const char **line)
{
	static const int statuses[] = { 200, 401, 404, 403, 400, 304 };
	int n = **line >= '0' && **line <= '9' ? **line - '0' : 0;

	*line += **line != '\0';
	return statuses[(size_t)n % COUNTOF(statuses)];
}

static void read_headers(struct arena *a, const char *line, struct http_reply *reply)
{
	struct http_header *headers = arena_array(a, MAX_HEADERS, sizeof(*headers));

	reply->headers = headers;
	while (*line == '\t' && reply->nheaders < MAX_HEADERS) {
		size_t n = strcspn(++line, "\t"), colon = strcspn(line, ":");

		if (colon < n)
			headers[reply->nheaders++] = (struct http_header){
				str_lower(a, str_copy_n(a, line, colon)),
				str_copy_n(a, line + colon + 1, n - colon - 1),
			};
		line += n;
	}
}

bool __wrap_http_send(struct http *h, struct arena *a, const struct http_request *rq,
		      struct http_reply *reply, struct err *e)
{
	const char *line, *end;
	size_t n;

	(void)h;
	*reply = (struct http_reply){ .status = 404, .url = str_copy(a, rq->url), .body = { "", 0 } };
	if (++asked > ANSWERS)
		return err_set(e, ERR_NET, "no more answers");
	if (!answers.len)
		return true;
	line = fuzz_line(a, &answers);
	reply->status = next_status(&line);
	read_headers(a, line, reply);
	end = memmem(answers.at, answers.len, "\n%\n", 3);
	n = end ? (size_t)(end - answers.at) + 1 : answers.len;
	reply->body = fuzz_rest(a, (struct str){ answers.at, n });
	n += end ? 2 : 0;
	answers = (struct str){ answers.at + n, answers.len - n };
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct rate *rate = rate_new(1000000);
	const struct registry_options o = { .username = "ada", .password = "secret", .rate = rate };
	struct registry_manifest m;
	struct registry *r = NULL;
	struct registry_tag_list tags = { .validator = NULL };
	struct http *h = http_new();
	struct err e;

	answers = (struct str){ (const char *)bytes, len };
	asked = 0;
	if (registry_open(&r, h, "registry.example/team/app", &o, &e)) {
		if (registry_tags(r, a, &tags, &e))
			for (size_t i = 0; i < tags.tags.count; i++)
				FUZZ_CHECK(tags.tags.items[i] != NULL, "a tag");
		if (registry_manifest(r, a, "v1", &m, &e))
			FUZZ_CHECK(m.digest != NULL, m.body.at);
	}
	registry_free(r);
	http_free(h);
	rate_free(rate);
	return 0;
}
