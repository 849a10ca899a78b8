/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals become bytes in a pipe, so that nothing happens inside a handler. The one
 * exception: a crash writes the recorded farewell and restores the line settings.
 * Ui thread; one terminal a process.
 */
#ifndef GANTRY_TERM_SIGNALS_H
#define GANTRY_TERM_SIGNALS_H

#include "base/base.h"

struct err;

/* Installs the handlers, lets through what was held; *fd is readable when a signal came. */
bool signals_open(int *fd, struct err *e) MUST_USE;

/* Puts back what was there before, and holds again what was held. */
void signals_close(void);

/* The next signal's number, 0 when there is none. */
int signals_next(void);

/* Stops the process as ^Z does and returns when it goes on. */
void signals_suspend(void);

/*
 * What a crash writes to fd before the process dies; the line settings of fd are
 * taken as those to restore. Called before curses changes them.
 */
void signals_remember(int fd);
void signals_farewell(const char *bytes, size_t len);

#endif
