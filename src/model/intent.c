/* SPDX-License-Identifier: Apache-2.0 */
/* Intents travel between threads as copies. */
#include "model/intent.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct intent *intent_copy(struct arena *a, const struct intent *i)
{
	struct intent *to = arena_copy(a, i, sizeof(*i));

	to->project = str_copy(a, i->project);
	to->stage = str_copy(a, i->stage);
	to->freight = str_copy(a, i->freight);
	to->promotion = str_copy(a, i->promotion);
	to->warehouse = str_copy(a, i->warehouse);
	to->application = str_copy(a, i->application);
	to->reason = str_copy(a, i->reason);
	to->actor = str_copy(a, i->actor);
	to->from = str_copy(a, i->from);
	to->seen_context = str_copy(a, i->seen_context);
	to->seen_head = str_copy(a, i->seen_head);
	to->seen_freight = str_copy(a, i->seen_freight);
	to->seen_plan = str_copy(a, i->seen_plan);
	return to;
}

bool intent_check(const struct intent *i, struct err *e)
{
	size_t len = i->reason ? strlen(i->reason) : 0;

	return len <= INTENT_REASON_MAX ||
	       err_set(e, ERR_USAGE, "the reason is %zu bytes long; write it in at most %d, and put the rest "
		       "where it can be linked to", len, INTENT_REASON_MAX);
}

const char *intent_verb(enum intent_kind kind)
{
	static const char *const verbs[] = {
		[INTENT_PROMOTE] = "promote", [INTENT_ROLLBACK] = "roll back",
		[INTENT_APPROVE] = "approve", [INTENT_ABORT] = "abort",
		[INTENT_MERGE] = "merge", [INTENT_CLOSE] = "close",
		[INTENT_REFRESH] = "refresh", [INTENT_RESUME] = "resume auto-promotion",
		[INTENT_TRAVEL] = "travel", [INTENT_LOOK] = "look", [INTENT_HOLD] = "hold auto-promotion",
		[INTENT_VERIFY] = "verify again",
	};

	return verbs[kind];
}

const char *actor_name(struct arena *a, const char *actor)
{
	size_t len = actor ? strcspn(actor, "<") : 0;

	while (len > 0 && actor[len - 1] == ' ')
		len--;
	return len ? str_copy_n(a, actor, len) : actor ? actor : "";
}
