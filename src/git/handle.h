/* SPDX-License-Identifier: Apache-2.0 */
/* libgit2's handles and errors, for the files of this folder only. */
#ifndef GANTRY_GIT_HANDLE_H
#define GANTRY_GIT_HANDLE_H

#include "base/base.h"

struct err;
struct git_commit;
struct git_diff;
struct git_index;
struct git_object;
struct git_odb;
struct git_oid;
struct git_packbuilder;
struct git_reference;
struct git_remote;
struct git_repository;
struct git_signature;
struct git_tree;
struct oid;
struct repo;
struct repo_person;

struct repo {
	struct git_repository *git;     /* used by the thread that opened it only */
};

/* A repo that owns the handle. */
struct repo *repo_wrap(struct git_repository *git);

/*
 * Sets *e from libgit2's last error on this thread: its code and class become ours,
 * its words follow "doing: ". Returns false.
 */
bool handle_failed(struct err *e, int code, const char *doing, ...) PRINTF(3, 4);

/* Between text and libgit2's bytes; ERR_CONFIG when the text is not a full id. */
bool oid_read(const struct oid *from, struct git_oid *to, struct err *e) MUST_USE;
void oid_write(const struct git_oid *from, struct oid *to);

/* A commit's or tree's tree; NULL or "" gives no tree. */
bool tree_open(struct repo *r, const struct oid *of, struct git_tree **out,
	       struct err *e) MUST_USE;

/* Without the characters that a commit's header can't hold; "unknown" for an empty name. */
bool person_signature(const struct repo_person *p, struct git_signature **out,
		      struct err *e) MUST_USE;

/* For AUTO(): each frees what it names; NULL is fine. */
void auto_git_commit(struct git_commit **c);
void auto_git_diff(struct git_diff **d);
void auto_git_index(struct git_index **i);
void auto_git_object(struct git_object **o);
void auto_git_odb(struct git_odb **o);
void auto_git_packbuilder(struct git_packbuilder **p);
void auto_git_reference(struct git_reference **r);
void auto_git_remote(struct git_remote **r);
void auto_git_repository(struct git_repository **r);
void auto_git_signature(struct git_signature **s);
void auto_git_tree(struct git_tree **t);

#endif
