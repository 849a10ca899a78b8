/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people have set up for git, in git's own order: the system's file, the user's, then
 * GIT_CONFIG_COUNT with GIT_CONFIG_KEY_<n> and GIT_CONFIG_VALUE_<n> (git-config(1)). Settings of a
 * repository do not count: a work directory may hold any. Any thread.
 */
#ifndef GANTRY_GIT_SETTINGS_H
#define GANTRY_GIT_SETTINGS_H

#include "base/base.h"

/*
 * Calls each setting with its name, section and key in lower case ("url.X.insteadof"), and its value,
 * "" when it has none. Both are valid during the call only. What cannot be read is left out.
 */
void git_settings_each(void (*each)(void *context, const char *name, const char *value),
		       void *context);

#endif
