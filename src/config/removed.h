/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What newer Kargos removed from steps and expressions, and what it is written as
 * today (doc/kargo-rules.md 10). One thread.
 */
#ifndef GANTRY_CONFIG_REMOVED_H
#define GANTRY_CONFIG_REMOVED_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct edits;
struct value;

/*
 * Edits every ${{ … }} of the text; told is called with the offset of each change.
 * is_yaml: the text is a file, whose comments and quotes count.
 */
void removed_names(struct edits *ed, bool is_yaml,
		   void (*told)(void *context, size_t offset, const char *message), void *context);

/* A field that named the step whose output it took. */
struct removed_field {
	const char *old, *new;
	const char *output;             /* of the step named */
};

/* The removed field of that name, or NULL. */
const struct removed_field *removed_field_find(const char *name);

/* What the field says today: "${{ outputs['x'].commit }}". */
const char *removed_field_value(struct arena *a, const struct removed_field *f, const char *step,
				bool in_task);

/* The regular expression that matches this one tag, as ignoreTags meant it. */
const char *removed_tag_regex(struct arena *a, const char *tag);

/* What helm-update-image wrote for an image: value is its "ImageAndTag", "Tag", …; NULL: unknown. */
const char *removed_image_value(struct arena *a, const char *image, const char *value,
				const char *warehouse);

/* The message that git-commit made of the steps named by messageFromSteps. */
const char *removed_message(struct arena *a, const struct value *steps, bool in_task);

#endif
