/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bare repository as a store of small files with a history: what the ledger
 * stands on. Refs change by compare-and-swap; nothing is on the disk before store_save().
 * One thread at a time.
 */
#ifndef GANTRY_GIT_STORE_H
#define GANTRY_GIT_STORE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct store;

enum { STORE_ID = 41 };                 /* bytes of an id: 40 hex digits and a NUL; "" is none */

/* Opens it, or makes it when missing (mode 0700) and make is set. */
bool store_open(const char *path, bool make, struct store **out, struct err *e) MUST_USE;
void store_close(struct store *s);

/* What the ref points to; "" when there is no such ref. */
bool store_ref(struct store *s, const char *ref, char id[STORE_ID], struct err *e) MUST_USE;

/*
 * Points the ref to id ("" deletes it) if it points to old ("": if there is none);
 * for a branch it is on the disk afterwards. ERR_CONFLICT when it points elsewhere.
 */
bool store_ref_set(struct store *s, const char *ref, const char *id, const char *old,
		   struct err *e) MUST_USE;

/* Whatever was written is on the disk afterwards. To be called before a ref points to it. */
bool store_save(struct store *s, struct err *e) MUST_USE;

struct store_commit {
	char tree[STORE_ID], parent[STORE_ID];  /* parent "": the first; of several the first */
	struct str message;                     /* in the arena */
	int64_t at;                             /* committed, seconds */
};

bool store_commit_read(struct store *s, struct arena *a, const char *id, struct store_commit *out,
		       struct err *e) MUST_USE;

struct store_signed {
	const char *text;               /* what is signed, in the arena */
	const char *signature;          /* NULL: the commit is not signed */
};

bool store_signature(struct store *s, struct arena *a, const char *id, struct store_signed *out,
		     struct err *e) MUST_USE;

bool store_has_commit(struct store *s, const char *id);

/* A file's content in the arena; ERR_LIMIT past 16 MB. */
bool store_blob(struct store *s, struct arena *a, const char *id, struct str *out,
		struct err *e) MUST_USE;

struct store_file {
	const char *path;               /* "stages/uat.json" */
	char id[STORE_ID];
};

/* All files of a commit's tree, sorted by path: struct store_file * in *files. */
bool store_files(struct store *s, struct arena *a, const char *commit, struct list *files,
		 struct err *e) MUST_USE;

/* The id of one file; "" when there is none at that path. */
bool store_file(struct store *s, const char *commit, const char *path, char id[STORE_ID],
		struct err *e) MUST_USE;

/* From one commit ("": an empty one) to another. */
struct store_step {
	const char *old, *new;
};

/* The files that differ: struct store_file *, with id "" for one that is gone. */
bool store_diff(struct store *s, struct arena *a, const struct store_step *step, struct list *files,
		struct err *e) MUST_USE;

struct store_change {
	const char *path;
	struct str content;
	bool gone;
};

struct store_new {
	const char *parent;             /* commit; "": the first one */
	const struct store_change *changes;
	size_t nchanges;
	const char *message;
	const char *author;             /* "Name <mail>"; NULL: gantry itself */
	int64_t at;                     /* seconds */
	const char *signing_key;        /* as signing.h has it; NULL: not signed */
};

/*
 * Writes files, trees and the commit. No ref points to it yet. Without changes it has its
 * parent's tree. tree (may be NULL) becomes the id of its tree.
 */
bool store_commit_new(struct store *s, const struct store_new *n, char id[STORE_ID],
		      char tree[STORE_ID], struct err *e) MUST_USE;

/* A commit without files or parent whose message is text, for what has no history. */
bool store_note_new(struct store *s, const char *text, int64_t at, char id[STORE_ID],
		    struct err *e) MUST_USE;

/* Drops a note that nothing points to any more. */
void store_note_drop(struct store *s, const char *id);

/* Whether old is new itself or came before it. */
bool store_is_ancestor(struct store *s, const char *old, const char *new);

/* The newest commit that both come from; "" when there is none. */
bool store_base(struct store *s, const char *one, const char *two, char base[STORE_ID],
		struct err *e) MUST_USE;

/* About how many small packs there are, of which store_pack() would make one. */
size_t store_loose(struct store *s);

/* How many commits lead from old ("": the first) to new; not more than max are counted. */
size_t store_count(struct store *s, const char *old, const char *new, size_t max);

struct store_packing {
	const char *head, *packed;      /* what head reaches and packed ("": nothing) does not */
	bool is_large;                  /* made of packs that were made before */
	const bool *quit;               /* another thread's: ends early, ERR_CANCELLED; or NULL */
};

/*
 * Makes one pack and drops those that it replaces. ERR_CONFLICT while another process makes one
 * as large. Other handles that read a pack just dropped look again by themselves.
 */
bool store_pack(struct store *s, const struct store_packing *what, struct err *e) MUST_USE;

/* Another handle has packed that many small packs: what was kept in memory for reading is let go. */
bool store_packed(struct store *s, size_t count, struct err *e) MUST_USE;

/*
 * For a quiet moment: frees what was kept in memory for reading, and closes the packs.
 * Without effect while something is written and not saved.
 */
void store_rest(struct store *s);

#endif
