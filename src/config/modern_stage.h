/* SPDX-License-Identifier: Apache-2.0 */
/* Stages written before Kargo 1.0 are understood: subscriptions and promotionMechanisms. */
#ifndef GANTRY_CONFIG_MODERN_STAGE_H
#define GANTRY_CONFIG_MODERN_STAGE_H

struct complaints;
struct gathered;
struct origins;

/*
 * Makes a Stage's spec say what it means today, with a warning for each removed field; an
 * error where that can't be told, since the stage would let freight through without doing anything.
 */
void modernise_stage(struct gathered *g, const struct origins *o, struct complaints *c);

#endif
