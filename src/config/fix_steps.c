/* SPDX-License-Identifier: Apache-2.0 */
/* Each construct as the documentation of the Kargo that removed it says to write it. */
#include "config/fix_passes.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/fix_node.h"
#include "config/removed.h"
#include "data/value.h"
#include "data/yaml_tree.h"

enum { DEEPEST = 40 };

/* git-commit took its message from the steps named; now it says so itself. */
static void fix_commit(struct fix_document *d, const struct yaml_node *config, bool in_task)
{
	struct value *names = value_list(d->a);
	struct fix_member old, message;

	if (!fix_find(config, "messageFromSteps", &old) || !fix_count(old.value))
		return;
	if (fix_find(config, "message", &message)) {
		fix_remove(d, &old);
		fix_done(d, old.key, "message counts; messageFromSteps is gone");
		return;
	}
	for (size_t i = 0; i < old.value->count; i++)
		value_append(d->a, names, value_string(d->a, fix_text(old.value->items[i])));
	fix_replace_member(d, &old, "message", removed_message(d->a, names, in_task));
	fix_done(d, old.key, "messageFromSteps is message now");
}

static void fix_from_steps(struct fix_document *d, const struct yaml_node *v, bool in_task, int depth)
{
	for (size_t i = 0; v && v->kind == YAML_MAP && i + 1 < v->count && !d->is_changed; i += 2) {
		const struct removed_field *f = removed_field_find(fix_text(v->items[i]));
		struct fix_member old, new;

		if (!f || v->items[i + 1]->kind != YAML_SCALAR || !fix_find(v, f->old, &old))
			continue;
		if (fix_find(v, f->new, &new))
			fix_remove(d, &old);
		else
			fix_replace_member(d, &old, f->new,
					   removed_field_value(d->a, f, fix_text(old.value), in_task));
		fix_done(d, old.key, str_format(d->a, "%s is %s now", f->old, f->new));
	}
	for (size_t i = 0; v && v->kind != YAML_ALIAS && depth < DEEPEST && i < v->count; i++)
		if (!d->is_changed)
			fix_from_steps(d, v->items[i], in_task, depth + 1);
}

static const char *updated_value(struct fix_document *d, const struct yaml_node *image)
{
	return removed_image_value(d->a, fix_text(fix_get(image, "image")), fix_text(fix_get(image, "value")),
				   fix_text(fix_path(image, "fromOrigin.name")));
}

/* Takes image and fromOrigin out and says the value as an expression. */
static void fix_update(struct fix_document *d, const struct yaml_node *image)
{
	static const char *const old[] = { "image", "fromOrigin" };
	struct fix_member m;

	if (fix_find(image, "value", &m))
		fix_replace_member(d, &m, "value", updated_value(d, image));
	for (size_t i = 0; i < COUNTOF(old); i++)
		if (fix_find(image, old[i], &m))
			fix_remove(d, &m);
}

static void fix_helm_update(struct fix_document *d, const struct yaml_node *step)
{
	const struct yaml_node *config = fix_get(step, "config");
	struct fix_member uses, images;

	if (!fix_find(step, "uses", &uses) || !fix_find(config, "images", &images) ||
	    !fix_count(images.value)) {
		fix_leave(d, step, "helm-update-image is yaml-update now: write it by hand");
		return;
	}
	for (size_t i = 0; i < images.value->count; i++)
		if (!updated_value(d, images.value->items[i]) || !fix_get(images.value->items[i], "key")) {
			fix_leave(d, images.value->items[i],
				  "helm-update-image is yaml-update now: write this one by hand");
			return;
		}
	for (size_t i = 0; i < images.value->count; i++)
		fix_update(d, images.value->items[i]);
	fix_replace_member(d, &uses, "uses", "yaml-update");
	fix_rename(d, &images, "updates");
	fix_done(d, uses.key, "helm-update-image is yaml-update now");
}

/* An image without tag and digest meant the one that the freight has. */
static void fix_set_image(struct fix_document *d, const struct yaml_node *config)
{
	const struct yaml_node *images = fix_get(config, "images");

	for (size_t i = 0; i < fix_count(images) && !d->is_changed; i++) {
		const struct yaml_node *image = images->items[i];
		bool digest = strcmp(fix_text(fix_get(image, "useDigest")), "true") == 0;
		const char *value = removed_image_value(d->a, fix_text(fix_get(image, "image")),
							digest ? "Digest" : "Tag",
							fix_text(fix_path(image, "fromOrigin.name")));
		struct fix_member m, old;

		if (fix_find(image, "tag", &m) || fix_find(image, "digest", &m) ||
		    !fix_find(image, "image", &m) || m.value->kind != YAML_SCALAR)
			continue;
		if (!value) {
			fix_leave(d, m.key, "write tag or digest by hand: which image this is can't be told");
			continue;
		}
		fix_add_behind(d, &m, digest ? "digest" : "tag", value);
		if (fix_find(image, "useDigest", &old))
			fix_remove(d, &old);
		else if (fix_find(image, "fromOrigin", &old))
			fix_remove(d, &old);
		fix_done(d, m.key, digest ? "digest says which digest" : "tag says which tag");
	}
}

static void fix_step(struct fix_document *d, const struct yaml_node *step, bool in_task)
{
	const char *uses = fix_text(fix_get(step, "uses"));
	const struct yaml_node *config = fix_get(step, "config");

	if (strcmp(uses, "git-commit") == 0)
		fix_commit(d, config, in_task);
	if (strcmp(uses, "helm-update-image") == 0)
		fix_helm_update(d, step);
	if (strcmp(uses, "kustomize-set-image") == 0)
		fix_set_image(d, config);
	if (!d->is_changed)
		fix_from_steps(d, config, in_task, 0);
}

void fix_steps(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object)
{
	bool in_task = strcmp(fix_text(fix_get(object, "kind")), "Stage") != 0;
	const struct yaml_node *steps = fix_path(
		object, in_task ? "spec.steps" : "spec.promotionTemplate.spec.steps");

	if (!in_task)
		fix_stage(d, known, object);
	for (size_t i = 0; i < fix_count(steps) && !d->is_changed; i++)
		fix_step(d, steps->items[i], in_task);
}
