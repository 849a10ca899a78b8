/* SPDX-License-Identifier: Apache-2.0 */
/* What a text of a manifest must look like. Any thread. */
#ifndef GANTRY_CONFIG_FORMAT_H
#define GANTRY_CONFIG_FORMAT_H

#include "config/field.h"

struct arena;

/* NULL when the text is one of its kind, else what is wrong with it. */
const char *format_wrong(struct arena *a, enum field_kind kind, const char *text);

/* What to warn of in a text that is one of its kind; NULL: nothing. */
const char *format_doubtful(enum field_kind kind, const char *text);

/* Whether the text holds an expression: ${{ … }} or ${% … %}. */
bool text_has_template(const char *text);

#endif
