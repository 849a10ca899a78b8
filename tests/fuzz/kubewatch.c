/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A watch's bytes, and a list's. The first line's bytes say in which pieces the rest arrives: however it is cut,
 * the same events come out. A list's items are those that a JSON reader sees.
 */
#include "fuzz.h"

#include <string.h>

#include "data/json.h"
#include "data/value.h"
#include "kube/pages.h"
#include "kube/watch.h"

enum { LONGEST = 4096 };

static bool keep_event(void *context, const struct kube_event *event)
{
	struct buf *out = context;

	buf_format(out, "%d %s %d\n", (int)event->kind, event->version, (int)event->object->kind);
	return true;
}

static bool feed(struct str text, const char *cuts, struct buf *out)
{
	struct kube_lines l;
	struct err e = { 0 };
	bool fine = true, ended = false;

	kube_lines_init(&l, LONGEST, keep_event, out);
	for (size_t at = 0, i = 0; at < text.len && fine && !ended; i++) {
		size_t n = fuzz_piece(cuts, i, text.len - at);

		fine = kube_lines_feed(&l, text.at + at, n, &ended, &e);
		at += n;
	}
	kube_lines_release(&l);
	FUZZ_CHECK(fine || *e.message, text.at);
	return fine;
}

static void check_pages(struct arena *a, struct str text)
{
	struct kube_page page;
	struct value *whole = NULL, *item;
	const struct value *items;
	struct err e = { 0 };
	size_t count = 0;
	bool fine, is_list;

	if (!kube_page_read(a, text, &page, &e))
		return;
	while ((fine = kube_page_next(a, &page, &item, &e)) && item)
		count++;
	is_list = json_parse(a, text.at, text.len, &whole, &e);
	items = value_get(whole, "items");
	/* Of two lists of items a JSON reader takes the last, and this one the first. */
	if (is_list && fine && !strstr(strstr(text.at, "items") ? strstr(text.at, "items") + 1 : "", "items") &&
	    !strchr(text.at, '\\'))
		FUZZ_CHECK(count == (value_is(items, VALUE_LIST) ? value_count(items) : 0), text.at);
	FUZZ_CHECK(is_list || !fine || strstr(text.at, "items"), text.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();

	check_pages(a, fuzz_in_pieces(a, (struct str){ (const char *)bytes, len }, feed));
	return 0;
}
