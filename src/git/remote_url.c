/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Urls of ssh and of this machine. A host or path that begins with '-' would be an
 * option to ssh or git (CVE-2017-1000117), so those are refused.
 */
#include "git/transport.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

static const char *const ssh_schemes[] = { "ssh://", "git+ssh://", "ssh+git://" };

const char *remote_name(struct arena *a, const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *rest = scheme ? scheme + 3 : url;
	size_t host = strcspn(rest, "/");
	const char *at = NULL;

	for (size_t i = 0; i < host; i++)
		if (rest[i] == '@')
			at = rest + i;
	if (!scheme || !at || (has_prefix(url, "ssh") && !memchr(rest, ':', (size_t)(at - rest))))
		return str_clean(a, url, strlen(url), 500);
	url = str_format(a, "%.*s%s", (int)(rest - url), url, at + 1);
	return str_clean(a, url, strlen(url), 500);
}

/* What follows the scheme, or NULL. */
static const char *after_ssh(const char *url)
{
	for (size_t i = 0; i < COUNTOF(ssh_schemes); i++)
		if (has_prefix(url, ssh_schemes[i]))
			return url + strlen(ssh_schemes[i]);
	return NULL;
}

bool spawn_fits(const char *url)
{
	return after_ssh(url) || has_prefix(url, "file://") || !strstr(url, "://");
}

static int hex_digit_of(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

static const char *remote_url_decode(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) + 1);
	size_t n = 0;

	while (*text) {
		int high = *text == '%' ? hex_digit_of(text[1]) : -1;
		int low = high >= 0 ? hex_digit_of(text[2]) : -1;

		if (low >= 0 && high + low > 0) {
			out[n++] = (char)(high * 16 + low);
			text += 3;
		} else {
			out[n++] = *text++;
		}
	}
	return out;
}

/* host[:port] with [::1] for addresses; what follows '@' of user@host stays with it. */
static void split_port(struct arena *a, const char *authority, struct spawn_url *out)
{
	const char *at = strrchr(authority, '@');
	const char *host = at ? at + 1 : authority;
	const char *user = at ? str_copy_n(a, authority, (size_t)(at - authority)) : NULL;
	size_t len = strcspn(host, *host == '[' ? "]" : ":");
	const char *rest = host + len + (host[len] == ']');

	host = *host == '[' ? str_copy_n(a, host + 1, len ? len - 1 : 0) : str_copy_n(a, host, len);
	/* A password in an ssh url is of no use to ssh. */
	if (user)
		user = str_copy_n(a, user, strcspn(user, ":"));
	out->host = user ? str_format(a, "%s@%s", user, host) : host;
	out->port = *rest == ':' && rest[1] ? rest + 1 : NULL;
}

static void split_ssh(struct arena *a, const char *rest, struct spawn_url *out)
{
	size_t len = strcspn(rest, "/");

	split_port(a, remote_url_decode(a, str_copy_n(a, rest, len)), out);
	out->path = remote_url_decode(a, rest + len);
	if (has_prefix(out->path, "/~"))
		out->path++;
}

bool spawn_parse(struct arena *a, const char *url, struct spawn_url *out, struct err *e)
{
	const char *rest;
	size_t colon, slash;

	assert(url);
	rest = after_ssh(url);
	colon = strcspn(url, ":");
	slash = strcspn(url, "/");
	*out = (struct spawn_url){ 0 };
	if (rest) {
		split_ssh(a, rest, out);
	} else if (has_prefix(url, "file://")) {
		out->path = remote_url_decode(a, url + strlen("file://"));
		if (has_prefix(out->path, "localhost/"))
			out->path += strlen("localhost");
	} else if (url[colon] && colon < slash) {
		split_port(a, str_copy_n(a, url, colon), out);
		out->path = str_copy(a, url + colon + 1);
	} else {
		out->path = str_copy(a, url);
	}
	if (!*out->path || *out->path == '-')
		return err_set(e, ERR_CONFIG, "\"%s\" names no repository", url);
	if (out->host && (!*out->host || *out->host == '-' || strpbrk(out->host, " \t\n'\"")))
		return err_set(e, ERR_CONFIG, "\"%s\" names no host", url);
	if (out->port && out->port[strspn(out->port, "0123456789")])
		return err_set(e, ERR_CONFIG, "\"%s\": the port is not a number", url);
	return true;
}
