/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kustomize-set-image: set images of a Kustomization (doc/kargo-rules.md 6.3), those
 * that are configured, or all of the Stage's Freight. A link in the Kustomization's
 * place does not count as one.
 */
#include "steps/step.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "data/value.h"
#include "steps/kustomize_images.h"
#include "steps/text_file.h"
#include "steps/workdir.h"

enum { LONGEST_MESSAGE = 16 << 20 };

static const struct step_param image_fields[] = {
	{ .name = "image", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The image's repository." },
	{ .name = "name", .kind = PARAM_STRING,
	  .help = "What the Kustomization calls the image, when that is not its repository." },
	{ .name = "newName", .kind = PARAM_STRING,
	  .help = "The name to use instead; * keeps what the file has." },
	{ .name = "tag", .kind = PARAM_STRING, .help = "The tag, or *; or use digest." },
	{ .name = "digest", .kind = PARAM_STRING, .help = "The digest, or *; or use tag." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The folder of the Kustomization." },
	{ .name = "images", .kind = PARAM_LIST, .of = image_fields,
	  .help = "The images to set; without this, all images of the Freight." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commitMessage", "The images as they are now, one to a line; for git-commit." },
	{ 0 },
};

static bool kustomize_set_image_check(const struct value *config, struct err *e)
{
	const struct value *images = value_get(config, "images");

	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *image = value_at(images, i);
		bool tag = *value_text(value_get(image, "tag"), "") != '\0';
		bool digest = *value_text(value_get(image, "digest"), "") != '\0';

		if (tag == digest)
			return err_set(e, ERR_CONFIG, "images[%zu]: needs %s", i,
				       tag ? "a tag or a digest, not both" : "a tag or a digest");
	}
	return true;
}

static void wish_for(struct step_run *r, struct list *wishes, struct kustomize_image image)
{
	list_add(r->arena, wishes, arena_copy(r->arena, &image, sizeof(image)));
}

static void kustomize_set_configured(struct step_run *r, const struct value *images,
				     struct list *wishes)
{
	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *v = value_at(images, i);
		const char *name = value_text(value_get(v, "name"), "");

		wish_for(r, wishes, (struct kustomize_image){
			.name = *name ? name : value_text(value_get(v, "image"), ""),
			.new_name = value_text(value_get(v, "newName"), ""),
			.tag_suffix = "",
			.new_tag = value_text(value_get(v, "tag"), ""),
			.digest = value_text(value_get(v, "digest"), ""),
		});
	}
}

static const char *kustomize_set_image_origin_of(const struct value *holder)
{
	return value_path_text(holder, "origin.name", "");
}

static int by_origin(const void *a, const void *b)
{
	const struct value *const *x = a, *const *y = b;

	return strcmp(kustomize_set_image_origin_of(*x), kustomize_set_image_origin_of(*y));
}

/* The Warehouse of that name, or NULL. */
static const struct value *kustomize_set_warehouse(const struct step_run *r, const char *name)
{
	const struct value *all = r->subject->warehouses;

	for (size_t i = 0; i < value_count(all); i++)
		if (strcmp(value_path_text(value_at(all, i), "metadata.name", ""), name) == 0)
			return value_at(all, i);
	return NULL;
}

static bool kustomize_set_subscribes(const struct value *w, const char *repo)
{
	const struct value *all = value_path(w, "spec.subscriptions");

	for (size_t i = 0; i < value_count(all); i++)
		if (strcmp(value_path_text(value_at(all, i), "image.repoURL", ""), repo) == 0)
			return true;
	return false;
}

/* An image that two requested Warehouses watch has no one version. */
static bool check_origins(const struct step_run *r, const char *repo, struct err *e)
{
	const struct value *requests = r->subject->freight_requests;
	const char *first = NULL;

	for (size_t i = 0; i < value_count(requests); i++) {
		const char *name = kustomize_set_image_origin_of(value_at(requests, i));
		const struct value *w = kustomize_set_warehouse(r, name);

		if (!w)
			return err_set(e, ERR_NOT_FOUND,
				       "the Warehouse %s is not there: say which images to set",
				       name);
		if (!kustomize_set_subscribes(w, repo))
			continue;
		if (first)
			return err_set(e, ERR_CONFIG,
				       "both %s and %s watch %s: say which images to set", first,
				       name, repo);
		first = name;
	}
	return true;
}

static bool of_freight(struct step_run *r, struct list *wishes, struct err *e)
{
	const struct value *freight = r->subject->freight;
	size_t count = value_count(freight);
	const struct value **order = arena_array(r->arena, count + 1, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = value_at(freight, i);
	qsort(order, count, sizeof(*order), by_origin);
	for (size_t i = 0; i < count; i++) {
		const struct value *images = value_get(order[i], "images");

		for (size_t j = 0; j < value_count(images); j++) {
			const struct value *image = value_at(images, j);
			const char *repo = value_text(value_get(image, "repoURL"), "");

			if (r->subject->warehouses && !check_origins(r, repo, e))
				return false;
			wish_for(r, wishes, (struct kustomize_image){
				.name = repo, .new_name = "", .tag_suffix = "",
				.new_tag = value_text(value_get(image, "tag"), ""),
				.digest = value_text(value_get(image, "digest"), ""),
			});
		}
	}
	return true;
}

static bool kustomize_set_image_is_plain_file(struct step_run *r, const char *path)
{
	struct err ignored;
	struct stat st;
	AUTO(fd) int fd = -1;

	return workdir_open_file(r->work, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, &fd,
				 &ignored) &&
	       fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The one Kustomization of the folder. */
static bool find_file(struct step_run *r, const char *folder, const char **out, struct err *e)
{
	static const char *const names[] = { "kustomization.yaml", "kustomization.yml",
					     "Kustomization" };

	*out = NULL;
	for (size_t i = 0; i < COUNTOF(names); i++) {
		const char *path = path_join(r->arena, text_file_path(r->arena, folder), names[i]);

		if (!kustomize_set_image_is_plain_file(r, path))
			continue;
		if (*out)
			return err_again(e, ERR_CONFIG, "%s has two Kustomizations: %s and %s",
					 folder, path_base(*out), names[i]);
		*out = path;
	}
	return *out || err_again(e, ERR_NOT_FOUND,
				 "%s has no kustomization.yaml, kustomization.yml or Kustomization",
				 folder);
}

static const char *kustomize_set_image_message_of(struct step_run *r, const char *path,
						  const struct list *images)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST_MESSAGE);
	buf_format(&b, "Updated %s to use new image%s\n", path, images->count == 1 ? "" : "s");
	for (size_t i = 0; i < images->count; i++) {
		const struct kustomize_image *image = images->items[i];

		buf_format(&b, "\n- %s%s%s%s%s", *image->new_name ? image->new_name : image->name,
			   *image->new_tag ? ":" : "", image->new_tag, *image->digest ? "@" : "",
			   image->digest);
	}
	return buf_copy(&b, r->arena);
}

static bool set_images(struct step_run *r, const char *file, struct list *images, struct err *e)
{
	const struct value *config = value_get(r->config, "images");
	struct kustomize_file old = { .name = file };
	struct kustomize_edited new;
	struct list wishes = { 0 };

	if (!text_file_read(r, file, &old.text, e))
		return false;
	kustomize_set_configured(r, config, &wishes);
	if ((!value_count(config) && !of_freight(r, &wishes, e)) ||
	    !kustomize_images_set(r->arena, &old, &wishes, &new, e)) {
		e->again = true;
		return false;
	}
	*images = new.images;
	return text_file_write(r, file, old.text, new.text, e);
}

static bool kustomize_set_image_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = step_text(r, "path", ""), *file;
	struct list images;

	if (!find_file(r, path, &file, e) || !set_images(r, file, &images, e))
		return false;
	if (images.count)
		step_output(
			r, result, "commitMessage",
			value_string(r->arena, kustomize_set_image_message_of(r, path, &images)));
	return true;
}

const struct step_def step_kustomize_set_image = {
	.kind = "kustomize-set-image",
	.summary = "Set images of a Kustomization.",
	.params = params,
	.outputs = outputs,
	.check = kustomize_set_image_check,
	.reach = STEP_REACH_WORK,
	.run = kustomize_set_image_run,
};
