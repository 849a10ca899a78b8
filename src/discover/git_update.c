/* SPDX-License-Identifier: Apache-2.0 */
/* The answer that is kept says only that the mirror is as new as that. */
#include "discover/fetch.h"

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/cache.h"
#include "discover/discover.h"
#include "git/mirror.h"

bool git_update_mirror(struct arena *a, struct mirror *m, const struct git_update *u, struct err *e)
{
	const struct cache_question q = {
		.key = str_format(a, "git %s %s", u->url, cache_asker(a, u->who)),
		.max_age = u->look->max_age,
		.cancelled = u->look->cancelled,
	};
	struct value *answer;
	struct err why;

	switch (cache_ask(u->look->cache, &q, a, &answer, e)) {
	case CACHE_KNOWN: return true;
	case CACHE_FAILED: return false;
	case CACHE_ASK: break;
	}
	if (mirror_update(m, u->access, &why)) {
		cache_answer(u->look->cache, q.key, value_bool(a, true), NULL);
		return true;
	}
	cache_answer(u->look->cache, q.key, NULL, &why);
	*e = why;
	return false;
}
