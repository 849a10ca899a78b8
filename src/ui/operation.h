/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be done with a subject here and now, and the doing up to the dialog. One place
 * for all screens, on the same functions that the engine decides with (model/gate.h). Ui thread.
 */
#ifndef GANTRY_UI_OPERATION_H
#define GANTRY_UI_OPERATION_H

#include "base/base.h"
#include "ui/screen.h"

/* Whether the action would work on the subject. */
struct offer operation_offer(struct view *v, const struct subject *subject, enum ui_action action);

/* Opens the screen, the plan or the dialog of an action that is on offer; false: not one of these. */
bool operation_do(struct view *v, const struct subject *subject, enum ui_action action);

/* One way to promote from here. */
struct freight_choice {
	const struct stage *stage;
	const struct freight *freight;
	bool open;                      /* no binding gate is in the way */
	bool forward, older;            /* than what runs there; neither: both were discovered at once */
	bool backed_out;                /* of that stage: asked for twice */
	const char *summary;            /* of the gates */
};

/* Ways to promote the subject: into the stage, on to those after it; best first. */
size_t operation_choices(struct view *v, const struct subject *subject,
			 struct freight_choice **out);

/* The operation in one sentence: "promote prod from wise-otter to soft-squirrel". */
const char *operation_sentence(struct view *v, const struct screen *s);

/* Asks for the stage's name first. */
bool operation_is_grave(const struct view *v, const struct screen *s);

/* Sends the intent that the plan or dialog s is about. */
void operation_submit(struct view *v, struct screen *s);

/* Whether its abort closes the pull request, too: as the setting says, or as was chosen. */
bool operation_closes(const struct view *v, const struct screen *s);

#endif
