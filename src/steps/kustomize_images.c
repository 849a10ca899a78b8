/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two passes over the text: the first edits, drops and leaves entries where they
 * stand; the second puts the lines of the entries, each with the comments above it,
 * into the order of names, and new entries among them.
 */
#include "steps/kustomize_images.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_render.h"
#include "data/yaml_rewrite.h"
#include "data/yaml_splice.h"
#include "data/yaml_tree.h"

enum { FIELDS = 5, LARGEST = 64 << 20 };

static const char *const field_names[FIELDS] = { "name", "newName", "tagSuffix", "newTag",
						 "digest" };

static const char **kustomize_images_field(struct kustomize_image *image, size_t i)
{
	const char **fields[FIELDS] = { &image->name, &image->new_name, &image->tag_suffix,
					&image->new_tag, &image->digest };

	return fields[i];
}

static const struct yaml_node *kustomize_images_follow(const struct yaml_node *node)
{
	return node && node->kind == YAML_ALIAS ? node->target : node;
}

static bool stands_once(const char *file, const struct yaml_node *map, const char *key,
			struct err *e)
{
	size_t first = yaml_member(map, str_of(key), 0);
	size_t again = first == SIZE_MAX ? SIZE_MAX : yaml_member(map, str_of(key), first + 2);

	return again == SIZE_MAX ||
	       err_set(e, ERR_CONFIG, "%s: %s appears twice, at lines %u and %u: remove one of them",
		       file, key, map->items[first]->line, map->items[again]->line);
}

static bool kustomize_images_read_entry(const char *file, const struct yaml_node *node,
					struct kustomize_image *out, struct err *e)
{
	if (node->kind == YAML_ALIAS)
		node = node->target;
	*out = (struct kustomize_image){ "", "", "", "", "" };
	if (node->kind != YAML_MAP)
		return err_set(e, ERR_CONFIG, "%s:%u: an image must be a map with a name", file,
			       node->line);
	for (size_t i = 0; i < FIELDS; i++) {
		const struct yaml_node *v;

		if (!stands_once(file, node, field_names[i], e))
			return false;
		v = kustomize_images_follow(yaml_node_get(node, str_of(field_names[i])));

		if (v && v->kind != YAML_SCALAR)
			return err_set(e, ERR_CONFIG, "%s:%u: %s must be a text", file, v->line,
				       field_names[i]);
		if (v && !yaml_is_null(v))
			*kustomize_images_field(out, i) = v->text.at;
	}
	return true;
}

/* The value of images in a map; NULL when there is none. */
static bool find_images(const char *file, const struct yaml_node *root,
			const struct yaml_node **out, struct err *e)
{
	if (!root || root->kind != YAML_MAP)
		return err_set(e, ERR_CONFIG, "%s: not a map, so it can have no images", file);
	if (!stands_once(file, root, "images", e))
		return false;
	*out = yaml_node_get(root, str_of("images"));
	if (*out && (*out)->kind != YAML_LIST && !yaml_is_null(*out))
		return err_set(e, ERR_CONFIG, "%s:%u: images must be a list", file, (*out)->line);
	return true;
}

static struct kustomize_image *image_named(const struct list *images, const char *name)
{
	for (size_t i = 0; i < images->count; i++) {
		struct kustomize_image *image = images->items[i];

		if (strcmp(image->name, name) == 0)
			return image;
	}
	return NULL;
}

static struct kustomize_image *slot_for(struct arena *a, struct list *images, const char *name)
{
	struct kustomize_image *image = image_named(images, name);

	if (!image) {
		image = arena_alloc(a, sizeof(*image));
		list_add(a, images, image);
	}
	return image;
}

static int kustomize_images_by_name(const void *a, const void *b)
{
	const struct kustomize_image *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const char *kustomize_images_kept(const char *wish, const char *old)
{
	return strcmp(wish, "*") == 0 ? old : wish;
}

/* Of entries of one name the first counts. */
static bool kustomize_images_read(struct arena *a, const char *file, const struct yaml_node *list,
				  struct list *images, struct err *e)
{
	for (size_t i = 0; i < list->count; i++) {
		struct kustomize_image image;

		if (!kustomize_images_read_entry(file, list->items[i], &image, e))
			return false;
		if (!image_named(images, image.name))
			*slot_for(a, images, image.name) = image;
	}
	return true;
}

/* Of wishes of one name the last counts. */
static void kustomize_images_overlay(struct arena *a, const struct list *wishes, struct list *images)
{
	for (size_t i = 0; i < wishes->count; i++) {
		struct kustomize_image image = *(const struct kustomize_image *)wishes->items[i];
		const struct kustomize_image *old = image_named(images, image.name);

		if (old) {
			image.tag_suffix = old->tag_suffix;
			image.new_name = kustomize_images_kept(image.new_name, old->new_name);
			image.new_tag = kustomize_images_kept(image.new_tag, old->new_tag);
			image.digest = kustomize_images_kept(image.digest, old->digest);
		}
		*slot_for(a, images, image.name) = image;
	}
	if (images->count)
		qsort(images->items, images->count, sizeof(void *), kustomize_images_by_name);
}

static bool is_written(const char *value)
{
	return *value && strcmp(value, "*") != 0;
}

static void kustomize_images_write_scalar(struct buf *b, const char *text, bool in_brackets)
{
	size_t len = strlen(text);
	enum yaml_style style = yaml_style_of(text, len, true);

	if (style == YAML_PLAIN && ((in_brackets && strpbrk(text, ",[]{}:")) || !yaml_is_text(text, len)))
		style = YAML_SINGLE;
	yaml_write_text(b, text, len, style, 0);
}

/* The entry in brackets, or as the lines of an element. */
static void write_entry(struct buf *b, struct kustomize_image *image, bool in_brackets,
			size_t indent, const char *newline)
{
	bool first = true;

	if (in_brackets)
		buf_char(b, '{');
	for (size_t i = 0; i < FIELDS; i++) {
		const char *value = *kustomize_images_field(image, i);

		if (!is_written(value))
			continue;
		if (in_brackets)
			buf_text(b, first ? "" : ", ");
		else
			buf_format(b, "%*s%s", (int)indent, "", first ? "- " : "  ");
		buf_format(b, "%s: ", field_names[i]);
		kustomize_images_write_scalar(b, value, in_brackets);
		if (!in_brackets)
			buf_text(b, newline);
		first = false;
	}
	if (in_brackets)
		buf_char(b, '}');
	else if (first)
		buf_format(b, "%*s- {}%s", (int)indent, "", newline);
}

static struct str kustomize_images_written(struct arena *a, const struct list *images,
					   bool in_brackets, size_t indent, const char *newline)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	if (in_brackets)
		buf_char(&b, '[');
	for (size_t i = 0; i < images->count; i++) {
		if (in_brackets && i)
			buf_text(&b, ", ");
		write_entry(&b, images->items[i], in_brackets, indent, newline);
	}
	if (in_brackets)
		buf_char(&b, ']');
	return (struct str){ buf_copy(&b, a), b.len };
}

/* Whether the value is this text already: a tag 1 without quotes is none. */
static bool kustomize_images_says(const struct yaml_node *value, const char *text)
{
	return value->kind == YAML_SCALAR && str_is(value->text, text) &&
	       (value->style != YAML_PLAIN ||
		yaml_is_text(text, strlen(text)));
}

/* Gives a field its new value in the style that was there. */
static void edit_field(struct arena *a, struct yaml_edit *edit, const struct yaml_node *key,
		       const struct yaml_node *value, const char *text)
{
	AUTO(buf) struct buf b = { 0 };

	if (value->kind == YAML_SCALAR) {
		yaml_edit_replace(edit, value->start, value->end,
				  yaml_rewrite(a, yaml_edit_source(edit), value, value_string(a, text)));
		return;
	}
	buf_init(&b, LARGEST);
	kustomize_images_write_scalar(&b, text, key->flow);
	yaml_splice_inline(a, edit, key, value, (struct str){ buf_copy(&b, a), b.len });
}

/* Makes the entry at node say what image says; fields that Kargo does not know stay. */
static void edit_entry(struct arena *a, struct yaml_edit *edit, const struct yaml_node *node,
		       struct kustomize_image *image)
{
	bool *gone = arena_array(a, node->count / 2 + 1, sizeof(bool)), have[FIELDS] = { false };
	const char *newline = yaml_newline(yaml_edit_source(edit));
	AUTO(buf) struct buf flow;
	AUTO(buf) struct buf block;
	AUTO(buf) struct buf one;

	buf_init(&flow, LARGEST);
	buf_init(&block, LARGEST);
	buf_init(&one, LARGEST);
	for (size_t i = 0; i + 1 < node->count; i += 2) {
		const struct yaml_node *value = node->items[i + 1];
		size_t f = 0;

		while (f < FIELDS && !str_is(node->items[i]->text, field_names[f]))
			f++;
		gone[i / 2] = f < FIELDS && !is_written(*kustomize_images_field(image, f));
		if (f == FIELDS || gone[i / 2])
			continue;
		have[f] = true;
		if (!kustomize_images_says(value, *kustomize_images_field(image, f)))
			edit_field(a, edit, node->items[i], value, *kustomize_images_field(image, f));
	}
	for (size_t f = 0; f < FIELDS; f++) {
		if (have[f] || !is_written(*kustomize_images_field(image, f)))
			continue;
		buf_clear(&one);
		kustomize_images_write_scalar(&one, *kustomize_images_field(image, f), node->flow);
		buf_format(&flow, "%s%s: %s", flow.len ? ", " : "", field_names[f], buf_str(&one));
		buf_format(&block, "%*s%s: %s%s", (int)yaml_indent(node), "", field_names[f],
			   buf_str(&one), newline);
	}
	yaml_splice_map(a, edit, node, gone,
			(struct yaml_addition){ { buf_copy(&flow, a), flow.len },
						{ buf_copy(&block, a), block.len } });
}

/* The first pass: entries that stay say what they must. */
static bool edit_entries(struct arena *a, const struct kustomize_file *file, const struct list *images,
			 struct str *out, struct err *e)
{
	const struct yaml_node *list;
	struct yaml_edit *edit;

	if (!yaml_edit_open(a, file->name, file->text, &edit, e) ||
	    !find_images(file->name, yaml_edit_root(edit), &list, e))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		struct kustomize_image image;

		if (!kustomize_images_read_entry(file->name, list->items[i], &image, e))
			return false;
		if (list->items[i]->kind == YAML_MAP)
			edit_entry(a, edit, list->items[i], image_named(images, image.name));
	}
	return yaml_edit_text(edit, out, e);
}

/* The start of the list's first line, or of the comments right above it. */
static size_t list_start(struct str text, const struct yaml_node *list)
{
	size_t at = yaml_line_start(text, list->start);

	while (at > 0) {
		size_t above = yaml_line_start(text, at - 1);

		if (text.at[above + strspn(text.at + above, " \t")] != '#')
			break;
		at = above;
	}
	return at;
}

/* The lines of entry i with the comments above it. */
static struct str chunk_of(struct str text, const struct yaml_node *list, size_t i)
{
	size_t start = i ? yaml_tail(text, list->items[i - 1]) : list_start(text, list);
	size_t end = yaml_tail(text, list->items[i]);

	return (struct str){ text.at + start, end - start };
}

static struct str source_of(struct str text, const struct yaml_node *node)
{
	return (struct str){ text.at + node->start, node->end - node->start };
}

/* The last entry of that name, as collect() has it. */
static size_t entry_named(const struct yaml_node *list, const char *name)
{
	for (size_t i = list->count; i-- > 0;) {
		struct kustomize_image image;
		struct err ignored;

		if (kustomize_images_read_entry("", list->items[i], &image, &ignored) &&
		    strcmp(image.name, name) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* The second pass: the entries' lines in their order. */
static bool order_entries(struct arena *a, const struct kustomize_file *file, const struct list *images,
			  struct str *out, struct err *e)
{
	struct str text = file->text;
	const struct yaml_node *list;
	struct yaml_edit *edit;
	AUTO(buf) struct buf b = { 0 };

	if (!yaml_edit_open(a, file->name, text, &edit, e) ||
	    !find_images(file->name, yaml_edit_root(edit), &list, e))
		return false;
	buf_init(&b, LARGEST);
	for (size_t i = 0; i < images->count; i++) {
		struct kustomize_image *image = images->items[i];
		size_t at = entry_named(list, image->name);
		struct str chunk = { "", 0 };

		if (list->flow && i)
			buf_text(&b, ", ");
		if (at == SIZE_MAX)
			write_entry(&b, image, list->flow, list->column, yaml_newline(text));
		else
			chunk = list->flow ? source_of(text, list->items[at]) : chunk_of(text, list, at);
		buf_add(&b, chunk.at, chunk.len);
		if (!list->flow && b.len && b.at[b.len - 1] != '\n')
			buf_text(&b, yaml_newline(text));
	}
	if (list->flow) {
		yaml_edit_replace(edit, list->items[0]->start, list->items[list->count - 1]->end,
				  (struct str){ buf_copy(&b, a), b.len });
		return yaml_edit_text(edit, out, e);
	}
	yaml_edit_replace(edit, list_start(text, list),
			  yaml_tail(text, list->items[list->count - 1]),
			  (struct str){ buf_copy(&b, a), b.len });
	return yaml_edit_text(edit, out, e);
}

/* A list that is empty or absent is written as a whole. */
static void kustomize_images_write_list(struct arena *a, struct yaml_edit *edit,
					const struct yaml_node *list, const struct list *images)
{
	const struct yaml_node *root = yaml_edit_root(edit), *key = NULL;
	const char *newline = yaml_newline(yaml_edit_source(edit));
	size_t indent = yaml_indent(root);
	bool brackets = root->flow || !images->count || (list && list->kind == YAML_LIST);
	struct str text = kustomize_images_written(a, images, brackets, indent, newline);
	const struct yaml_addition whole = {
		.flow = str_of(str_format(a, "images: %s", text.at)),
		.block = str_of(brackets ? str_format(a, "%*simages: %s%s", (int)indent, "", text.at,
						      newline)
					 : str_format(a, "%*simages:%s%s", (int)indent, "", newline,
						      text.at)),
	};

	for (size_t i = 0; i + 1 < root->count; i += 2)
		if (root->items[i + 1] == list)
			key = root->items[i];
	if (list && brackets)
		yaml_splice_inline(a, edit, key, list, text);
	else if (list)
		yaml_splice_block(a, edit, key, list, text);
	else
		yaml_splice_map(a, edit, root, arena_array(a, root->count / 2 + 1, sizeof(bool)), whole);
}

/* Whether each field of the old entry that Kargo does not know is in the new one as it was. */
static bool keeps_unknown(const struct yaml_node *old, const struct yaml_node *new)
{
	for (size_t i = 0; old->kind == YAML_MAP && i + 1 < old->count; i += 2) {
		const struct yaml_node *key = old->items[i], *now;
		size_t f = 0;

		while (f < FIELDS && !str_is(key->text, field_names[f]))
			f++;
		now = new->kind == YAML_MAP ? yaml_node_get(new, key->text) : NULL;
		if (f == FIELDS && !(now && yaml_node_same(old->items[i + 1], now)))
			return false;
	}
	return true;
}

/* Whether the file's other members are as they were, and of the images what is not Kargo's. */
static bool keeps_the_rest(const struct yaml_node *old, const struct yaml_node *new)
{
	const struct yaml_node *before = yaml_node_get(old, str_of("images"));
	const struct yaml_node *after = yaml_node_get(new, str_of("images"));

	for (size_t i = 0; i + 1 < old->count; i += 2) {
		const struct yaml_node *key = old->items[i];
		const struct yaml_node *now =
			key->kind == YAML_SCALAR ? yaml_node_get(new, key->text) : NULL;

		if (old->items[i + 1] != before && !(now && yaml_node_same(old->items[i + 1], now)))
			return false;
	}
	for (size_t i = 0; before && before->kind == YAML_LIST && i < before->count; i++) {
		struct kustomize_image image;
		struct err ignored;
		size_t at;

		if (!kustomize_images_read_entry("", before->items[i], &image, &ignored) ||
		    entry_named(before, image.name) != i)
			continue;
		at = after ? entry_named(after, image.name) : SIZE_MAX;
		if (at == SIZE_MAX || !keeps_unknown(before->items[i], after->items[at]))
			return false;
	}
	return true;
}

/* Reads the new text again: it must hold these images, in this order, and no others. */
static bool check_result(struct arena *a, const char *file, struct str text,
			 const struct list *images, struct err *e)
{
	const struct yaml_node *list = NULL;
	struct kustomize_image found;
	struct yaml_node *root;
	bool same;

	if (!yaml_tree_read(a, file, text, &root, e) || !find_images(file, root, &list, e))
		return err_wrap(e, "with its new images the file could not be read");
	same = (list ? list->count : 0) == images->count;
	for (size_t i = 0; same && i < images->count; i++) {
		struct kustomize_image *image = images->items[i];

		if (!kustomize_images_read_entry(file, list->items[i], &found, e))
			return false;
		for (size_t f = 0; same && f < FIELDS; f++)
			same = strcmp(is_written(*kustomize_images_field(image, f))
					      ? *kustomize_images_field(image, f)
					      : "",
				      *kustomize_images_field(&found, f)) == 0;
	}
	return same || err_set(e, ERR_CONFIG,
			       "%s: images is written in a way that cannot be edited", file);
}

static bool keeps_the_rest_of(struct arena *a, const struct yaml_node *old, struct str text)
{
	struct yaml_node *new;
	struct err ignored;

	return yaml_tree_read(a, "", text, &new, &ignored) && new && keeps_the_rest(old, new);
}

bool kustomize_images_set(struct arena *a, const struct kustomize_file *f, const struct list *wishes,
			  struct kustomize_edited *out, struct err *e)
{
	struct kustomize_file edited = { .name = f->name };
	const struct yaml_node *list;
	struct yaml_edit *edit;
	bool is_list;

	assert(f->name && f->text.at);
	*out = (struct kustomize_edited){ 0 };
	if (!yaml_edit_open(a, f->name, f->text, &edit, e) ||
	    !find_images(f->name, yaml_edit_root(edit), &list, e))
		return false;
	is_list = list && list->kind == YAML_LIST;
	if (is_list && !kustomize_images_read(a, f->name, list, &out->images, e))
		return false;
	kustomize_images_overlay(a, wishes, &out->images);
	if (is_list && list->count) {
		if (!edit_entries(a, f, &out->images, &edited.text, e) ||
		    !order_entries(a, &edited, &out->images, &out->text, e))
			return false;
	} else {
		kustomize_images_write_list(a, edit, list, &out->images);
		if (!yaml_edit_text(edit, &out->text, e))
			return false;
	}
	if (!check_result(a, f->name, out->text, &out->images, e))
		return false;
	return keeps_the_rest_of(a, yaml_edit_root(edit), out->text) ||
	       err_set(e, ERR_CONFIG, "%s: other values of the file would change with the images", f->name);
}
