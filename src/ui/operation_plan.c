/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a dialog: its operation in words, and the intent that it sends. */
#include <string.h>

#include "base/str.h"
#include "model/attachment.h"
#include "model/freight.h"
#include "model/plan.h"
#include "model/stage.h"
#include "model/world.h"
#include "ui/dialog.h"
#include "ui/operation.h"
#include "ui/screens.h"
#include "ui/display.h"

static const char *operation_words(struct view *v, const struct screen *s)
{
	const char *stage = buf_str(&s->stage), *label = display_freight(v, buf_str(&s->freight));

	switch (s->dialog->operation) {
	case INTENT_PROMOTE: return str_format(v->a, "Promote %s to %s", stage, label);
	case INTENT_ROLLBACK: return str_format(v->a, "Roll %s back to %s", stage, label);
	case INTENT_APPROVE:
		return str_format(v->a, "Approve %s %s for %s", label,
				  display_version(v, buf_str(&s->freight)), stage);
	case INTENT_ABORT: return str_format(v->a, "Abort the promotion of %s to %s", stage, label);
	case INTENT_MERGE: return str_format(v->a, "Merge the pull request of %s to %s", stage, label);
	case INTENT_CLOSE: return str_format(v->a, "Close the pull request of %s to %s", stage, label);
	case INTENT_RESUME: return str_format(v->a, "Let auto-promotion of %s go on", stage);
	case INTENT_HOLD: return str_format(v->a, "Hold auto-promotion of %s", stage);
	case INTENT_VERIFY: return str_format(v->a, "Verify %s again", stage);
	case INTENT_REFRESH: case INTENT_LOOK: case INTENT_TRAVEL: break;
	}
	return "Look again";
}

const char *operation_sentence(struct view *v, const struct screen *s)
{
	const char *words = operation_words(v, s);

	return v->w->attachment ? str_format(v->a, "%s, in Kargo at %s", words, v->w->attachment->context)
				: words;
}

bool operation_is_grave(const struct view *v, const struct screen *s)
{
	const struct stage *stage = world_stage(v->w, buf_str(&s->stage));

	return stage && stage->production;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

bool operation_closes(const struct view *v, const struct screen *s)
{
	const char *setting = screens_close_pull_requests(v->screens);

	return strcmp(setting, "always") == 0 || (s->dialog->closes && strcmp(setting, "ask") == 0);
}

void operation_submit(struct view *v, struct screen *s)
{
	const struct dialog *dialog = s->dialog;
	struct intent intent = {
		.kind = dialog->operation,
		.stage = or_null(buf_str(&s->stage)),
		.freight = or_null(buf_str(&s->freight)),
		.reason = or_null(prompt_text(&dialog->reason)),
	};
	const struct stage *stage = world_stage(v->w, intent.stage);

	if (dialog->operation == INTENT_ABORT || dialog->operation == INTENT_MERGE ||
	    dialog->operation == INTENT_CLOSE)
		intent.promotion = or_null(buf_str(&s->item));
	intent.close_pull_request = dialog->operation == INTENT_ABORT && operation_closes(v, s);
	/* What ran when the plan was made, not what runs now: the engine refuses if they differ. */
	if (stage && (dialog->operation == INTENT_PROMOTE || dialog->operation == INTENT_ROLLBACK))
		intent.seen_freight = or_null(buf_str(&s->item));
	if (dialog->plan && !dialog->plan->error)
		intent.seen_plan = dialog->plan->mark;
	screens_submit(v->screens, &intent);
}
