/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts in UTF-16, which YAML allows and some editors write. Only a byte order mark makes one
 * (yaml.org/spec/1.2.2, 5.2). Any thread.
 */
#ifndef GANTRY_DATA_UTF16_H
#define GANTRY_DATA_UTF16_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;

enum utf16_order { UTF16_NONE, UTF16_LITTLE, UTF16_BIG };

/* What the text's byte order mark says; UTF16_NONE when it has none of UTF-16's. */
enum utf16_order utf16_order_of(struct str text);

/* The text in UTF-8, without the mark; as it is when it has none. ERR_CONFIG says at which byte it breaks. */
bool utf16_read(struct arena *a, const char *name, struct str text, struct str *out,
		struct err *e) MUST_USE;

/* The other way, with the mark; text, which is valid UTF-8, as it is for UTF16_NONE. */
struct str utf16_write(struct arena *a, enum utf16_order order, struct str text);

#endif
