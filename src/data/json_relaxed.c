/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are passed over, so that what looks like a comment in one is none. */
#include "data/json_relaxed.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"

static size_t string_end(const char *t, size_t len, size_t i)
{
	for (i++; i < len && t[i] != '"'; i++)
		if (t[i] == '\\')
			i++;
	return i < len ? i + 1 : len;
}

/* The end of the comment at i; SIZE_MAX when it has none. */
static size_t comment_end(const char *t, size_t len, size_t i)
{
	const char *end = t[i + 1] == '/' ? memchr(t + i, '\n', len - i) : strstr(t + i + 2, "*/");

	if (t[i + 1] == '/')
		return end ? (size_t)(end - t) : len;
	return end ? (size_t)(end - t) + 2 : SIZE_MAX;
}

static void blank_out(char *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!memchr("\r\n", t[i], 2))
			t[i] = ' ';
}

bool json_without_comments(struct arena *a, struct str text, struct str *out, struct err *e)
{
	char *t = arena_alloc(a, text.len + 1);
	size_t end;

	memcpy(t, text.at, text.len);
	if (text.len >= 3 && memcmp(t, "\xef\xbb\xbf", 3) == 0)
		blank_out(t, 0, 3);
	for (size_t i = 0; i < text.len; i = end) {
		end = i + 1;
		if (t[i] == '"') {
			end = string_end(t, text.len, i);
		} else if (t[i] == '/' && end < text.len && memchr("/*", t[end], 2)) {
			end = comment_end(t, text.len, i);
			if (end == SIZE_MAX)
				return err_set(e, ERR_CONFIG, "a comment is opened and never closed");
			blank_out(t, i, end);
		}
	}
	*out = (struct str){ t, text.len };
	return true;
}

struct str json_without_spare_commas(struct arena *a, struct str text)
{
	char *t = arena_alloc(a, text.len + 1);
	size_t comma = SIZE_MAX;

	memcpy(t, text.at, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if ((t[i] == '}' || t[i] == ']') && comma != SIZE_MAX)
			t[comma] = ' ';
		if (!memchr(" \t\r\n", t[i], 4))
			comma = t[i] == ',' ? i : SIZE_MAX;
		if (t[i] == '"')
			i = string_end(t, text.len, i) - 1;
	}
	return (struct str){ t, text.len };
}
