/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificate authorities libgit2 trusts. This folder only. */
#ifndef GANTRY_GIT_AUTHORITIES_H
#define GANTRY_GIT_AUTHORITIES_H

/* Once libgit2 has started, which reads the system's: frees them. */
void authorities_put_off(void);

/* To be called before each conversation by TLS: reads them the first time. Any thread. */
void authorities_read(void);

#endif
