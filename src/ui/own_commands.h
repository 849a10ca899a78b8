/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of one's own: each runs a command of the settings about what is selected. The ui gathers what is
 * selected; the loop lends the terminal, and the port runs the command. Ui thread.
 */
#ifndef GANTRY_UI_OWN_COMMANDS_H
#define GANTRY_UI_OWN_COMMANDS_H

#include "base/base.h"
#include "ui/port.h"

struct view;

/* "K", "^X" or "Alt-k" as a key of term/key.h; 0: it is none of these. */
uint32_t own_command_key(const char *text);

/* On the view's screen: the command of the key; the next one after c (NULL: the first). NULL: none. */
const struct own_command *own_command_at(const struct view *v, uint32_t key);
const struct own_command *own_command_next(const struct view *v, const struct own_command *c);

/*
 * Has the loop run it, with what is selected as "GANTRY_NAME=value" in its environment. Each name is there:
 * with "" where nothing of the kind is selected.
 */
void own_command_run(struct view *v, const struct own_command *c);

#endif
