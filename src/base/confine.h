/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread, and every program that it starts from then on, kept to a few folders by the kernel
 * (Landlock, kernel.org/doc/html/latest/userspace-api/landlock.html). There is no way back, so it is
 * for a thread of its own. Any thread.
 */
#ifndef GANTRY_BASE_CONFINE_H
#define GANTRY_BASE_CONFINE_H

#include "base/base.h"

struct err;

/*
 * NULL-terminated paths of files and folders, with all beneath them; links are followed, and what
 * is not there is passed over. Programs and libraries of the system, the few files of /etc that they
 * need, and the harmless devices can also be read.
 */
struct confine {
	const char *const *readable;    /* read and executed */
	const char *const *writable;    /* and changed */
};

/* Whether this kernel can do it: Linux 5.19 or later, with Landlock on. */
bool confine_is_possible(void);

/* From here on the calling thread cannot do else. False leaves it as it was, or in part. */
bool confine_thread(const struct confine *c, struct err *e) MUST_USE;

#endif
