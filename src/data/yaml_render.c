/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a merge drops from a map that it adds is dropped here: nulls, aliases, "<<" and the
 * directives of $patch. A list is taken whole, with what its maps hold: kyaml looks into
 * the maps that it adds, but not into lists.
 */
#include "data/yaml_render.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_tree.h"

bool yaml_is_null(const struct yaml_node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (node->kind != YAML_SCALAR || node->style != YAML_PLAIN || node->tag)
		return false;
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (str_is(node->text, words[i]))
			return true;
	return false;
}

bool yaml_is_dropped(const struct yaml_node *key, const struct yaml_node *value)
{
	return value->kind == YAML_ALIAS || yaml_is_null(value) ||
	       (key->style == YAML_PLAIN && str_is(key->text, "<<"));
}

const char *yaml_patch_word(const struct yaml_node *map)
{
	const struct yaml_node *v = yaml_node_get(map, str_of("$patch"));

	return v && v->kind == YAML_SCALAR ? v->text.at : "";
}

static bool yaml_render_is_left_out(const struct yaml_render *r, const struct yaml_node *key,
				    const struct yaml_node *value)
{
	return !r->whole && (yaml_is_dropped(key, value) || str_is(key->text, "$patch") ||
			     (value->kind == YAML_MAP &&
			      strcmp(yaml_patch_word(value), "delete") == 0));
}

static struct yaml_render yaml_render_whole(const struct yaml_render *r)
{
	struct yaml_render out = *r;

	out.whole = true;
	return out;
}

static void yaml_render_write_scalar(const struct yaml_render *r, const struct yaml_node *node)
{
	const char *raw = r->source.at + node->start;
	size_t len = node->end - node->start;
	enum yaml_style style;

	if (!memchr(raw, '\n', len) && !memchr(raw, '\r', len) && node->style != YAML_LITERAL &&
	    node->style != YAML_FOLDED) {
		buf_add(r->out, raw, len);
		return;
	}
	if (node->anchor)
		buf_format(r->out, "&%s ", node->anchor);
	style = yaml_style_of(node->text.at, node->text.len, true);
	yaml_write_text(r->out, node->text.at, node->text.len,
			style == YAML_SINGLE || (style == YAML_PLAIN && node->style == YAML_PLAIN)
				? style : YAML_DOUBLE, 0);
}

static size_t yaml_render_kept(const struct yaml_render *r, const struct yaml_node *node)
{
	size_t n = 0;

	if (node->kind == YAML_LIST)
		return node->count;
	for (size_t i = 0; i + 1 < node->count; i += 2)
		n += !yaml_render_is_left_out(r, node->items[i], node->items[i + 1]);
	return n;
}

static void write_properties(const struct yaml_render *r, const struct yaml_node *node)
{
	if (node->anchor)
		buf_format(r->out, "&%s ", node->anchor);
	if (node->tag && node->tag[0] == '!')
		buf_format(r->out, "%s ", node->tag);
}

void yaml_render_flow_member(const struct yaml_render *r, const struct yaml_node *key,
			     const struct yaml_node *value)
{
	yaml_render_flow(r, key);
	buf_text(r->out, ": ");
	yaml_render_flow(r, value);
}

static void write_flow_children(const struct yaml_render *r, const struct yaml_node *node)
{
	const struct yaml_render in_list = yaml_render_whole(r);
	size_t step = node->kind == YAML_MAP ? 2 : 1;
	bool first = true;

	for (size_t i = 0; i + step <= node->count; i += step) {
		if (step == 2 && yaml_render_is_left_out(r, node->items[i], node->items[i + 1]))
			continue;
		buf_text(r->out, first ? "" : ", ");
		first = false;
		if (step == 2)
			yaml_render_flow_member(r, node->items[i], node->items[i + 1]);
		else
			yaml_render_flow(&in_list, node->items[i]);
	}
}

/* A plain scalar that brackets would cut is quoted. */
static void write_flow_scalar(const struct yaml_render *r, const struct yaml_node *node)
{
	if (node->style == YAML_PLAIN && !node->tag && node->text.len &&
	    strpbrk(node->text.at, ",[]{}"))
		yaml_write_text(r->out, node->text.at, node->text.len, YAML_DOUBLE, 0);
	else if (!node->text.len && node->style == YAML_PLAIN)
		buf_text(r->out, "null");
	else
		yaml_render_write_scalar(r, node);
}

void yaml_render_flow(const struct yaml_render *r, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_ALIAS:
		buf_text(r->out, "*");
		buf_add(r->out, node->text.at, node->text.len);
		return;
	case YAML_SCALAR:
		write_flow_scalar(r, node);
		return;
	default:
		write_properties(r, node);
		buf_char(r->out, node->kind == YAML_MAP ? '{' : '[');
		write_flow_children(r, node);
		buf_char(r->out, node->kind == YAML_MAP ? '}' : ']');
	}
}

static void indent_by(const struct yaml_render *r, size_t indent)
{
	buf_format(r->out, "%*s", (int)indent, "");
}

static void yaml_render_write_literal(const struct yaml_render *r, const struct yaml_node *node,
				      size_t indent)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(buf) struct buf b;
	const char *text;

	buf_init(&b, r->out->max);
	yaml_write_text(&b, node->text.at, node->text.len, YAML_LITERAL, indent);
	text = buf_copy(&b, a);
	for (; *text; text++) {
		if (*text == '\n')
			buf_text(r->out, r->newline);
		else
			buf_char(r->out, *text);
	}
}

/* What follows "key:" or "-", up to and with the newline; children stand at indent. */
static void write_after(const struct yaml_render *r, const struct yaml_node *node, size_t indent)
{
	const struct yaml_render in_list = yaml_render_whole(r);
	bool is_collection = node->kind == YAML_MAP || node->kind == YAML_LIST;

	if (is_collection && !node->flow && yaml_render_kept(r, node)) {
		if (node->anchor || node->tag) {
			buf_char(r->out, ' ');
			write_properties(r, node);
		}
		buf_text(r->out, r->newline);
		for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++)
			yaml_render_item(&in_list, node->items[i], indent);
		for (size_t i = 0; node->kind == YAML_MAP && i + 1 < node->count; i += 2)
			if (!yaml_render_is_left_out(r, node->items[i], node->items[i + 1]))
				yaml_render_member(r, node->items[i], node->items[i + 1], indent);
		return;
	}
	if (node->kind == YAML_SCALAR && node->start == node->end) {
		buf_text(r->out, r->newline);
		return;
	}
	buf_char(r->out, ' ');
	if (node->kind == YAML_SCALAR && !node->anchor && !node->tag &&
	    (node->style == YAML_LITERAL || node->style == YAML_FOLDED) &&
	    yaml_style_of(node->text.at, node->text.len, false) == YAML_LITERAL)
		yaml_render_write_literal(r, node, indent);
	else if (node->kind == YAML_SCALAR)
		yaml_render_write_scalar(r, node);
	else
		yaml_render_flow(r, node);
	buf_text(r->out, r->newline);
}

void yaml_render_member(const struct yaml_render *r, const struct yaml_node *key,
			const struct yaml_node *value, size_t indent)
{
	indent_by(r, indent);
	yaml_render_flow(r, key);
	buf_char(r->out, ':');
	write_after(r, value, value->kind == YAML_LIST ? indent : indent + 2);
}

void yaml_render_item(const struct yaml_render *r, const struct yaml_node *item, size_t indent)
{
	bool is_block_map = item->kind == YAML_MAP && !item->flow && yaml_render_kept(r, item) &&
			    !item->anchor && !item->tag;
	AUTO(buf) struct buf inner = { 0 };
	struct yaml_render deeper = *r;

	indent_by(r, indent);
	if (!is_block_map) {
		buf_char(r->out, '-');
		write_after(r, item, indent + 2);
		return;
	}
	buf_init(&inner, r->out->max);
	deeper.out = &inner;
	for (size_t i = 0; i + 1 < item->count; i += 2)
		if (!yaml_render_is_left_out(r, item->items[i], item->items[i + 1]))
			yaml_render_member(&deeper, item->items[i], item->items[i + 1], indent + 2);
	buf_text(r->out, "- ");
	buf_add(r->out, inner.at + indent + 2, inner.len - indent - 2);
}
