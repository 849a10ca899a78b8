/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and stops the threads and joins their queues.
 * May use base data model config ledger engine observe serve ui.
 *
 * app.h   this table
 */
#ifndef GANTRY_APP_APP_H
#define GANTRY_APP_APP_H
#endif
