/* SPDX-License-Identifier: Apache-2.0 */
/* What is wished of an attached Kargo. Only this folder includes it. */
#ifndef GANTRY_APP_WISHES_H
#define GANTRY_APP_WISHES_H

#include "base/base.h"

struct app;
struct intent;
struct member;

/* Takes an intent about the member's project; false: too much is under way. The lock is held. */
bool wishes_take(struct app *app, struct member *m, const struct intent *i);

#endif
