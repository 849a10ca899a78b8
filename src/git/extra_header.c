/* SPDX-License-Identifier: Apache-2.0 */
/* Settings come in the order of git: the system's, the user's; within a file from top to bottom. */
#include "git/extra_header.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "git/transport.h"

enum { MOST_HEADERS = 50, FITS_ALL = 1, LONGEST_PATH = 4096 };

/* An http(s) url, taken apart; the parts point into it. */
struct http_place {
	bool is_tls;
	struct str user, host, port;    /* user: empty when there is none */
	struct str path;                /* without "/" at its end */
};

static bool place_read(const char *url, struct http_place *out)
{
	const char *at, *end, *host, *colon;

	out->is_tls = same_but_case_n(url, "https://", 8);
	if (!out->is_tls && !same_but_case_n(url, "http://", 7))
		return false;
	at = host = url + (out->is_tls ? 8 : 7);
	end = at + strcspn(at, "/?#");
	for (const char *c = at; c < end; c++)
		if (*c == '@')
			host = c + 1;
	out->user = (struct str){ at, host > at ? strcspn(at, ":@") : 0 };
	colon = memchr(host, ']', (size_t)(end - host));
	colon = memchr(colon ? colon : host, ':', (size_t)(end - (colon ? colon : host)));
	out->host = (struct str){ host, (size_t)((colon ? colon : end) - host) };
	out->port = colon ? (struct str){ colon + 1, (size_t)(end - colon - 1) } : (struct str){ "", 0 };
	if (!out->port.len)
		out->port = str_of(out->is_tls ? "443" : "80");
	out->path = (struct str){ end, strcspn(end, "?#") };
	while (out->path.len && out->path.at[out->path.len - 1] == '/')
		out->path.len--;
	return out->host.len > 0;
}

/* Label by label; "*" is any one. */
static bool host_fits(struct str pattern, struct str host)
{
	while (pattern.len && host.len) {
		const char *dot = memchr(pattern.at, '.', pattern.len);
		const char *other = memchr(host.at, '.', host.len);
		size_t p = dot ? (size_t)(dot - pattern.at) : pattern.len;
		size_t h = other ? (size_t)(other - host.at) : host.len;

		if (!(p == 1 && *pattern.at == '*') &&
		    (p != h || !same_but_case_n(pattern.at, host.at, p)))
			return false;
		if (!dot || !other)
			return !dot && !other;
		pattern = (struct str){ dot + 1, pattern.len - p - 1 };
		host = (struct str){ other + 1, host.len - h - 1 };
	}
	return false;
}

unsigned extra_header_fits(const char *pattern, const char *url)
{
	struct http_place want, is;
	unsigned closeness, len;

	assert(pattern && url);
	if (!place_read(url, &is))
		return 0;
	if (!*pattern)
		return FITS_ALL;
	if (!place_read(pattern, &want) || want.is_tls != is.is_tls || !str_equal(want.port, is.port) ||
	    !host_fits(want.host, is.host))
		return 0;
	if (want.path.len > is.path.len || memcmp(want.path.at, is.path.at, want.path.len) != 0 ||
	    (is.path.len > want.path.len && is.path.at[want.path.len] != '/'))
		return 0;
	if (want.user.len && !str_equal(want.user, is.user))
		return 0;
	/* In git's order: the host as it is, then the longer path, then the user. */
	len = want.path.len < LONGEST_PATH ? (unsigned)want.path.len : LONGEST_PATH;
	closeness = FITS_ALL + 1 + len * 2 + (want.user.len > 0);
	return memchr(want.host.at, '*', want.host.len) ? closeness : closeness + 4 * LONGEST_PATH;
}

/* What is gathered from the settings. */
struct header_search {
	struct arena *arena;
	const char *url;
	unsigned best;
	struct list *headers;
	const char *fault;              /* the setting that is not a header; NULL: none */
};

/* "Name: value", in one line. */
static bool is_header(const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon || colon == text || strpbrk(text, "\r\n"))
		return false;
	for (const char *c = text; c < colon; c++)
		if (!is_digit(*c) && !is_letter(*c) && !strchr("!#$%&'*+-.^_`|~", *c))
			return false;
	return true;
}

/* The value, and of "Bearer xyz" what comes last, must not be seen. */
static void header_hide(struct arena *a, const char *text)
{
	struct str value = str_trim(str_of(strchr(text, ':') + 1));
	const char *whole = str_text(a, value), *word = strrchr(whole, ' ');

	log_redact(whole);
	if (word)
		log_redact(word + 1);
}

static void header_take(void *search, const char *name, const char *value)
{
	struct header_search *s = search;
	size_t len = strlen(name), head = strlen("http."), tail = strlen(".extraheader");
	const char *pattern = "";
	unsigned fits;

	if (!has_prefix(name, "http.") || !has_suffix(name, ".extraheader"))
		return;
	if (len > head + tail)
		pattern = str_copy_n(s->arena, name + head, len - head - tail);
	fits = extra_header_fits(pattern, s->url);
	if (!fits || fits < s->best)
		return;
	s->best = fits;
	if (!*value)
		s->headers->count = 0;
	else if (!is_header(value) || s->headers->count >= MOST_HEADERS)
		s->fault = str_copy(s->arena, name);
	else
		list_add(s->arena, s->headers, str_copy(s->arena, value));
}

bool extra_headers_find(struct arena *a, const char *url, struct list *headers, struct err *e)
{
	struct header_search s = { .arena = a, .url = url, .headers = headers };

	if (!extra_header_fits("", url))
		return true;
	git_settings_each(header_take, &s);
	if (s.fault)
		return err_set(e, ERR_CONFIG, "%s of git's settings must be \"Name: value\", at most %d of "
			       "them", s.fault, MOST_HEADERS);
	for (size_t i = 0; i < headers->count; i++)
		header_hide(a, headers->items[i]);
	return true;
}
