/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals become bytes in a pipe, so that nothing happens inside a handler. The one
 * exception: a crash writes the recorded farewell and restores the line settings.
 * Ui thread; one terminal per process.
 */
#ifndef GANTRY_TERM_SIGNALS_H
#define GANTRY_TERM_SIGNALS_H

#include "base/base.h"

struct err;

/* Installs the handlers and unblocks the signals; *fd is readable when one came. */
bool signals_open(int *fd, struct err *e) MUST_USE;

/* Restores the former handlers and blocks the signals again. */
void signals_close(void);

/* The next signal's number, 0 when there is none. */
int signals_next(void);

/* Stops the process as ^Z does; returns when it is continued. */
void signals_suspend(void);

/*
 * What a crash writes to fd before the process dies; the line settings of fd are
 * taken as those to restore. Called before curses changes them.
 */
void signals_remember(int fd);
void signals_farewell(const char *bytes, size_t len);

#endif
