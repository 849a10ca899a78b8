/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of what a crash leaves behind: with GANTRY_CRASH_AT=n the process kills
 * itself at the n-th point it passes, as a power cut would. Any thread.
 */
#ifndef GANTRY_LEDGER_CRASH_H
#define GANTRY_LEDGER_CRASH_H

/* A point at which the process may be killed; where names it in the log. */
void crash_point(const char *where);

#endif
