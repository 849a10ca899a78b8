/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The repository of record: append, read back, replay, lease.
 * May use base data git model.
 *
 * ledger.h   this table
 */
#ifndef GANTRY_LEDGER_LEDGER_H
#define GANTRY_LEDGER_LEDGER_H
#endif
