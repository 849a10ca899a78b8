/* SPDX-License-Identifier: Apache-2.0 */
/* A program on a terminal of its own, as somebody's terminal sees it: bytes, and when they came. */
#ifndef GANTRY_TESTS_METER_H
#define GANTRY_TESTS_METER_H

#include <sys/types.h>

#include "base/base.h"
#include "base/buf.h"

struct err;

struct meter {
	int fd;
	pid_t pid;
	double started;                 /* ms */
	struct buf seen;                /* all that was written since the last meter_press() */
};

double meter_now(void);                 /* ms, with fractions */

/* Starts argv on a terminal of 120x40, TERM=xterm-256color. */
bool meter_start(struct meter *m, const char *const *argv, struct err *e) MUST_USE;

/* Reads until text was written, at most timeout ms; -1: it was not. Else ms since what was begun. */
double meter_until(struct meter *m, const char *text, double begun, double timeout);

/* Reads until nothing came for quiet ms, at most timeout; returns how many bytes came. */
size_t meter_drain(struct meter *m, double quiet, double timeout);

/* Writes the key and forgets what was seen. */
void meter_press(struct meter *m, const char *key);

/* Of the process: KB resident, KB of it private, ms of processor. */
struct meter_use {
	long resident, private;
	double cpu;
};
struct meter_use meter_use(const struct meter *m);

/* Closes the terminal; ms until the process is gone. */
double meter_close(struct meter *m);

#endif
