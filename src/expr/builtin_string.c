/* SPDX-License-Identifier: Apache-2.0 */
/* Strings are bytes, as in Go: positions count bytes, and only case and trim know characters. */
#define _GNU_SOURCE
#include <string.h>

#include "base/arena.h"
#include "expr/arithmetic.h"
#include "expr/builtins.h"
#include "expr/run.h"
#include "expr/unicode.h"
#include "expr/values.h"

enum { MOST_COPIES = 1000000 };

/* Arguments from..to are strings. */
static bool need_strings(struct evaluation *r, const struct expr_value *args, size_t from,
			 size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (args[i].kind != EXPR_STRING)
			return run_fail(r, "a string is expected, not %s", expr_type_name(&args[i]));
		if (!run_charge(r, args[i].string.len / 32))
			return false;
	}
	return true;
}

static struct expr_value builtin_string_text_of(struct str s)
{
	return expr_string(s.at, s.len);
}

static bool builtin_string_begins(struct str s, struct str with)
{
	return s.len >= with.len && memcmp(s.at, with.at, with.len) == 0;
}

static bool string_ends_with(struct str s, struct str with)
{
	return s.len >= with.len && memcmp(s.at + s.len - with.len, with.at, with.len) == 0;
}

/* Where part begins in s, at or after from; SIZE_MAX: nowhere. */
static size_t builtin_string_find(struct str s, struct str part, size_t from)
{
	const char *found;

	if (from > s.len || part.len > s.len - from)
		return SIZE_MAX;
	if (!part.len)
		return from;
	found = memmem(s.at + from, s.len - from, part.at, part.len);
	return found ? (size_t)(found - s.at) : SIZE_MAX;
}

static size_t character_length(struct str s, size_t at)
{
	uint32_t point;
	size_t n = utf8_decode(s.at + at, s.len - at, &point);

	return n ? n : 1;
}

/* Whether the character of s at a position is one to be cut: white space, or in set. */
static bool is_cut(struct str s, size_t at, size_t len, const struct str *set)
{
	uint32_t point = 0;
	size_t valid = utf8_decode(s.at + at, s.len - at, &point);

	if (!set)
		return valid && unicode_is_space(point);
	for (size_t i = 0; i < set->len; i += character_length(*set, i)) {
		size_t n = character_length(*set, i);

		if (n == len && memcmp(set->at + i, s.at + at, n) == 0)
			return true;
	}
	return false;
}

/* Where the last character of s begins. */
static size_t last_character(struct str s)
{
	size_t at = s.len - 1;

	while (at > 0 && s.len - at < 4 && ((unsigned char)s.at[at] & 0xc0) == 0x80)
		at--;
	return at + character_length(s, at) == s.len ? at : s.len - 1;
}

static struct str builtin_string_cut(struct str s, const struct str *set)
{
	size_t n;

	while (s.len && is_cut(s, 0, n = character_length(s, 0), set)) {
		s.at += n;
		s.len -= n;
	}
	while (s.len) {
		size_t at = last_character(s);

		if (!is_cut(s, at, s.len - at, set))
			break;
		s.len = at;
	}
	return s;
}

bool builtin_trim(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	if (!need_strings(r, args, 0, count))
		return false;
	if (count > 1 && !run_charge(r, args[0].string.len * (args[1].string.len / 16)))
		return false;
	*out = builtin_string_text_of(
		builtin_string_cut(args[0].string, count > 1 ? &args[1].string : NULL));
	return true;
}

bool builtin_trimPrefix(struct evaluation *r, const struct expr_value *args, size_t count,
			struct expr_value *out)
{
	struct str s, prefix = { " ", 1 };

	if (!need_strings(r, args, 0, count))
		return false;
	s = args[0].string;
	prefix = count > 1 ? args[1].string : prefix;
	if (builtin_string_begins(s, prefix))
		s = (struct str){ s.at + prefix.len, s.len - prefix.len };
	*out = builtin_string_text_of(s);
	return true;
}

bool builtin_trimSuffix(struct evaluation *r, const struct expr_value *args, size_t count,
			struct expr_value *out)
{
	struct str s, suffix = { " ", 1 };

	if (!need_strings(r, args, 0, count))
		return false;
	s = args[0].string;
	suffix = count > 1 ? args[1].string : suffix;
	if (string_ends_with(s, suffix))
		s.len -= suffix.len;
	*out = builtin_string_text_of(s);
	return true;
}

bool builtin_upper(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	if (!need_strings(r, args, 0, count))
		return false;
	*out = builtin_string_text_of(unicode_change_case(r->a, args[0].string, true));
	return run_charge(r, args[0].string.len / 4);
}

bool builtin_lower(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	if (!need_strings(r, args, 0, count))
		return false;
	*out = builtin_string_text_of(unicode_change_case(r->a, args[0].string, false));
	return run_charge(r, args[0].string.len / 4);
}

struct parts {
	struct expr_value *items;
	size_t count, room;
};

static bool builtin_string_add_part(struct evaluation *r, struct parts *p, struct str part)
{
	if (p->count == p->room) {
		struct expr_value *old = p->items;

		p->room = p->room ? p->room * 2 : 8;
		p->items = arena_array(r->a, p->room, sizeof(*p->items));
		if (p->count)
			memcpy(p->items, old, p->count * sizeof(*old));
	}
	p->items[p->count++] = builtin_string_text_of(part);
	return run_charge(r, 1);
}

/* Into characters, at most limit parts. A malformed byte becomes U+FFFD only when Go explodes it. */
static bool string_explode(struct evaluation *r, struct parts *p, struct str s, int64_t limit)
{
	while (s.len && (limit < 0 || (int64_t)p->count + 1 < limit)) {
		size_t n = character_length(s, 0);

		if (!builtin_string_add_part(r, p, (struct str){ s.at, n }))
			return false;
		s.at += n;
		s.len -= n;
	}
	return !s.len || builtin_string_add_part(r, p, s);
}

/* keep: how much of the separator stays with the part before it. */
static bool builtin_string_split(struct evaluation *r, const struct expr_value *args, size_t count,
				 bool keep, struct expr_value *out)
{
	struct parts p = { 0 };
	int64_t limit = -1;
	size_t at = 0, found;
	struct str s, by;

	if (!need_strings(r, args, 0, 2))
		return false;
	s = args[0].string;
	by = args[1].string;
	if (count > 2) {
		if (!is_number(&args[2]))
			return run_fail(r, "a count is an int, not %s", expr_type_name(&args[2]));
		limit = to_int(&args[2]);
	}
	*out = (struct expr_value){ .kind = EXPR_LIST, .form = EXPR_STRINGS };
	if (limit == 0)
		return true;
	if (!by.len) {
		if (!string_explode(r, &p, s, limit))
			return false;
		*out = expr_own_list(r->a, p.items, p.count, EXPR_STRINGS);
		return true;
	}
	while ((limit < 0 || (int64_t)p.count + 1 < limit) &&
	       (found = builtin_string_find(s, by, at)) != SIZE_MAX) {
		size_t end = found + (keep ? by.len : 0);

		if (!builtin_string_add_part(r, &p, (struct str){ s.at + at, end - at }))
			return false;
		at = found + by.len;
	}
	if (!builtin_string_add_part(r, &p, (struct str){ s.at + at, s.len - at }))
		return false;
	*out = expr_own_list(r->a, p.items, p.count, EXPR_STRINGS);
	return true;
}

bool builtin_split(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	return builtin_string_split(r, args, count, false, out);
}

bool builtin_splitAfter(struct evaluation *r, const struct expr_value *args, size_t count,
			struct expr_value *out)
{
	return builtin_string_split(r, args, count, true, out);
}

/* Where the next replacement is: an empty old matches before each character and at the end. */
static size_t next_match(struct str s, struct str old, size_t from, bool first)
{
	if (old.len)
		return builtin_string_find(s, old, from);
	if (first)
		return 0;
	return from < s.len ? from + character_length(s, from) : SIZE_MAX;
}

static size_t count_matches(struct str s, struct str old, int64_t limit)
{
	size_t count = 0, at = 0, found;

	while ((limit < 0 || (int64_t)count < limit) &&
	       (found = next_match(s, old, at, count == 0)) != SIZE_MAX) {
		at = found + old.len;
		count++;
	}
	return count;
}

bool builtin_replace(struct evaluation *r, const struct expr_value *args, size_t count,
		     struct expr_value *out)
{
	struct str s, old, new;
	size_t matches, at = 0, len = 0;
	int64_t limit = -1;
	char *text;

	if (!need_strings(r, args, 0, 3))
		return false;
	s = args[0].string;
	old = args[1].string;
	new = args[2].string;
	if (count > 3) {
		if (!is_number(&args[3]))
			return run_fail(r, "a count is an int, not %s", expr_type_name(&args[3]));
		limit = to_int(&args[3]);
	}
	matches = str_equal(old, new) ? 0 : count_matches(s, old, limit);
	if (matches && new.len > (size_t)(16 << 20) / matches)
		return run_fail(r, "replace() makes too long a string");
	if (!run_charge(r, matches + matches * new.len / 32))
		return false;
	text = arena_alloc(r->a, s.len + matches * new.len + 1);
	for (size_t i = 0; i < matches; i++) {
		size_t found = next_match(s, old, at, i == 0);

		memcpy(text + len, s.at + at, found - at);
		len += found - at;
		memcpy(text + len, new.at, new.len);
		len += new.len;
		at = found + old.len;
	}
	memcpy(text + len, s.at + at, s.len - at);
	*out = expr_string(text, len + s.len - at);
	return true;
}

bool builtin_repeat(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	struct str s;
	int64_t copies;
	char *text;

	(void)count;
	if (!need_strings(r, args, 0, 1))
		return false;
	if (!is_number(&args[1]))
		return run_fail(r, "a count is an int, not %s", expr_type_name(&args[1]));
	s = args[0].string;
	copies = to_int(&args[1]);
	if (copies < 0 || copies > MOST_COPIES)
		return run_fail(r, "repeat() takes a count from 0 to %d", MOST_COPIES);
	if (s.len > (size_t)MOST_COPIES || !run_grow(r, s.len * (size_t)copies))
		return run_fail(r, "repeat() makes too long a string");
	text = arena_alloc(r->a, s.len * (size_t)copies + 1);
	for (int64_t i = 0; i < copies && s.len; i++)
		memcpy(text + (size_t)i * s.len, s.at, s.len);
	*out = expr_string(text, s.len * (size_t)copies);
	return true;
}

bool builtin_join(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	struct str glue = { "", 0 };
	size_t items, total = 0, len = 0;
	char *text;

	if (count > 1 && !need_strings(r, args, 1, 2))
		return false;
	glue = count > 1 ? args[1].string : glue;
	if (args[0].kind != EXPR_LIST || args[0].form == EXPR_RANGE || args[0].form == EXPR_PAIRS ||
	    args[0].form == EXPR_PAIR)
		return run_fail(r, "join() does not take %s", expr_type_name(&args[0]));
	items = expr_count(&args[0]);
	for (size_t i = 0; i < items; i++) {
		struct expr_value item = expr_at(&args[0], i);

		if (item.kind != EXPR_STRING)
			return run_fail(r, "join() takes strings, not %s", expr_type_name(&item));
		total += item.string.len + glue.len;
		if (!run_charge(r, 1 + (item.string.len + glue.len) / 32))
			return false;
	}
	text = arena_alloc(r->a, total + 1);
	for (size_t i = 0; i < items; i++) {
		struct expr_value item = expr_at(&args[0], i);

		if (i && glue.len)
			memcpy(text + len, glue.at, glue.len);
		len += i ? glue.len : 0;
		if (item.string.len)
			memcpy(text + len, item.string.at, item.string.len);
		len += item.string.len;
	}
	*out = expr_string(text, len);
	return true;
}

bool builtin_indexOf(struct evaluation *r, const struct expr_value *args, size_t count,
		     struct expr_value *out)
{
	size_t found;

	if (!need_strings(r, args, 0, count))
		return false;
	found = builtin_string_find(args[0].string, args[1].string, 0);
	*out = expr_int(found == SIZE_MAX ? -1 : (int64_t)found);
	return true;
}

bool builtin_lastIndexOf(struct evaluation *r, const struct expr_value *args, size_t count,
			 struct expr_value *out)
{
	struct str s, part;
	size_t at;

	if (!need_strings(r, args, 0, count))
		return false;
	s = args[0].string;
	part = args[1].string;
	*out = expr_int(-1);
	if (part.len > s.len)
		return true;
	for (at = s.len - part.len + 1; at-- > 0;) {
		if (!part.len || memcmp(s.at + at, part.at, part.len) == 0) {
			*out = expr_int((int64_t)at);
			break;
		}
	}
	return run_charge(r, s.len / 4);
}

bool builtin_hasPrefix(struct evaluation *r, const struct expr_value *args, size_t count,
		       struct expr_value *out)
{
	if (!need_strings(r, args, 0, count))
		return false;
	*out = expr_bool(builtin_string_begins(args[0].string, args[1].string));
	return true;
}

bool builtin_hasSuffix(struct evaluation *r, const struct expr_value *args, size_t count,
		       struct expr_value *out)
{
	if (!need_strings(r, args, 0, count))
		return false;
	*out = expr_bool(string_ends_with(args[0].string, args[1].string));
	return true;
}
