/* SPDX-License-Identifier: Apache-2.0 */
/* A forge that answers by a script. */
#include "script.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/http.h"

bool script_send(void *context, struct arena *a, const struct http_request *rq,
		 struct http_reply *reply, struct err *e)
{
	struct script *s = context;
	const char *line = str_format(a, "%s %s", rq->method ? rq->method : "GET", rq->url);
	struct http_header *header = arena_alloc(a, sizeof(*header));

	(void)e;
	s->asked = str_format(s->a, "%s%s %.*s\n", s->asked ? s->asked : "", line,
			      (int)rq->body.len, rq->body.len ? rq->body.at : "");
	for (size_t i = 0; i < rq->nheaders; i++)
		if (strcmp(rq->headers[i].name, "Authorization") == 0)
			s->token = str_copy(s->a, rq->headers[i].value);
	*reply = (struct http_reply){ .status = 404, .url = rq->url, .body = str_of("{}") };
	for (const struct script_answer *w = s->answers; w->on; w++) {
		if (!has_suffix(line, w->on))
			continue;
		reply->status = w->status;
		reply->body = str_of(w->body);
		if (w->header) {
			*header = (struct http_header){ w->header, w->value };
			reply->headers = header;
			reply->nheaders = 1;
		}
		break;
	}
	return true;
}
