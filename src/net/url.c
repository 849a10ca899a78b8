/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's own URL parser does the reading, so that what is checked here and what
 * is connected to later cannot be read differently.
 */
#include "net/url.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/percent.h"

#define MAX_URL 8192

static void auto_handle(CURLU **u)
{
	curl_url_cleanup(*u);
}

static const char *url_part_of(struct arena *a, CURLU *u, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	const char *copy = NULL;

	if (curl_url_get(u, which, &text, flags) == CURLUE_OK)
		copy = str_copy(a, text);
	curl_free(text);
	return copy;
}

static bool has_controls(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= 0x20 || *text == 0x7f)
			return true;
	return false;
}

bool url_parse(struct arena *a, const char *text, struct url *out, struct err *e)
{
	AUTO(handle) CURLU *u = curl_url();
	const char *port;

	if (!text || !*text)
		return err_set(e, ERR_CONFIG, "the URL is empty");
	if (strlen(text) > MAX_URL)
		return err_set(e, ERR_LIMIT, "the URL is longer than %d bytes", MAX_URL);
	if (has_controls(text))
		return err_set(e, ERR_CONFIG, "the URL holds a space or a control character");
	if (!u || curl_url_set(u, CURLUPART_URL, text, CURLU_PATH_AS_IS) != CURLUE_OK)
		return err_set(e, ERR_CONFIG, "not a URL that gantry can open: %s",
			       strstr(text, "://") ? "it cannot be read" : "it has no scheme");
	struct url r = {
		.scheme = url_part_of(a, u, CURLUPART_SCHEME, 0),
		.host = url_part_of(a, u, CURLUPART_HOST, 0),
		.path = url_part_of(a, u, CURLUPART_PATH, 0),
		.query = url_part_of(a, u, CURLUPART_QUERY, 0),
		.username = url_part_of(a, u, CURLUPART_USER, CURLU_URLDECODE),
		.password = url_part_of(a, u, CURLUPART_PASSWORD, CURLU_URLDECODE),
	};
	port = url_part_of(a, u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (!r.scheme || (strcmp(r.scheme, "http") != 0 && strcmp(r.scheme, "https") != 0))
		return err_set(e, ERR_CONFIG, "only http and https URLs are opened, not %s",
			       r.scheme ? r.scheme : "this one");
	if (!r.host || !*r.host)
		return err_set(e, ERR_CONFIG, "the URL names no host");
	r.host = str_lower(a, r.host);
	r.path = r.path ? r.path : "/";
	r.port = port ? (unsigned)strtoul(port, NULL, 10) : 0;
	*out = r;
	return true;
}

bool url_join(struct arena *a, const char *base, const char *reference, const char **out,
	      struct err *e)
{
	AUTO(handle) CURLU *u = curl_url();

	assert(base && reference);
	if (!u || has_controls(reference) || strlen(reference) > MAX_URL ||
	    curl_url_set(u, CURLUPART_URL, base, 0) != CURLUE_OK ||
	    curl_url_set(u, CURLUPART_URL, reference, 0) != CURLUE_OK)
		return err_set(e, ERR_NET, "%s points to something that is not a URL",
			       url_shown(a, base));
	*out = url_part_of(a, u, CURLUPART_URL, 0);
	return *out || err_set(e, ERR_NET, "%s points to nothing", url_shown(a, base));
}

const char *url_shown(struct arena *a, const char *text)
{
	struct err ignored;
	struct url u;
	bool usual;

	if (!url_parse(a, text, &u, &ignored))
		return "(not a URL)";
	usual = u.port == (strcmp(u.scheme, "https") == 0 ? 443 : 80);
	const char *path = str_clean(a, u.path, strlen(u.path), 300);
	if (usual)
		return str_format(a, "%s://%s%s", u.scheme, u.host, path);
	return str_format(a, "%s://%s:%u%s", u.scheme, u.host, u.port, path);
}

const char *url_escape(struct arena *a, const char *text)
{
	return percent_encode(a, text, "-._~");
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && same_but_case(a->host, b->host) &&
	       a->port == b->port;
}

bool is_loopback_host(const char *host)
{
	return same_but_case(host, "localhost") || has_suffix(host, ".localhost") ||
	       strcmp(host, "[::1]") == 0 || strcmp(host, "::1") == 0 ||
	       (has_prefix(host, "127.") && strspn(host, "0123456789.") == strlen(host));
}
