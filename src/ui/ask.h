/* SPDX-License-Identifier: Apache-2.0 */
/* The two things that dialogs ask for, a reason and the stage's name; and Enter, which acts. Ui thread. */
#ifndef GANTRY_UI_ASK_H
#define GANTRY_UI_ASK_H

#include "base/base.h"
#include "ui/screen.h"

/* The reason, and the stage's name when the operation is grave; rows it takes. */
int ask_rows(const struct view *v);
void ask_draw(struct view *v, struct canvas *c, struct area area);

/* A field that is no longer asked for loses the keys. */
void ask_update(struct view *v);

/* Enter and Tab of a dialog; false: not one of these. */
bool ask_act(struct view *v, enum ui_action action);

/* Subject of a screen that is about a stage and freight. */
void ask_subject(struct view *v, struct subject *out);

#endif
