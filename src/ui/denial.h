/* SPDX-License-Identifier: Apache-2.0 */
/* What the cluster of an attached Kargo would refuse. Ui thread. */
#ifndef GANTRY_UI_DENIAL_H
#define GANTRY_UI_DENIAL_H

#include "ui/screen.h"

/* Why the cluster would refuse it; NULL: nothing is known against it. Onward is into another stage. */
const char *denial_of(struct view *v, const struct subject *subject, enum ui_action action);

#endif
