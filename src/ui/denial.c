/* SPDX-License-Identifier: Apache-2.0 */
/* A cluster is asked beforehand what we may do there; only what is known to be denied is. */
#include "ui/denial.h"

#include "model/attachment.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

/* What the action comes to, of those that a cluster may deny. */
static bool denial_kind(enum ui_action action, enum intent_kind *out)
{
	static const struct {
		enum ui_action action;
		enum intent_kind kind;
	} kinds[] = {
		{ UI_ACTION_PROMOTE, INTENT_PROMOTE }, { UI_ACTION_ONWARD, INTENT_PROMOTE },
		{ UI_ACTION_APPROVE, INTENT_APPROVE }, { UI_ACTION_ROLLBACK, INTENT_ROLLBACK },
		{ UI_ACTION_ABORT, INTENT_ABORT },     { UI_ACTION_RESUME, INTENT_RESUME },
		{ UI_ACTION_MERGE, INTENT_MERGE },     { UI_ACTION_CLOSE, INTENT_CLOSE },
		{ UI_ACTION_HOLD, INTENT_HOLD },       { UI_ACTION_VERIFY, INTENT_VERIFY },
		{ UI_ACTION_REFRESH, INTENT_REFRESH }, { UI_ACTION_EARLIER, INTENT_TRAVEL },
		{ UI_ACTION_HOUR_EARLIER, INTENT_TRAVEL }, { UI_ACTION_DAY_EARLIER, INTENT_TRAVEL },
	};

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (kinds[i].action == action) {
			*out = kinds[i].kind;
			return true;
		}
	return false;
}

const char *denial_of(struct view *v, const struct subject *subject, enum ui_action action)
{
	const char *stage = subject->promotion ? subject->promotion->stage
			    : subject->stage && action != UI_ACTION_ONWARD ? subject->stage->name : NULL;
	enum intent_kind kind;

	return denial_kind(action, &kind) ? attachment_denies(v->w->attachment, kind, stage) : NULL;
}
