/* SPDX-License-Identifier: Apache-2.0 */
/* Lists taken apart: what is wrong is refused, since a list taken for empty has everything deleted. */
#include "kube/pages.h"

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

TEST(a_list_without_any_is_empty)
{
	static const char *const texts[] = { "{\"kind\":\"ThingList\"}", "{\"kind\":\"ThingList\",\"items\":null}",
					     "{\"items\":[],\"kind\":\"ThingList\"}" };
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(texts); i++) {
		struct kube_page page;
		struct value *item;
		struct err e = { 0 };

		ok(kube_page_read(a, str_of(texts[i]), &page, &e) && kube_page_next(a, &page, &item, &e) && !item,
		   "%s %s", texts[i], e.message);
	}
}

TEST(items_that_are_no_list_are_refused)
{
	static const char *const texts[] = {
		"{\"kind\":\"ThingList\",\"items\":7}",
		"{\"kind\":\"ThingList\",\"items\":{\"a\":[]}}",
		"{\"kind\":\"ThingList\",\"items\":\"[]\"}",
		"{\"kind\":\"ThingList\",\"\\u0069tems\":[{}]}",
		"{\"kind\":\"ThingList\",\"items\":[],\"items\":[{}]}",
	};
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(texts); i++) {
		struct kube_page page;
		struct err e = { 0 };

		ok(!kube_page_read(a, str_of(texts[i]), &page, &e) && e.code == ERR_NET, "%s", texts[i]);
		is_text(e.message, "the answer's items are not a list", "says so");
	}
}
