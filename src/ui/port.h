/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that the ui knows of the rest of the program: worlds come in, intents go out. The ui
 * thread waits for nothing but keys, signals and wake_fd.
 */
#ifndef GANTRY_UI_PORT_H
#define GANTRY_UI_PORT_H

#include "base/base.h"

/* A key of one's own and what it runs. All of it is the settings' and lives as long as the port. */
struct own_command {
	const char *key;                /* "K", "^X", "Alt-l" */
	const char *where;              /* a screen's name, or "any" */
	const char *name, *help;        /* in the palette and in help */
	const char *command;            /* for sh -c */
	bool waits;                     /* for Enter when it has ended */
	const char *place;              /* "FILE: line 12: commands[0]", for messages */
};

struct arena;
struct err;
struct fleet;
struct intent;
struct plan;
struct reply;
struct world;

struct ui_port {
	void *context;
	int wake_fd;            /* readable when there is a newer world or a reply; the ui empties it */

	/* Called once, when the first frame is there; false: nothing can be shown. NULL: no need. */
	bool (*begin)(void *context, struct err *e);

	/* The newest world; stays valid until given back. Never NULL. */
	const struct world *(*borrow)(void *context);
	void (*give_back)(void *context, const struct world *w);

	/*
	 * The same for all projects; an intent names the one that it means. NULL in a port that has one
	 * project only, borrow()'s.
	 */
	const struct fleet *(*borrow_fleet)(void *context);
	void (*give_back_fleet)(void *context, const struct fleet *f);

	/* Sends a copy of the intent; false when the engine's queue is full. */
	bool (*submit)(void *context, const struct intent *i);

	/* Takes the next reply to an intent, copied into the arena; false when there is none. */
	bool (*next_reply)(void *context, struct arena *a, struct reply *out);

	/*
	 * plan() asks for the plan of an intent; false when it cannot be made yet. next_plan() gives the
	 * next one that is ready, which the caller frees; NULL: none. drop_plan() cancels one.
	 */
	bool (*plan)(void *context, const struct intent *i);
	struct plan *(*next_plan)(void *context);
	void (*drop_plan)(void *context, uint64_t id);

	/*
	 * Of running Kargos: the contexts that there are (NULL ends them), and having another one shown, of
	 * which a reply says what became; false: too much is asked. NULL: there is none.
	 */
	const char *const *(*contexts)(void *context);
	bool (*attach)(void *context, const char *name);

	/* Who the user is: filled into intents. Owned by the port; actor NULL: submit() knows. */
	const char *actor, *from;
	bool read_only;

	/* Keys of one's own; none where there is nothing that runs them. */
	const struct own_command *commands;
	size_t ncommands;
	/*
	 * Runs one with the terminal to itself, and waits for its end. selected: what is selected, as texts
	 * "NAME=value" for its environment, NULL at the end. False: it did not start, or its status is not 0.
	 */
	bool (*run_command)(void *context, const struct own_command *c, const char *const *selected,
			    struct err *e);
	const char *close_pull_requests; /* the setting: "ask", "always", "never"; NULL: ask */
};

#endif
