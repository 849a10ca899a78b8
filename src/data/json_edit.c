/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scanner that looks only for quotes and brackets, because files with comments or
 * trailing commas must be editable, too. What never closes its bracket is refused.
 */
#include "data/json_edit.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/json_path.h"
#include "data/json_relaxed.h"
#include "data/value.h"

enum { MAX_RESULT = 128 << 20, MAX_PARTS = 200 };

struct json_edit_span {
	size_t start, end;
	size_t key, again;              /* of a member: its key, and where that stands again; or 0 */
};

/* Past the string that begins at i. */
static size_t skip_string(struct str t, size_t i)
{
	size_t from = i + 1;

	for (const char *quote; from < t.len; from = (size_t)(quote - t.at) + 1) {
		size_t slashes = 0;

		quote = memchr(t.at + from, '"', t.len - from);
		if (!quote)
			return t.len;
		while (quote - slashes > t.at + i + 1 && quote[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return (size_t)(quote - t.at) + 1;
	}
	return t.len;
}

/* What ends or begins something: the rest of a container is passed over without a look. */
static const bool json_edit_marks[256] = { ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true,
					   [']'] = true };

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

		if (!json_edit_marks[(unsigned char)c]) {
			i++;
			continue;
		}
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

/* The key between its quotes, decoded when it has escapes. */
static struct str json_edit_key_text(struct arena *a, struct str raw)
{
	struct value *decoded;
	struct err ignored;

	if (memchr(raw.at, '\\', raw.len) && json_parse(a, raw.at, raw.len, &decoded, &ignored))
		return decoded->string;
	return (struct str){ raw.at + 1, raw.len - 2 };
}

struct json_edit_scan {
	struct arena *a;
	struct str text;
	bool wild;                      /* parts are patterns */
};

/* The member that part names, and where its key stands once more. */
static bool json_edit_find_member(const struct json_edit_scan *s, struct json_edit_span in,
				  const struct json_part *part, struct json_edit_span *out)
{
	struct str t = { s->text.at, in.end }, found = { NULL, 0 };
	size_t i = in.start + 1, end;
	bool closed;

	for (; i < t.len && t.at[i] != '}'; i = end) {
		size_t start = i;
		struct str key;

		end = i + 1;
		if (t.at[i] != '"')
			continue;
		end = skip_string(t, i);
		if (end < i + 2)
			break;
		key = json_edit_key_text(s->a, (struct str){ t.at + i, end - i });
		i = value_start(t, end);
		if (i >= t.len)
			break;
		end = skip_value(t, i, &closed);
		if (found.at && str_equal(key, found)) {
			out->again = start;
			break;
		}
		if (!found.at &&
		    (s->wild ? json_part_like(key, part->pattern) : str_equal(key, part->part))) {
			found = key;
			*out = (struct json_edit_span){ .start = i, .end = end, .key = start };
		}
	}
	return found.at != NULL;
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
			*out = (struct json_edit_span){ .start = i, .end = end };
			return true;
		}
		if (end == i)
			return false;
		*seen = n + 1;
		i = end;
	}
	return false;
}

/* What part names within the value at in. A ':' before an index of a list does not matter. */
static bool json_edit_find(const struct json_edit_scan *s, struct json_edit_span in,
			   const struct json_part *part, struct json_edit_span *out)
{
	struct json_part plain = *part;
	size_t index, seen;

	plain.force = false;
	if (in.start >= in.end)
		return false;
	if (s->text.at[in.start] == '{')
		return json_edit_find_member(s, in, part, out);
	return s->text.at[in.start] == '[' && json_part_index(&plain, &index) &&
	       find_element(s->text, in, index, out, &seen);
}

static unsigned line_at(struct str text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.at[i] == '\n';
	return line;
}

static bool stands_twice(struct str text, const struct json_edit_span *member, struct err *e)
{
	return err_set(e, ERR_CONFIG, "the name appears twice, at lines %u and %u: remove one of them",
		       line_at(text, member->key), line_at(text, member->again));
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
	else if (value_digits(v).len)
		buf_text(b, v->digits.at);
	else
		go_number_plain(b, v->number);
}

static void json_edit_pad(struct buf *b, const char *with, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_text(b, with);
}

/* The member or element that parts, from the first on, are to become. */
static void json_edit_build(struct buf *b, const struct list *parts, size_t at, bool in_list,
			    const struct value *v)
{
	for (size_t i = at; i < parts->count; i++) {
		const struct json_part *part = parts->items[i];
		size_t n = 0;

		if (i > at) {
			in_list = json_part_index(part, &n) || json_part_appends(part);
			buf_char(b, in_list ? '[' : '{');
			if (in_list)
				json_edit_pad(b, "null,", json_part_appends(part) ? 0 : n);
		}
		if (!in_list) {
			write_string(b, part->part);
			buf_char(b, ':');
		}
	}
	json_edit_write_value(b, v);
	for (size_t i = parts->count; i-- > at + 1;) {
		const struct json_part *part = parts->items[i];
		size_t n;

		buf_char(b, json_part_index(part, &n) || json_part_appends(part) ? ']' : '}');
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

/* Whether what is added at a container's end follows something, without a comma between. */
static bool needs_comma(struct str t, struct json_edit_span in)
{
	size_t at = in.end - 1;

	while (at > in.start + 1 && memchr(" \t\r\n", t.at[at - 1], 4))
		at--;
	return at > in.start + 1 && t.at[at - 1] != ',';
}

/* Where a missing part goes in the value at in, which may have to become a map or list. */
static bool place_missing(struct str t, struct json_edit_span in, const struct json_part *part,
			  struct insertion *out, struct err *e)
{
	size_t index = 0, have;
	bool numeric = json_part_index(part, &index);
	char open = in.start < in.end ? t.at[in.start] : '\0';

	*out = (struct insertion){ .replaced = in, .before = numeric ? "[" : "{",
				   .after = numeric ? "]" : "}",
				   .nulls = numeric ? index : 0,
				   .in_list = numeric };
	if (open != '{' && open != '[')
		return true;
	out->in_list = open == '[';
	if (out->in_list && !numeric && !json_part_appends(part))
		return err_set(e, ERR_CONFIG, "a list has no element \"%.*s\"",
			       (int)part->part.len, part->part.at);
	out->replaced = (struct json_edit_span){ .start = in.end - 1, .end = in.end - 1 };
	have = out->in_list && numeric ? count_elements(t, in) : 0;
	out->nulls = out->in_list && index > have ? index - have : 0;
	out->before = needs_comma(t, in) ? "," : "";
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

/* The document's value, after white space. */
static bool json_edit_find_root(struct str t, struct json_edit_span *out, struct err *e)
{
	bool closed = true;

	out->start = strspn(t.at, " \t\r\n");
	out->end = out->start < t.len ? skip_value(t, out->start, &closed) : out->start;
	return closed || err_set(e, ERR_CONFIG, "a bracket is opened and never closed");
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

/* A text, and the same without its comments, byte for byte; one text where it has none. */
struct json_edit_text {
	struct str text, plain;
};

/* Makes one update of both. */
static bool json_edit_set(struct arena *a, const struct json_edit_text *in_text, struct json_update *u,
			  struct json_edit_text *out, struct err *e)
{
	AUTO(buf) struct buf b;
	struct list parts = { 0 };
	struct insertion in;
	struct json_edit_span at, found;
	enum json_path_kind kind;
	struct json_edit_scan s = { .a = a, .text = in_text->plain };
	size_t depth = 0;

	buf_init(&b, MAX_RESULT);
	kind = json_path_split(a, u->path, &parts);
	s.wild = kind == JSON_PATH_WILD;
	if (!json_edit_check(u->value, parts.count, e) || !json_edit_find_root(s.text, &at, e))
		return false;
	while (depth < parts.count && kind != JSON_PATH_QUERY &&
	       json_edit_find(&s, at, parts.items[depth], &found)) {
		if (found.again)
			return stands_twice(in_text->text, &found, e);
		at = found;
		depth++;
	}
	u->changed = depth == parts.count || kind == JSON_PATH_PLAIN;
	*out = *in_text;
	if (!u->changed)
		return true;
	if (depth == parts.count) {
		json_edit_write_value(&b, u->value);
	} else {
		if (!place_missing(s.text, at, parts.items[depth], &in, e))
			return false;
		if (in.nulls > JSON_LONGEST_PAD)
			return err_set(e, ERR_LIMIT, "the list would have too many elements");
		buf_text(&b, in.before);
		json_edit_pad(&b, "null,", in.nulls);
		json_edit_build(&b, &parts, depth, in.in_list, u->value);
		buf_text(&b, in.after);
		at = in.replaced;
	}
	out->text = out->plain = json_edit_replace(a, in_text->text, at, &b);
	if (in_text->plain.at != in_text->text.at)
		out->plain = json_edit_replace(a, in_text->plain, at, &b);
	return buf_ok(&b) || err_set(e, ERR_LIMIT, "it would grow too large");
}

/* The values of the text's document; NULL when it holds none. */
static bool json_edit_read(struct arena *a, struct str text, struct value **out, struct err *e)
{
	struct json_edit_span root;
	struct str plain;

	*out = NULL;
	if (!json_without_comments(a, text, &plain, e) || !json_edit_find_root(plain, &root, e))
		return false;
	plain = json_without_spare_commas(a, plain);
	return root.start == root.end || json_parse(a, plain.at, root.end, out, e);
}

static bool json_edit_make(struct arena *a, struct str text, const struct json_updates *updates,
			   struct str *out, struct err *e)
{
	/* Each text is made from the one before it: two arenas take turns. */
	AUTO(arena) struct arena *even = arena_new();
	AUTO(arena) struct arena *odd = arena_new();
	AUTO(arena) struct arena *first = arena_new();
	struct json_edit_text now = { .text = text }, next;

	if (!json_without_comments(first, text, &now.plain, e))
		return err_wrap(e, "key \"%s\"", updates->count ? updates->items[0].path : "");
	if (memcmp(now.plain.at, text.at, text.len) == 0)
		now.plain = now.text;
	for (size_t i = 0, made = 0; i < updates->count; i++) {
		struct json_update *update = &updates->items[i];
		struct arena *turn = made % 2 ? odd : even;

		arena_reset(turn);
		if (!json_edit_set(turn, &now, update, &next, e))
			return err_wrap(e, "key \"%s\"", update->path);
		now = next;
		made += update->changed;
	}
	*out = (struct str){ str_text(a, now.text), now.text.len };
	return true;
}

bool json_edit(struct arena *a, struct str text, const struct json_updates *updates, struct str *out,
	       struct err *e)
{
	AUTO(arena) struct arena *own = arena_new();
	struct value *want, *got;
	struct str edited;

	assert(text.at && (updates->items || !updates->count));
	if (!json_edit_make(a, text, updates, &edited, e) || !json_edit_read(own, text, &want, e))
		return false;
	for (size_t i = 0; i < updates->count; i++) {
		const struct json_update *update = &updates->items[i];

		if (!json_path_set(own, &want, update->path, value_copy(own, update->value)))
			return err_set(e, ERR_CONFIG, "key \"%s\" has no place in the file", update->path);
	}
	if (!json_edit_read(own, edited, &got, e))
		return err_wrap(e, "the file could not be read after the change");
	if (!(want && got ? value_equal(want, got) : want == got))
		return err_set(e, ERR_CONFIG, "the file would not read as asked after the change: a value "
			       "would be another one, or other values of the file would change");
	*out = edited;
	return true;
}
