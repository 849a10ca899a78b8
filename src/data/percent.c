/* SPDX-License-Identifier: Apache-2.0 */
/* Upper-case digits, as RFC 3986 asks for. */
#include "data/percent.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

char *percent_encode(struct arena *a, const char *text, const char *kept)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, strlen(text) * 3 + 1), *to = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (is_letter(*text) || is_digit(*text) || strchr(kept, *text)) {
			*to++ = *text;
			continue;
		}
		*to++ = '%';
		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	return out;
}
