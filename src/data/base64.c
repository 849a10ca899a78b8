/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, decoding only. Padding must be right: a cut secret is worse than an error. */
#include "data/base64.h"

#include <string.h>

#include "base/arena.h"

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool base64_decode(struct arena *a, const char *text, size_t len, struct str *out)
{
	char *to = arena_alloc(a, len / 4 * 3 + 4);
	size_t used = 0, digits = 0, padding = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < len; i++) {
		int d = digit(text[i]);

		if (strchr(" \t\r\n", text[i]) && text[i])
			continue;
		if (text[i] == '=' && digits % 4 >= 2) {
			padding++;
			digits++;
			bits <<= 6;
		} else if (d >= 0 && !padding) {
			bits = bits << 6 | (uint32_t)d;
			digits++;
		} else {
			return false;
		}
		if (digits % 4 == 0) {
			to[used++] = (char)(bits >> 16);
			to[used++] = (char)(bits >> 8);
			to[used++] = (char)bits;
			bits = 0;
		}
	}
	if (digits % 4 || padding > 2)
		return false;
	to[used - (used ? padding : 0)] = '\0';
	*out = (struct str){ to, used - (used ? padding : 0) };
	return true;
}
