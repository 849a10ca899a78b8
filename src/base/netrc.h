/* SPDX-License-Identifier: Apache-2.0 */
/* Names and passwords that people keep in ~/.netrc (netrc(5)). Any thread; reads a file. */
#ifndef GANTRY_BASE_NETRC_H
#define GANTRY_BASE_NETRC_H

#include "base/base.h"

struct arena;

struct netrc_login {
	const char *username;           /* NULL: the entry names nobody, and neither did the caller */
	const char *password;
};

/*
 * For a host, whose port does not count, in $NETRC or ~/.netrc: the first entry of the machine
 * that has a password, and whose login is user (NULL: any); "default" fits any machine. False:
 * there is none. The password is registered with log_redact().
 */
bool netrc_find(struct arena *a, const char *host, const char *user, struct netrc_login *out);

/* As above, from such a file's text. */
bool netrc_read(struct arena *a, const char *text, const char *host, const char *user,
		struct netrc_login *out);

#endif
