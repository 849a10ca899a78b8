/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports when branches and leases of a ledger on this machine move, whichever process moves them:
 * the kernel says which files changed, so nothing is polled. One thread for any number of projects.
 */
#ifndef GANTRY_LEDGER_REF_WATCH_H
#define GANTRY_LEDGER_REF_WATCH_H

#include "base/base.h"

struct err;
struct ref_watch;

enum ref_kind { REF_BRANCH, REF_LEASE, REF_KINDS };

struct ref_watch_options {
	const char *path;               /* of the bare repository, which need not be there yet */
	/*
	 * The project's ref of that kind has moved, come or gone; NULL: any of them may have, also because it
	 * has become unknown or known again what happens there. On a thread of its own.
	 */
	void (*moved)(void *context, enum ref_kind kind, const char *project);
	void *context;
};

bool ref_watch_start(const struct ref_watch_options *o, struct ref_watch **out, struct err *e) MUST_USE;

/*
 * Whether moved() is called for everything that happens. Not so while the repository is missing, nor on
 * file systems that other machines may change behind the kernel's back. NULL is fine: no. Any thread.
 */
bool ref_watch_sees(const struct ref_watch *w);

/* NULL is fine. */
void ref_watch_stop(struct ref_watch *w);

#endif
