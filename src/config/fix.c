/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document is changed once a pass and read again, until no pass finds anything: so a
 * change never has to know of another.
 */
#include "config/fix.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "config/documents.h"
#include "config/edits.h"
#include "config/fix_known.h"
#include "config/fix_node.h"
#include "config/fix_passes.h"
#include "config/foreign.h"
#include "config/removed.h"
#include "data/yaml_edit.h"
#include "data/yaml_tree.h"

enum { MOST_PASSES = 1000, MAX_RESULT = 128 << 20 };

struct fixing {
	struct arena *a;
	const struct config_file *file;
	const struct fix_known *known;
	struct fix_result *out;
	struct buf result;
};

static void fix_object(struct fix_document *d, const struct fix_known *known,
		       const struct yaml_node *object, const struct yaml_node *list)
{
	const char *kind = fix_text(fix_get(object, "kind"));
	const struct yaml_node *items = fix_get(object, "items");

	for (size_t i = 0; has_suffix(kind, "List") && i < fix_count(items) && !d->is_changed; i++)
		fix_object(d, known, items->items[i], items);
	if (d->is_changed || !has_prefix(fix_text(fix_get(object, "apiVersion")), "kargo.akuity.io/"))
		return;
	if (strcmp(kind, "Warehouse") == 0)
		fix_warehouse(d, object);
	else if (strcmp(kind, "Project") == 0)
		fix_project(d, known, object, list);
	else if (strcmp(kind, "ProjectConfig") == 0)
		fix_project_config(d, known, object);
	else if (strcmp(kind, "Stage") == 0 || has_suffix(kind, "PromotionTask"))
		fix_steps(d, known, object);
}

/* One change; false on an error. */
static bool fix_pass(struct fix_document *d, const struct fix_known *known, struct err *e)
{
	const struct yaml_node *root;

	d->is_changed = false;
	d->old_shifts = d->shifts.count;
	d->left = (struct list){ 0 };
	if (!yaml_edit_open(d->a, d->file, d->text, &d->edit, e))
		return false;
	root = yaml_edit_root(d->edit);
	if (!root)
		return true;
	d->is_json = root->flow && root->count && root->items[0]->style == YAML_DOUBLE;
	fix_object(d, known, root, NULL);
	return !d->is_changed || yaml_edit_text(d->edit, &d->text, e);
}

static void fix_told_text(void *context, size_t offset, const char *message)
{
	struct fix_document *d = context;
	const struct yaml_node place = { .line = 1, .column = 0 };
	struct yaml_node at = place;

	for (size_t i = 0; i < offset; i++) {
		at.column = d->text.at[i] == '\n' ? 0 : at.column + 1;
		at.line += d->text.at[i] == '\n';
	}
	fix_done(d, &at, message);
}

/* Names in expressions, which are looked for in the text. */
static void fix_names(struct fix_document *d)
{
	struct edits ed = { .a = d->a, .text = d->text };

	removed_names(&ed, !d->is_json, fix_told_text, d);
	if (ed.list.count)
		d->text = edits_apply(&ed);
}

static bool fix_all(struct fixing *x, struct str text, unsigned before, struct err *e);

static void fix_keep(struct fixing *x, const struct fix_document *d)
{
	for (size_t i = 0; i < d->done.count; i++)
		list_add(x->a, &x->out->done, d->done.items[i]);
	for (size_t i = 0; i < d->left.count; i++)
		list_add(x->a, &x->out->left, d->left.items[i]);
}

static bool fix_document(struct fixing *x, struct str text, unsigned before, struct err *e)
{
	struct fix_document d = { .a = x->a, .file = x->file->name, .before = before, .text = text };
	struct err ignored;

	/* What does not read, or is to be rendered first, is not rewritten. */
	if (!foreign_is_kargo(x->a, text) || foreign_is_helm(x->a, text, false) ||
	    !fix_pass(&d, x->known, &ignored)) {
		buf_add(&x->result, text.at, text.len);
		return true;
	}
	for (int passes = 0; d.is_changed && !d.is_split && passes < MOST_PASSES; passes++)
		if (!fix_pass(&d, x->known, e))
			return err_wrap(e, "the rewritten file would not read");
	if (d.is_split) {
		fix_keep(x, &d);
		return fix_all(x, d.text, before, e);
	}
	fix_names(&d);
	fix_keep(x, &d);
	buf_add(&x->result, d.text.at, d.text.len);
	return true;
}

/* A Project that was split has no spec left, so that this ends. */
static bool fix_all(struct fixing *x, struct str text, unsigned before, struct err *e)
{
	struct str rest = text;
	bool fine = true;

	while (rest.len && fine) {
		unsigned lines = 0;
		struct str piece = document_next(&rest, &lines);

		fine = fix_document(x, piece, before, e);
		before += lines;
	}
	return fine;
}

bool fix_file(struct arena *a, const struct config_file *file, const struct fix_known *known,
	      struct fix_result *out, struct err *e)
{
	struct fixing x = { .a = a, .file = file, .known = known, .out = out };
	bool fine;

	*out = (struct fix_result){ .text = file->text };
	buf_init(&x.result, MAX_RESULT);
	fine = fix_all(&x, file->text, 0, e);
	if (fine && out->done.count)
		out->text = (struct str){ buf_copy(&x.result, a), x.result.len };
	buf_release(&x.result);
	return fine;
}
