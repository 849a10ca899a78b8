/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotion steps, one file each, and what they share.
 * May use base data net git model expr argocd forge.
 *
 * steps.h   this table
 */
#ifndef GANTRY_STEPS_STEPS_H
#define GANTRY_STEPS_STEPS_H
#endif
