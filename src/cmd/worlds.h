/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worlds of one project or several: of the one that --project names, of those that several or a
 * pattern name, or with --all-projects of every one. Main thread.
 */
#ifndef GANTRY_CMD_WORLDS_H
#define GANTRY_CMD_WORLDS_H

#include "base/base.h"

struct app;
struct command;
struct err;
struct fleet;
struct world;

#define OPTION_ALL_PROJECTS { "all-projects", 'A', OPTION_FLAG, NULL, "of all projects of the manifests" }

/* What is waited for, beyond manifests and ledger having been read. */
struct worlds_wish {
	unsigned flags;                 /* enum app_flags, beside those that reading needs */
	bool (*ready)(void *context, const struct world *w); /* of each; context is NULL. NULL: nothing */
	int64_t patience_ms;            /* what is not ready by then is used as it is */
};

struct worlds {
	struct app *app;
	const struct fleet *fleet;      /* borrowed */
	const struct world *const *items; /* by the projects' names */
	size_t count;
};

/* Whether more than one project may be meant, so that answers must say of which they are. */
bool worlds_may_be_several(const struct command *c);

/* The command's settings, without the project that the settings' file may name when all are meant. */
const struct settings *worlds_settings(struct command *c);

/* Starts the app and waits. What is wrong with manifests is told on standard error. */
bool worlds_open(struct command *c, const struct worlds_wish *wish, struct worlds *out,
		 struct err *e) MUST_USE;

/* Waits for other worlds than these, for ever, and takes them instead. */
bool worlds_await(struct worlds *w, struct err *e) MUST_USE;

void worlds_close(struct worlds *w);

#endif
