/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of one's own in the settings file: each runs a command about what is selected. Main thread. */
#ifndef GANTRY_CONFIG_SETTINGS_COMMANDS_H
#define GANTRY_CONFIG_SETTINGS_COMMANDS_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct value_member;

/* One of them. Which keys and screens there are is the ui's to judge (ui/own_commands.h). */
struct setting_command {
	const char *key;                /* as it is written: "K", "^X", "Alt-l" */
	const char *where;              /* a screen's name, or "any" */
	const char *name, *help;        /* in the palette and in help; help may be "" */
	const char *command;            /* for sh -c; what is selected is in its environment only */
	bool waits;                     /* for Enter when it has ended, so that its output can be read */
	const char *place;              /* "FILE: line 12: commands[0]", for messages */
};

/*
 * Adds each struct setting_command of the member to *out. ERR_CONFIG names line and field; the caller adds
 * the file, whose path is file.
 */
bool settings_read_commands(struct arena *a, const char *file, const struct value_member *m,
			    struct list *out, struct err *e) MUST_USE;

#endif
