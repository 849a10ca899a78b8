/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freight's name must be Kargo's to the digit, or a move from Kargo would lose what
 * was verified. Images count by their URL as written, git and charts by its normal
 * form; a chart's goes through a path join, which leaves one slash of "https://".
 */
#include "model/freight_id.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"

enum { LARGEST = 64 << 20 };

/* Drops what ".." takes back: the last segment written since start, if there is any. */
static bool drop_segment(struct buf *b, size_t start)
{
	size_t len = b->len;

	if (len <= start || has_suffix(buf_str(b), "/..") || strcmp(buf_str(b), "..") == 0)
		return false;
	while (len > start && b->at[len - 1] != '/')
		len--;
	if (len > start)
		len--;
	b->len = len;
	b->at[len] = '\0';
	return true;
}

/* Go's path.Join of two elements, of which empty ones are left out. */
static const char *join_path(struct arena *a, const char *base, const char *name)
{
	AUTO(buf) struct buf b;
	const char *whole = str_format(a, "%s%s%s", base, *base && *name ? "/" : "", name);
	bool rooted = *whole == '/';

	buf_init(&b, LARGEST);
	if (rooted)
		buf_char(&b, '/');
	for (const char *p = whole; *p;) {
		size_t len = strcspn(p, "/");
		struct str segment = { p, len };

		p += len + (p[len] == '/');
		if (!len || str_is(segment, "."))
			continue;
		if (str_is(segment, "..") && (drop_segment(&b, rooted) || rooted))
			continue;
		if (b.len > rooted)
			buf_char(&b, '/');
		buf_add(&b, segment.at, segment.len);
	}
	if (!b.len)
		return *whole ? "." : "";
	return buf_copy(&b, a);
}

static const char *commit_part(struct arena *a, const struct value *v)
{
	const char *tag = value_get_text(v, "tag");

	return str_format(a, "%s:%s%s%s", url_normal_git(a, value_get_text(v, "repoURL")), tag,
			  *tag ? ":" : "", value_get_text(v, "id"));
}

static const char *image_part(struct arena *a, const struct value *v)
{
	return str_format(a, "%s:%s@%s", value_get_text(v, "repoURL"),
			  value_get_text(v, "tag"), value_get_text(v, "digest"));
}

static const char *chart_part(struct arena *a, const struct value *v)
{
	const char *repo = url_normal_chart(a, value_get_text(v, "repoURL"));

	return str_format(a, "%s:%s", join_path(a, repo, value_get_text(v, "name")),
			  value_get_text(v, "version"));
}

static const char *artifact_part(struct arena *a, const struct value *v)
{
	return str_format(a, "%s:%s:%s", value_get_text(v, "artifactType"),
			  value_get_text(v, "subscriptionName"),
			  value_get_text(v, "version"));
}

static const struct {
	const char *field;
	const char *(*part)(struct arena *a, const struct value *v);
	bool is_named;          /* a subscription's name is added */
} classes[] = {
	{ "commits", commit_part, true },
	{ "images", image_part, true },
	{ "charts", chart_part, true },
	{ "artifacts", artifact_part, false },
};

static int freight_id_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_parts(struct arena *a, const struct value *freight, size_t class,
		      struct list *parts)
{
	const struct value *all = value_get(freight, classes[class].field);

	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *v = value_at(all, i);
		const char *name =
			classes[class].is_named ? value_get_text(v, "subscriptionName") : "";

		list_add(a, parts, str_format(a, "%s%s%s", classes[class].part(a, v),
					      *name ? ":" : "", name));
	}
}

void freight_id(const struct value *freight, char id[41])
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	struct list parts = { 0 };

	for (size_t i = 0; i < COUNTOF(classes); i++)
		add_parts(a, freight, i, &parts);
	if (parts.count)
		qsort(parts.items, parts.count, sizeof(*parts.items), freight_id_compare);
	buf_init(&b, LARGEST);
	buf_format(&b, "%s/%s:", value_path_text(freight, "origin.kind", ""),
		   value_path_text(freight, "origin.name", ""));
	for (size_t i = 0; i < parts.count; i++) {
		buf_text(&b, i ? "|" : "");
		buf_text(&b, parts.items[i]);
	}
	hash_sha1(buf_str(&b), b.len, id);
}
