/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what must happen, runs it, records it. The only writer of the ledger.
 * May use base data model expr ledger steps verify.
 *
 * engine.h   this table
 */
#ifndef GANTRY_ENGINE_ENGINE_H
#define GANTRY_ENGINE_ENGINE_H
#endif
