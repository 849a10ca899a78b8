/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges are chosen so that they never overlap: members that go in one run are one
 * range, and additions go behind the last line of the collection, which is behind whatever
 * its own members have changed.
 */
#include "data/yaml_splice.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/yaml_edit.h"
#include "data/yaml_tree.h"

enum { MAX_RESULT = 128 << 20 };

size_t yaml_indent(const struct yaml_node *collection)
{
	return collection->count && !collection->flow && collection->kind == YAML_MAP
		       ? collection->items[0]->column
		       : collection->column;
}

size_t yaml_line_start(struct str text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

static const struct yaml_node *last_leaf(const struct yaml_node *node)
{
	while (node->count && !node->flow)
		node = node->items[node->count - 1];
	return node;
}

size_t yaml_tail(struct str text, const struct yaml_node *node)
{
	const struct yaml_node *leaf = last_leaf(node);
	const char *end = memchr(text.at + node->end, '\n', text.len - node->end);
	size_t at = end ? (size_t)(end - text.at) + 1 : text.len;

	while (leaf->kind == YAML_SCALAR && leaf->style >= YAML_LITERAL && at < text.len &&
	       memchr("\r\n", text.at[at], 2))
		at++;
	return at;
}

static bool begins_line(struct str text, size_t at)
{
	size_t start = yaml_line_start(text, at);

	return strspn(text.at + start, " ") >= at - start;
}

static struct str yaml_splice_joined(struct arena *a, const char *before, struct str text,
				     const char *after)
{
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	buf_text(&b, before);
	buf_add(&b, text.at, text.len);
	buf_text(&b, after);
	return (struct str){ buf_copy(&b, a), b.len };
}

static void insert_lines(struct arena *a, struct yaml_edit *edit, size_t at, struct str lines)
{
	struct str text = yaml_edit_source(edit);
	bool open = at == text.len && at > 0 && text.at[at - 1] != '\n';

	if (lines.len)
		yaml_edit_replace(edit, at, at,
				  open ? yaml_splice_joined(a, yaml_newline(text), lines, "")
				       : lines);
}

/* One run of members that go: first to last, of a map that keeps others. */
static void remove_run(struct yaml_edit *edit, const struct yaml_node *map, size_t first,
		       size_t last)
{
	struct str text = yaml_edit_source(edit);
	const struct yaml_node *key = map->items[2 * first], *value = map->items[2 * last + 1];
	bool is_end = 2 * last + 2 >= map->count;
	const struct str nothing = { "", 0 };

	if (!map->flow && begins_line(text, key->start))
		yaml_edit_replace(edit, yaml_line_start(text, key->start), yaml_tail(text, value),
				  nothing);
	else if (!is_end)
		yaml_edit_replace(edit, key->start, map->items[2 * last + 2]->start, nothing);
	else
		yaml_edit_replace(edit, map->items[2 * first - 1]->end, value->end, nothing);
}

/* Without the indentation of the first line and the newline of the last. */
static struct str splice_trim_lines(struct str lines)
{
	while (lines.len && *lines.at == ' ') {
		lines.at++;
		lines.len--;
	}
	while (lines.len && memchr("\r\n", lines.at[lines.len - 1], 2))
		lines.len--;
	return lines;
}

void yaml_splice_map(struct arena *a, struct yaml_edit *edit, const struct yaml_node *map,
		     const bool *gone, struct yaml_addition added)
{
	size_t members = map->count / 2, kept = 0;
	struct str text = yaml_edit_source(edit);

	for (size_t i = 0; i < members; i++)
		kept += !gone[i];
	if (!kept && members) {
		size_t start = map->items[0]->start, end = map->items[map->count - 1]->end;

		if (map->flow)
			yaml_edit_replace(edit, start, end, added.flow);
		else
			yaml_edit_replace(edit, start, end,
					  added.block.len ? splice_trim_lines(added.block)
							  : (struct str){ "{}", 2 });
		return;
	}
	for (size_t i = 0; i < members; i++) {
		size_t last = i;

		while (gone[i] && last + 1 < members && gone[last + 1])
			last++;
		if (gone[i])
			remove_run(edit, map, i, last);
		i = last;
	}
	if (!map->flow)
		insert_lines(a, edit, yaml_tail(text, map), added.block);
	else if (added.flow.len)
		yaml_edit_replace(edit, map->count ? map->items[map->count - 1]->end : map->end - 1,
				  map->count ? map->items[map->count - 1]->end : map->end - 1,
				  yaml_splice_joined(a, kept ? ", " : "", added.flow, ""));
}

void yaml_splice_list(struct arena *a, struct yaml_edit *edit, const struct yaml_node *list,
		      struct str flow, struct str block)
{
	size_t end = list->items[list->count - 1]->end;

	if (!list->flow)
		insert_lines(a, edit, yaml_tail(yaml_edit_source(edit), list), block);
	else if (flow.len)
		yaml_edit_replace(edit, end, end, yaml_splice_joined(a, ", ", flow, ""));
}

/* Behind the colon of a key. */
static size_t after_colon(struct str text, const struct yaml_node *key,
			  const struct yaml_node *value)
{
	size_t at = key->end;

	while (at < value->start && text.at[at] != ':')
		at++;
	return at < value->start ? at + 1 : value->start;
}

void yaml_splice_block(struct arena *a, struct yaml_edit *edit, const struct yaml_node *key,
		       const struct yaml_node *value, struct str block)
{
	struct str text = yaml_edit_source(edit);

	while (block.len && memchr("\r\n", block.at[block.len - 1], 2))
		block.len--;
	yaml_edit_replace(edit, after_colon(text, key, value), value->end,
			  yaml_splice_joined(a, yaml_newline(text), block, ""));
}

void yaml_splice_inline(struct arena *a, struct yaml_edit *edit, const struct yaml_node *key,
			const struct yaml_node *value, struct str text)
{
	size_t at = after_colon(yaml_edit_source(edit), key, value);

	yaml_edit_replace(edit, at, value->end, yaml_splice_joined(a, " ", text, ""));
}
