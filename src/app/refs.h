/* SPDX-License-Identifier: Apache-2.0 */
/* One watch over the ledger's repository tells each engine when its branch or lease has moved. */
#ifndef GANTRY_APP_REFS_H
#define GANTRY_APP_REFS_H

#include "base/base.h"

struct app;
struct err;

/* From now on, where the process lives long enough. */
bool refs_start(struct app *app, struct err *e) MUST_USE;
void refs_stop(struct app *app);

/* Whether the member's engine is told. Any thread. */
bool refs_are_told(void *member);

#endif
