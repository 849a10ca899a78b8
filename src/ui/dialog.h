/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a screen that asks before it acts (a plan, a confirmation, a batch) keeps: the operation, its plan,
 * and what was typed so far. Ui thread.
 */
#ifndef GANTRY_UI_DIALOG_H
#define GANTRY_UI_DIALOG_H

#include "base/base.h"
#include "model/intent.h"
#include "ui/widgets/prompt.h"

struct plan;

/* Which prompt has the keys; with none, keys are commands. */
enum dialog_field { DIALOG_NO_FIELD, DIALOG_REASON, DIALOG_NAME };

struct dialog {
	enum intent_kind operation;
	struct prompt reason, name;
	enum dialog_field field;
	bool plans;                     /* wants the plan of its operation */
	bool hurried;                   /* Enter was pressed before the plan was there */
	bool closes;                    /* the pull request is closed, too */
	int64_t shown_at;               /* tick when all that Enter confirms was drawn; 0: not yet */
	uint64_t plan_id;               /* of the plan that was asked for; 0: nobody could be asked yet */
	struct plan *plan;              /* its own; NULL until it comes */
};

struct dialog *dialog_new(void);
void dialog_free(struct dialog *d);

/* The plan is wanted no more, and what Enter confirms is to be drawn anew. */
void dialog_forget_plan(struct dialog *d);

/* The prompt that has the keys; NULL: none. */
struct prompt *dialog_prompt(struct dialog *d);

/* Tab: the next field; from the last one to none. asks_name: the name is one of them. */
void dialog_next_field(struct dialog *d, bool asks_name);

#endif
