/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's events to values. Aliases are copied when they are met; what they
 * bring counts against a ceiling of its own, in nodes and in depth, so that a bomb of
 * aliases of aliases ends as an error instead of in memory.
 */
#include "data/yaml.h"

#include <string.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"

enum { MAX_DEPTH = 200, MAX_NODES = 5000000, MAX_ALIASED = 500000, MAX_BYTES = 64 << 20 };

struct yaml_reader {
	struct arena *a;
	const char *name;
	struct str text;
	unsigned flags;                 /* enum yaml_reading */
	unsigned before;                /* lines that come before the text */
	struct list *duplicates;        /* struct yaml_duplicate *; NULL: none are allowed */
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event;
	struct arena *scratch;          /* of maps that are open; the reader's own */
	struct map anchors;             /* of this document: name to struct value */
	size_t nodes, aliased, depth;
	struct err *e;
};

static bool yaml_complain(struct yaml_reader *r, enum err_code code, const yaml_mark_t *at,
			  const char *what)
{
	return err_set(r->e, code, "%s:%zu:%zu: %s", r->name, at->line + 1 + r->before,
		       at->column + 1, what);
}

/* libyaml's reader counts bytes, and its scanner has not come as far yet. */
static bool yaml_complain_of_byte(struct yaml_reader *r)
{
	yaml_mark_t at = { 0 };

	for (size_t i = 0; i < r->parser.problem_offset && i < r->text.len; i++) {
		at.column = r->text.at[i] == '\n' ? 0 : at.column + 1;
		at.line += r->text.at[i] == '\n';
	}
	return yaml_complain(r, ERR_CONFIG, &at, r->parser.problem);
}

static void drop_event(struct yaml_reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = false;
}

static bool yaml_next(struct yaml_reader *r)
{
	drop_event(r);
	if (yaml_parser_parse(&r->parser, &r->event)) {
		r->has_event = true;
		return true;
	}
	if (r->parser.error == YAML_READER_ERROR)
		return yaml_complain_of_byte(r);
	return yaml_complain(r, ERR_CONFIG, &r->parser.problem_mark,
			     r->parser.problem ? r->parser.problem : "not YAML");
}

static void yaml_place(const struct yaml_reader *r, struct value *v)
{
	v->line = (unsigned)r->event.start_mark.line + 1 + r->before;
	v->column = (unsigned)r->event.start_mark.column + 1;
}

/* Counts v's nodes; *deepest grows to how deep they are, v itself being at depth. */
static size_t count_nodes(const struct value *v, size_t depth, size_t *deepest)
{
	size_t n = 1;

	if (depth > *deepest)
		*deepest = depth;
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		n += count_nodes(v->list.items[i], depth + 1, deepest);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		n += count_nodes(v->map.members[i].value, depth + 1, deepest);
	return n;
}

static bool yaml_read_node(struct yaml_reader *r, struct value **out);

static struct value *yaml_scalar_of(struct yaml_reader *r)
{
	const char *text = (const char *)r->event.data.scalar.value;
	const char *tag = (const char *)r->event.data.scalar.tag;
	size_t len = r->event.data.scalar.length;

	if (tag && strcmp(tag, YAML_STR_TAG) == 0)
		return value_string_n(r->a, text, len);
	if (r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE && !tag)
		return value_string_n(r->a, text, len);
	return r->flags & YAML_OLD_TRUTHS ? yaml_resolve_old(r->a, text, len)
					  : yaml_resolve(r->a, text, len);
}

static void yaml_remember(struct yaml_reader *r, const yaml_char_t *anchor, struct value *v)
{
	if (anchor)
		map_set(r->a, &r->anchors, (const char *)anchor, v);
}

static bool yaml_read_alias(struct yaml_reader *r, struct value **out)
{
	const struct value *v = map_get(&r->anchors, (const char *)r->event.data.alias.anchor);
	size_t deepest = 0;

	if (!v)
		return yaml_complain(r, ERR_CONFIG, &r->event.start_mark,
				     "an alias of an anchor that is not there, or is not complete");
	r->aliased += count_nodes(v, r->depth, &deepest);
	if (r->aliased > MAX_ALIASED)
		return yaml_complain(r, ERR_LIMIT, &r->event.start_mark,
				     "aliases make it too large");
	if (deepest > MAX_DEPTH)
		return yaml_complain(r, ERR_LIMIT, &r->event.start_mark,
				     "aliases nest it too deeply");
	*out = value_copy(r->a, v);
	return true;
}

static bool yaml_read_list(struct yaml_reader *r, struct value **out)
{
	struct value *list = value_list(r->a);
	const char *anchor = str_copy(r->a, (const char *)r->event.data.sequence_start.anchor);

	yaml_place(r, list);
	for (;;) {
		struct value *item;

		if (!yaml_next(r))
			return false;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (!yaml_read_node(r, &item))
			return false;
		value_append(r->a, list, item);
	}
	yaml_remember(r, (const yaml_char_t *)anchor, list);
	*out = list;
	return true;
}

/* The text of a scalar key: 1: and true: are keys, too. */
static bool yaml_read_key(struct yaml_reader *r, struct value_member *member, bool *is_merge)
{
	const yaml_event_t *event = &r->event;

	if (event->type == YAML_ALIAS_EVENT) {
		const char *anchor = (const char *)event->data.alias.anchor;
		const struct value *v = map_get(&r->anchors, anchor);

		if (!value_is(v, VALUE_STRING))
			return yaml_complain(r, ERR_CONFIG, &event->start_mark,
					     "a key must be a text");
		member->key = v->string;
		*is_merge = false;
	} else if (event->type == YAML_SCALAR_EVENT) {
		const char *text = (const char *)event->data.scalar.value;
		size_t len = event->data.scalar.length;

		member->key = (struct str){ str_copy_n(r->a, text, len), len };
		*is_merge = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
			    str_is(member->key, "<<");
		if (event->data.scalar.anchor)
			map_set(r->a, &r->anchors, (const char *)event->data.scalar.anchor,
				value_string_n(r->a, text, len));
	} else {
		return yaml_complain(r, ERR_CONFIG, &event->start_mark, "a key must be a text");
	}
	member->line = (unsigned)event->start_mark.line + 1 + r->before;
	member->column = (unsigned)event->start_mark.column + 1;
	return true;
}

/* Adds what the map does not have yet: the map's own keys win, then earlier merges. */
static void yaml_inherit_map(struct yaml_reader *r, struct value *into, const struct value *from)
{
	for (size_t i = 0; i < from->map.count; i++)
		if (!value_get_n(into, from->map.members[i].key))
			value_put(r->scratch, into, &from->map.members[i]);
}

static bool yaml_inherit_nodes(struct yaml_reader *r, struct value *into, const struct value *from,
			   const yaml_mark_t *at)
{
	if (from->kind == VALUE_MAP) {
		yaml_inherit_map(r, into, from);
		return true;
	}
	for (size_t i = 0; from->kind == VALUE_LIST && i < from->list.count; i++) {
		if (from->list.items[i]->kind != VALUE_MAP)
			return yaml_complain(r, ERR_CONFIG, at, "only maps can be merged");
		yaml_inherit_map(r, into, from->list.items[i]);
	}
	return from->kind == VALUE_LIST ||
	       yaml_complain(r, ERR_CONFIG, at, "only maps can be merged");
}

static void yaml_note_duplicate(struct yaml_reader *r, const struct value_member *member,
				unsigned first_line)
{
	const struct yaml_duplicate made = { member->key, member->line, member->column, first_line };

	list_add(r->a, r->duplicates, arena_copy(r->a, &made, sizeof(made)));
}

static bool yaml_add_member(struct yaml_reader *r, struct value *map,
			    const struct value_member *member, const yaml_mark_t *at)
{
	const struct value_member *first = value_member_n(map, member->key);

	if (first && !r->duplicates)
		return yaml_complain(r, ERR_CONFIG, at,
				     str_format(r->a, "the key \"%s\" is there already, at line %u",
						member->key.at, first->line));
	if (first) {
		yaml_note_duplicate(r, member, first->line);
		value_remove(map, member->key.at);
	}
	value_put(r->scratch, map, member);
	return true;
}

static bool yaml_read_map(struct yaml_reader *r, struct value **out)
{
	struct value *map = value_map(r->a), *open = value_map(r->scratch);
	const char *anchor = str_copy(r->a, (const char *)r->event.data.mapping_start.anchor);
	struct list merges = { 0 };
	yaml_mark_t start = r->event.start_mark;

	yaml_place(r, map);
	for (;;) {
		struct value_member member = { 0 };
		yaml_mark_t at;
		bool is_merge = false;

		if (!yaml_next(r))
			return false;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			break;
		at = r->event.start_mark;
		if (!yaml_read_key(r, &member, &is_merge) || !yaml_next(r) ||
		    !yaml_read_node(r, &member.value))
			return false;
		if (is_merge)
			list_add(r->a, &merges, member.value);
		else if (!yaml_add_member(r, open, &member, &at))
			return false;
	}
	for (size_t i = 0; i < merges.count; i++)
		if (!yaml_inherit_nodes(r, open, merges.items[i], &start))
			return false;
	value_fill(r->a, map, open->map.members, open->map.count);
	yaml_remember(r, (const yaml_char_t *)anchor, map);
	*out = map;
	return true;
}

/* The node that begins with the current event. */
static bool yaml_read_node(struct yaml_reader *r, struct value **out)
{
	bool fine;

	if (++r->nodes > MAX_NODES)
		return yaml_complain(r, ERR_LIMIT, &r->event.start_mark, "too many nodes");
	if (r->depth >= MAX_DEPTH)
		return yaml_complain(r, ERR_LIMIT, &r->event.start_mark, "nested too deeply");
	switch (r->event.type) {
	case YAML_ALIAS_EVENT:
		return yaml_read_alias(r, out);
	case YAML_SCALAR_EVENT:
		*out = yaml_scalar_of(r);
		yaml_place(r, *out);
		yaml_remember(r, r->event.data.scalar.anchor, *out);
		return true;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		r->depth++;
		fine = r->event.type == YAML_MAPPING_START_EVENT ? yaml_read_map(r, out)
								 : yaml_read_list(r, out);
		r->depth--;
		return fine;
	default:
		return yaml_complain(r, ERR_CONFIG, &r->event.start_mark, "a value is missing");
	}
}

static bool yaml_read_stream(struct yaml_reader *r, struct list *documents)
{
	for (;;) {
		struct value *root;

		if (!yaml_next(r))
			return false;
		if (r->event.type == YAML_STREAM_END_EVENT)
			return true;
		if (r->event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		r->anchors = (struct map){ 0 };
		if (!yaml_next(r) || !yaml_read_node(r, &root))
			return false;
		list_add(r->a, documents, root);
	}
}

bool yaml_read(struct arena *a, const struct yaml_source *source, struct list *documents,
	       struct list *duplicates, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct yaml_reader r = { .a = a, .name = source->name, .text = source->text,
				 .flags = source->flags, .before = source->before,
				 .duplicates = duplicates, .scratch = scratch, .e = e };
	struct list found = { 0 };
	bool fine;

	if (source->text.len > MAX_BYTES)
		return err_set(e, ERR_LIMIT, "%s: larger than %d bytes", r.name, MAX_BYTES);
	if (!yaml_parser_initialize(&r.parser))
		return err_set(e, ERR_INTERNAL, "libyaml does not start");
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)source->text.at,
				     source->text.len);
	fine = yaml_read_stream(&r, &found);
	drop_event(&r);
	yaml_parser_delete(&r.parser);
	if (fine)
		*documents = found;
	return fine;
}

bool yaml_parse(struct arena *a, const char *name, struct str text, struct list *documents,
		struct err *e)
{
	const struct yaml_source source = { .name = name, .text = text };

	return yaml_read(a, &source, documents, NULL, e);
}
