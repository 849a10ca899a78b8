/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repositories: objects, history, mirrors, checkouts, commits, pushes. Nothing in
 * here but an opaque handle knows libgit2; ssh is the system's own program.
 * May use base data. Library: libgit2.
 *
 * access.h    who we are to a remote, from where people keep their passwords
 * changes.h   which paths a commit touched
 * diff.h      what differs between two trees, as text
 * git.h       this table, starting and stopping
 * handle.h    libgit2's handles, for this folder only; beside it session.h, spawn.h,
 *             stream.h, fill.h, mirror_inner.h and store_inner.h
 * checkout_cache.h      files that go from one checkout to the next, for this folder only
 * mirror.h    one bare copy of each remote, kept up to date, and checkouts of it
 * remote.h    asking, fetching from and pushing to remotes
 * repo.h      a repository: reading, committing and moving refs
 * signing.h   signatures on commits
 * store.h     a bare repository as a store of small files: what the ledger stands on
 * submodule.h  submodules of a checkout
 * tag.h       tag objects
 * work.h      a checkout's files: clear, commit, tag, rebase, merge
 */
#ifndef GANTRY_GIT_GIT_H
#define GANTRY_GIT_GIT_H

#include "base/base.h"

struct err;

/*
 * Starts libgit2, once a process, from any thread. Whatever needs it calls this
 * itself; it takes some milliseconds (it reads the certificate authorities), so a
 * program in a hurry may call it early beside other work.
 */
bool git_start(struct err *e) MUST_USE;

#endif
