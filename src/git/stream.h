/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets for libgit2's http and https that obey the session they belong to. For this folder only.
 */
#ifndef GANTRY_GIT_STREAM_H
#define GANTRY_GIT_STREAM_H

#include "base/base.h"

/* From now on libgit2 uses them, beneath TLS as well. Once, while libgit2 is started. */
int stream_register(void);

#endif
