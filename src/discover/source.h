/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What selection asks of a registry or a repository. The rules of which artifact is
 * best are in image.c, commit.c and chart.c and know nothing of networks; the
 * answers come from registry_source.c and git_source.c. Workers.
 */
#ifndef GANTRY_DISCOVER_SOURCE_H
#define GANTRY_DISCOVER_SOURCE_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct value;

/* What came of a selection. */
struct selection {
	struct value *chosen;           /* a list, best first */
	const char *reason;             /* in a sentence: why it is empty, or what it lacks; NULL else */
};

/* What a tag names: a manifest or index, and its digest. */
struct source_object {
	const char *digest;
	struct value *object;
};

struct image_source {
	void *context;
	/* All tags: const char * in *tags. */
	bool (*tags)(void *context, struct arena *a, struct list *tags, struct err *e);
	/* ERR_NOT_FOUND when there is no such tag. */
	bool (*resolve)(void *context, struct arena *a, const char *tag, struct source_object *out,
			struct err *e);
	/* A manifest, and a configuration, by its digest. */
	bool (*manifest)(void *context, struct arena *a, const char *digest, struct value **out,
			 struct err *e);
	bool (*config)(void *context, struct arena *a, const char *digest, struct value **out,
		       struct err *e);
};

struct source_commit {
	const char *id, *message;       /* the whole message */
	const char *author, *committer; /* "Name <email>" */
	int64_t date;                   /* of the committer, ms */
};

struct source_tag {
	const char *name;
	struct source_commit commit;    /* that it finally names */
	int64_t date;                   /* of the tag if it is annotated, else of the commit; ms */
	const char *tagger, *annotation; /* "" for a lightweight tag */
};

/* Takes commits one by one, each valid during the call only, until it returns false. */
struct commit_visit {
	bool (*each)(void *to, const struct source_commit *c);
	void *to;
};

struct commit_source {
	void *context;
	int64_t now_ms;                 /* what now() says in an expressionFilter */
	/* The branch's commits, newest first, along first parents. "": the default branch. */
	bool (*walk)(void *context, struct arena *a, const char *branch, const struct commit_visit *visit,
		     struct err *e);
	/* struct source_tag *, in any order; without tags of what is not a commit. */
	bool (*tags)(void *context, struct arena *a, struct list *tags, struct err *e);
	/* const char *: what a commit changed against its first parent; raw bytes. */
	bool (*paths)(void *context, struct arena *a, const char *id, struct list *paths,
		      struct err *e);
};

#endif
