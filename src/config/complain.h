/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about manifests: file, line, column, what, and the fix. Any thread. */
#ifndef GANTRY_CONFIG_COMPLAIN_H
#define GANTRY_CONFIG_COMPLAIN_H

#include "base/base.h"
#include "base/map.h"

struct arena;
struct complaint;
struct err;
struct list;
struct value;

struct complaints {
	struct arena *a;
	struct list *list;
	size_t errors;
	struct map told;                /* what complain_first() has seen, and every complaint's text */
	unsigned kargo;                 /* the minor version of Kargo 1 that is meant; 0: the newest */
	bool is_partial;                /* an object is unknown: names that are not found may be its */
};

/* About the value at its place; NULL v: about the file as a whole. */
void complain_error(struct complaints *c, const char *file, const struct value *v,
		    const char *format, ...) PRINTF(4, 5);
void complain_warning(struct complaints *c, const char *file, const struct value *v,
		      const char *format, ...) PRINTF(4, 5);

/* An error that a reader of the model gave, with its place taken out of the message. */
void complain_err(struct complaints *c, const char *file, const struct value *v,
		  const struct err *e);

/* True the first time: a name that is not found is told once, not at each use. */
bool complain_first(struct complaints *c, const char *what, const char *name);

/*
 * "file:line: what" of the first error that was added since *before were there; NULL:
 * none was.
 */
const char *complaints_fault(const struct complaints *c, size_t before);

/* Those that were added since before were there are about this project; NULL: about every one. */
void complaints_set_project(const struct complaints *c, size_t before, const char *project);

/* Errors first; within each, by file and place. */
void complaints_sort(struct list *complaints);

#endif
