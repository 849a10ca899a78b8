/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain selector is compared by the parts of a path, not as a prefix of its text;
 * Kargo then takes any ".." in what is left for a way out of the folder.
 */
#include "discover/path_rules.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/glob.h"
#include "data/pattern.h"
#include "data/value.h"
#include "model/read.h"

enum { LONGEST = 1 << 20 };

/* Go's filepath.Clean. */
static const char *path_rules_clean_path(struct arena *a, const char *path)
{
	struct list parts = { 0 };
	AUTO(buf) struct buf b = { 0 };
	bool rooted = *path == '/';

	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");
		const char *part = str_copy_n(a, p, len);
		bool up = strcmp(part, "..") == 0;

		p += len + (p[len] == '/');
		if (!len || strcmp(part, ".") == 0)
			continue;
		if (up && parts.count && strcmp(parts.items[parts.count - 1], "..") != 0)
			parts.count--;
		else if (!up || !rooted)
			list_add(a, &parts, str_format(a, "%s", part));
	}
	buf_init(&b, LONGEST);
	buf_text(&b, rooted ? "/" : "");
	for (size_t i = 0; i < parts.count; i++) {
		buf_text(&b, i ? "/" : "");
		buf_text(&b, parts.items[i]);
	}
	return b.len ? buf_copy(&b, a) : ".";
}

bool path_selector_read(struct arena *a, const char *text, struct path_selector *out,
			struct err *e)
{
	struct path_selector s = { 0 };
	const char *regex = has_prefix(text, "regex:") ? text + strlen("regex:") :
			    has_prefix(text, "regexp:") ? text + strlen("regexp:") : NULL;

	if (regex) {
		if (!pattern_compile(a, regex, &s.regex, e))
			return err_wrap(e, "\"%s\"", text);
	} else if (has_prefix(text, "glob:")) {
		s.glob = text + strlen("glob:");
		if (!glob_is_valid(s.glob))
			return err_set(e, ERR_CONFIG, "\"%s\" is not a valid glob pattern", text);
	} else {
		s.folder = path_rules_clean_path(a, text);
	}
	*out = s;
	return true;
}

static bool is_below(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	if (strcmp(folder, ".") == 0)
		return *path != '/' && !strstr(path, "..");
	if (strncmp(path, folder, len) != 0 || (path[len] && path[len] != '/'))
		return false;
	return !strstr(path + len, "..");
}

bool path_selector_matches(const struct path_selector *s, const char *path)
{
	if (s->regex)
		return pattern_matches(s->regex, path);
	if (s->glob)
		return glob_matches(s->glob, path);
	return is_below(s->folder, path);
}

static bool path_selectors_read(struct arena *a, const struct value *spec, const char *field,
				struct path_selectors *out, struct err *e)
{
	struct path_selector *all;
	struct read_texts texts;

	if (!read_texts(a, spec, field, &texts, e))
		return false;
	all = arena_array(a, texts.count, sizeof(*all));
	for (size_t i = 0; i < texts.count; i++)
		if (!path_selector_read(a, texts.texts[i], &all[i], e))
			return err_wrap(e, "%s[%zu]", field, i);
	*out = (struct path_selectors){ all, texts.count };
	return true;
}

bool path_rules_read(struct arena *a, const struct value *spec, struct path_rules *out,
		     struct err *e)
{
	return path_selectors_read(a, spec, "includePaths", &out->include, e) &&
	       path_selectors_read(a, spec, "excludePaths", &out->exclude, e);
}

bool path_rules_any(const struct path_rules *r)
{
	return r->include.count || r->exclude.count;
}

static bool matches_any(const struct path_selectors *all, const char *path)
{
	for (size_t i = 0; i < all->count; i++)
		if (path_selector_matches(&all->items[i], path))
			return true;
	return false;
}

bool path_rules_pass(const struct path_rules *r, const struct list *paths)
{
	for (size_t i = 0; i < paths->count; i++) {
		const char *path = paths->items[i];

		if ((!r->include.count || matches_any(&r->include, path)) && !matches_any(&r->exclude, path))
			return true;
	}
	return false;
}
