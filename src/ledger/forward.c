/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a thousand events, each in an arena of its own. */
#include "ledger/forward.h"

#include <assert.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "ledger/history.h"
#include "ledger/ledger.h"

enum { PAGE = 1000 };

static struct ledger_filter forward_filter(const struct forward *f, const char *before)
{
	return (struct ledger_filter){
		.before = before, .until = f->after, .since = f->since, .max = PAGE, .stage = f->stage,
		.freight = f->freight, .promotion = f->promotion,
	};
}

static bool forward_goes_on(const struct forward *f, struct err *e)
{
	return !flag_is_set(f->cancelled) || err_set(e, ERR_CANCELLED, "reading the ledger was "
								       "cancelled");
}

/*
 * The commits at which pages end, newest page first. The way back from the head must meet f->after: a commit
 * of another project lies in the same repository, and nothing would end there.
 */
static bool forward_boundaries(struct ledger *l, const struct forward *f, struct arena *a,
			       struct list *out, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct ledger_filter filter = forward_filter(f, NULL);
	struct ledger_page page = { .more = true };

	while (page.more) {
		arena_reset(scratch);
		if (!forward_goes_on(f, e) || !ledger_history(l, scratch, &filter, &page, e))
			return false;
		page.more = page.more && page.count;
		if (page.more) {
			filter.before = str_copy(a, page.entries[page.count - 1].commit);
			list_add(a, out, filter.before);
		}
	}
	return !f->after || page.met ||
	       err_set(e, ERR_NOT_FOUND, "the event %.40s is not in this project's ledger", f->after);
}

/* One page, oldest event first. before: where the page that is newer ends; NULL: it is the newest. */
static bool forward_page(struct ledger *l, const struct forward *f, const char *before, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_filter filter = forward_filter(f, before);
	struct ledger_page page;

	if (!forward_goes_on(f, e) || !ledger_history(l, a, &filter, &page, e))
		return false;
	while (page.count-- > 0)
		if (!f->visit(f->context, &page.entries[page.count], e))
			return false;
	return true;
}

bool forward_walk(struct ledger *l, const struct forward *f, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list boundaries = { 0 };

	assert(f->visit);
	if (!*ledger_head(l) && !f->after)
		return true;
	if (!forward_boundaries(l, f, a, &boundaries, e))
		return false;
	for (size_t i = boundaries.count + 1; i-- > 0;)
		if (!forward_page(l, f, i ? boundaries.items[i - 1] : NULL, e))
			return false;
	return true;
}
