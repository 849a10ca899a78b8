/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk goes over the patch and records changes of the target. A scalar takes the
 * patch's text but keeps the target's quotes, so that 1 over "x" becomes "1": kyaml
 * copies the style of what it replaces.
 */
#include "data/yaml_merge.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_merge_check.h"
#include "data/yaml_render.h"
#include "data/yaml_splice.h"
#include "data/yaml_tree.h"

enum { MAX_RESULT = 128 << 20 };

struct merger {
	struct arena *a;
	struct yaml_edit *edit;
	const struct yaml_file *target, *patch;
	const char *newline;
	bool kubernetes;                /* one of them says apiVersion and kind */
	struct list *lost;
	struct err *e;
};

static const char *yaml_merge_kind_word(const struct yaml_node *node)
{
	static const char *const words[] = {
		[YAML_SCALAR] = "a single value", [YAML_LIST] = "a list", [YAML_MAP] = "a map",
		[YAML_ALIAS] = "an alias",
	};

	return words[node->kind];
}

static bool yaml_merge_mismatch(struct merger *m, const struct yaml_node *to,
				const struct yaml_node *from)
{
	return err_set(m->e, ERR_CONFIG, "%s:%u: %s cannot be merged onto %s (%s:%u)",
		       m->patch->name, from->line, yaml_merge_kind_word(from),
		       yaml_merge_kind_word(to), m->target->name, to->line);
}

static void yaml_merge_lose(struct merger *m, const struct yaml_file *file,
			    const struct yaml_node *key)
{
	list_add(m->a, m->lost,
		 str_format(m->a, "%s:%u: \"%s\" is lost: a merge drops aliases and empty values",
			    file->name, key->line, key->kind == YAML_SCALAR ? key->text.at : "<<"));
}

static struct str yaml_merge_collected(struct merger *m, const struct buf *b)
{
	return (struct str){ buf_copy(b, m->a), b->len };
}

/* Single quotes hold no controls, and a line break in them would be folded. */
static bool fits_single(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			return false;
	return true;
}

static void merge_scalar(struct merger *m, const struct yaml_node *to,
			 const struct yaml_node *from)
{
	struct yaml_render r = { .source = m->patch->text, .newline = m->newline };
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	r.out = &b;
	if (to->start == to->end)
		buf_char(&b, ' ');
	if (to->style == YAML_PLAIN || to->tag)
		yaml_render_flow(&r, from);
	else
		yaml_write_text(&b, from->text.at, from->text.len,
				to->style == YAML_SINGLE && fits_single(from->text) ? YAML_SINGLE
										: YAML_DOUBLE,
				0);
	yaml_edit_replace(m->edit, to->start, to->end, yaml_merge_collected(m, &b));
}

/* The column for the children of a block that comes to stand below key. */
static size_t indent_below(const struct yaml_node *key, const struct yaml_node *child)
{
	return key->column + (child->kind == YAML_LIST ? 0 : 2);
}

/* Puts a list or map of the patch in the place of key's value. */
static void replace_value(struct merger *m, const struct yaml_node *key,
			  const struct yaml_node *to, const struct yaml_node *from)
{
	struct yaml_render r = { .source = m->patch->text, .newline = m->newline };
	bool brackets = key->flow || from->count == 0 ||
			(to->flow && to->count) || (to->flow && to->kind == YAML_LIST);
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_RESULT);
	r.out = &b;
	if (brackets) {
		yaml_render_flow(&r, from);
		yaml_splice_inline(m->a, m->edit, key, to, yaml_merge_collected(m, &b));
		return;
	}
	r.whole = from->kind == YAML_LIST;
	for (size_t i = 0; from->kind == YAML_LIST && i < from->count; i++)
		yaml_render_item(&r, from->items[i],
				 to->kind == YAML_LIST && to->count ? to->column
								    : indent_below(key, from));
	for (size_t i = 0; from->kind == YAML_MAP && i + 1 < from->count; i += 2)
		if (!yaml_is_dropped(from->items[i], from->items[i + 1]) &&
		    !str_is(from->items[i]->text, "$patch"))
			yaml_render_member(&r, from->items[i], from->items[i + 1],
					   indent_below(key, from));
	if (b.len)
		yaml_splice_block(m->a, m->edit, key, to, yaml_merge_collected(m, &b));
	else
		yaml_splice_inline(m->a, m->edit, key, to, str_of("{}"));
}

static bool yaml_merge_map(struct merger *m, const struct yaml_node *to,
			   const struct yaml_node *from);

/* The field that identifies the elements of a list of Kubernetes, or NULL. */
static const char *list_key(const struct merger *m, const struct yaml_node *key,
			    const struct yaml_node *list)
{
	static const struct {
		const char *list, *key;
	} known[] = {
		{ "containers", "name" },       { "initContainers", "name" },
		{ "ephemeralContainers", "name" }, { "env", "name" },
		{ "ports", "containerPort" },   { "ports", "port" },
		{ "volumes", "name" },          { "volumeMounts", "mountPath" },
		{ "volumeDevices", "devicePath" }, { "imagePullSecrets", "name" },
		{ "hostAliases", "ip" },        { "topologySpreadConstraints", "topologyKey" },
	};

	if (!m->kubernetes || !list->count || list->items[0]->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (str_is(key->text, known[i].list) &&
		    yaml_node_get(list->items[0], str_of(known[i].key)))
			return known[i].key;
	return NULL;
}

static const struct yaml_node *element_with(const struct yaml_node *list, const char *field,
					    const struct yaml_node *value)
{
	for (size_t i = 0; value && i < list->count; i++) {
		const struct yaml_node *v = yaml_node_get(list->items[i], str_of(field));

		if (v && v->kind == YAML_SCALAR && str_equal(v->text, value->text))
			return list->items[i];
	}
	return NULL;
}

static bool merge_keyed_list(struct merger *m, const struct yaml_node *to,
			     const struct yaml_node *from, const char *field)
{
	struct yaml_render flow = { .source = m->patch->text, .newline = m->newline }, block = flow;
	AUTO(buf) struct buf in_brackets;
	AUTO(buf) struct buf lines;

	buf_init(&in_brackets, MAX_RESULT);
	buf_init(&lines, MAX_RESULT);
	flow.out = &in_brackets;
	block.out = &lines;
	for (size_t i = 0; i < from->count; i++) {
		const struct yaml_node *item = from->items[i];
		const struct yaml_node *old =
			element_with(to, field, yaml_node_get(item, str_of(field)));

		if (old) {
			if (!yaml_merge_map(m, old, item))
				return false;
			continue;
		}
		buf_text(&in_brackets, in_brackets.len ? ", " : "");
		yaml_render_flow(&flow, item);
		yaml_render_item(&block, item, yaml_indent(to));
	}
	yaml_splice_list(m->a, m->edit, to, yaml_merge_collected(m, &in_brackets),
			 yaml_merge_collected(m, &lines));
	return true;
}

static bool merge_list(struct merger *m, const struct yaml_node *key, const struct yaml_node *to,
		       const struct yaml_node *from)
{
	const char *field = list_key(m, key, to);

	if (field && from->count)
		return merge_keyed_list(m, to, from, field);
	replace_value(m, key, to, from);
	return true;
}

/* One member that both have; *gone when the target's is to go. */
static bool merge_member(struct merger *m, const struct yaml_node *key, const struct yaml_node *to,
			 const struct yaml_node *from, bool *gone)
{
	bool to_null = yaml_is_null(to);

	*gone = yaml_is_null(from) || to->kind == YAML_ALIAS;
	if (*gone)
		return true;
	if (!to_null && to->kind != from->kind)
		return yaml_merge_mismatch(m, to, from);
	if (from->kind == YAML_MAP && strcmp(yaml_patch_word(from), "delete") == 0) {
		*gone = true;
		return true;
	}
	if (from->kind == YAML_SCALAR)
		merge_scalar(m, to, from);
	else if (to_null || (from->kind == YAML_MAP && strcmp(yaml_patch_word(from), "replace") == 0))
		replace_value(m, key, to, from);
	else if (from->kind == YAML_LIST)
		return merge_list(m, key, to, from);
	else
		return yaml_merge_map(m, to, from);
	return true;
}

struct additions {
	struct buf flow, block;
	bool *gone;
};

static void yaml_merge_add_member(struct merger *m, struct additions *add,
				  const struct yaml_node *to, const struct yaml_node *key,
				  const struct yaml_node *value)
{
	struct yaml_render r = { .out = &add->flow, .source = m->patch->text,
				 .newline = m->newline };
	bool deletes = value->kind == YAML_MAP && strcmp(yaml_patch_word(value), "delete") == 0;

	if (yaml_is_null(value) || deletes)
		return;
	if (yaml_is_dropped(key, value)) {
		yaml_merge_lose(m, m->patch, key);
		return;
	}
	buf_text(&add->flow, add->flow.len ? ", " : "");
	yaml_render_flow_member(&r, key, value);
	r.out = &add->block;
	yaml_render_member(&r, key, value, yaml_indent(to));
}

static bool merge_twice(const struct yaml_file *file, const struct yaml_node *first,
			const struct yaml_node *again, struct err *e)
{
	return err_set(e, ERR_CONFIG, "%s: \"%s\" appears twice, at lines %u and %u: remove one of them",
		       file->name, again->text.at, first->line, again->line);
}

static bool yaml_merge_walk(struct merger *m, const struct yaml_node *to,
			    const struct yaml_node *from, struct additions *add)
{
	const struct map in_to = yaml_merge_index_of(m->a, to),
			 in_from = yaml_merge_index_of(m->a, from);

	for (size_t i = 0; i + 1 < from->count; i += 2) {
		const struct yaml_node *key = from->items[i], *value = from->items[i + 1];
		size_t at = yaml_merge_find_member(&in_to, key), first;

		if (key->kind != YAML_SCALAR)
			return err_set(m->e, ERR_CONFIG, "%s:%u: a key must be a text",
				       m->patch->name, key->line);
		first = yaml_merge_find_member(&in_from, key);
		if (first != i)
			return merge_twice(m->patch, from->items[first], key, m->e);
		if (str_is(key->text, "$patch"))
			continue;
		if (at == SIZE_MAX)
			yaml_merge_add_member(m, add, to, key, value);
		else if (!merge_member(m, to->items[at], to->items[at + 1], value,
				       &add->gone[at / 2]))
			return false;
	}
	for (size_t i = 0; i + 1 < to->count; i += 2) {
		const struct yaml_node *key = to->items[i], *value = to->items[i + 1];
		bool empty = yaml_is_null(value) && !value->text.len;
		bool patched = yaml_merge_find_member(&in_from, key) != SIZE_MAX;
		size_t first = yaml_merge_find_member(&in_to, key);

		if (key->kind == YAML_SCALAR && first != i)
			return merge_twice(m->target, to->items[first], key, m->e);
		if ((!empty || patched) && (!yaml_is_dropped(key, value) || yaml_is_null(value)))
			continue;
		yaml_merge_lose(m, m->target, key);
		add->gone[i / 2] = true;
	}
	return true;
}

/* An empty map in brackets that members are added to opens up into lines. */
static bool opens_up(const struct yaml_node *to, const struct additions *add)
{
	return to->flow && !to->count && add->block.len && to->parent && !to->parent->flow &&
	       to->parent->kind == YAML_MAP;
}

static const struct yaml_node *yaml_merge_key_of(const struct yaml_node *value)
{
	const struct yaml_node *map = value->parent;

	for (size_t i = 0; i + 1 < map->count; i += 2)
		if (map->items[i + 1] == value)
			return map->items[i];
	return NULL;
}

static bool yaml_merge_map(struct merger *m, const struct yaml_node *to,
			   const struct yaml_node *from)
{
	struct additions add = { .gone = arena_array(m->a, to->count / 2 + 1, sizeof(bool)) };
	bool fine;

	buf_init(&add.flow, MAX_RESULT);
	buf_init(&add.block, MAX_RESULT);
	fine = yaml_merge_walk(m, to, from, &add);
	if (fine && opens_up(to, &add))
		replace_value(m, yaml_merge_key_of(to), to, from);
	else if (fine)
		yaml_splice_map(m->a, m->edit, to, add.gone,
				(struct yaml_addition){ yaml_merge_collected(m, &add.flow),
							yaml_merge_collected(m, &add.block) });
	buf_release(&add.flow);
	buf_release(&add.block);
	return fine;
}

static bool says_kind(const struct yaml_node *root)
{
	return root->kind == YAML_MAP && yaml_node_get(root, str_of("apiVersion")) &&
	       yaml_node_get(root, str_of("kind"));
}

bool yaml_first_document(struct arena *a, const struct yaml_file *file, struct str *out,
			 struct err *e)
{
	struct yaml_node *root;
	size_t at;

	if (!yaml_tree_read(a, file->name, file->text, &root, e))
		return false;
	*out = file->text;
	for (at = root ? root->end : file->text.len; at < file->text.len;) {
		const char *line = memchr(file->text.at + at, '\n', file->text.len - at);

		if (!line)
			break;
		at = (size_t)(line - file->text.at) + 1;
		if (file->text.len - at >= 3 && (memcmp(file->text.at + at, "---", 3) == 0 ||
						 memcmp(file->text.at + at, "...", 3) == 0)) {
			out->len = at;
			break;
		}
	}
	*out = (struct str){ str_text(a, *out), out->len };
	return true;
}

/* Where the "?" of a key written on its own line stands, or SIZE_MAX. */
static size_t question_mark(struct str text, const struct yaml_node *key)
{
	size_t at = key->start;

	while (at > 0 && (text.at[at - 1] == ' ' || text.at[at - 1] == '\t'))
		at--;
	return at > 0 && text.at[at - 1] == '?' && at < key->start ? at - 1 : SIZE_MAX;
}

/* Writes "? key" and ": value" as one line, which is the only form that can be edited. */
static size_t join_keys(struct merger *m, const struct yaml_node *node)
{
	size_t joined = 0, step = node->kind == YAML_MAP ? 2 : 1;

	for (size_t i = 0; i + step <= node->count; i += step) {
		const struct yaml_node *key = node->items[i], *value = node->items[i + step - 1];
		size_t mark = step == 2 ? question_mark(m->target->text, key) : SIZE_MAX;
		bool block = !value->flow && value->count > 0;

		if (mark != SIZE_MAX && key->kind == YAML_SCALAR && value->start >= key->end) {
			yaml_edit_replace(m->edit, mark, key->start, str_of(""));
			yaml_edit_replace(m->edit, key->end, value->start,
					  str_of(block ? str_format(m->a, ":%s%*s", m->newline,
								    (int)value->column, "")
						       : ": "));
			joined++;
		}
		joined += join_keys(m, value);
	}
	return joined;
}

/* Opens the target, without question marks. */
static bool open_target(struct merger *m, struct yaml_file *joined)
{
	struct yaml_node *root;

	if (!yaml_edit_open(m->a, m->target->name, m->target->text, &m->edit, m->e))
		return false;
	root = yaml_edit_root(m->edit);
	m->newline = yaml_newline(m->target->text);
	if (!root || !join_keys(m, root))
		return true;
	*joined = *m->target;
	if (!yaml_edit_text(m->edit, &joined->text, m->e))
		return false;
	m->target = joined;
	if (!yaml_edit_open(m->a, joined->name, joined->text, &m->edit, m->e))
		return false;
	return (yaml_edit_root(m->edit) && yaml_node_same(root, yaml_edit_root(m->edit))) ||
	       err_set(m->e, ERR_CONFIG, "%s: its keys with a question mark cannot be written as others are",
		       joined->name);
}

/* Takes out of a map, and of the maps in it, what a merge does not add. */
static bool clean_map(struct merger *m, const struct yaml_node *map)
{
	bool *gone = arena_array(m->a, map->count / 2 + 1, sizeof(bool));

	for (size_t i = 0; i + 1 < map->count; i += 2) {
		const struct yaml_node *key = map->items[i], *value = map->items[i + 1];
		bool is_map = value->kind == YAML_MAP;

		if (key->kind != YAML_SCALAR)
			return err_set(m->e, ERR_CONFIG, "%s:%u: a key must be a text",
				       m->target->name, key->line);
		gone[i / 2] = yaml_is_dropped(key, value) || str_is(key->text, "$patch") ||
			      (is_map && strcmp(yaml_patch_word(value), "delete") == 0);
		if (gone[i / 2] && value->kind == YAML_ALIAS)
			yaml_merge_lose(m, m->target, key);
		if (!gone[i / 2] && is_map && !clean_map(m, value))
			return false;
	}
	yaml_splice_map(m->a, m->edit, map, gone, (struct yaml_addition){ str_of(""), str_of("") });
	return true;
}

/*
 * Onto a document that is null, kyaml lays the patch, and then walks over it as over any
 * other addition: what a merge drops goes.
 */
static bool merge_onto_nothing(struct merger *m, const struct yaml_node *from, struct str *out)
{
	const struct yaml_file *patch = m->patch;
	struct yaml_node *to;

	if (yaml_is_null(from) || from->kind != YAML_MAP)
		return yaml_first_document(m->a, patch, out, m->e);
	if (strcmp(yaml_patch_word(from), "delete") == 0)
		return true;
	m->target = patch;
	m->newline = yaml_newline(patch->text);
	if (!yaml_edit_open(m->a, patch->name, patch->text, &m->edit, m->e))
		return false;
	to = yaml_edit_root(m->edit);
	return clean_map(m, to) && yaml_edit_text(m->edit, out, m->e);
}

/* Whether another document begins in the text at or behind the place from. */
static bool another_follows(struct str text, size_t from)
{
	while (from < text.len) {
		const char *end = memchr(text.at + from, '\n', text.len - from);

		if (text.len - from >= 3 && memcmp(text.at + from, "---", 3) == 0)
			return true;
		from = end ? (size_t)(end - text.at) + 1 : text.len;
	}
	return false;
}

bool yaml_merge(struct arena *a, const struct yaml_file *target, const struct yaml_file *patch,
		struct yaml_merged *out, struct err *e)
{
	struct merger m = { .a = a, .target = target, .patch = patch, .lost = &out->lost, .e = e };
	struct yaml_file joined;
	struct yaml_node *from, *to, *again;
	struct yaml_document document;

	out->lost = (struct list){ 0 };
	if (!open_target(&m, &joined) ||
	    !yaml_document_read(a, patch->name, patch->text, &document, e))
		return false;
	if (another_follows(patch->text, document.end))
		list_add(a, &out->lost,
			 str_format(a, "%s: only its first document is merged", patch->name));
	from = document.root;
	to = yaml_edit_root(m.edit);
	out->text = target->text;
	if (!from)
		return true;
	out->text = (struct str){ "", 0 };
	if (!to || yaml_is_null(to))
		return merge_onto_nothing(&m, from, &out->text);
	if (yaml_is_null(from))
		return true;
	if (to->kind != from->kind)
		return yaml_merge_mismatch(&m, to, from);
	if (from->kind == YAML_MAP && strcmp(yaml_patch_word(from), "delete") == 0)
		return true;
	if (from->kind == YAML_MAP && strcmp(yaml_patch_word(from), "replace") == 0)
		return yaml_first_document(a, patch, &out->text, e);
	if (from->kind != YAML_MAP)
		return yaml_first_document(a, patch, &out->text, e);
	m.kubernetes = says_kind(to) || says_kind(from);
	if (!yaml_merge_map(&m, to, from) || !yaml_edit_text(m.edit, &out->text, e))
		return false;
	if (!yaml_tree_read(a, target->name, out->text, &again, e))
		return err_wrap(e, "the merged text cannot be read");
	return (again && yaml_merge_reads(a, to, from, again)) ||
	       err_set(e, ERR_CONFIG, "%s: merged with %s it would not read as the two together",
		       target->name, patch->name);
}
