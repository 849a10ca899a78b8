/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, places and quotes. */
#include "config/fix_node.h"

#include <string.h>

#include "base/arena.h"
#include "config/edits.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_splice.h"
#include "data/yaml_tree.h"
#include "model/world.h"

struct fix_shift {
	unsigned line;
	int by;
};

struct yaml_node *fix_get(const struct yaml_node *map, const char *key)
{
	struct yaml_node *found =
		map && map->kind == YAML_MAP ? yaml_node_get(map, str_of(key)) : NULL;

	return found && found->kind != YAML_ALIAS ? found : NULL;
}

struct yaml_node *fix_path(const struct yaml_node *map, const char *path)
{
	struct yaml_node *found = NULL;

	while (map) {
		size_t len = strcspn(path, ".");
		struct str key = { path, len };

		found = map->kind == YAML_MAP ? yaml_node_get(map, key) : NULL;
		if (!path[len] || !found || found->kind == YAML_ALIAS)
			return found && !path[len] && found->kind != YAML_ALIAS ? found : NULL;
		map = found;
		path += len + 1;
	}
	return NULL;
}

size_t fix_count(const struct yaml_node *list)
{
	return list && list->kind == YAML_LIST ? list->count : 0;
}

const char *fix_text(const struct yaml_node *node)
{
	return node && node->kind == YAML_SCALAR ? node->text.at : "";
}

bool fix_find(const struct yaml_node *map, const char *key, struct fix_member *out)
{
	for (size_t i = 0; map && map->kind == YAML_MAP && i + 1 < map->count; i += 2)
		if (map->items[i]->kind == YAML_SCALAR && str_is(map->items[i]->text, key)) {
			*out = (struct fix_member){ map, map->items[i], map->items[i + 1], i / 2 };
			return true;
		}
	return false;
}

/* The line that this one was before the changes. */
static unsigned line_before(const struct fix_document *d, unsigned line)
{
	for (size_t i = d->old_shifts; i-- > 0;) {
		const struct fix_shift *shift = d->shifts.items[i];

		if (line > shift->line)
			line = (unsigned)((int)line - shift->by);
	}
	return line + d->before;
}

static void fix_note(struct fix_document *d, struct list *to, const struct yaml_node *node,
		     const char *message)
{
	struct complaint *c = arena_alloc(d->a, sizeof(*c));

	*c = (struct complaint){ .file = d->file, .line = line_before(d, node->line),
				 .column = (unsigned)node->column + 1, .message = message };
	list_add(d->a, to, c);
}

void fix_done(struct fix_document *d, const struct yaml_node *node, const char *message)
{
	fix_note(d, &d->done, node, message);
	d->is_changed = true;
}

void fix_leave(struct fix_document *d, const struct yaml_node *node, const char *message)
{
	fix_note(d, &d->left, node, message);
}

static unsigned line_of(struct str text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.at[i] == '\n';
	return line;
}

static int fix_count_newlines(const char *text, size_t len)
{
	int count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	return count;
}

void fix_replace(struct fix_document *d, size_t start, size_t end, const char *with)
{
	int by = fix_count_newlines(with, strlen(with)) -
		 fix_count_newlines(d->text.at + start, end - start);
	struct fix_shift shift = { line_of(d->text, start), by };

	if (by)
		list_add(d->a, &d->shifts, arena_copy(d->a, &shift, sizeof(shift)));
	yaml_edit_replace(d->edit, start, end, str_of(with));
}

static const char *fix_key_text(struct fix_document *d, const struct yaml_node *key,
				const char *name)
{
	if (d->is_json || key->style == YAML_DOUBLE)
		return str_format(d->a, "\"%s\"", name);
	return key->style == YAML_SINGLE ? str_format(d->a, "'%s'", name) : name;
}

void fix_rename(struct fix_document *d, const struct fix_member *m, const char *name)
{
	fix_replace(d, m->key->start, m->key->end, fix_key_text(d, m->key, name));
}

void fix_remove(struct fix_document *d, const struct fix_member *m)
{
	bool *gone = arena_array(d->a, m->map->count / 2, sizeof(*gone));
	struct fix_shift shift = { m->key->line, -(int)(line_of(d->text, m->value->end) - m->key->line + 1) };
	const struct str nothing = { "", 0 };

	gone[m->index] = true;
	if (!m->map->flow)
		list_add(d->a, &d->shifts, arena_copy(d->a, &shift, sizeof(shift)));
	yaml_splice_map(d->a, d->edit, m->map, gone, (struct yaml_addition){ nothing, nothing });
}

const char *fix_quoted(struct fix_document *d, const char *text, bool in_flow)
{
	enum yaml_style style = yaml_style_of(text, strlen(text), false);
	bool is_plain = style == YAML_PLAIN && !(in_flow && strpbrk(text, "[]{},"));
	char *out, *to;

	if (d->is_json || style == YAML_DOUBLE || style == YAML_LITERAL)
		return json_text(d->a, value_string(d->a, text), 0);
	if (is_plain)
		return text;
	if (strchr(text, '\'') && !strpbrk(text, "\"\\"))
		return str_format(d->a, "\"%s\"", text);
	to = out = arena_alloc(d->a, 2 * strlen(text) + 3);
	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			*to++ = '\'';
		*to++ = *text;
	}
	*to++ = '\'';
	*to = '\0';
	return out;
}

void fix_replace_member(struct fix_document *d, const struct fix_member *m, const char *name,
			const char *value)
{
	fix_replace(d, m->key->start, m->value->end,
		    str_format(d->a, "%s:%s%s", fix_key_text(d, m->key, name),
			       d->is_json ? "" : " ", fix_quoted(d, value, m->map->flow)));
}

void fix_add_behind(struct fix_document *d, const struct fix_member *m, const char *name,
		    const char *value)
{
	const char *member = str_format(d->a, "%s:%s%s", fix_key_text(d, m->key, name),
					d->is_json ? "" : " ", fix_quoted(d, value, m->map->flow));
	size_t at = yaml_tail(d->text, m->value);
	const char *newline = yaml_newline(d->text);
	bool is_open = at > 0 && d->text.at[at - 1] != '\n';

	if (m->map->flow)
		fix_replace(d, m->value->end, m->value->end,
			    str_format(d->a, ",%s%s", d->is_json ? "" : " ", member));
	else
		fix_replace(d, at, at, str_format(d->a, "%s%*s%s%s", is_open ? newline : "",
						  (int)m->key->column, "", member, newline));
}

const char *fix_open_map(const struct fix_document *d, const char *name)
{
	return d->is_json ? str_format(d->a, "{\"%s\":", name) : str_format(d->a, "{%s: ", name);
}

void fix_wrap(struct fix_document *d, const struct yaml_node *scalar, const char *before,
	      const char *after)
{
	const char *text = scalar->style == YAML_PLAIN
		? fix_quoted(d, scalar->text.at, true)
		: str_copy_n(d->a, d->text.at + scalar->body, scalar->end - scalar->body);

	fix_replace(d, scalar->body, scalar->end, str_format(d->a, "%s%s%s", before, text, after));
}
