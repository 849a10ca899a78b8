/* SPDX-License-Identifier: Apache-2.0 */
/* Removed names within expressions. One thread. */
#ifndef GANTRY_CONFIG_FIX_TEXT_H
#define GANTRY_CONFIG_FIX_TEXT_H

#include <stddef.h>

struct edits;

/* Edits every ${{ … }} outside comments; told is called with the offset of each. */
void fix_text(struct edits *ed, void (*told)(void *context, size_t offset, const char *message),
	      void *context);

#endif
