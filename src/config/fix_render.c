/* SPDX-License-Identifier: Apache-2.0 */
/* Two blanks a level; lists stand as the first one of the document does. */
#include "config/fix_node.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml_edit.h"
#include "data/yaml_scalar.h"
#include "data/yaml_splice.h"
#include "data/yaml_tree.h"

enum { MAX_TEXT = 16 << 20, LEVEL = 2 };

struct rendering {
	struct fix_document *d;
	struct buf *out;
	const char *newline;
	size_t dash;                    /* how far a list's dashes stand behind its key */
};

struct value *fix_value(struct fix_document *d, const struct yaml_node *node)
{
	struct value *made, *v;

	if (node->kind == YAML_ALIAS || node->anchor)
		return NULL;
	if (node->kind == YAML_SCALAR)
		return node->style == YAML_PLAIN ? yaml_resolve(d->a, node->text.at, node->text.len)
						 : value_string_n(d->a, node->text.at, node->text.len);
	made = node->kind == YAML_LIST ? value_list(d->a) : value_map(d->a);
	for (size_t i = 0; i < node->count; i += node->kind == YAML_LIST ? 1 : 2) {
		v = fix_value(d, node->items[node->kind == YAML_LIST ? i : i + 1]);
		if (!v)
			return NULL;
		if (node->kind == YAML_LIST)
			value_append(d->a, made, v);
		else
			value_set_n(d->a, made, node->items[i]->text, v);
	}
	return made;
}

/* How far behind its key the first list in block style stands; SIZE_MAX: there is none. */
static size_t first_dash(const struct yaml_node *node)
{
	for (size_t i = 0; !node->flow && i < node->count; i++) {
		const struct yaml_node *child = node->items[i];
		size_t found;

		if (node->kind == YAML_MAP && i % 2 && child->kind == YAML_LIST && !child->flow &&
		    child->count && child->column >= node->items[i - 1]->column)
			return child->column - node->items[i - 1]->column;
		found = first_dash(child);
		if (found != SIZE_MAX)
			return found;
	}
	return SIZE_MAX;
}

static void render_value(struct rendering *r, const struct value *v, size_t at, size_t key);

static void render_scalar(struct rendering *r, const struct value *v)
{
	if (v->kind == VALUE_STRING)
		buf_text(r->out, fix_quoted(r->d, v->string.at, false));
	else
		buf_text(r->out, json_text(r->d->a, v, 0));
}

/* "key: value", the first one where the line has got to. */
static void render_members(struct rendering *r, const struct value *map, size_t at)
{
	for (size_t i = 0; i < map->map.count; i++) {
		const struct value_member *m = &map->map.members[i];

		if (i)
			buf_format(r->out, "%*s", (int)at, "");
		buf_format(r->out, "%s:", m->key.at);
		render_value(r, m->value, at + LEVEL, at);
	}
}

/* What follows a key that stands at column key; ends with a newline. */
static void render_value(struct rendering *r, const struct value *v, size_t at, size_t key)
{
	if (!value_count(v)) {
		buf_char(r->out, ' ');
		render_scalar(r, v);
		buf_text(r->out, r->newline);
		return;
	}
	buf_text(r->out, r->newline);
	if (v->kind == VALUE_MAP) {
		buf_format(r->out, "%*s", (int)at, "");
		render_members(r, v, at);
		return;
	}
	for (size_t i = 0; i < v->list.count; i++) {
		const struct value *item = v->list.items[i];

		buf_format(r->out, "%*s- ", (int)(key + r->dash), "");
		if (item->kind == VALUE_MAP && value_count(item)) {
			render_members(r, item, key + r->dash + LEVEL);
			continue;
		}
		render_scalar(r, item);
		buf_text(r->out, r->newline);
	}
}

/* "name:" and what it holds, for a map whose members stand at that column. */
static const char *fix_rendered(struct fix_document *d, const char *name, const struct value *v,
				size_t column)
{
	AUTO(buf) struct buf out;
	struct rendering r = { d, &out, yaml_newline(d->text), first_dash(yaml_edit_root(d->edit)) };

	r.dash = r.dash == SIZE_MAX ? 0 : r.dash;
	buf_init(&out, MAX_TEXT);
	buf_format(&out, "%s:", name);
	render_value(&r, v, column + LEVEL, column);
	return buf_copy(&out, d->a);
}

/* Where a comment begins in the line; the line's length when it has none. */
static size_t comment_start(const char *line, size_t len)
{
	char quote = '\0';

	for (size_t i = 0; i < len; i++) {
		if (quote)
			quote = line[i] == quote ? '\0' : quote;
		else if ((line[i] == '\'' || line[i] == '"') && (i == 0 || strchr(" [{,:-", line[i - 1])))
			quote = line[i];
		else if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return i;
	}
	return len;
}

/* The comments between two bytes, each on a line of its own before the column. */
static const char *comments_between(struct fix_document *d, size_t start, size_t end, size_t column)
{
	AUTO(buf) struct buf out;

	buf_init(&out, MAX_TEXT);
	while (start < end) {
		const char *line = d->text.at + start, *stop = memchr(line, '\n', end - start);
		size_t len = stop ? (size_t)(stop - line) : end - start;
		size_t at = comment_start(line, len), to = len;

		while (to > at && line[to - 1] == '\r')
			to--;
		if (at < to)
			buf_format(&out, "%.*s%s%*s", (int)(to - at), line + at, yaml_newline(d->text),
				   (int)column, "");
		start += len + 1;
	}
	return buf_copy(&out, d->a);
}

static const char *flow_member(struct fix_document *d, const char *name, const struct value *v)
{
	return str_format(d->a, d->is_json ? "\"%s\":%s" : "%s: %s", name, json_text(d->a, v, 0));
}

void fix_replace_tree(struct fix_document *d, const struct fix_member *m, const char *name,
		      const struct value *v)
{
	const char *text, *notes;
	size_t len;

	if (m->map->flow) {
		fix_replace(d, m->key->start, m->value->end, flow_member(d, name, v));
		return;
	}
	text = fix_rendered(d, name, v, m->key->column);
	notes = comments_between(d, m->key->start, m->value->end, m->key->column);
	len = strlen(text);
	while (len && strchr("\r\n", text[len - 1]))
		len--;
	fix_replace(d, m->key->start, m->value->end, str_format(d->a, "%s%.*s", notes, (int)len, text));
}

void fix_add_tree(struct fix_document *d, const struct yaml_node *map, const char *name,
		  const struct value *v)
{
	size_t column = yaml_indent(map), at = map->flow ? map->end - 1 : yaml_tail(d->text, map);
	const char *newline = at > 0 && d->text.at[at - 1] == '\n' ? "" : yaml_newline(d->text);

	if (map->flow && map->count)
		at = map->items[map->count - 1]->end;
	if (map->flow)
		fix_replace(d, at, at, str_format(d->a, "%s%s", map->count ? d->is_json ? "," : ", " : "",
						  flow_member(d, name, v)));
	else
		fix_replace(d, at, at, str_format(d->a, "%s%*s%s", newline, (int)column, "",
						  fix_rendered(d, name, v, column)));
}
