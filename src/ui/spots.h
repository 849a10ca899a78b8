/* SPDX-License-Identifier: Apache-2.0 */
/* What can be clicked: registered by whatever draws it, for one frame. Ui thread. */
#ifndef GANTRY_UI_SPOTS_H
#define GANTRY_UI_SPOTS_H

#include "ui/screen.h"

/*
 * What a click on this area of the frame does: an action; selecting what has the name, or opening it when
 * it is selected; opening freight; going back to a screen.
 */
void screens_spot_action(struct screens *d, struct area area, enum ui_action action);
void screens_spot_name(struct screens *d, struct area area, const char *name);
void screens_spot_freight(struct screens *d, struct area area, const char *freight);
void screens_spot_screen(struct screens *d, struct area area, const struct screen *s);

#endif
