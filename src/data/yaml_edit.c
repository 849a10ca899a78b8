/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an edit gives out was read again: each node is as it was, except for those that were set,
 * which read as the value asked for. A large file is not read twice for a small change: the members
 * around the changes are read alone.
 */
#include "data/yaml_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "data/key_path.h"
#include "data/value.h"
#include "data/yaml_rewrite.h"
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
	struct yaml_document document;
	struct list changes;
};

bool yaml_edit_open(struct arena *a, const char *name, struct str text, struct yaml_edit **out,
		    struct err *e)
{
	struct yaml_edit *edit = arena_alloc(a, sizeof(*edit));

	*edit = (struct yaml_edit){ .a = a, .name = name, .text = text };
	if (!yaml_document_read(a, name, text, &edit->document, e))
		return false;
	*out = edit;
	return true;
}

struct yaml_node *yaml_edit_root(const struct yaml_edit *edit)
{
	return edit->document.root;
}

struct str yaml_edit_source(const struct yaml_edit *edit)
{
	return edit->text;
}

/* The member called part of the map at *node, which must stand there once. */
static bool member_at(const struct yaml_edit *edit, const char *key, struct str part,
		      struct yaml_node **node, struct err *e)
{
	const struct yaml_node *map = *node;
	size_t at = map ? yaml_member(map, part, 0) : SIZE_MAX, again;

	if (at == SIZE_MAX)
		return err_set(e, ERR_NOT_FOUND, "%s: key \"%s\": there is no \"%.*s\"%s", edit->name, key,
			       (int)part.len, part.at,
			       edit->document.end < edit->text.len ?
				       " in the first document, the only one that is edited" : "");
	again = yaml_member(map, part, at + 2);
	if (again != SIZE_MAX)
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": \"%.*s\" appears twice, at lines %u and %u: "
			       "remove one of them",
			       edit->name, key, (int)part.len, part.at, map->items[at]->line,
			       map->items[again]->line);
	*node = map->items[at + 1];
	return true;
}

static bool item_at(const struct yaml_edit *edit, const char *key, struct str part,
		    struct yaml_node **node, struct err *e)
{
	const struct yaml_node *list = *node;
	int64_t index;

	if (!key_path_index(part, &index))
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": line %u is a list, and \"%.*s\" is not an index",
			       edit->name, key, list->line, (int)part.len, part.at);
	if (index < 0 || (uint64_t)index >= list->count)
		return err_set(e, ERR_NOT_FOUND,
			       "%s: key \"%s\": the list at line %u has %zu elements, "
			       "not one at %lld",
			       edit->name, key, list->line, list->count, (long long)index);
	*node = list->items[index];
	return true;
}

bool yaml_edit_find(const struct yaml_edit *edit, const char *key, const struct list *parts,
		    struct yaml_node **out, struct err *e)
{
	struct yaml_node *node = edit->document.root;

	for (size_t i = 0; i < parts->count; i++) {
		const struct str *part = parts->items[i];

		if (node && node->kind == YAML_LIST ? !item_at(edit, key, *part, &node, e)
						    : !member_at(edit, key, *part, &node, e))
			return false;
	}
	if (node->kind == YAML_ALIAS)
		return err_set(e, ERR_CONFIG,
			       "%s: key \"%s\": line %u is an alias: set what &%s names, "
			       "at line %u",
			       edit->name, key, node->line, node->text.at, node->target->line);
	if (node->kind != YAML_SCALAR)
		return err_set(e, ERR_CONFIG, "%s: key \"%s\": line %u is a %s, not a single value",
			       edit->name, key, node->line,
			       node->kind == YAML_MAP ? "map" : "list");
	*out = node;
	return true;
}

/* Of several changes of a node the last counts. */
static void yaml_edit_record(struct yaml_edit *edit, const struct yaml_node *node,
			     const struct yaml_edit_change *change)
{
	struct yaml_edit_change *kept = NULL;

	for (size_t i = node && node->asked ? edit->changes.count : 0; i-- > 0 && !kept;) {
		kept = edit->changes.items[i];
		if (kept->node != node)
			kept = NULL;
	}
	if (!kept) {
		kept = arena_alloc(edit->a, sizeof(*kept));
		kept->order = edit->changes.count;
		list_add(edit->a, &edit->changes, kept);
	}
	kept->start = change->start;
	kept->end = change->end;
	kept->with = change->with;
	kept->node = node;
}

bool yaml_edit_set(struct yaml_edit *edit, struct yaml_node *scalar, const struct value *v,
		   struct err *e)
{
	if (value_is(v, VALUE_LIST) || value_is(v, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "a %s cannot be set, only a single value",
			       value_kind_name(v->kind));
	yaml_edit_record(edit, scalar, &(struct yaml_edit_change){
		.start = scalar->start, .end = scalar->end, .node = scalar,
		.with = yaml_rewrite(edit->a, edit->text, scalar, v),
	});
	scalar->asked = v;
	return true;
}

void yaml_edit_replace(struct yaml_edit *edit, size_t start, size_t end, struct str with)
{
	yaml_edit_record(edit, NULL, &(struct yaml_edit_change){
		.start = start, .end = end, .with = with,
	});
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

/* Bytes of the text. */
struct yaml_edit_range {
	size_t start, end;
};

/* A part of the text with its changes made, which are sorted. */
static bool changed_part(const struct yaml_edit *edit, struct arena *a, struct yaml_edit_range part,
			 struct str *out, struct err *e)
{
	AUTO(buf) struct buf b;
	size_t done = part.start;

	buf_init(&b, MAX_RESULT);
	for (size_t i = 0; i < edit->changes.count; i++) {
		const struct yaml_edit_change *change = edit->changes.items[i];

		if (change->start < part.start ||
		    change->start >= part.end + (part.end == edit->text.len))
			continue;
		if (change->start < done || change->end < change->start)
			return err_set(e, ERR_INTERNAL, "%s: two changes overlap at byte %zu",
				       edit->name, change->start);
		buf_add(&b, edit->text.at + done, change->start - done);
		buf_add(&b, change->with.at, change->with.len);
		done = change->end;
	}
	if (done < part.end)
		buf_add(&b, edit->text.at + done, part.end - done);
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, "%s: it would grow too large", edit->name);
	*out = (struct str){ buf_copy(&b, a), b.len };
	return true;
}

bool yaml_edit_text(struct yaml_edit *edit, struct str *out, struct err *e)
{
	sort_changes(edit);
	return changed_part(edit, edit->a, (struct yaml_edit_range){ 0, edit->text.len }, out, e);
}

/* A member of a block map, from the beginning of its line to that of the next member's. */
struct yaml_member {
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
			  struct yaml_member *out)
{
	const struct yaml_node *map;

	for (; node && node->parent; node = map) {
		size_t i = 0;

		map = node->parent;
		if (map->kind != YAML_MAP || map->flow)
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
static bool reads_alone(const struct yaml_edit *edit, const struct yaml_member *m)
{
	AUTO(arena) struct arena *a = arena_new();
	struct yaml_document alone;
	const struct yaml_node *root;
	struct str text;
	struct err e;

	if (!changed_part(edit, a, (struct yaml_edit_range){ m->start, m->end }, &text, &e) ||
	    !yaml_document_read(a, edit->name, text, &alone, &e) || alone.end != text.len)
		return false;
	root = alone.root;
	return root && root->kind == YAML_MAP && !root->flow && root->count == 2 &&
	       yaml_node_same(m->key, root->items[0]) &&
	       yaml_node_same(m->value, root->items[1]);
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
		struct yaml_member m;

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
	struct yaml_document again;
	struct err reading;
	struct str text;

	if (!yaml_edit_text(edit, &text, e))
		return false;
	if (members_read_alone(edit)) {
		*out = text;
		return true;
	}
	if (!yaml_document_read(edit->a, edit->name, text, &again, &reading))
		return err_set(e, ERR_CONFIG, "the file could not be read after the change: %s",
			       reading.message);
	/* What follows the first document is not read: it must begin where it began. */
	if (!again.root || !edit->document.root ||
	    !yaml_node_same(edit->document.root, again.root) ||
	    text.len - again.end != edit->text.len - edit->document.end)
		return err_set(e, ERR_CONFIG,
			       "%s: the file would not read as asked after the change: "
			       "a value would be another one, or other values of the file would change",
			       edit->name);
	*out = text;
	return true;
}
