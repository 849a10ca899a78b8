/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk: which screens are open, what they are about, what was just said. Keys and
 * worlds go in, a canvas and intents come out; it knows no terminal, so tests sit at it
 * as well as the loop does. Ui thread.
 */
#ifndef GANTRY_UI_DESK_H
#define GANTRY_UI_DESK_H

#include "base/base.h"
#include "model/intent.h"
#include "term/canvas.h"
#include "ui/screen.h"

struct ui_port;

struct desk_options {
	const char *theme;              /* its name, for the picker */
	const char *const *themes;      /* names to pick from; NULL ends them */
	bool read_only;
	bool rests;                     /* what speaks of the selection waits until the cursor rests */
};

/* Opens the board. The port must outlive the desk. */
struct desk *desk_new(const struct ui_port *port, const struct desk_options *options);
void desk_free(struct desk *d);

/* Draws everything. */
void desk_draw(struct desk *d, struct canvas *c);

/* What a key does. pasted: a character of pasted text, which is no command. */
void desk_key(struct desk *d, uint32_t key, bool pasted);
void desk_click(struct desk *d, int row, int col);

/* Looks for a newer world and for replies. True when there is something new to draw. */
bool desk_wake(struct desk *d);

/* Makes anew what a newer world has made void, before a key is applied to it. */
void desk_refill(struct desk *d);

/*
 * While the cursor moves, the row of the last frame stands where the screen would speak
 * of the selection, and true is returned: over a slow line a move costs the cursor's own
 * cells. desk_settle() ends it; the loop calls it when desk_patience() has passed.
 */
bool desk_keeps_row(const struct desk *d, struct canvas *c, int row);
void desk_moved(struct desk *d);
void desk_settle(struct desk *d);

/* How long what is drawn stays right, ms; -1: until something happens. */
int64_t desk_patience(const struct desk *d);

/* Manifests or ledger have not been read yet. */
bool desk_is_loading(const struct desk *d);

bool desk_wants_quit(const struct desk *d);
void desk_quit(struct desk *d);
bool desk_is_typing(const struct desk *d);

/* Once after ^L. */
bool desk_wants_redraw(struct desk *d);

/* Once after something was refused or a promotion failed. */
bool desk_wants_bell(struct desk *d);

/* The theme that was picked; NULL when none was since the last call. */
const char *desk_picked_theme(struct desk *d);
void desk_pick_theme(struct desk *d, const char *name);
const char *const *desk_themes(const struct desk *d);
const char *desk_theme(const struct desk *d);

/* For screens: opens a screen about these names (NULL: not meant), or closes the top one. */
struct screen *desk_open(struct desk *d, const struct screen_def *def, const char *stage,
			 const char *freight, const char *item);
void desk_close(struct desk *d);

/* A sentence in place of the one above the keys, for a while. */
void desk_say(struct desk *d, const char *text, bool bad);

/* Fills in who, where from and what was seen, and sends it. */
void desk_submit(struct desk *d, struct intent *i);

/* Asks for a plan of the screen's deed, or for a newer one; it comes with desk_wake(). */
void desk_plan(struct desk *d, struct screen *s);

bool desk_is_read_only(const struct desk *d);

/* The open screen, and where the last draw put it. */
struct screen *desk_top(struct desk *d);
struct area desk_area(const struct desk *d);

/* The toast goes; the whole screen is drawn again. */
void desk_hush(struct desk *d);
void desk_redraw(struct desk *d);

/* Does what a key would: for the palette. */
void desk_act(struct desk *d, enum action action);

/* A view of the screen on the frame's arena. */
struct view desk_view(struct desk *d, struct screen *s);

#endif
