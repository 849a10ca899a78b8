/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules as Kargo's code has them, oddities included: a port at the end of a
 * chart's URL is taken for a tag, and queries count against https but not against
 * the "host:path" form. Freight's names depend on every one of them.
 */
#include "data/url.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/go_url.h"
#include "data/unicode.h"

static uint32_t url_unchanged(uint32_t point)
{
	return point;
}

static const char *url_sanitise(struct arena *a, const char *url, uint32_t (*map)(uint32_t))
{
	AUTO(buf) struct buf b;
	size_t left = strlen(url);

	buf_init(&b, left * 3 + 1);
	for (const char *p = url; left;) {
		uint32_t point;
		char text[4];
		size_t len = utf8_decode(p, left, &point);

		point = len ? map(point) : 0xfffd;
		len = len ? len : 1;
		if (unicode_is_print(point))
			buf_add(&b, text, utf8_encode(point, text));
		p += len;
		left -= len;
	}
	return str_text(a, str_trim(str_of(buf_copy(&b, a))));
}

const char *url_sanitised(struct arena *a, const char *url)
{
	return url_sanitise(a, url, url_unchanged);
}

static const char *without_suffix(struct arena *a, const char *text, const char *suffix)
{
	return has_suffix(text, suffix) ? str_copy_n(a, text, strlen(text) - strlen(suffix)) : text;
}

static const char *repo_path(struct arena *a, const char *path)
{
	return without_suffix(a, without_suffix(a, path, "/"), ".git");
}

/* Letters, digits, "_" and "-". */
static size_t name_length(const char *at)
{
	size_t n = 0;

	while ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z') ||
	       (at[n] >= '0' && at[n] <= '9') || at[n] == '_' || at[n] == '-')
		n++;
	return n;
}

/* The length of "user@host.name" at the start of text; 0: something else. */
static size_t address_length(const char *text)
{
	size_t n = name_length(text);

	if (n && text[n] == '@') {
		size_t host = name_length(text + n + 1);

		n = host ? n + 1 + host : 0;
	}
	while (n && text[n] == '.' && name_length(text + n + 1))
		n += 1 + name_length(text + n + 1);
	return n;
}

/* "[user@]host[:path]"; NULL when it is none. */
static const char *normal_scp(struct arena *a, const char *text)
{
	size_t n = address_length(text);
	const char *address = str_copy_n(a, text, n);
	struct go_url u;

	if (!n || (text[n] && text[n] != ':'))
		return NULL;
	if (!text[n])
		return str_format(a, "ssh://%s", address);
	if (!go_url_parse(a, text + n + 1, &u))
		return NULL;
	u.path = repo_path(a, u.path);
	return *u.path ? str_format(a, "ssh://%s/%s", address, go_url_text(a, &u)) :
			 str_format(a, "ssh://%s", address);
}

const char *url_normal_git(struct arena *a, const char *url)
{
	const char *text = url_sanitise(a, url, unicode_lower);
	bool is_ssh = has_prefix(text, "ssh://");
	struct go_url u;

	if (!is_ssh && !has_prefix(text, "https://") && !has_prefix(text, "http://")) {
		text = normal_scp(a, text);
		return text ? text : url;
	}
	if (!go_url_parse(a, text, &u) || go_url_has_parameters(&u))
		return url;
	if (!is_ssh)
		u.user = NULL;
	u.path = repo_path(a, u.path);
	return go_url_text(a, &u);
}

static bool is_hex_digest(const char *text)
{
	size_t digits = has_prefix(text, "sha256:") ? 64 : has_prefix(text, "sha512:") ? 128 : 0;

	return digits && strspn(text + 7, "0123456789abcdef") == digits && !text[7 + digits];
}

static bool is_tag(const char *text)
{
	size_t n = 0;

	while (name_length(text + n) || text[n] == '.')
		n += text[n] == '.' ? 1 : name_length(text + n);
	return n && n <= 128 && !text[n];
}

/* Takes "@digest" and ":tag" off; NULL when either is malformed. */
static const char *image_name(struct arena *a, const char *text)
{
	const char *at = strchr(text, '@'), *colon;

	if (at) {
		if (!is_hex_digest(at + 1))
			return NULL;
		text = str_copy_n(a, text, (size_t)(at - text));
	}
	colon = strrchr(text, ':');
	if (!colon || strchr(colon, '/'))
		return text;
	return is_tag(colon + 1) ? str_copy_n(a, text, (size_t)(colon - text)) : NULL;
}

static bool url_is_repository(const char *text)
{
	size_t len = strlen(text);

	return len >= 2 && len <= 255 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-./") == len;
}

static bool is_registry(struct arena *a, const char *host)
{
	struct go_url u;

	return go_url_parse(a, str_format(a, "//%s", host), &u) && same_text(u.host, host);
}

const char *url_normal_image(struct arena *a, const char *url)
{
	const char *name = image_name(a, url_sanitise(a, url, unicode_lower));
	const char *slash = name ? strchr(name, '/') : NULL;
	const char *host = "index.docker.io", *repo = name;

	if (!name)
		return url;
	if (slash) {
		const char *first = str_copy_n(a, name, (size_t)(slash - name));

		if (strpbrk(first, ".:") || strcmp(first, "localhost") == 0) {
			host = first;
			repo = slash + 1;
		}
	}
	if (!url_is_repository(repo) || !is_registry(a, host))
		return url;
	if (strcmp(host, "index.docker.io") && strcmp(host, "docker.io") &&
	    strcmp(host, "registry-1.docker.io"))
		return str_format(a, "%s/%s", host, repo);
	return has_prefix(repo, "library/") ? repo + strlen("library/") : repo;
}

const char *url_normal_chart(struct arena *a, const char *url)
{
	const char *text = url_sanitised(a, url);
	struct go_url u;

	if (!go_url_parse(a, text, &u))
		return url;
	text = url_sanitise(a, text, unicode_lower);
	if (has_prefix(text, "oci://"))
		text += strlen("oci://");
	return url_normal_image(a, text);
}
