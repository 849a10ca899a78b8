/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spec.promotionMechanisms, which Kargo 1.0 took away, as the steps that do the same
 * (doc/kargo-rules.md 10.2). Any thread.
 */
#ifndef GANTRY_CONFIG_MECHANISMS_H
#define GANTRY_CONFIG_MECHANISMS_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct origins_stage;
struct value;

struct mechanisms {
	struct value *template;         /* spec.promotionTemplate; NULL with wrong NULL: they did nothing */
	struct list notes;              /* const char *: parts that Kargo passed over, and so do the steps */
	const char *wrong;              /* why steps can't say it; NULL: they can */
};

/* A whole template, or none: never half of it. */
void mechanisms_read(struct arena *a, const struct origins_stage *stage, const struct value *mechanisms,
		     struct mechanisms *out);

#endif
