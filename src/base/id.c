/* SPDX-License-Identifier: Apache-2.0 */
/* Names that nobody else will give: random, or random behind a time so that they sort by age. */
#include "base/id.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"

static const char crockford[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* 128 bits as 26 digits of five bits, the first of two. */
static const char *ulid_text(struct arena *a, const unsigned char b[16])
{
	char out[ULID_LEN + 1];

	for (int i = 0; i < ULID_LEN; i++) {
		int low = (ULID_LEN - 1 - i) * 5; /* lowest bit of this digit, from the right */
		unsigned digit = 0;
		for (int bit = 4; bit >= 0; bit--) {
			int at = low + bit;
			unsigned one = at < 128 ? (b[15 - at / 8] >> (at % 8)) & 1u : 0;
			digit = digit << 1 | one;
		}
		out[i] = crockford[digit];
	}
	out[ULID_LEN] = '\0';
	return str_copy(a, out);
}

/* The next ULID in order. */
static const char *ulid_after(struct arena *a, const char *ulid)
{
	char *out = str_format(a, "%s", ulid);

	for (int i = ULID_LEN - 1; i >= 0; i--) {
		const char *digit = strchr(crockford, out[i]);
		if (digit && digit[1]) {
			out[i] = digit[1];
			return out;
		}
		out[i] = '0';
	}
	return out;
}

const char *ulid_make(struct arena *a, int64_t ms, const unsigned char dice[10], const char *after)
{
	unsigned char b[16];

	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)((uint64_t)ms >> (8 * (5 - i)));
	memcpy(b + 6, dice, 10);
	const char *text = ulid_text(a, b);
	if (after && strlen(after) == ULID_LEN && strcmp(text, after) <= 0)
		return ulid_after(a, after);
	return text;
}

const char *uuid_make(struct arena *a)
{
	unsigned char b[16];

	random_bytes(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return str_format(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			  b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			  b[12], b[13], b[14], b[15]);
}
