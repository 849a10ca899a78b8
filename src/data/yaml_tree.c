/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's marks count characters; files are cut in bytes. A cursor turns one
 * into the other as the events go by, so that the whole stays linear.
 */
#include "data/yaml_tree.h"

#include <math.h>
#include <string.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "data/value.h"
#include "data/yaml_scalar.h"

enum { MAX_DEPTH = 200, MAX_NODES = 5000000, MAX_BYTES = 64 << 20 };

struct yaml_tree_reader {
	struct arena *a;
	const char *name;
	struct str text;
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event;
	size_t character, byte;         /* the cursor: one place in two measures */
	struct map anchors;
	size_t nodes, depth;
	struct yaml_node *parent;
	struct err *e;
};

static bool yaml_tree_complain(struct yaml_tree_reader *r, enum err_code code,
			       const yaml_mark_t *at, const char *what)
{
	return err_set(r->e, code, "%s:%zu:%zu: %s", r->name, at->line + 1, at->column + 1, what);
}

static bool yaml_tree_next(struct yaml_tree_reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = yaml_parser_parse(&r->parser, &r->event) == 1;
	if (r->has_event)
		return true;
	if (r->parser.error == YAML_READER_ERROR)
		return err_set(r->e, ERR_CONFIG, "%s: byte %zu: %s", r->name,
			       r->parser.problem_offset, r->parser.problem);
	return yaml_tree_complain(r, ERR_CONFIG, &r->parser.problem_mark,
				  r->parser.problem ? r->parser.problem : "not YAML");
}

static bool is_tail(const struct yaml_tree_reader *r, size_t at)
{
	return at < r->text.len && ((unsigned char)r->text.at[at] & 0xc0) == 0x80;
}

static size_t byte_of(struct yaml_tree_reader *r, const yaml_mark_t *mark)
{
	while (r->character < mark->index && r->byte < r->text.len) {
		r->byte++;
		while (is_tail(r, r->byte))
			r->byte++;
		r->character++;
	}
	while (r->character > mark->index && r->byte > 0) {
		r->byte--;
		while (r->byte > 0 && is_tail(r, r->byte))
			r->byte--;
		r->character--;
	}
	return r->byte;
}

/* Past the anchor and tag that begin at a node's start. */
static size_t body_of(const struct yaml_tree_reader *r, const struct yaml_node *node)
{
	size_t at = node->start;

	while (at < node->end && (r->text.at[at] == '&' || r->text.at[at] == '!')) {
		while (at < node->end && !memchr(" \t\r\n", r->text.at[at], 4))
			at++;
		for (;;) {
			while (at < node->end && memchr(" \t\r\n", r->text.at[at], 4))
				at++;
			if (at >= node->end || r->text.at[at] != '#')
				break;
			while (at < node->end && r->text.at[at] != '\n')
				at++;
		}
	}
	return at;
}

static struct yaml_node *yaml_tree_make(struct yaml_tree_reader *r, enum yaml_node_kind kind)
{
	struct yaml_node *node = arena_alloc(r->a, sizeof(*node));

	node->kind = kind;
	node->start = byte_of(r, &r->event.start_mark);
	node->end = byte_of(r, &r->event.end_mark);
	node->line = (unsigned)r->event.start_mark.line + 1;
	node->column = r->event.start_mark.column;
	node->body = node->start;
	node->parent = r->parent;
	node->flow = r->parent && r->parent->flow;
	return node;
}

static void yaml_tree_name_node(struct yaml_tree_reader *r, struct yaml_node *node,
				const yaml_char_t *anchor, const yaml_char_t *tag)
{
	node->anchor = str_copy(r->a, (const char *)anchor);
	node->tag = str_copy(r->a, (const char *)tag);
}

/* Only what is complete can be referred to, so that nothing contains itself. */
static void finish_node(struct yaml_tree_reader *r, struct yaml_node *node)
{
	if (node->anchor || node->tag)
		node->body = body_of(r, node);
	if (node->anchor)
		map_set(r->a, &r->anchors, node->anchor, node);
}

static void yaml_tree_append(struct arena *a, struct yaml_node *parent, struct yaml_node *child)
{
	if (parent->count == parent->room) {
		struct yaml_node **old = parent->items;

		parent->room = parent->room ? parent->room * 2 : 4;
		parent->items = arena_array(a, parent->room, sizeof(*parent->items));
		if (parent->count)
			memcpy(parent->items, old, parent->count * sizeof(*old));
	}
	parent->items[parent->count++] = child;
}

static struct yaml_node *read_scalar(struct yaml_tree_reader *r)
{
	static const enum yaml_style styles[] = {
		[YAML_PLAIN_SCALAR_STYLE] = YAML_PLAIN,
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = YAML_SINGLE,
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = YAML_DOUBLE,
		[YAML_LITERAL_SCALAR_STYLE] = YAML_LITERAL,
		[YAML_FOLDED_SCALAR_STYLE] = YAML_FOLDED,
	};
	struct yaml_node *node = yaml_tree_make(r, YAML_SCALAR);
	size_t len = r->event.data.scalar.length;

	node->style = styles[r->event.data.scalar.style];
	node->text = (struct str){
		str_copy_n(r->a, (const char *)r->event.data.scalar.value, len), len
	};
	if (node->style == YAML_LITERAL || node->style == YAML_FOLDED)
		while (node->end > node->start && memchr(" \t\r\n", r->text.at[node->end - 1], 4))
			node->end--;
	yaml_tree_name_node(r, node, r->event.data.scalar.anchor, r->event.data.scalar.tag);
	finish_node(r, node);
	return node;
}

static struct yaml_node *yaml_tree_read_alias(struct yaml_tree_reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	struct yaml_node *node = yaml_tree_make(r, YAML_ALIAS);

	node->text = str_of(str_copy(r->a, name));
	node->target = map_get(&r->anchors, name);
	if (node->target)
		return node;
	yaml_tree_complain(r, ERR_CONFIG, &r->event.start_mark,
			   "an alias of an anchor that is not there");
	return NULL;
}

static struct yaml_node *yaml_tree_read_node(struct yaml_tree_reader *r);

static struct yaml_node *read_children(struct yaml_tree_reader *r, struct yaml_node *node,
				       yaml_event_type_t end)
{
	if (++r->depth > MAX_DEPTH) {
		yaml_tree_complain(r, ERR_LIMIT, &r->event.start_mark, "nested too deeply");
		return NULL;
	}
	for (;;) {
		struct yaml_node *child;

		r->parent = node;
		if (!yaml_tree_next(r))
			return NULL;
		if (r->event.type == end)
			break;
		child = yaml_tree_read_node(r);
		if (!child)
			return NULL;
		yaml_tree_append(r->a, node, child);
	}
	if (node->flow)
		node->end = byte_of(r, &r->event.end_mark);
	else if (node->count)
		node->end = node->items[node->count - 1]->end;
	r->depth--;
	return node;
}

static struct yaml_node *yaml_tree_read_collection(struct yaml_tree_reader *r)
{
	bool is_map = r->event.type == YAML_MAPPING_START_EVENT;
	struct yaml_node *node = yaml_tree_make(r, is_map ? YAML_MAP : YAML_LIST);

	if (is_map) {
		node->flow |= r->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		yaml_tree_name_node(r, node, r->event.data.mapping_start.anchor,
				    r->event.data.mapping_start.tag);
	} else {
		node->flow |= r->event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		yaml_tree_name_node(r, node, r->event.data.sequence_start.anchor,
				    r->event.data.sequence_start.tag);
	}
	if (!read_children(r, node, is_map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT))
		return NULL;
	finish_node(r, node);
	return node;
}

static struct yaml_node *yaml_tree_read_node(struct yaml_tree_reader *r)
{
	if (++r->nodes > MAX_NODES) {
		yaml_tree_complain(r, ERR_LIMIT, &r->event.start_mark, "too many nodes");
		return NULL;
	}
	switch (r->event.type) {
	case YAML_ALIAS_EVENT:
		return yaml_tree_read_alias(r);
	case YAML_SCALAR_EVENT:
		return read_scalar(r);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return yaml_tree_read_collection(r);
	default:
		yaml_tree_complain(r, ERR_CONFIG, &r->event.start_mark, "a value is missing");
		return NULL;
	}
}

static bool read_document(struct yaml_tree_reader *r, struct yaml_document *out)
{
	*out = (struct yaml_document){ .end = r->text.len };
	for (;;) {
		if (!yaml_tree_next(r))
			return false;
		if (r->event.type == YAML_STREAM_END_EVENT)
			return true;
		if (r->event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		if (!yaml_tree_next(r))
			return false;
		out->root = yaml_tree_read_node(r);
		if (!out->root || !yaml_tree_next(r))
			return false;
		out->end = byte_of(r, &r->event.end_mark);
		return true;
	}
}

bool yaml_document_read(struct arena *a, const char *name, struct str text,
			struct yaml_document *out, struct err *e)
{
	struct yaml_tree_reader r = { .a = a, .name = name, .text = text, .e = e };
	struct yaml_document found;
	bool fine;

	if (text.len > MAX_BYTES)
		return err_set(e, ERR_LIMIT, "%s: larger than %d bytes", name, MAX_BYTES);
	if (!utf8_valid(text.at, text.len))
		return err_set(e, ERR_CONFIG, "%s: not UTF-8", name);
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		r.byte = 3;     /* libyaml does not count the byte order mark */
	if (!yaml_parser_initialize(&r.parser))
		return err_set(e, ERR_INTERNAL, "libyaml does not start");
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.at, text.len);
	fine = read_document(&r, &found);
	if (r.has_event)
		yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	if (fine)
		*out = found;
	return fine;
}

bool yaml_tree_read(struct arena *a, const char *name, struct str text, struct yaml_node **root,
		    struct err *e)
{
	struct yaml_document document;

	if (!yaml_document_read(a, name, text, &document, e))
		return false;
	*root = document.root;
	return true;
}

size_t yaml_member(const struct yaml_node *map, struct str key, size_t from)
{
	for (size_t i = from; map->kind == YAML_MAP && i + 1 < map->count; i += 2)
		if (map->items[i]->kind == YAML_SCALAR && str_equal(map->items[i]->text, key))
			return i;
	return SIZE_MAX;
}

struct yaml_node *yaml_node_get(const struct yaml_node *map, struct str key)
{
	size_t at = yaml_member(map, key, 0);

	return at == SIZE_MAX ? NULL : map->items[at + 1];
}

bool yaml_reads_as(const struct yaml_node *node, const struct value *v)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *read;

	if (node->kind != YAML_SCALAR || node->tag)
		return false;
	if (value_is(v, VALUE_STRING))
		return str_equal(node->text, v->string) &&
		       (node->style != YAML_PLAIN || yaml_is_text(node->text.at, node->text.len));
	if (node->style != YAML_PLAIN)
		return false;
	read = yaml_resolve(a, node->text.at, node->text.len);
	return value_equal(read, v) ||
	       (value_is(v, VALUE_FLOAT) && isnan(v->number) && value_is(read, VALUE_FLOAT) &&
		isnan(read->number));
}

bool yaml_node_same(const struct yaml_node *old, const struct yaml_node *new)
{
	if (old->asked)
		return same_text(old->anchor, new->anchor) && yaml_reads_as(new, old->asked);
	if (old->kind != new->kind || old->count != new->count || old->style != new->style ||
	    !str_equal(old->text, new->text) || !same_text(old->anchor, new->anchor) ||
	    !same_text(old->tag, new->tag))
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (!yaml_node_same(old->items[i], new->items[i]))
			return false;
	return true;
}

const char *yaml_newline(struct str text)
{
	const char *end = memchr(text.at, '\n', text.len);

	return end && end > text.at && end[-1] == '\r' ? "\r\n" : "\n";
}
