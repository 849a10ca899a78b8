/* SPDX-License-Identifier: Apache-2.0 */
/* The last rule that matches decides. Braces mean nothing to gitignore, so they are escaped for the glob. */
#include "steps/ignore.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/glob.h"

enum { LONGEST = 1 << 16, LONGEST_PATH = 4096 };

struct rule {
	const char *pattern;
	bool keeps, folders_only, anchored;
};

struct ignore {
	struct list rules;              /* struct rule * */
};

static const char *without_braces(struct arena *a, const char *pattern)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST);
	for (const char *p = pattern; *p; p++) {
		if (*p == '{' || *p == '}')
			buf_char(&b, '\\');
		buf_char(&b, *p);
		if (*p == '\\' && p[1])
			buf_char(&b, *++p);
	}
	return buf_copy(&b, a);
}

static void add_rule(struct arena *a, struct ignore *i, const char *line, size_t len)
{
	struct rule *r = arena_alloc(a, sizeof(*r));
	char *text;

	while (len && (line[len - 1] == '\r' ||
		       (line[len - 1] == ' ' && (len < 2 || line[len - 2] != '\\'))))
		len--;
	if (!len || line[0] == '#')
		return;
	if (line[0] == '!') {
		r->keeps = true;
		line++;
		len--;
	}
	if (len && line[len - 1] == '/') {
		r->folders_only = true;
		len--;
	}
	text = arena_alloc(a, len + 1);
	memcpy(text, line, len);
	r->anchored = strchr(text, '/') != NULL;
	r->pattern = without_braces(a, text[0] == '/' ? text + 1 : text);
	if (*r->pattern)
		list_add(a, &i->rules, r);
}

struct ignore *ignore_new(struct arena *a, const char *text)
{
	struct ignore *i = arena_alloc(a, sizeof(*i));

	add_rule(a, i, ".git", 4);
	while (*text) {
		size_t len = strcspn(text, "\n");

		add_rule(a, i, text, len);
		text += len + (text[len] == '\n');
	}
	return i;
}

/* A rule speaks of the path itself and, through its folders, of what is in them. */
static bool rule_fits(const struct rule *r, const char *path, bool is_folder)
{
	char part[LONGEST_PATH];

	for (size_t len = strcspn(path, "/");; len += 1 + strcspn(path + len + 1, "/")) {
		bool whole = !path[len];

		if (len >= sizeof(part))
			return false;
		memcpy(part, path, len);
		part[len] = '\0';
		if ((!whole || is_folder || !r->folders_only) &&
		    glob_matches(r->pattern, r->anchored ? part : path_base(part)))
			return true;
		if (whole)
			return false;
	}
}

bool ignore_matches(const struct ignore *i, const char *path, bool is_folder)
{
	for (size_t at = i->rules.count; at-- > 0;) {
		const struct rule *r = i->rules.items[at];

		if (rule_fits(r, path, is_folder))
			return !r->keeps;
	}
	return false;
}
