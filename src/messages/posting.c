/* SPDX-License-Identifier: Apache-2.0 */
/* Headers are sent once each: a message's own replace the channel's. */
#include "messages/posting.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "messages/channel.h"
#include "messages/router.h"
#include "net/http.h"
#include "net/url.h"

enum { TIMEOUT_MS = 10000, MAX_REPLY = 1 << 20 };

const char *posting_field(const struct channel *c, const struct message *m, const char *name,
			  const char *otherwise)
{
	const char *own = value_get_text(m->body, name), *usual = value_get_text(c->spec, name);

	return *own ? own : *usual ? usual : otherwise;
}

void posting_header(struct arena *a, struct list *headers, const char *name, const char *value)
{
	struct http_header *h;

	for (size_t i = 0; i < headers->count; i++)
		if (same_but_case(((struct http_header *)headers->items[i])->name, name)) {
			((struct http_header *)headers->items[i])->value = value;
			return;
		}
	h = arena_alloc(a, sizeof(*h));
	*h = (struct http_header){ name, value };
	list_add(a, headers, h);
}

void posting_set_headers(struct arena *a, const struct list *headers, struct http_request *rq)
{
	struct http_header *all = arena_array(a, headers->count, sizeof(*all));

	for (size_t i = 0; i < headers->count; i++)
		all[i] = *(const struct http_header *)headers->items[i];
	rq->headers = all;
	rq->nheaders = headers->count;
}

void posting_begin(struct http_request *rq)
{
	*rq = (struct http_request){ .kind = TRAFFIC_MESSAGE, .method = "POST",
				     .timeout_ms = TIMEOUT_MS, .max_reply = MAX_REPLY,
				     .reach = REACH_ROUTED, .secret_url = true };
}

bool posting_is_safe(struct arena *a, const char *url, struct err *e)
{
	struct url u;

	if (!url_parse(a, url, &u, e))
		return false;
	return strcmp(u.scheme, "https") == 0 || is_loopback_host(u.host) ||
	       err_set(e, ERR_CONFIG, "the URL must begin with https://: a token would cross the network in "
		       "plain text");
}
