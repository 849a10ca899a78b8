/* SPDX-License-Identifier: Apache-2.0 */
/* One scalar's text: what it means in YAML, and how it is written. Any thread. */
#ifndef GANTRY_DATA_YAML_SCALAR_H
#define GANTRY_DATA_YAML_SCALAR_H

#include "base/base.h"

struct arena;
struct buf;
struct value;

/* The value of a plain scalar's text, typed as yaml_parse() does; and as YAML_OLD_TRUTHS has it. */
struct value *yaml_resolve(struct arena *a, const char *text, size_t len);
struct value *yaml_resolve_old(struct arena *a, const char *text, size_t len);

/* Whether a plain scalar of this content is a text to readers of YAML 1.1 and 1.2 alike. */
bool yaml_is_text(const char *text, size_t len);

/* Whether single quotes can hold it on one line as it is. */
bool yaml_fits_single(const char *text, size_t len);

/* Folded text is read, but never written. */
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

/*
 * How Go's yaml.v3 writes this text so that it reads back as a text: plain where
 * that is safe. is_key: as the key of a map, which is never literal.
 */
enum yaml_style yaml_style_of(const char *text, size_t len, bool is_key);

/* Appends the text in that style; a literal block's lines get indent spaces. */
void yaml_write_text(struct buf *b, const char *text, size_t len, enum yaml_style style,
		     size_t indent);

#endif
