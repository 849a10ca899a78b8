/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about manifests: file, line, column, what, and the mend. Any thread. */
#ifndef GANTRY_CONFIG_COMPLAIN_H
#define GANTRY_CONFIG_COMPLAIN_H

#include "base/base.h"

struct arena;
struct complaint;
struct err;
struct list;
struct value;

struct complaints {
	struct arena *a;
	struct list *list;
	size_t errors;
};

/* About the value at its place; NULL v: about the file as a whole. */
void complain_error(struct complaints *c, const char *file, const struct value *v,
		    const char *format, ...) PRINTF(4, 5);
void complain_warning(struct complaints *c, const char *file, const struct value *v,
		      const char *format, ...) PRINTF(4, 5);

/* An error that a reader of the model gave, with its place taken out of the message. */
void complain_err(struct complaints *c, const char *file, const struct value *v,
		  const struct err *e);

/* Errors first; within each, by file and place. */
void complaints_sort(struct list *complaints);

#endif
