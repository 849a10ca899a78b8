/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As git does it (gitignore(5), wildmatch): bytes are compared, the last rule that matches a path
 * decides, and what lies in a folder that is left out is left out, whatever other rules say.
 */
#include "steps/ignore.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"

enum { LONGEST_PATH = 4096 };

struct rule {
	const char *pattern;
	const char *emptied;            /* of "all in a folder": that folder; else NULL */
	bool keeps, folders_only, anchored;
};

struct ignore {
	struct list rules;              /* struct rule * */
	bool keeps;                     /* a rule takes something back in */
};

static bool is_in(char c, const char *from, const char *to)
{
	for (; *from; from++, to++)
		if (c >= *from && c <= *to)
			return true;
	return false;
}

/* Whether c is of the class [:name:]. */
static bool is_of_class(struct str name, char c)
{
	static const struct {
		const char *name, *from, *to;   /* ranges: from[i] to to[i] */
	} classes[] = {
		{ "alnum", "0aA", "9zZ" },{ "alpha", "aA", "zZ" },  { "blank", " \t", " \t" },
		{ "cntrl", "\x01\x7f", "\x1f\x7f" }, { "digit", "0", "9" },   { "graph", "!", "~" },
		{ "lower", "a", "z" },           { "print", " ", "~" },   { "punct", "!:[{", "/@`~" },
		{ "space", " \t", " \r" },       { "upper", "A", "Z" },   { "xdigit", "0aA", "9fF" },
	};

	for (size_t i = 0; i < COUNTOF(classes); i++)
		if (str_is(name, classes[i].name))
			return is_in(c, classes[i].from, classes[i].to);
	return false;
}

/* The end of "[:name:]" at p; NULL when there is none. */
static const char *ignore_class_end(const char *p)
{
	const char *end = p[0] == '[' && p[1] == ':' ? strchr(p + 2, ']') : NULL;

	return end && end[-1] == ':' && end > p + 2 ? end + 1 : NULL;
}

/* One character of a bracket expression at *p, which may be escaped; false at the pattern's end. */
static bool take_char(const char **p, unsigned char *c)
{
	*p += **p == '\\';
	*c = (unsigned char)**p;
	*p += **p != '\0';
	return *c != '\0';
}

/* Whether c fits the bracket expression at *p, which is passed; false, too, when it never closes. */
static bool fits_bracket(const char **p, unsigned char c)
{
	const char *at = *p + 1, *end;
	bool negated = *at == '!' || *at == '^', found = false;
	unsigned char low, high;

	at += negated;
	for (const char *first = at; *at != ']' || at == first;) {
		end = ignore_class_end(at);
		if (end) {
			found |= is_of_class((struct str){ at + 2, (size_t)(end - at) - 4 }, (char)c);
			at = end;
			continue;
		}
		if (!take_char(&at, &low))
			return false;
		high = low;
		if (*at == '-' && at[1] && at[1] != ']') {
			at++;
			if (!take_char(&at, &high))
				return false;
		}
		found |= low <= c && c <= high;
	}
	*p = at + 1;
	return found != negated && c != '/';
}

/* Whether the sign at *p, which is passed then, stands for this byte. */
static bool fits_byte(const char **p, unsigned char c)
{
	if (**p == '[')
		return fits_bracket(p, c);
	if (**p == '?') {
		++*p;
		return c != '/';
	}
	if (**p == '\\' && (*p)[1])
		++*p;
	else if (**p == '\\')
		return false;
	if ((unsigned char)**p != c)
		return false;
	++*p;
	return true;
}

/*
 * Of stars only the last can matter, and the last "**" before it: what an earlier one could
 * take more of, the later one can. So a hostile pattern costs a product, not a power.
 */
static bool pattern_fits(const char *pattern, const char *path)
{
	const char *p = pattern, *star = NULL, *star_at = NULL, *folders = NULL, *folders_at = NULL;

	for (;;) {
		const char *next = p;

		if (*p == '*') {
			size_t stars = strspn(p, "*");
			bool whole = stars > 1 && (p == pattern || p[-1] == '/') &&
				     (!p[stars] || p[stars] == '/');

			p += stars + (whole && p[stars]);
			if (whole && !*p && p[-1] == '*')
				return true;
			star = whole ? NULL : p;
			star_at = path;
			folders = whole ? p : folders;
			folders_at = whole ? path : folders_at;
			continue;
		}
		if (*path && fits_byte(&next, (unsigned char)*path)) {
			p = next;
			path++;
			continue;
		}
		if (!*path && !*p)
			return true;
		if (star && *star_at && *star_at != '/') {
			p = star;
			path = ++star_at;
			continue;
		}
		folders_at = folders ? strchr(folders_at, '/') : NULL;
		if (!folders_at)
			return false;
		p = folders;
		path = ++folders_at;
		star = NULL;
	}
}

static void add_rule(struct arena *a, struct ignore *i, struct str line)
{
	struct rule *r = arena_alloc(a, sizeof(*r));

	line.len -= line.len && line.at[line.len - 1] == '\r';
	while (line.len && line.at[line.len - 1] == ' ' &&
	       (line.len < 2 || line.at[line.len - 2] != '\\'))
		line.len--;
	if (!line.len || line.at[0] == '#')
		return;
	r->keeps = line.at[0] == '!';
	line.at += r->keeps;
	line.len -= r->keeps;
	r->folders_only = line.len && line.at[line.len - 1] == '/';
	line.len -= r->folders_only;
	r->anchored = line.len && memchr(line.at, '/', line.len) != NULL;
	if (line.len && line.at[0] == '/') {
		line.at++;
		line.len--;
	}
	r->pattern = str_text(a, line);
	if (line.len > 3 && has_suffix(r->pattern, "/**"))
		r->emptied = str_copy_n(a, r->pattern, line.len - 3);
	i->keeps |= r->keeps;
	if (*r->pattern)
		list_add(a, &i->rules, r);
}

struct ignore *ignore_new(struct arena *a, const char *text)
{
	struct ignore *i = arena_alloc(a, sizeof(*i));

	add_rule(a, i, str_of(".git"));
	text += has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;
	while (*text) {
		size_t len = strcspn(text, "\n");

		add_rule(a, i, (struct str){ text, len });
		text += len + (text[len] == '\n');
	}
	return i;
}

/* What the rules say of this very path, not of the folders that it is in. */
static bool ignore_is_left_out(const struct ignore *i, const char *path, bool is_folder)
{
	for (size_t at = i->rules.count; at-- > 0;) {
		const struct rule *r = i->rules.items[at];

		if ((is_folder || !r->folders_only) &&
		    pattern_fits(r->pattern, r->anchored ? path : path_base(path)))
			return !r->keeps;
		if (r->emptied && is_folder && !i->keeps && pattern_fits(r->emptied, path))
			return true;
	}
	return false;
}

bool ignore_matches(const struct ignore *i, const char *path, bool is_folder)
{
	char folder[LONGEST_PATH];

	for (size_t len = strcspn(path, "/"); path[len]; len += 1 + strcspn(path + len + 1, "/")) {
		if (len >= sizeof(folder))
			return false;
		memcpy(folder, path, len);
		folder[len] = '\0';
		if (ignore_is_left_out(i, folder, true))
			return true;
	}
	return ignore_is_left_out(i, path, is_folder);
}
