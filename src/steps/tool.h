/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that render: helm and kustomize. A child has a home of its own that is gone afterwards, a
 * time limit, bounded output, and reads and writes nothing but the work directory, its home and the
 * system, where the kernel can see to that (base/confine.h). A worker.
 */
#ifndef GANTRY_STEPS_TOOL_H
#define GANTRY_STEPS_TOOL_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct step_run;

/* What a step cannot run without. */
struct tool_need {
	const char *names[3];           /* one of these in PATH, the first one first; ends with NULL */
	const char *from;               /* where to get it */
};

extern const struct tool_need tool_helm, tool_kustomize;

/* The name that PATH finds; ERR_NOT_FOUND says where to get one. Any thread. */
bool tool_find(struct arena *a, const struct tool_need *need, const char **name,
	       struct err *e) MUST_USE;

struct tool {
	struct step_run *r;
	const char *scratch;            /* a folder of this run alone, absolute */
	bool may_write;                 /* in the work directory */
};

bool tool_begin(struct step_run *r, bool may_write, struct tool *out, struct err *e) MUST_USE;
void tool_end(struct tool *t);

/* helm's settings in the scratch folder: config/repositories.yaml, config/registry/config.json. */
const char *tool_config_folder(struct tool *t);

/*
 * Runs it in the scratch folder: const char * in *argv, without NULL at the end. ERR_CONFIG has what
 * it said on stderr, with the work directory's own path taken out.
 */
bool tool_run(struct tool *t, struct list *argv, struct str *out, struct err *e) MUST_USE;

/* Adds one argument: option and text, without a space between. */
void tool_argument(struct tool *t, struct list *argv, const char *option, const char *text);

/* As one element of an option that takes lists with commas between. */
const char *tool_element(struct arena *a, const char *text);

/* Whether no symbolic link beneath path leads out of the work directory; ERR_REFUSED names it. */
bool tool_check_links(struct step_run *r, const char *path, struct err *e) MUST_USE;

/* Copies all files of a folder in the scratch folder into one of the work directory. */
bool tool_bring(struct tool *t, const char *from, const char *to, struct err *e) MUST_USE;

#endif
