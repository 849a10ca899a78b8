/* SPDX-License-Identifier: Apache-2.0 */
/* What gantry get lists: a row a thing, of each project. Main thread. */
#ifndef GANTRY_CMD_GET_KINDS_H
#define GANTRY_CMD_GET_KINDS_H

#include "base/base.h"
#include "cmd/out.h"
#include "cmd/worlds.h"

struct arena;
struct value;
struct world;

/* One project being listed. */
struct get_look {
	struct arena *arena;
	const struct world *w;
	const char *only;               /* a stage that is in this project; NULL: all */
	const char *filter;             /* of images, as model/matrix.h has it; "": all */
	bool names_project;             /* commands in rows must name theirs */
	bool is_of_several;             /* there may be other projects, so rows must say theirs */
	struct value *rows;             /* a list, which rows are appended to */
};

struct get_kind {
	bool filters;                   /* further words are a filter */
	const char *name, *singular;    /* "stages", "stage" */
	struct worlds_wish wish;
	void (*add)(const struct get_look *look);
	const struct out_column *columns; /* the first is the project, shown when there may be several */
	/* The rows of all projects in their order; NULL: one project after the other. */
	struct value *(*arrange)(struct arena *a, const struct value *rows);
	/* The rows as CSV has them, and as a table does; NULL: as they are. */
	struct value *(*split)(struct arena *a, const struct value *rows);
	struct value *(*tabulate)(struct arena *a, const struct value *rows);
	const char *nothing;            /* what is said of none */
};

/* Whether the health of its stages is Argo CD's to tell. */
bool get_depends_on_argocd(const struct world *w);

/* By name; NULL: there is no such kind. */
const struct get_kind *get_kind_find(const char *name);

/* All of them; ends with a NULL name. */
extern const struct get_kind get_kinds[];

#endif
