/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As Go reads it: the unused bits of the last character need not be zero, but padding
 * must be right; a cut secret is worse than an error.
 */
#include "data/base64.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct str base64_encode(struct arena *a, struct str bytes)
{
	char *out = arena_alloc(a, bytes.len / 3 * 4 + 5);
	size_t len = 0;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t group = (uint32_t)(unsigned char)bytes.at[i] << 16;

		if (left > 1)
			group |= (uint32_t)(unsigned char)bytes.at[i + 1] << 8;
		if (left > 2)
			group |= (unsigned char)bytes.at[i + 2];
		out[len++] = alphabet[group >> 18];
		out[len++] = alphabet[group >> 12 & 63];
		out[len++] = left > 1 ? alphabet[group >> 6 & 63] : '=';
		out[len++] = left > 2 ? alphabet[group & 63] : '=';
	}
	return (struct str){ out, len };
}

/* The text without line breaks. */
static struct str without_breaks(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\n' && text.at[i] != '\r')
			out[len++] = text.at[i];
	return (struct str){ out, len };
}

static int base64_value_of(char c)
{
	const char *found = c ? strchr(alphabet, c) : NULL;

	return found ? (int)(found - alphabet) : -1;
}

bool base64_decode(struct arena *a, const char *at, size_t size, struct str *bytes)
{
	struct str text = without_breaks(a, (struct str){ at, size });
	char *out = arena_alloc(a, text.len / 4 * 3 + 4);
	size_t len = 0;

	assert(at || !size);
	if (text.len % 4)
		return false;
	for (size_t i = 0; i < text.len; i += 4) {
		bool last = i + 4 == text.len;
		int pad = 0, group = 0;

		if (last && text.at[i + 3] == '=')
			pad = text.at[i + 2] == '=' ? 2 : 1;
		for (int j = 0; j < 4; j++) {
			int value = j >= 4 - pad ? 0 : base64_value_of(text.at[i + (size_t)j]);

			if (value < 0)
				return false;
			group = group << 6 | value;
		}
		out[len++] = (char)(group >> 16);
		if (pad < 2)
			out[len++] = (char)(group >> 8);
		if (pad < 1)
			out[len++] = (char)group;
	}
	*bytes = (struct str){ out, len };
	return true;
}
