/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who we are to a remote when the caller does not say: ~/.netrc, then git's
 * credential helpers (gitcredentials(7)), which must answer in time and without asking a
 * person, then GITHUB_TOKEN and GITLAB_TOKEN for those two hosts. Blocks: workers.
 */
#ifndef GANTRY_GIT_ACCESS_H
#define GANTRY_GIT_ACCESS_H

#include "base/base.h"

struct arena;

/*
 * A name and password for the host of an http(s) url. user (may be NULL) is one that the
 * url names already. False: nobody knows. The password is registered with log_redact().
 */
bool access_find(struct arena *a, const char *url, const char *user, const char **username,
		 const char **password);

#endif
