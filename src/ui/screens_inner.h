/* SPDX-License-Identifier: Apache-2.0 */
/* Between screens.c, mouse.c and told.c: the set of screens itself. Ui thread. */
#ifndef GANTRY_UI_SCREENS_INNER_H
#define GANTRY_UI_SCREENS_INNER_H

#include "ui/screens.h"

#include "base/buf.h"
#include "ui/projects.h"

/* Something on the last frame that can be clicked: one of these. Names are the frame's. */
struct spot {
	struct area area;
	enum ui_action action;
	const char *name;               /* of what to select */
	const char *freight;            /* to open */
	const struct screen *screen;    /* to go back to; compared, never looked into */
};

struct screens {
	const struct ui_port *port;
	int64_t (*ticks)(void);
	struct projects projects;
	struct screen *top;
	size_t nopen;
	struct arena *frame, *replies;
	struct buf toast, theme, picked;
	bool toast_bad, has_picked, quit, redraw, bell;
	uint64_t next_id;
	const char *const *themes;
	bool read_only;
	int64_t toast_until, patience;
	int rows, cols;         /* of the body at the last draw */
	struct area area;       /* where the top screen was drawn */
	bool ascii;
	bool rests, moving;
	struct canvas last;     /* the last frame, with rests */
	struct buf copied;
	struct spot spots[256];
	size_t nspots;
	bool has_copied, no_clipboard;
	bool coaches, printed;
	unsigned pressed;       /* keys and clicks */
};

/* The world that a screen is about; of a screen about all projects the one under its cursor. */
const struct world *screens_world(const struct screens *d, const struct screen *s);

/* The screen that a popup stands on. */
struct screen *screens_under(struct screens *d);

/* A new screen that is not open yet. */
struct screen *screen_new(const struct screen_def *def);

/* The fleet is home once there are several projects; was_loading: nothing had been shown before. */
void screens_find_home(struct screens *d, bool was_loading);

#endif
