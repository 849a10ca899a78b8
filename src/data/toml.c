/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which definitions may follow which: a header opens a table once, dotted keys may
 * add only to tables they made themselves, and what is in braces is closed for good.
 */
#include "data/toml.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "data/toml_inner.h"
#include "data/value.h"

enum { LONGEST_NUMBER = 500 };

enum entry_kind { ENTRY_IMPLICIT, ENTRY_HEADER, ENTRY_DOTTED, ENTRY_ARRAY, ENTRY_CLOSED };

/* What is known of a key beside its value. */
struct toml_entry {
	enum entry_kind kind;
	unsigned line;                  /* that made it */
	struct value *value;            /* the map; of ENTRY_ARRAY the list */
	struct map children;            /* of the map, or of the list's last map */
};

struct toml_reader {
	struct arena *a;
	const char *name;
	struct toml_entry root;
	struct err *e;
};

static bool toml_complain(struct toml_reader *r, unsigned line, const char *what, struct str key)
{
	return err_set(r->e, ERR_CONFIG, "%s:%u: %s: %.*s", r->name, line, what, (int)key.len,
		       key.at);
}

/* Both lines, and what the earlier one made of the key. */
static bool defined_before(struct toml_reader *r, unsigned line, const struct toml_entry *first,
			   struct str key)
{
	return err_set(r->e, ERR_CONFIG, "%s:%u: %.*s is defined at line %u already%s", r->name, line,
		       (int)key.len, key.at, first->line,
		       first->kind == ENTRY_ARRAY ? ", as an array of tables" : "");
}

static struct value *toml_time_of(struct arena *a, struct str word)
{
	struct value *v = value_string_n(a, word.at, word.len);
	char *text = unconst(v->string.at);
	size_t len = word.len, point, end;

	if (len <= 10)
		return v;
	if (text[4] == '-')
		text[10] = 'T';
	if (text[len - 1] == 'z')
		text[len - 1] = 'Z';
	if (len > 16 && strcmp(text + len - 5, "00:00") == 0 && strchr("+-", text[len - 6]))
		memcpy(text + len - 6, "Z", 2);
	v->string.len = strlen(text);
	point = strcspn(text, ".");
	end = point + 1 + strspn(text + point + (text[point] == '.'), "0123456789");
	if (text[point] && text[end]) { /* with a zone: Go cuts trailing zeros */
		size_t cut = end;

		while (text[cut - 1] == '0')
			cut--;
		cut -= text[cut - 1] == '.';
		memmove(text + cut, text + end, strlen(text + end) + 1);
		v->string.len = strlen(text);
	}
	return v;
}

static bool toml_number_of(struct toml_reader *r, const struct toml_value *from, unsigned line,
			   struct value **out)
{
	char text[LONGEST_NUMBER];
	struct str word = from->text;
	bool prefixed = word.len > 2 && strchr("xob", word.at[1]) && word.at[0] == '0';
	size_t used = 0;
	long long integer;

	if (word.len >= sizeof(text))
		return toml_complain(r, line, "a number with too many digits", word);
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] != '_')
			text[used++] = word.at[i];
	text[used] = '\0';
	if (!prefixed && strpbrk(text, ".eEin")) {
		double number = strtod(text, NULL);

		if (isinf(number) && !strchr(text, 'i'))
			return toml_complain(r, line, "a number that is too large", word);
		*out = value_float(r->a, number);
		return true;
	}
	errno = 0;
	integer = strtoll(text + (prefixed ? 2 : 0), NULL,
			  !prefixed ? 10 : text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : 2);
	if (errno)
		return toml_complain(r, line, "a number that does not fit 64 bits", word);
	*out = value_int(r->a, integer);
	return true;
}

static bool add_key_value(struct toml_reader *r, struct toml_entry *to,
			  const struct toml_line *line);

static bool toml_value_of(struct toml_reader *r, const struct toml_value *from, unsigned line,
			  struct value **out)
{
	struct toml_entry table = { .kind = ENTRY_HEADER };

	switch (from->kind) {
	case TOML_STRING:
		*out = value_string_n(r->a, from->text.at, from->text.len);
		return true;
	case TOML_BOOL:
		*out = value_bool(r->a, str_is(from->text, "true"));
		return true;
	case TOML_TIME:
		*out = toml_time_of(r->a, from->text);
		return true;
	case TOML_NUMBER:
		return toml_number_of(r, from, line, out);
	case TOML_ARRAY:
		*out = value_list(r->a);
		for (size_t i = 0; i < from->items.count; i++) {
			struct value *item;

			if (!toml_value_of(r, from->items.items[i], line, &item))
				return false;
			value_append(r->a, *out, item);
		}
		return true;
	default:
		*out = table.value = value_map(r->a);
		for (size_t i = 0; i < from->members.count; i++)
			if (!add_key_value(r, &table, from->members.items[i]))
				return false;
		return true;
	}
}

static struct toml_entry *toml_child_of(const struct toml_entry *e, struct str key)
{
	return map_get_n(&e->children, key.at, key.len);
}

static struct toml_entry *add_child(struct toml_reader *r, struct toml_entry *to, struct str key,
				    const struct toml_entry *new)
{
	struct value *map = to->value;
	struct toml_entry *child = arena_alloc(r->a, sizeof(*child));

	if (to->kind == ENTRY_ARRAY)
		map = map->list.items[map->list.count - 1];
	*child = *new;
	map_set_n(r->a, &to->children, key.at, key.len, child);
	value_set_n(r->a, map, key, new->value);
	return child;
}

/* One whose value is an empty map, or an empty list. */
static struct toml_entry *new_child(struct toml_reader *r, struct toml_entry *to, struct str key,
				    enum entry_kind kind, unsigned line)
{
	struct value *v = kind == ENTRY_ARRAY ? value_list(r->a) : value_map(r->a);

	return add_child(r, to, key, &(struct toml_entry){ .kind = kind, .line = line, .value = v });
}

static bool add_key_value(struct toml_reader *r, struct toml_entry *to,
			  const struct toml_line *line)
{
	struct str last = *(const struct str *)line->key.items[line->key.count - 1];
	struct value *v;

	for (size_t i = 0; i + 1 < line->key.count; i++) {
		struct str key = *(const struct str *)line->key.items[i];
		struct toml_entry *child = toml_child_of(to, key);

		if (!child)
			child = new_child(r, to, key, ENTRY_DOTTED, line->line);
		else if (child->kind != ENTRY_DOTTED && child->kind != ENTRY_IMPLICIT)
			return defined_before(r, line->line, child, key);
		to = child;
	}
	if (toml_child_of(to, last))
		return defined_before(r, line->line, toml_child_of(to, last), last);
	if (!toml_value_of(r, line->value, line->line, &v))
		return false;
	add_child(r, to, last, &(struct toml_entry){ .kind = ENTRY_CLOSED, .line = line->line, .value = v });
	return true;
}

static void add_element(struct toml_reader *r, struct toml_entry *array)
{
	value_append(r->a, array->value, value_map(r->a));
	array->children = (struct map){ 0 };
}

/* Opens the table or adds the element that a header names. */
static bool open_header(struct toml_reader *r, const struct toml_line *line,
			struct toml_entry **out)
{
	struct str last = *(const struct str *)line->key.items[line->key.count - 1];
	struct toml_entry *at = &r->root, *child;

	for (size_t i = 0; i + 1 < line->key.count; i++) {
		struct str key = *(const struct str *)line->key.items[i];

		child = toml_child_of(at, key);
		if (child && child->kind == ENTRY_CLOSED)
			return toml_complain(r, line->line, "not a table", key);
		at = child ? child : new_child(r, at, key, ENTRY_IMPLICIT, line->line);
	}
	child = toml_child_of(at, last);
	if (line->kind == TOML_TABLE_ARRAY) {
		if (child && child->kind != ENTRY_ARRAY)
			return defined_before(r, line->line, child, last);
		child = child ? child : new_child(r, at, last, ENTRY_ARRAY, line->line);
		add_element(r, child);
	} else if (child && child->kind != ENTRY_IMPLICIT) {
		return defined_before(r, line->line, child, last);
	} else {
		child = child ? child : new_child(r, at, last, ENTRY_HEADER, line->line);
		child->kind = ENTRY_HEADER;
		child->line = line->line;
	}
	*out = child;
	return true;
}

bool toml_parse(struct arena *a, const char *name, struct str text, struct value **out,
		struct err *e)
{
	struct toml_reader r = { .a = a, .name = name, .e = e };
	struct toml_entry *table = &r.root;
	struct list lines = { 0 };

	r.root = (struct toml_entry){ .kind = ENTRY_HEADER, .value = value_map(a) };
	if (!toml_scan(a, name, text, &lines, e))
		return false;
	for (size_t i = 0; i < lines.count; i++) {
		const struct toml_line *line = lines.items[i];

		if (line->kind == TOML_KEY_VALUE ? !add_key_value(&r, table, line)
						 : !open_header(&r, line, &table))
			return false;
	}
	*out = r.root.value;
	return true;
}
