/* SPDX-License-Identifier: Apache-2.0 */
/* Dialogs: their memory, and which of their prompts has the keys. */
#include "ui/dialog.h"

#include <stdlib.h>

#include "base/arena.h"
#include "model/plan.h"

enum { MAX_REASON = 2000, MAX_TYPED_NAME = 4096 };

struct dialog *dialog_new(void)
{
	struct dialog *d = xmalloc(sizeof(*d));

	*d = (struct dialog){ 0 };
	prompt_init(&d->reason, MAX_REASON);
	prompt_init(&d->name, MAX_TYPED_NAME);
	return d;
}

void dialog_free(struct dialog *d)
{
	if (!d)
		return;
	plan_free(d->plan);
	prompt_release(&d->reason);
	prompt_release(&d->name);
	free(d);
}

void dialog_forget_plan(struct dialog *d)
{
	plan_free(d->plan);
	d->plan = NULL;
	d->plan_id = 0;
	d->shown_at = 0;
}

struct prompt *dialog_prompt(struct dialog *d)
{
	return d->field == DIALOG_REASON ? &d->reason : d->field == DIALOG_NAME ? &d->name : NULL;
}

void dialog_next_field(struct dialog *d, bool asks_name)
{
	static const enum dialog_field after[] = {
		[DIALOG_NO_FIELD] = DIALOG_NAME,
		[DIALOG_NAME] = DIALOG_REASON,
		[DIALOG_REASON] = DIALOG_NO_FIELD,
	};

	if (asks_name)
		d->field = after[d->field];
	else
		d->field = d->field == DIALOG_REASON ? DIALOG_NO_FIELD : DIALOG_REASON;
}
