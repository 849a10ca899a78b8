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

/* The message that git-commit made of the steps named by messageFromSteps. */
const char *removed_message(struct arena *a, const struct value *steps, bool in_task);

#endif
