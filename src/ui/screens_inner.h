/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of screens itself, for the files that open, draw and change it; screens see it through screens.h.
 * Ui thread.
 */
#ifndef GANTRY_UI_SCREENS_INNER_H
#define GANTRY_UI_SCREENS_INNER_H

#include "base/base.h"
#include "base/buf.h"
#include "term/canvas.h"
#include "ui/projects.h"
#include "ui/screen.h"

struct own_command;
struct ui_port;

/* Of view.next_change: what is drawn stays right. */
#define SCREENS_FOR_EVER (INT64_MAX / 2)

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
	struct buf toast, theme;
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
	struct buf contexts;    /* of the clusters that are shown, a line each */
	struct spot spots[256];
	size_t nspots;
	bool has_copied, no_clipboard;
	const struct own_command *run;  /* what the loop is to run; NULL: nothing */
	const char *const *run_selected; /* in run_arena */
	struct arena *run_arena;
	bool coaches, printed;
	unsigned pressed;       /* keys and clicks */
};

/* Frees a screen that is no longer open, with its plan. */
void screens_drop(struct screens *d, struct screen *s);

#endif
