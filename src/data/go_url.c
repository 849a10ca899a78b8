/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3986 with net/url's own opinions: which characters each part must escape, that
 * a path keeps its escapes as written only while it still means the same, and that
 * a web server's host takes no colon but the port's.
 */
#include "data/go_url.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum url_part { PART_USER, PART_HOST, PART_PATH, PART_QUERY, PART_FRAGMENT };

static bool go_url_is_one_of(unsigned char c, const char *set)
{
	return c && strchr(set, c);
}

static bool must_escape(unsigned char c, enum url_part part)
{
	if (is_letter(c) || is_digit(c) || go_url_is_one_of(c, "-_.~"))
		return false;
	switch (part) {
	case PART_HOST:
		return !go_url_is_one_of(c, "!$&'()*+,;=:[]<>\"");
	case PART_USER:
		return !go_url_is_one_of(c, "$&+,;=");
	case PART_PATH:
		return !go_url_is_one_of(c, "$&+,/:;=@");
	case PART_FRAGMENT:
		return !go_url_is_one_of(c, "$&+,/:;=?@!()*");
	case PART_QUERY:
		break;
	}
	return true;
}

static const char *go_url_escape(struct arena *a, const char *text, enum url_part part)
{
	AUTO(buf) struct buf b;

	buf_init(&b, strlen(text) * 3 + 1);
	for (const char *p = text; *p; p++) {
		if (must_escape((unsigned char)*p, part))
			buf_format(&b, "%%%02X", (unsigned char)*p);
		else
			buf_char(&b, *p);
	}
	return buf_copy(&b, a);
}

static int go_url_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A host may escape only what is not ASCII, and "%" itself. */
static bool may_escape(const char *at, enum url_part part)
{
	return part != PART_HOST || go_url_hex_digit(at[1]) >= 8 || strncmp(at, "%25", 3) == 0;
}

/* NULL: a broken escape, an escaped NUL, or what a host cannot hold. */
static const char *go_url_unescape(struct arena *a, const char *text, enum url_part part)
{
	AUTO(buf) struct buf b;

	buf_init(&b, strlen(text) + 1);
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '%') {
			int high = go_url_hex_digit(p[1]),
			    low = high < 0 ? -1 : go_url_hex_digit(p[2]);

			if (low < 0 || !may_escape(p, part) || (!high && !low))
				return NULL;
			c = (unsigned char)(high * 16 + low);
			p += 2;
		} else if (part == PART_HOST && c < 0x80 && must_escape(c, part)) {
			return NULL;
		}
		buf_char(&b, (char)c);
	}
	return buf_copy(&b, a);
}

/* "scheme:rest" taken apart; no scheme leaves all in *rest. False: ":…" */
static bool split_scheme(struct arena *a, const char *text, const char **scheme, const char **rest)
{
	*scheme = "";
	*rest = text;
	for (const char *p = text; *p; p++) {
		bool letter = is_letter(*p);

		if (*p == ':') {
			if (p == text)
				return false;
			*scheme = str_lower(a, str_copy_n(a, text, (size_t)(p - text)));
			*rest = p + 1;
			return true;
		}
		if (!letter &&
		    (p == text || !(is_digit(*p) || go_url_is_one_of((unsigned char)*p, "+-."))))
			return true;
	}
	return true;
}

static bool is_port(const char *text)
{
	return !*text || (*text == ':' && !text[1 + strspn(text + 1, "0123456789")]);
}

/* "[v6 address]", perhaps with a zone after "%25". */
static bool is_bracketed(struct arena *a, const char *host, const char *end)
{
	const char *inner = str_copy_n(a, host + 1, (size_t)(end - host - 1));
	const char *zone = strstr(inner, "%25");
	struct in6_addr ignored;

	if (zone && !zone[3])
		return false;
	if (zone)
		inner = str_copy_n(a, inner, (size_t)(zone - inner));
	return inet_pton(AF_INET6, inner, &ignored) == 1;
}

/* Only http and https take no colon but the port's. */
static const char *port_colon(const struct go_url *u, const char *host)
{
	bool is_strict = strcmp(u->scheme, "http") == 0 || strcmp(u->scheme, "https") == 0;

	return is_strict ? strchr(host, ':') : strrchr(host, ':');
}

static bool parse_host(struct arena *a, const char *host, struct go_url *u)
{
	const char *colon = port_colon(u, host);

	if (strchr(host, '[')) {
		const char *end = strrchr(host, ']');

		if (*host != '[' || !end || !is_bracketed(a, host, end) || !is_port(end + 1))
			return false;
	} else if (colon && !is_port(colon)) {
		return false;
	}
	u->host = go_url_unescape(a, host, PART_HOST);
	return u->host != NULL;
}

static bool is_user_info(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (!is_letter(*p) && !is_digit(*p) &&
		    !go_url_is_one_of((unsigned char)*p, "-._:~!$&'()*+,;=%@"))
			return false;
	}
	return true;
}

static bool parse_authority(struct arena *a, const char *text, struct go_url *u)
{
	const char *at = strrchr(text, '@'), *info, *colon;

	if (!parse_host(a, at ? at + 1 : text, u))
		return false;
	if (!at)
		return true;
	info = str_copy_n(a, text, (size_t)(at - text));
	if (!is_user_info(info))
		return false;
	colon = strchr(info, ':');
	u->user = go_url_unescape(a, colon ? str_copy_n(a, info, (size_t)(colon - info)) : info,
				  PART_USER);
	if (colon)
		u->password = go_url_unescape(a, colon + 1, PART_USER);
	return u->user && (!colon || u->password);
}

/* Sets *decoded, and *raw when escaping it again would not give what was written. */
static bool parse_escaped(struct arena *a, const char *text, enum url_part part, const char **decoded,
			  const char **raw)
{
	*decoded = go_url_unescape(a, text, part);
	if (!*decoded)
		return false;
	*raw = same_text(go_url_escape(a, *decoded, part), text) ? "" : text;
	return true;
}

static bool parse_hierarchy(struct arena *a, const char *rest, struct go_url *u)
{
	bool has_host = has_prefix(rest, "//") && (*u->scheme || !has_prefix(rest, "///"));

	if (has_host) {
		const char *slash = strchr(rest + 2, '/');
		size_t len = slash ? (size_t)(slash - rest - 2) : strlen(rest + 2);

		if (!parse_authority(a, str_copy_n(a, rest + 2, len), u))
			return false;
		rest = slash ? slash : "";
	} else if (*u->scheme && *rest == '/') {
		u->omit_host = true;
	}
	return parse_escaped(a, rest, PART_PATH, &u->path, &u->raw_path);
}

static bool parse_without_fragment(struct arena *a, const char *text, struct go_url *u)
{
	const char *rest, *query;

	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	}
	if (strcmp(text, "*") == 0) {
		u->path = text;
		return true;
	}
	if (!split_scheme(a, text, &u->scheme, &rest))
		return false;
	query = strchr(rest, '?');
	if (query) {
		u->force_query = !query[1];
		u->query = query + 1;
		rest = str_copy_n(a, rest, (size_t)(query - rest));
	}
	if (*rest != '/') {
		if (*u->scheme) {
			u->opaque = rest;
			return true;
		}
		if (memchr(rest, ':', strcspn(rest, "/")))
			return false;
	}
	return parse_hierarchy(a, rest, u);
}

bool go_url_parse(struct arena *a, const char *text, struct go_url *out)
{
	struct go_url u = { .scheme = "", .opaque = "", .host = "", .path = "", .raw_path = "",
			    .query = "", .fragment = "", .raw_fragment = "" };
	const char *hash = strchr(text, '#');

	if (!parse_without_fragment(a, hash ? str_copy_n(a, text, (size_t)(hash - text)) : text, &u))
		return false;
	if (hash && !parse_escaped(a, hash + 1, PART_FRAGMENT, &u.fragment, &u.raw_fragment))
		return false;
	*out = u;
	return true;
}

/* Raw text that could have been written by an encoder that escapes less. */
static bool is_valid_encoding(const char *raw, enum url_part part)
{
	for (const char *p = raw; *p; p++) {
		if (!go_url_is_one_of((unsigned char)*p, "!$&'()*+,;=:@[]%") &&
		    must_escape((unsigned char)*p, part))
			return false;
	}
	return true;
}

static const char *go_url_encoded(struct arena *a, const char *decoded, const char *raw,
				  enum url_part part)
{
	if (*raw && is_valid_encoding(raw, part) &&
	    same_text(go_url_unescape(a, raw, part), decoded))
		return raw;
	return part == PART_PATH && strcmp(decoded, "*") == 0 ? "*"
							      : go_url_escape(a, decoded, part);
}

static void write_authority(struct arena *a, struct buf *b, const struct go_url *u)
{
	bool any = *u->host || u->user;

	if (!*u->scheme && !any)
		return;
	if (u->omit_host && !any)
		return;
	if (any || *u->path)
		buf_text(b, "//");
	if (u->user) {
		buf_text(b, go_url_escape(a, u->user, PART_USER));
		if (u->password)
			buf_format(b, ":%s", go_url_escape(a, u->password, PART_USER));
		buf_char(b, '@');
	}
	buf_text(b, go_url_escape(a, u->host, PART_HOST));
}

const char *go_url_text(struct arena *a, const struct go_url *u)
{
	AUTO(buf) struct buf b;
	const char *path = go_url_encoded(a, u->path, u->raw_path, PART_PATH);

	buf_init(&b, 1 << 20);
	if (*u->scheme)
		buf_format(&b, "%s:", u->scheme);
	if (*u->opaque) {
		buf_text(&b, u->opaque);
	} else {
		write_authority(a, &b, u);
		if (*path && *path != '/' && *u->host)
			buf_char(&b, '/');
		if (!b.len && memchr(path, ':', strcspn(path, "/")))
			buf_text(&b, "./");
		buf_text(&b, path);
	}
	if (u->force_query || *u->query)
		buf_format(&b, "?%s", u->query);
	if (*u->fragment)
		buf_format(&b, "#%s",
			   go_url_encoded(a, u->fragment, u->raw_fragment, PART_FRAGMENT));
	return buf_copy(&b, a);
}

static bool has_broken_escape(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '%' && (i + 2 >= len || go_url_hex_digit(text[i + 1]) < 0 ||
				       go_url_hex_digit(text[i + 2]) < 0))
			return true;
	}
	return false;
}

bool go_url_has_parameters(const struct go_url *u)
{
	for (const char *p = u->query; *p;) {
		size_t len = strcspn(p, "&");

		if (len && !memchr(p, ';', len) && !has_broken_escape(p, len))
			return true;
		p += len + (p[len] == '&');
	}
	return false;
}
