/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What selection asks of a registry or a repository. The rules of which artifact is
 * best stand in image.c, commit.c and chart.c and know nothing of networks; the
 * answers come from registry_source.c and git_source.c. Workers.
 */
#ifndef GANTRY_DISCOVER_SOURCE_H
#define GANTRY_DISCOVER_SOURCE_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct value;

struct image_source {
	void *context;
	/* All tags: const char * in *tags. */
	bool (*tags)(void *context, struct arena *a, struct list *tags, struct err *e);
	/* The manifest or index that a tag names, and its digest; ERR_NOT_FOUND. */
	bool (*resolve)(void *context, struct arena *a, const char *tag, const char **digest,
			struct value **object, struct err *e);
	/* A manifest or (is_blob) a configuration by its digest. */
	bool (*document)(void *context, struct arena *a, const char *digest, bool is_blob,
			 struct value **object, struct err *e);
};

struct source_commit {
	const char *id, *message;       /* the whole message */
	const char *author, *committer; /* "Name <email>" */
	int64_t date;                   /* of the committer, ms */
};

struct source_tag {
	const char *name;
	struct source_commit commit;    /* that it names in the end */
	int64_t date;                   /* of the tag if it is annotated, else of the commit; ms */
	const char *tagger, *annotation; /* "" for a lightweight tag */
};

struct commit_source {
	void *context;
	/*
	 * Calls each with the branch's commits, newest first, along first parents, until it
	 * returns false. "": the default branch. The commit is valid during the call only.
	 */
	bool (*walk)(void *context, struct arena *a, const char *branch,
		     bool (*each)(void *to, const struct source_commit *c), void *to,
		     struct err *e);
	/* struct source_tag *, in any order; without tags of what is no commit. */
	bool (*tags)(void *context, struct arena *a, struct list *tags, struct err *e);
	/* const char *: what a commit changed against its first parent; raw bytes. */
	bool (*paths)(void *context, struct arena *a, const char *id, struct list *paths,
		      struct err *e);
};

#endif
