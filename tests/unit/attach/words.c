/* SPDX-License-Identifier: Apache-2.0 */
/* What objects repeat is kept once, and still reads as it was. */
#include "attach/words.h"

#include <stdlib.h>

#include "base/arena.h"
#include "cluster.h"
#include "data/value.h"
#include "tap.h"

TEST(equal_values_are_kept_once)
{
	AUTO(arena) struct arena *a = arena_new(), *kept = arena_new();
	const struct value *v = cluster_json(a, "{'one':{'repoURL':'https://git.test/a.git','tags':['x','y',1,1.5,null]},"
						"'two':{'repoURL':'https://git.test/a.git','tags':['x','y',1,1.5,null]},"
						"'three':{'repoURL':'https://git.test/a.git','tags':['y','x',1,1.5,null]}}");
	struct attach_words *w = attach_words_new(kept);
	const struct value *one = attach_words_keep(w, v), *two = attach_words_keep(w, v);

	ok(value_equal(one, v), "it reads as before");
	ok(one == two, "twice the same is one");
	ok(value_get(one, "one") == value_get(one, "two"), "so are its parts");
	ok(value_get(one, "one") != value_get(one, "three"), "but not another order");
	ok(value_get_text(value_get(one, "one"), "repoURL") == value_get_text(value_get(one, "three"), "repoURL"),
	   "whose texts are shared all the same");
	attach_words_free(w);
	ok(value_equal(one, v), "also when nothing more is kept");
}

TEST(what_is_nearly_equal_is_not_one)
{
	static const char *const texts[] = { "1", "1.0", "'1'", "true", "false", "null", "[]", "{}", "''", "[1]", "['1']",
					     "[[1]]", "{'a':1}", "{'a':'1'}", "{'b':1}", "0", "0.0", "-0.0",
					     "123456789012345678901", "123456789012345678902" };
	AUTO(arena) struct arena *a = arena_new();
	struct attach_words *w = attach_words_new(a);
	const struct value *kept[COUNTOF(texts)];
	bool apart = true;

	for (size_t i = 0; i < COUNTOF(texts); i++) {
		kept[i] = attach_words_keep(w, cluster_json(a, texts[i]));
		for (size_t j = 0; j < i; j++)
			apart = apart && kept[j] != kept[i];
	}
	ok(apart, "each is itself");
	for (size_t i = 0; i < COUNTOF(texts); i++)
		ok(attach_words_keep(w, cluster_json(a, texts[i])) == kept[i], "found again: %s", texts[i]);
	attach_words_free(w);
}
