/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's rendering of a value is tried first on a small document of the same
 * shape: a text such as "a: b" or "*x" would break the file, and is quoted instead.
 */
#include "data/yaml_edit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/key_path.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_tree.h"

enum { MAX_RESULT = 128 << 20 };

struct yaml_edit_change {
	size_t start, end, order;
	struct str with;
	const struct yaml_node *node;   /* NULL unless made by yaml_edit_set */
};

struct yaml_edit {
	struct arena *a;
	const char *name;
	struct str text;
	struct yaml_node *root;
	struct list changes;
};

bool yaml_edit_open(struct arena *a, const char *name, struct str text, struct yaml_edit **out,
		    struct err *e)
{
	struct yaml_edit *edit = arena_alloc(a, sizeof(*edit));

	*edit = (struct yaml_edit){ .a = a, .name = name, .text = text };
	if (!yaml_tree_read(a, name, text, &edit->root, e))
		return false;
	*out = edit;
	return true;
}

struct yaml_node *yaml_edit_root(const struct yaml_edit *edit)
{
	return edit->root;
}

struct str yaml_edit_source(const struct yaml_edit *edit)
{
	return edit->text;
}

static bool no_such_key(const struct yaml_edit *edit, const char *key, struct str part,
			struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "%s: key \"%s\": there is no \"%.*s\"", edit->name, key,
		       (int)part.len, part.at);
}

static bool item_at(const struct yaml_edit *edit, const char *key, const struct yaml_node *list,
		    struct str part, struct yaml_node **out, struct err *e)
{
	int64_t index;

	if (!key_path_index(part, &index))
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": line %u is a list, and \"%.*s\" is no index",
			       edit->name, key, list->line, (int)part.len, part.at);
	if (index < 0 || (uint64_t)index >= list->count)
		return err_set(e, ERR_NOT_FOUND,
			       "%s: key \"%s\": the list at line %u has %zu elements, "
			       "not one at %lld",
			       edit->name, key, list->line, list->count, (long long)index);
	*out = list->items[index];
	return true;
}

bool yaml_edit_find(const struct yaml_edit *edit, const char *key, const struct list *parts,
		    struct yaml_node **out, struct err *e)
{
	struct yaml_node *node = edit->root;

	for (size_t i = 0; i < parts->count; i++) {
		const struct str *part = parts->items[i];

		if (node && node->kind == NODE_LIST) {
			if (!item_at(edit, key, node, *part, &node, e))
				return false;
			continue;
		}
		node = node ? yaml_node_get(node, *part) : NULL;
		if (!node)
			return no_such_key(edit, key, *part, e);
	}
	if (node->kind == NODE_ALIAS)
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": line %u is an alias: set what &%s names, "
			       "at line %u",
			       edit->name, key, node->line, node->text.at, node->target->line);
	if (node->kind != NODE_SCALAR)
		return err_set(e, ERR_CONFIG, "%s: key \"%s\": line %u is a %s, not a single value",
			       edit->name, key, node->line,
			       node->kind == NODE_MAP ? "map" : "list");
	*out = node;
	return true;
}

static bool looks_typed(struct arena *a, struct str text)
{
	struct value *parsed;
	struct err ignored;
	double number;
	bool truth;

	return go_float(text.at, text.len, &number) || go_bool(text.at, text.len, &truth) ||
	       json_parse(a, text.at, text.len, &parsed, &ignored);
}

const char *yaml_edit_rendering(struct arena *a, const struct value *v)
{
	AUTO(buf) struct buf b;
	double number;
	char text[32];

	buf_init(&b, MAX_RESULT);
	if (value_is(v, VALUE_STRING)) {
		if (looks_typed(a, v->string))
			go_quote(&b, v->string.at, v->string.len);
		else
			buf_add(&b, v->string.at, v->string.len);
	} else if (value_number(v, &number)) {
		go_number(number, text);
		buf_text(&b, text);
	} else if (value_is(v, VALUE_BOOL)) {
		buf_text(&b, v->boolean ? "true" : "false");
	} else {
		buf_text(&b, "null");
	}
	return buf_copy(&b, a);
}

/*
 * As it goes into the file. Whole numbers stay digits: the exponents that Kargo writes
 * from a million on are what nobody means.
 */
static struct str yaml_edit_written(struct arena *a, const struct value *v)
{
	char text[32];

	if (value_is(v, VALUE_INT))
		return str_of(str_format(a, "%lld", (long long)v->integer));
	if (!value_is(v, VALUE_FLOAT))
		return str_of(yaml_edit_rendering(a, v));
	if (isnan(v->number))
		return str_of(".nan");
	if (isinf(v->number))
		return str_of(v->number > 0 ? ".inf" : "-.inf");
	if (fabs(v->number) < 1e6)
		return str_of(yaml_edit_rendering(a, v));
	json_number(v->number, text);
	return str_of(str_copy(a, text));
}

/* Whether "k: <value>" with these further lines is one member, and the next one its own. */
static bool yaml_edit_fits(const struct yaml_node *scalar, struct str value, struct str more)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t indent = scalar->parent && !scalar->flow ? scalar->parent->column : 0;
	AUTO(buf) struct buf b = { 0 };
	struct yaml_node *root;
	struct err ignored;

	if (memchr(value.at, '\n', value.len) || memchr(value.at, '\r', value.len))
		return false;
	buf_init(&b, MAX_RESULT);
	buf_format(&b, "%*s%s", (int)indent, "", scalar->flow ? "{k: " : "k: ");
	buf_add(&b, value.at, value.len);
	buf_add(&b, more.at, more.len);
	buf_format(&b, scalar->flow ? ", z: 1}\n" : "\n%*sz: 1\n", (int)indent, "");
	if (!yaml_tree_read(a, "", (struct str){ buf_str(&b), b.len }, &root, &ignored))
		return false;
	return root && root->kind == NODE_MAP && root->count == 4 &&
	       str_is(root->items[2]->text, "z") && str_is(root->items[3]->text, "1");
}

/* Written plainly, "&a" is an anchor of nothing, which reads as null. */
static bool names_nothing(struct str text)
{
	return text.len && text.at[0] == '&';
}

/* In quotes that hold on one line. */
static struct str quoted(struct arena *a, struct str text)
{
	enum yaml_style style = yaml_style_of(text.at, text.len, true);
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	yaml_write_text(&b, text.at, text.len, style == YAML_SINGLE ? YAML_SINGLE : YAML_DOUBLE, 0);
	return (struct str){ buf_copy(&b, a), b.len };
}

/* The end of the scalar's first line when it has more of them, its end otherwise. */
static size_t first_line_end(const struct yaml_edit *edit, const struct yaml_node *scalar)
{
	size_t at = scalar->start;

	while (at < scalar->end && edit->text.at[at] != '\n' && edit->text.at[at] != '\r')
		at++;
	return at;
}

static struct str with_surroundings(const struct yaml_edit *edit, const struct yaml_node *scalar,
				    struct str value)
{
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	if (scalar->start == scalar->end && scalar->start > 0 &&
	    memchr(":-?", edit->text.at[scalar->start - 1], 3))
		buf_char(&b, ' ');
	if (scalar->anchor)
		buf_format(&b, "&%s ", scalar->anchor);
	buf_add(&b, value.at, value.len);
	return (struct str){ buf_copy(&b, edit->a), b.len };
}

static void yaml_edit_record(struct yaml_edit *edit, size_t start, size_t end, struct str with,
			     const struct yaml_node *node)
{
	struct yaml_edit_change *change = NULL;

	for (size_t i = node && node->changed ? edit->changes.count : 0; i-- > 0;) {
		change = edit->changes.items[i];
		if (change->node == node)
			break;
	}
	if (!node || !node->changed) {
		change = arena_alloc(edit->a, sizeof(*change));
		change->order = edit->changes.count;
		list_add(edit->a, &edit->changes, change);
	}
	change->start = start;
	change->end = end;
	change->with = with;
	change->node = node;
}

bool yaml_edit_set(struct yaml_edit *edit, struct yaml_node *scalar, const struct value *v,
		   bool *partly, struct err *e)
{
	size_t line_end = first_line_end(edit, scalar), end = scalar->end;
	struct str value, more;

	if (value_is(v, VALUE_LIST) || value_is(v, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "a %s cannot be set, only a single value",
			       value_kind_name(v->kind));
	value = yaml_edit_written(edit->a, v);
	more = (struct str){ edit->text.at + line_end, end - line_end };
	*partly = false;
	if (value_is(v, VALUE_STRING) &&
	    (memchr(v->string.at, 0, v->string.len) || names_nothing(v->string)))
		value = quoted(edit->a, v->string);
	if (more.len && yaml_edit_fits(scalar, value, more)) {
		*partly = true;
		end = line_end;
	} else if (!yaml_edit_fits(scalar, value, (struct str){ "", 0 })) {
		value = value_is(v, VALUE_STRING) ? quoted(edit->a, v->string) : value;
	}
	yaml_edit_record(edit, scalar->start, end, with_surroundings(edit, scalar, value), scalar);
	scalar->changed = true;
	return true;
}

void yaml_edit_replace(struct yaml_edit *edit, size_t start, size_t end, struct str with)
{
	yaml_edit_record(edit, start, end, with, NULL);
}

static int yaml_edit_by_place(const void *a, const void *b)
{
	const struct yaml_edit_change *const *x = a, *const *y = b;

	if ((*x)->start != (*y)->start)
		return (*x)->start < (*y)->start ? -1 : 1;
	return ((*x)->order > (*y)->order) - ((*x)->order < (*y)->order);
}

static void sort_changes(struct yaml_edit *edit)
{
	if (edit->changes.count)
		qsort(edit->changes.items, edit->changes.count, sizeof(void *), yaml_edit_by_place);
}

/* Bytes [start, end) of the text with their changes made, which are sorted. */
static bool changed_part(const struct yaml_edit *edit, struct arena *a, size_t start, size_t end,
			 struct str *out, struct err *e)
{
	AUTO(buf) struct buf b;
	size_t done = start;

	buf_init(&b, MAX_RESULT);
	for (size_t i = 0; i < edit->changes.count; i++) {
		const struct yaml_edit_change *change = edit->changes.items[i];

		if (change->start < start || change->start >= end + (end == edit->text.len))
			continue;
		if (change->start < done || change->end < change->start)
			return err_set(e, ERR_INTERNAL, "%s: two changes overlap at byte %zu",
				       edit->name, change->start);
		buf_add(&b, edit->text.at + done, change->start - done);
		buf_add(&b, change->with.at, change->with.len);
		done = change->end;
	}
	if (done < end)
		buf_add(&b, edit->text.at + done, end - done);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "%s: it would grow too large", edit->name);
	*out = (struct str){ buf_copy(&b, a), b.len };
	return true;
}

bool yaml_edit_text(struct yaml_edit *edit, struct str *out, struct err *e)
{
	sort_changes(edit);
	return changed_part(edit, edit->a, 0, edit->text.len, out, e);
}

static bool same_but_changed(const struct yaml_node *old, const struct yaml_node *new)
{
	if (old->changed)
		return same_text(old->anchor, new->anchor);
	if (old->kind != new->kind || old->count != new->count || old->style != new->style ||
	    !str_equal(old->text, new->text) || !same_text(old->anchor, new->anchor) ||
	    !same_text(old->tag, new->tag))
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (!same_but_changed(old->items[i], new->items[i]))
			return false;
	return true;
}

/* A member of a block map, from the beginning of its line to that of the next member's. */
struct member {
	const struct yaml_node *key, *value;
	size_t start, end;
};

/* Where the node's line begins, when nothing but spaces is before it. */
static bool yaml_edit_line_of(const struct yaml_edit *edit, const struct yaml_node *node,
			      size_t *start)
{
	size_t at = node->start;

	while (at && edit->text.at[at - 1] == ' ')
		at--;
	*start = at;
	return at == 0 || edit->text.at[at - 1] == '\n';
}

/* The smallest member around the node that begins its line and is not its map's last. */
static bool member_around(const struct yaml_edit *edit, const struct yaml_node *node,
			  struct member *out)
{
	const struct yaml_node *map;

	for (; node && node->parent; node = map) {
		size_t i = 0;

		map = node->parent;
		if (map->kind != NODE_MAP || map->flow)
			continue;
		while (i < map->count && map->items[i] != node)
			i++;
		i &= ~(size_t)1;
		if (i + 2 >= map->count || !yaml_edit_line_of(edit, map->items[i], &out->start) ||
		    !yaml_edit_line_of(edit, map->items[i + 2], &out->end))
			continue;
		out->key = map->items[i];
		out->value = map->items[i + 1];
		return true;
	}
	return false;
}

/* A member that reads by itself, ends before the next one begins: it reads the same where it stands. */
static bool reads_alone(const struct yaml_edit *edit, const struct member *m)
{
	AUTO(arena) struct arena *a = arena_new();
	struct yaml_node *root;
	struct str text;
	struct err e;

	return changed_part(edit, a, m->start, m->end, &text, &e) &&
	       yaml_tree_read(a, edit->name, text, &root, &e) && root && root->kind == NODE_MAP &&
	       !root->flow && root->count == 2 && same_but_changed(m->key, root->items[0]) &&
	       same_but_changed(m->value, root->items[1]);
}

/*
 * Whether the members around all changes read alone, which is quick in a large file. False says
 * nothing: an alias of an anchor elsewhere is reason enough.
 */
static bool members_read_alone(const struct yaml_edit *edit)
{
	size_t checked = 0, left = edit->text.len / 2;

	for (size_t i = 0; i < edit->changes.count; i++) {
		const struct yaml_edit_change *change = edit->changes.items[i];
		struct member m;

		if (change->start < checked)
			continue;
		if (!change->node || !member_around(edit, change->node, &m) ||
		    m.end - m.start > left || !reads_alone(edit, &m))
			return false;
		left -= m.end - m.start;
		checked = m.end;
	}
	return edit->changes.count > 0;
}

bool yaml_edit_finish(struct yaml_edit *edit, struct str *out, struct err *e)
{
	struct yaml_node *root;
	struct err reading;
	struct str text;

	if (!yaml_edit_text(edit, &text, e))
		return false;
	if (members_read_alone(edit)) {
		*out = text;
		return true;
	}
	if (!yaml_tree_read(edit->a, edit->name, text, &root, &reading))
		return err_set(e, ERR_CONFIG, "the file could not be read after the change: %s",
			       reading.message);
	if (!root || !edit->root || !same_but_changed(edit->root, root))
		return err_set(e, ERR_CONFIG,
			       "%s: the change would alter other values of the file, too",
			       edit->name);
	*out = text;
	return true;
}
