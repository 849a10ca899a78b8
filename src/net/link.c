/* SPDX-License-Identifier: Apache-2.0 */
/* What cannot be read ends the header: the links before it count. */
#include "net/registry_inner.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/http.h"
#include "net/url.h"

#define BLANKS " \t"
#define TOKEN_ENDS BLANKS ";,=\"<>"

struct link {
	const char *target, *relations;
	bool has_anchor;
};

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, BLANKS);
}

/* A token or quoted string at *p. */
static const char *read_parameter_value(struct arena *a, const char **p)
{
	const char *from = *p;
	size_t len = 0;
	char *out;

	if (*from != '"') {
		len = strcspn(from, TOKEN_ENDS);
		*p = from + len;
		return str_copy_n(a, from, len);
	}
	out = arena_alloc(a, strlen(from) + 1);
	for (from++; *from && *from != '"'; from++) {
		if (*from == '\\' && from[1])
			from++;
		out[len++] = *from;
	}
	*p = *from ? from + 1 : from;
	return out;
}

/* One link at *p, up to the comma after it; false when there is none. */
static bool read_link(struct arena *a, const char **p, struct link *out)
{
	const char *at = *p + strspn(*p, BLANKS ","), *end;

	*out = (struct link){ .relations = NULL };
	if (*at != '<' || !(end = strchr(at, '>')))
		return false;
	out->target = str_copy_n(a, at + 1, (size_t)(end - at - 1));
	at = skip_blanks(end + 1);
	while (*at == ';') {
		const char *value = "", *name;
		size_t len;

		at = skip_blanks(at + 1);
		len = strcspn(at, TOKEN_ENDS);
		name = str_copy_n(a, at, len);
		at = skip_blanks(at + len);
		if (*at == '=') {
			at = skip_blanks(at + 1);
			value = read_parameter_value(a, &at);
			at = skip_blanks(at);
		}
		if (same_but_case(name, "rel") && !out->relations)
			out->relations = value;         /* a second one counts for nothing */
		out->has_anchor |= same_but_case(name, "anchor");
	}
	*p = at;
	return *at == ',' || !*at;
}

static bool has_relation(struct arena *a, const char *relations, const char *wanted)
{
	for (const char *p = skip_blanks(relations ? relations : ""); *p; p = skip_blanks(p)) {
		size_t len = strcspn(p, BLANKS);

		if (same_but_case(str_copy_n(a, p, len), wanted))
			return true;
		p += len;
	}
	return false;
}

const char *link_find(struct arena *a, const struct http_reply *reply, const char *relation)
{
	assert(relation && *relation);
	for (size_t i = 0; i < reply->nheaders; i++) {
		const char *p = reply->headers[i].value;
		struct link link;

		if (strcmp(reply->headers[i].name, "link") != 0)
			continue;
		while (read_link(a, &p, &link))
			if (!link.has_anchor && has_relation(a, link.relations, relation))
				return link.target;
	}
	return NULL;
}

static bool has_usual_port(const struct url *u)
{
	return u->port == (strcmp(u->scheme, "https") == 0 ? 443 : 80);
}

/* The same host, whatever it believes its scheme to be. */
static bool is_same_host(const struct url *here, const struct url *there)
{
	return same_but_case(here->host, there->host) &&
	       (here->port == there->port || has_usual_port(there));
}

bool link_next(struct arena *a, const struct http_reply *reply, const char *url, const char **next,
	       struct err *e)
{
	const char *target = link_find(a, reply, "next"), *joined;
	struct url here, there;

	if (!target) {
		*next = NULL;
		return true;
	}
	if (!url_join(a, url, target, &joined, e) || !url_parse(a, url, &here, e) ||
	    !url_parse(a, joined, &there, e))
		return false;
	if (!is_same_host(&here, &there))
		return err_set(e, ERR_NET, "the next page of the list is on another host, %s; "
					   "not followed",
			       url_shown(a, joined));
	*next = str_format(a, "%s://%s:%u%s%s%s", here.scheme, here.host, here.port, there.path,
			   there.query ? "?" : "", there.query ? there.query : "");
	return true;
}
