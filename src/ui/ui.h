/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Screens: worlds become pictures, keys become intents. It cannot reach I/O.
 * May use base data model term.
 *
 * actions.def       what keys can mean
 * ask.h             the reason and the name that a dialog asks for
 * columns.h         the columns of a list, and its order by one of them
 * copy.h            what of the selection can be copied
 * dashboard.h       what the loop does with the open screens
 * dialog.h          what a screen that asks keeps
 * denial.h          what an attached cluster would refuse
 * display.h         words for states, ages and names
 * frame.h           what is around every screen
 * home.h            the screen at the bottom, and the way between boards
 * line_name.h       names of lines that are about a project
 * marks.h           marked lines, and acting on all of them
 * moment.h          times as people type them
 * operation.h       what may be done with what is selected
 * own_commands.h    the keys of one's own
 * page.h            pieces that several pages share
 * port.h            how the rest speaks with the ui
 * print.h           the board as text, once
 * projects.h        the projects that are shown, with their rows
 * pull_request.h    what a step has heard of its pull request
 * screen.h          what a screen is
 * screens.def       the list of them; one file each in screens/
 * screens.h         the open screens, and what they may ask
 * screens_inner.h   what the files of the set of screens share
 * spots.h           what can be clicked
 * step_wait.h       what a step waits for, and until when
 * ui.h              this table, and the way in
 * widgets/          sheets (lists and pages) and the place in them, prompts, the graph
 */
#ifndef GANTRY_UI_UI_H
#define GANTRY_UI_UI_H

#include "base/base.h"

struct err;
struct ui_port;

struct ui_options {
	const char *theme;              /* NULL: the default */
	const char *themes;             /* folder of installed themes; NULL: none */
	bool ascii, mouse, read_only;
	bool notices;                   /* why the bell rings is told by the terminal's notices */
	bool coaches;                   /* the first keys are told at the bottom */
	int64_t escape_delay;           /* ms; 0: as usual */
};

/* Whether the theme is there and reads; ERR_NOT_FOUND says which themes there are. */
bool ui_has_theme(const struct ui_options *options, struct err *e) MUST_USE;

/* Whether the port's own commands have keys that are free. ERR_CONFIG names file, line, field and the fix. */
bool ui_check_commands(const struct ui_port *port, struct err *e) MUST_USE;

/*
 * The dashboard: takes the terminal over until the user leaves or a signal ends it, then
 * gives it back. setlocale() has been called. Main thread.
 */
bool ui_run(const struct ui_port *port, const struct ui_options *options, struct err *e) MUST_USE;

#endif
