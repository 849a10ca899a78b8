/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-contained world: a registry, an Argo CD, the repositories.
 * May use base data net git model.
 *
 * demo.h   this table
 */
#ifndef GANTRY_DEMO_DEMO_H
#define GANTRY_DEMO_DEMO_H
#endif
