/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of screens: which screens are open, what they are about, what was just said. What screens ask of
 * it is here; what moves it (keys, worlds, the clock) is in dashboard.h. Ui thread.
 */
#ifndef GANTRY_UI_SCREENS_H
#define GANTRY_UI_SCREENS_H

#include "base/base.h"
#include "model/intent.h"
#include "term/canvas.h"
#include "ui/screen.h"

struct own_command;
struct ui_port;

struct screens_options {
	const char *theme;              /* its name, for the picker */
	const char *const *themes;      /* names to pick from; NULL ends them */
	bool read_only;
	int64_t (*ticks)(void);         /* monotonic ms; NULL: clock_ticks() */
	bool coaches;                   /* tells the first keys until a few were pressed */
	bool printed;                   /* the board is printed once, and no key comes */
	bool no_clipboard;              /* the terminal takes nothing to copy */
	bool rests;                     /* text about the selection waits until the cursor rests */
};

/* Opens the board. The port must outlive the set of screens. */
struct screens *screens_new(const struct ui_port *port, const struct screens_options *options);
void screens_free(struct screens *d);

/*
 * While the cursor moves, rows with text about the selection keep the last frame's cells, and true is
 * returned: over a slow line a move then costs the cursor's own cells only. screens_settle() ends it;
 * the loop calls it when screens_patience() has passed.
 */
bool screens_keeps_row(const struct screens *d, struct canvas *c, int row);
void screens_moved(struct screens *d);
void screens_settle(struct screens *d);

/* How long the frame stays right, ms; -1: until something happens. */
int64_t screens_patience(const struct screens *d);

/* Manifests or ledger have not been read yet. */
bool screens_is_loading(const struct screens *d);

bool screens_wants_quit(const struct screens *d);
void screens_quit(struct screens *d);

/* Once after ^L. */
bool screens_wants_redraw(struct screens *d);

/* Once after something was refused or a promotion failed. */
bool screens_wants_bell(struct screens *d);

/* A hint for newcomers; NULL: enough keys were pressed, or hints are off. */
const char *screens_coaching(const struct screens *d);
void screens_was_pressed(struct screens *d);

/* Whether it is only printed; whether nobody has pressed or clicked anything yet. */
bool screens_is_printed(const struct screens *d);
bool screens_is_untouched(const struct screens *d);

/* The theme that was picked; NULL when none was since the last call. */
const char *screens_picked_theme(struct screens *d);
void screens_pick_theme(struct screens *d, const char *name);
const char *const *screens_themes(const struct screens *d);
const char *screens_theme(const struct screens *d);

/*
 * Copies the text, says so, and keeps it until the loop fetches it with screens_copied(), which gives
 * NULL when nothing was copied since the last call.
 */
void screens_copy(struct screens *d, const char *what, const char *text);
const char *screens_copied(struct screens *d);

/*
 * Keys of one's own; none where nothing can run them. screens_run() keeps one with what is selected
 * (copied) until the loop fetches it with screens_run_next(), which gives NULL when none is waiting.
 */
const struct own_command *screens_own_commands(const struct screens *d, size_t *count);
void screens_run(struct screens *d, const struct own_command *c, const char *const *selected);
const struct own_command *screens_run_next(struct screens *d, const char *const **selected);

/* For screens: opens a screen about these names (NULL: not meant), or closes the top one. */
struct screen *screens_open(struct screens *d, const struct screen_def *def, const char *stage,
			 const char *freight, const char *item);
void screens_close(struct screens *d);

/* Opens the step's own screen; of a pull request its diff is asked for, too. */
void step_screen_open(struct view *v, const struct promotion *p, size_t step);

/* The screen is about that project from now on. */
void screen_place(struct screen *s, const char *project);

/* A sentence in place of the one above the keys, for a while. */
void screens_notify(struct screens *d, const char *text, bool bad);

/* Adds the actor, the origin and what was seen, sends it, and says that it did or why it could not. */
void screens_submit(struct screens *d, struct intent *i);

/* The same, but in silence: NULL when it is sent, else why not. i->project NULL: the top screen's. */
const char *screens_send(struct screens *d, struct intent *i) MUST_USE;

/* Asks for a plan of the screen's operation; it comes with screens_wake(). From its fill(), too. */
void screens_want_plan(struct screens *d, struct screen *s);

/* The same for a newer one: forgets the plan that is there, and the lines made of it. */
void screens_plan(struct screens *d, struct screen *s);

/* Asks for the plans that could not be asked for yet. */
void screens_ask_plans(struct screens *d);

/* How much needs a person, in all projects; and how much of it alerts. */
size_t screens_todo(const struct screens *d);
size_t screens_alerts(const struct screens *d);

bool screens_is_read_only(const struct screens *d);

/* The setting of that name: "ask", "always" or "never". */
const char *screens_close_pull_requests(const struct screens *d);

/* The world that a screen is about; of a screen about all projects the one under its cursor. */
const struct world *screens_world(const struct screens *d, const struct screen *s);

/* The screen that a popup stands on. */
struct screen *screens_under(struct screens *d);

/* A new screen that is not open yet. */
struct screen *screen_new(const struct screen_def *def);

/* The open screen, and where the last draw put it. */
struct screen *screens_top(struct screens *d);
struct area screens_area(const struct screens *d);

/* Removes the toast; has the whole screen drawn again. */
void screens_hush(struct screens *d);
void screens_redraw(struct screens *d);

/*
 * Whether what Enter confirms on this screen has been on it for 400 ms. Keys pressed earlier were meant
 * for what was there then.
 */
bool screens_was_seen(const struct screens *d, const struct screen *s);

/* A view of the screen on the frame's arena. */
struct view screens_view(struct screens *d, struct screen *s);

#endif
