/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Server-sent events. The first line's bytes say in which pieces the rest arrives; however it is cut,
 * the same events come out.
 */
#include "fuzz.h"

#include <string.h>

#include "net/sse.h"
#include "base/buf.h"

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
		size_t n = *cuts ? (size_t)(unsigned char)cuts[i % strlen(cuts)] % 16 + 1 : text.len;

		n = n < text.len - at ? n : text.len - at;
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
	struct str input = { (const char *)bytes, len };
	const char *cuts = fuzz_line(a, &input);
	struct str text = fuzz_rest(a, input);
	AUTO(buf) struct buf whole = { 0 };
	AUTO(buf) struct buf pieces = { 0 };
	bool fine;

	buf_init(&whole, 1 << 22);
	buf_init(&pieces, 1 << 22);
	fine = feed(text, "", &whole);
	FUZZ_CHECK(feed(text, cuts, &pieces) == fine, text.at);
	FUZZ_CHECK(!fine || (whole.len == pieces.len && (!whole.len || memcmp(whole.at, pieces.at, whole.len) == 0)),
		   text.at);
	return 0;
}
