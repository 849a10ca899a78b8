/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events. The first line's bytes say in which pieces the rest arrives; however it is cut,
 * the same events come out.
 */
#include "fuzz.h"

#include "net/sse.h"

enum { LONGEST = 4096 };

static bool keep_event(void *context, const char *data, size_t len)
{
	buf_add(context, data, len);
	buf_char(context, '\0');
	return true;
}

static bool feed(struct str text, const char *cuts, struct buf *out)
{
	struct sse s;
	bool fine = true;

	sse_init(&s, LONGEST);
	for (size_t at = 0, i = 0; at < text.len && fine; i++) {
		size_t n = fuzz_piece(cuts, i, text.len - at);

		fine = sse_feed(&s, text.at + at, n, keep_event, out);
		at += n;
	}
	fine = fine && !sse_is_too_big(&s);
	sse_release(&s);
	return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();

	fuzz_in_pieces(a, (struct str){ (const char *)bytes, len }, feed);
	return 0;
}
