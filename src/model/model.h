/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nouns and their rules: project, warehouse, freight, stage, promotion, world,
 * intents, events, gates. No I/O; every rule is a function of its arguments.
 * May use base data.
 *
 * model.h   this table
 */
#ifndef GANTRY_MODEL_MODEL_H
#define GANTRY_MODEL_MODEL_H
#endif
