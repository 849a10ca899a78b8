/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scanner that looks only for quotes and brackets, because files with comments or
 * trailing commas must be editable, too. What never closes its bracket is refused.
 */
#include "data/json_edit.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"

enum { MAX_RESULT = 128 << 20, LONGEST_PAD = 10000, MAX_PARTS = 200 };

/* One key of the path: part as written into the file, pattern with its escapes. */
struct json_edit_part {
	struct str part, pattern;
	bool force;                     /* began with ':': a name even when it is a number */
};

struct json_edit_span {
	size_t start, end;
};

/*
 * A plain path may add what is missing; one with wildcards only sets what it finds, and
 * sjson's queries, modifiers and pipes find nothing that could be set.
 */
enum path_kind { PATH_PLAIN, PATH_WILD, PATH_QUERY };

static enum path_kind kind_with(enum path_kind kind, char c)
{
	if (c == '|')
		return PATH_QUERY;
	return strchr("#@*?", c) && kind == PATH_PLAIN ? PATH_WILD : kind;
}

/* Splits at dots that are not escaped. */
static enum path_kind json_edit_split(struct arena *a, const char *path, struct list *parts)
{
	char *text = arena_alloc(a, strlen(path) + 1);  /* of all parts, each with its NUL */
	enum path_kind kind = PATH_PLAIN;
	const char *p = path;

	do {
		struct json_edit_part *part = arena_alloc(a, sizeof(*part));
		const char *from;

		part->force = *p == ':';
		from = p += part->force;
		for (; *p && *p != '.'; p++) {
			kind = kind_with(kind, *p);
			if (*p == '\\') {
				if (!p[1])
					continue;
				p++;
			}
			text[part->part.len++] = *p;
		}
		part->part.at = text;
		text += part->part.len + 1;
		part->pattern = (struct str){ from, (size_t)(p - from) };
		list_add(a, parts, part);
	} while (*p++ == '.');
	return kind;
}

/* A list index; the empty part counts as 0, as in sjson. */
static bool json_edit_is_index(const struct json_edit_part *part, size_t *out)
{
	size_t n = 0;

	if (part->force)
		return false;
	for (size_t i = 0; i < part->part.len; i++) {
		char c = part->part.at[i];

		if (c < '0' || c > '9')
			return false;
		n = n > LONGEST_PAD ? n : n * 10 + (size_t)(c - '0');
	}
	*out = n;
	return true;
}

static bool is_append(const struct json_edit_part *part)
{
	return !part->force && str_is(part->part, "-1");
}

/* Past the string that begins at i. */
static size_t skip_string(struct str t, size_t i)
{
	for (i++; i < t.len && t.at[i] != '"'; i++)
		if (t.at[i] == '\\')
			i++;
	return i < t.len ? i + 1 : t.len;
}

/* Past the value at i; *closed is false when a bracket never closes. */
static size_t skip_value(struct str t, size_t i, bool *closed)
{
	size_t depth = 0;

	*closed = true;
	if (t.at[i] == '"')
		return skip_string(t, i);
	if (t.at[i] != '{' && t.at[i] != '[') {
		while (i < t.len && t.at[i] > ' ' && !memchr(",]}", t.at[i], 3))
			i++;
		return i;
	}
	while (i < t.len) {
		char c = t.at[i];

		if (c == '"') {
			i = skip_string(t, i);
			continue;
		}
		i++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return i;
	}
	*closed = false;
	return t.len;
}

/* The first byte that can begin a value, from i on. */
static size_t value_start(struct str t, size_t i)
{
	while (i < t.len && !memchr("\"{[tfn+-0123456789", t.at[i], 18))
		i++;
	return i;
}

/* * any characters, ? one, backslash the next as it is. Linear but for the last star. */
static bool is_like(struct str text, struct str pattern)
{
	size_t t = 0, p = 0, star = SIZE_MAX, from = 0;

	while (t < text.len) {
		bool escaped = p + 1 < pattern.len && pattern.at[p] == '\\';

		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.len &&
			   (escaped ? pattern.at[p + 1] == text.at[t]
				    : pattern.at[p] == '?' || pattern.at[p] == text.at[t])) {
			p += 1 + escaped;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

/* The key between its quotes, decoded when it has escapes. */
static struct str key_text(struct arena *a, struct str raw)
{
	struct value *decoded;
	struct err ignored;

	if (memchr(raw.at, '\\', raw.len) && json_parse(a, raw.at, raw.len, &decoded, &ignored))
		return decoded->string;
	return (struct str){ raw.at + 1, raw.len - 2 };
}

static bool json_edit_find_member(struct arena *a, struct str t, struct json_edit_span in,
				  const struct json_edit_part *part, bool wild,
				  struct json_edit_span *out)
{
	size_t i = in.start + 1;
	bool closed;

	t.len = in.end;
	while (i < t.len && t.at[i] != '}') {
		struct str key;
		size_t end;

		if (t.at[i] != '"') {
			i++;
			continue;
		}
		end = skip_string(t, i);
		if (end < i + 2)
			return false;
		key = key_text(a, (struct str){ t.at + i, end - i });
		i = value_start(t, end);
		if (i >= t.len)
			return false;
		end = skip_value(t, i, &closed);
		if (wild ? is_like(key, part->pattern) : str_equal(key, part->part)) {
			*out = (struct json_edit_span){ i, end };
			return true;
		}
		i = end;
	}
	return false;
}

/* *seen: how many elements were passed, all of them when there is none at index. */
static bool find_element(struct str t, struct json_edit_span in, size_t index,
			 struct json_edit_span *out, size_t *seen)
{
	size_t i = value_start(t, in.start + 1);
	bool closed;

	t.len = in.end;
	*seen = 0;
	for (size_t n = 0; i < t.len; n++) {
		size_t end;

		i += strspn(t.at + i, " \t\r\n,");
		if (i >= t.len || t.at[i] == ']')
			return false;
		end = skip_value(t, i, &closed);
		if (n == index) {
			*out = (struct json_edit_span){ i, end };
			return true;
		}
		if (end == i)
			return false;
		*seen = n + 1;
		i = end;
	}
	return false;
}

/* What part names within the value at in. A ':' before an index of a list is no hindrance. */
static bool json_edit_find(struct arena *a, struct str t, struct json_edit_span in,
			   const struct json_edit_part *part, bool wild, struct json_edit_span *out)
{
	struct json_edit_part plain = *part;
	size_t index, seen;

	plain.force = false;
	if (in.start >= in.end)
		return false;
	if (t.at[in.start] == '{')
		return json_edit_find_member(a, t, in, part, wild, out);
	return t.at[in.start] == '[' && json_edit_is_index(&plain, &index) &&
	       find_element(t, in, index, out, &seen);
}

/* sjson leaves a text of plain ASCII alone and hands others to Go's encoder. */
static void write_string(struct buf *b, struct str s)
{
	bool plain = true;

	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < ' ' || s.at[i] == 0x7f || s.at[i] == '"' || s.at[i] == '\\')
			plain = false;
	json_write_string(b, s.at, s.len, plain ? 0 : JSON_ESCAPE_HTML);
}

static void json_edit_write_value(struct buf *b, const struct value *v)
{
	if (v->kind == VALUE_STRING)
		write_string(b, v->string);
	else if (v->kind == VALUE_BOOL)
		buf_text(b, v->boolean ? "true" : "false");
	else if (v->kind == VALUE_INT)
		buf_format(b, "%lld", (long long)v->integer);
	else
		go_number_plain(b, v->number);
}

static void pad(struct buf *b, const char *with, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_text(b, with);
}

/* The member or element that parts, from the first on, are to become. */
static void json_edit_build(struct buf *b, const struct list *parts, size_t at, bool in_list,
			    const struct value *v)
{
	for (size_t i = at; i < parts->count; i++) {
		const struct json_edit_part *part = parts->items[i];
		size_t n = 0;

		if (i > at) {
			in_list = json_edit_is_index(part, &n) || is_append(part);
			buf_char(b, in_list ? '[' : '{');
			if (in_list)
				pad(b, "null,", is_append(part) ? 0 : n);
		}
		if (!in_list) {
			write_string(b, part->part);
			buf_char(b, ':');
		}
	}
	json_edit_write_value(b, v);
	for (size_t i = parts->count; i-- > at + 1;) {
		const struct json_edit_part *part = parts->items[i];
		size_t n;

		buf_char(b, json_edit_is_index(part, &n) || is_append(part) ? ']' : '}');
	}
}

struct insertion {
	struct json_edit_span replaced; /* empty: only put in */
	const char *before, *after;     /* around what is built */
	size_t nulls;
	bool in_list;
};

static size_t count_elements(struct str t, struct json_edit_span in)
{
	struct json_edit_span ignored;
	size_t seen;

	find_element(t, in, SIZE_MAX, &ignored, &seen);
	return seen;
}

/* Where a missing part goes in the value at in, which may have to become a map or list. */
static bool place_missing(struct str t, struct json_edit_span in, const struct json_edit_part *part,
			  struct insertion *out, struct err *e)
{
	size_t index = 0, have;
	bool numeric = json_edit_is_index(part, &index), empty;
	char open = in.start < in.end ? t.at[in.start] : '\0';

	*out = (struct insertion){ .replaced = in, .before = numeric ? "[" : "{",
				   .after = numeric ? "]" : "}",
				   .nulls = numeric ? index : 0,
				   .in_list = numeric };
	if (open != '{' && open != '[')
		return true;
	out->in_list = open == '[';
	if (out->in_list && !numeric && !is_append(part))
		return err_set(e, ERR_CONFIG, "a list has no element \"%.*s\"",
			       (int)part->part.len, part->part.at);
	out->replaced = (struct json_edit_span){ in.end - 1, in.end - 1 };
	empty = strspn(t.at + in.start + 1, " \t\r\n") == in.end - in.start - 2;
	have = out->in_list && numeric ? count_elements(t, in) : 0;
	out->nulls = out->in_list && index > have ? index - have : 0;
	out->before = empty ? "" : ",";
	out->after = "";
	return true;
}

static struct str json_edit_replace(struct arena *a, struct str t, struct json_edit_span span,
				    const struct buf *with)
{
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	buf_add(&b, t.at, span.start);
	buf_add(&b, buf_str(with), with->len);
	buf_add(&b, t.at + span.end, t.len - span.end);
	return (struct str){ buf_copy(&b, a), b.len };
}

/* Past the comment at i. */
static size_t json_edit_skip_comment(struct str t, size_t i)
{
	const char *end = t.at[i + 1] == '/' ? memchr(t.at + i, '\n', t.len - i)
					     : strstr(t.at + i + 2, "*/");

	return end ? (size_t)(end - t.at) + (t.at[i + 1] == '/' ? 1 : 2) : t.len;
}

/* Whether a comment at i never ends. */
static bool is_endless(struct str t, size_t i)
{
	return t.at[i + 1] == '*' && !strstr(t.at + i + 2, "*/");
}

/* The document's value: after a byte order mark, white space and comments. */
static bool json_edit_find_root(struct str t, struct json_edit_span *out, struct err *e)
{
	size_t i = 0;
	bool closed;

	*out = (struct json_edit_span){ 0, 0 };
	if (t.len >= 3 && memcmp(t.at, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < t.len && t.at[i] != '{' && t.at[i] != '[' && memchr(" \t\r\n", t.at[i], 4))
		i++;
	while (i + 1 < t.len && t.at[i] == '/' && memchr("/*", t.at[i + 1], 2)) {
		if (is_endless(t, i))
			return err_set(e, ERR_CONFIG, "a comment is opened and never closed");
		i = json_edit_skip_comment(t, i);
		while (i < t.len && memchr(" \t\r\n", t.at[i], 4))
			i++;
	}
	out->start = i;
	out->end = i < t.len ? skip_value(t, i, &closed) : i;
	if (i < t.len && !closed)
		return err_set(e, ERR_CONFIG, "a bracket is opened and never closed");
	return true;
}

static bool json_edit_check(const struct value *v, size_t parts, struct err *e)
{
	if (!v || v->kind == VALUE_NULL || v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return err_set(e, ERR_CONFIG, "a %s cannot be set, only a text, number or bool",
			       v ? value_kind_name(v->kind) : "null");
	if (v->kind == VALUE_FLOAT && !isfinite(v->number))
		return err_set(e, ERR_CONFIG, "JSON has no such number");
	return parts <= MAX_PARTS || err_set(e, ERR_LIMIT, "the key has too many parts");
}

bool json_edit_set(struct arena *a, struct str text, const char *path, const struct value *v,
		   struct str *out, bool *changed, struct err *e)
{
	AUTO(buf) struct buf b;
	struct list parts = { 0 };
	struct insertion in;
	struct json_edit_span at, found;
	size_t depth = 0;
	enum path_kind kind;

	buf_init(&b, MAX_RESULT);
	kind = json_edit_split(a, path, &parts);
	if (!json_edit_check(v, parts.count, e) || !json_edit_find_root(text, &at, e))
		return false;
	while (depth < parts.count && kind != PATH_QUERY &&
	       json_edit_find(a, text, at, parts.items[depth], kind == PATH_WILD, &found)) {
		at = found;
		depth++;
	}
	*changed = depth == parts.count || kind == PATH_PLAIN;
	*out = text;
	if (!*changed)
		return true;
	if (depth == parts.count) {
		json_edit_write_value(&b, v);
	} else {
		if (!place_missing(text, at, parts.items[depth], &in, e))
			return false;
		if (in.nulls > LONGEST_PAD)
			return err_set(e, ERR_LIMIT, "the list would have too many elements");
		buf_text(&b, in.before);
		pad(&b, "null,", in.nulls);
		json_edit_build(&b, &parts, depth, in.in_list, v);
		buf_text(&b, in.after);
		at = in.replaced;
	}
	*out = json_edit_replace(a, text, at, &b);
	return buf_ok(&b) || err_set(e, ERR_LIMIT, "it would grow too large");
}
