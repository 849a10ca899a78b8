/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two readings go side by side: toml.h's says what the file means, and what it must mean
 * afterwards; the lines of toml_scan.h say where the bytes are. Of those every value is entered
 * under its full path, elements by number, before the first key is looked up: [[items]] followed
 * by name is "items.0.name".
 */
#include "data/toml_edit.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "data/go_text.h"
#include "data/key_path.h"
#include "data/toml.h"
#include "data/toml_inner.h"
#include "data/value.h"

enum { MAX_RESULT = 128 << 20 };

struct toml_edit_place {
	const struct toml_value *value; /* NULL: a table */
	const char *with;               /* the new text; NULL: unchanged */
};

struct toml_edit {
	struct arena *a;
	const char *name;
	struct str mark, text;          /* a byte order mark, and what follows it */
	struct map places;              /* path, as below() makes it, to struct toml_edit_place */
	struct map elements;            /* path of an array of tables to its count */
	struct list scalars;            /* struct toml_edit_place, in the order of the text */
	struct value *tree;             /* what the text is to mean, with what was set */
};

/* The path of a part below another; parts may hold any byte, so each has its length before it. */
static struct str toml_edit_below(struct arena *a, struct str path, struct str part)
{
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	buf_add(&b, path.at, path.len);
	buf_format(&b, "%zu:", part.len);
	buf_add(&b, part.at, part.len);
	return (struct str){ buf_copy(&b, a), b.len };
}

static struct str below_index(struct arena *a, struct str path, size_t index)
{
	return toml_edit_below(a, path, str_of(str_format(a, "%zu", index)));
}

static struct str below_key(struct arena *a, struct str path, const struct list *key)
{
	for (size_t i = 0; i < key->count; i++)
		path = toml_edit_below(a, path, *(const struct str *)key->items[i]);
	return path;
}

static void toml_edit_enter(struct toml_edit *edit, struct str path, const struct toml_value *value)
{
	struct toml_edit_place *place;

	if (map_get_n(&edit->places, path.at, path.len))
		return;
	place = arena_alloc(edit->a, sizeof(*place));
	place->value = value;
	map_set_n(edit->a, &edit->places, path.at, path.len, place);
	if (!value)
		return;
	if (value->kind != TOML_ARRAY && value->kind != TOML_INLINE)
		list_add(edit->a, &edit->scalars, place);
	for (size_t i = 0; i < value->items.count; i++)
		toml_edit_enter(edit, below_index(edit->a, path, i), value->items.items[i]);
	for (size_t i = 0; i < value->members.count; i++) {
		const struct toml_line *member = value->members.items[i];

		toml_edit_enter(edit, below_key(edit->a, path, &member->key), member->value);
	}
}

/* The path that a header's keys are below. */
static struct str enter_header(struct toml_edit *edit, const struct toml_line *line)
{
	struct str path = below_key(edit->a, (struct str){ "", 0 }, &line->key);
	uintptr_t count = (uintptr_t)map_get_n(&edit->elements, path.at, path.len);

	toml_edit_enter(edit, path, NULL);
	if (line->kind == TOML_TABLE)
		return path;
	map_set_n(edit->a, &edit->elements, path.at, path.len, (void *)(count + 1));
	path = below_index(edit->a, path, count);
	toml_edit_enter(edit, path, NULL);
	return path;
}

bool toml_edit_open(struct arena *a, const char *name, struct str text, struct toml_edit **out,
		    struct err *e)
{
	struct toml_edit *edit = arena_alloc(a, sizeof(*edit));
	struct str path = { "", 0 };
	struct list lines = { 0 };

	*edit = (struct toml_edit){ .a = a, .name = name, .mark = { text.at, 0 }, .text = text };
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) {
		edit->mark.len = 3;
		text = edit->text = (struct str){ text.at + 3, text.len - 3 };
	}
	if (!toml_parse(a, name, text, &edit->tree, e) ||
	    !toml_scan(a, name, text, &lines, e))
		return false;
	for (size_t i = 0; i < lines.count; i++) {
		const struct toml_line *line = lines.items[i];

		if (line->kind == TOML_KEY_VALUE)
			toml_edit_enter(edit, below_key(a, path, &line->key), line->value);
		else
			path = enter_header(edit, line);
	}
	*out = edit;
	return true;
}

const char *toml_rendering(struct arena *a, const struct value *v)
{
	AUTO(buf) struct buf b = { 0 };
	const char *digits = value_long_digits(a, v);
	double number;

	if (digits)
		return digits;
	buf_init(&b, MAX_RESULT);
	if (value_is(v, VALUE_STRING)) {
		toml_write_string(&b, v->string, true);
	} else if (value_number(v, &number)) {
		go_number_plain(&b, number);
		if (floor(number) == number)
			buf_text(&b, ".0");
	} else {
		buf_text(&b, value_truth(v, false) ? "true" : "false");
	}
	return buf_copy(&b, a);
}

/* A whole number is an integer unless a float was there: some readers keep the two apart. */
static const char *toml_edit_written(struct arena *a, const struct toml_value *was, struct str old,
				     const struct value *v)
{
	bool was_float = was->kind == TOML_NUMBER && !toml_is_integer(old);
	AUTO(buf) struct buf b = { 0 };
	int64_t integer;

	if (!was_float && value_integer(v, &integer))
		return str_format(a, "%lld", (long long)integer);
	if (!value_is(v, VALUE_STRING))
		return toml_rendering(a, v);
	buf_init(&b, MAX_RESULT);
	toml_write_string(&b, v->string, old.at[0] != '"');
	return buf_copy(&b, a);
}

/* Where the tree has the value; the path of a scalar that the lines have leads to one. */
static struct value **place_in_tree(struct toml_edit *edit, const struct list *parts)
{
	struct value **at = &edit->tree;

	for (size_t i = 0; i < parts->count && at; i++) {
		const struct str part = *(const struct str *)parts->items[i];
		struct value *v = *at;
		int64_t index;

		at = NULL;
		if (v->kind == VALUE_LIST && key_path_index(part, &index) && (uint64_t)index < v->list.count)
			at = &v->list.items[index];
		for (size_t j = 0; v->kind == VALUE_MAP && j < v->map.count && !at; j++)
			if (str_equal(v->map.members[j].key, part))
				at = &v->map.members[j].value;
	}
	return at;
}

static bool can_be_set(const struct value *v)
{
	double number;

	return value_is(v, VALUE_STRING) || value_is(v, VALUE_BOOL) ||
	       (value_number(v, &number) && isfinite(number));
}

bool toml_edit_set(struct toml_edit *edit, const char *key, const struct list *parts,
		   const struct value *v, struct err *e)
{
	struct str path = below_key(edit->a, (struct str){ "", 0 }, parts), old;
	struct toml_edit_place *place = map_get_n(&edit->places, path.at, path.len);
	struct value **at = place_in_tree(edit, parts);

	if (!place || !at)
		return err_set(e, ERR_NOT_FOUND, "%s: key \"%s\": there is no such value",
			       edit->name, key);
	if (!place->value || place->value->kind == TOML_ARRAY || place->value->kind == TOML_INLINE)
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": a table or array, not a single value", edit->name,
			       key);
	if (!can_be_set(v))
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": a %s cannot be set, only a text, number or bool",
			       edit->name, key, v ? value_kind_name(v->kind) : "null");
	if (value_digits(v).len)
		return err_set(e, ERR_CONFIG, "%s: key \"%s\": TOML has no integer as large as %s; "
			       "quote(…) keeps it as a text", edit->name, key, value_digits(v).at);
	old = (struct str){ edit->text.at + place->value->start, place->value->end - place->value->start };
	place->with = toml_edit_written(edit->a, place->value, old, v);
	*at = value_copy(edit->a, v);
	return true;
}

static struct str toml_edit_text(struct toml_edit *edit)
{
	AUTO(buf) struct buf b;
	size_t done = 0;

	buf_init(&b, MAX_RESULT);
	buf_add(&b, edit->mark.at, edit->mark.len);
	for (size_t i = 0; i < edit->scalars.count; i++) {
		const struct toml_edit_place *place = edit->scalars.items[i];

		if (!place->with)
			continue;
		buf_add(&b, edit->text.at + done, place->value->start - done);
		buf_text(&b, place->with);
		done = place->value->end;
	}
	buf_add(&b, edit->text.at + done, edit->text.len - done);
	return (struct str){ buf_copy(&b, edit->a), b.len };
}

bool toml_edit_finish(struct toml_edit *edit, struct str *out, struct err *e)
{
	struct str text = toml_edit_text(edit);
	size_t mark = edit->mark.len;
	struct value *again;

	if (!toml_parse(edit->a, edit->name, (struct str){ text.at + mark, text.len - mark }, &again, e))
		return err_wrap(e, "the file could not be read after the change");
	if (!value_equal(again, edit->tree))
		return err_set(e, ERR_CONFIG,
			       "%s: the file would not read as asked after the change: a value would be "
			       "another one, or other values of the file would change", edit->name);
	*out = text;
	return true;
}
