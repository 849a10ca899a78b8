/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repositories: objects, history, mirrors, checkouts, commits, pushes. Nothing in
 * here but an opaque handle knows libgit2; ssh is the system's own program.
 * May use base data. Library: libgit2.
 *
 * changes.h        which paths a commit touched
 * diff.h           what differs between two trees, as text
 * extra_header.h   the headers that git's settings have for a remote
 * git.h            this table, starting and stopping
 * mirror.h         one bare copy of each remote, kept up to date, and checkouts of it
 * remote.h         asking, fetching from and pushing to remotes
 * repo.h           a repository: reading, committing and moving refs
 * signed_commit.h  commits and tags that bear signatures
 * signing.h        signatures on texts, by gpg and ssh-keygen
 * store.h          a bare repository as a store of small files: what the ledger stands on
 * store_remote.h   a store's exchange with a repository elsewhere
 * store_view.h     what one remote has, seen by all stores of a process
 * submodule.h      submodules of a checkout
 * tag.h            tag objects
 * tree.h           what trees hold, and new ones made from old ones
 * types.h          what these headers share
 * work.h           a checkout's files: clear, commit, tag, rebase, merge
 *
 * For this folder only:
 * checkout_inner.h what a new checkout is filled with (fill.c, sparse.c; checkout_cache.h: files of the last)
 * handle.h         libgit2's handles and errors; mirror_inner.h and store_inner.h
 * session.h        one conversation with a remote, its callbacks and sockets
 * transport.h      speaking to a remote: URL, settings, credentials, authorities, ssh (spawn.c)
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
