/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings are const char * in arenas, NUL-terminated, UTF-8 checked at the
 * edge. A slice of somebody's text is struct str. Any thread.
 */
#ifndef GANTRY_BASE_STR_H
#define GANTRY_BASE_STR_H

#include "base/base.h"

struct arena;

struct str {
	const char *at;
	size_t len;
};

/* A slice of the whole of text; NULL gives an empty slice. */
struct str str_of(const char *text);

bool str_equal(struct str a, struct str b);
bool str_is(struct str a, const char *text);

/* Byte-wise order, as strcmp. */
int str_compare(struct str a, struct str b);

bool has_prefix(const char *text, const char *prefix);
bool has_suffix(const char *text, const char *suffix);

/* Equal text; NULL equals only NULL. */
bool same_text(const char *a, const char *b);

/* Copies into the arena, NUL-terminated. str_copy(NULL) is NULL. */
const char *str_copy(struct arena *a, const char *text);
const char *str_copy_n(struct arena *a, const char *text, size_t len);
const char *str_text(struct arena *a, struct str s);

/* printf into the arena. */
char *str_format(struct arena *a, const char *format, ...) PRINTF(2, 3);

/*
 * ASCII alone has letters here: what <ctype.h> calls one depends on the locale, and in a
 * Turkish one I is not a capital i.
 */
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char letter_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Equal except for the case of ASCII letters; of at most len bytes. */
bool same_but_case(const char *a, const char *b);
bool same_but_case_n(const char *a, const char *b, size_t len);

/* ASCII lower case, a copy. */
const char *str_lower(struct arena *a, const char *text);

/* White space (ASCII) cut from both ends. */
struct str str_trim(struct str s);

/* Well-formed UTF-8: no overlong forms, surrogates or values past U+10FFFF. */
bool utf8_valid(const char *text, size_t len);

/*
 * Decodes the code point at text (len bytes left, at least 1) into *point and
 * returns its length in bytes; 0 when it is malformed.
 */
size_t utf8_decode(const char *text, size_t len, uint32_t *point);

/* Writes the UTF-8 of point to out (4 bytes room) and returns its length. */
size_t utf8_encode(uint32_t point, char out[4]);

/*
 * A copy that is safe to draw, log and record: malformed bytes, control characters
 * (C0 but newline and tab, DEL, C1) and those that turn the direction of text become
 * '?', and at most max bytes are kept, never splitting a character.
 */
const char *str_clean(struct arena *a, const char *text, size_t len, size_t max);

/* The same of a whole text, in one line: newlines and tabs become blanks. */
const char *str_line(struct arena *a, const char *text, size_t max);

#endif
