/* SPDX-License-Identifier: Apache-2.0 */
/* Names and passwords that people keep in ~/.netrc (netrc(5)). Any thread; reads a file. */
#ifndef GANTRY_BASE_NETRC_H
#define GANTRY_BASE_NETRC_H

#include "base/base.h"

struct arena;

/*
 * For a host, whose port does not count, in $NETRC or ~/.netrc: the first entry of the machine
 * that has a password, and whose login is user (NULL: any); "default" fits any machine. False:
 * there is none. The password is registered with log_redact(). *username is user, which may be
 * NULL, when the entry has none.
 */
bool netrc_find(struct arena *a, const char *host, const char *user, const char **username,
		const char **password);

/* As above, from such a file's text. */
bool netrc_read(struct arena *a, const char *text, const char *host, const char *user,
		const char **username, const char **password);

#endif
