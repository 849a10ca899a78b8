/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: draw, wait for one event, let the screens handle it. Worlds that come faster than frames
 * may be drawn share a frame; a key is always drawn at once.
 */
#include "ui/ui.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/term.h"
#include "term/theme.h"
#include "ui/dashboard.h"
#include "ui/port.h"

enum { FRAME_MS = 50 };

struct loop {
	struct term *term;
	struct screens *screens;
	struct canvas canvas;
	struct arena *a;                /* of themes */
	const struct ui_port *port;
	const struct ui_options *options;
	int wake_fd;
	int64_t drawn_at;
	bool dirty, urgent;
};

static void loop_draw(struct loop *l)
{
	int rows, cols;

	term_size(l->term, &rows, &cols);
	canvas_reset(&l->canvas, rows, cols);
	screens_draw(l->screens, &l->canvas);
	term_show(l->term, &l->canvas);
	l->drawn_at = clock_ticks();
	l->dirty = l->urgent = false;
}

static void dress(struct loop *l, const char *name)
{
	struct theme *theme;
	struct err e;

	if (theme_load(l->a, l->options->themes, name, &theme, &e))
		term_dress(l->term, theme);
	else
		screens_notify(l->screens, e.message, true);
}

/* The terminal is the command's until it ends; the world goes on meanwhile. */
static void loop_run_command(struct loop *l)
{
	const char *const *selected;
	const struct own_command *c = screens_run_next(l->screens, &selected);
	struct err e;
	bool fine;

	if (!c)
		return;
	term_lend(l->term);
	fine = l->port->run_command(l->port->context, c, selected, &e);
	term_take_back(l->term);
	if (fine)
		screens_notify(l->screens, c->name, false);
	else
		screens_notify(l->screens, e.message, true);
}

static void ring(struct loop *l)
{
	term_bell(l->term);
	if (l->options->notices)
		term_notice(l->term, screens_bell_reason(l->screens));
}

static void loop_take(struct loop *l, const struct term_event *event)
{
	const char *theme, *copied;

	switch (event->kind) {
	case TERM_KEY:
	case TERM_PASTE: screens_key(l->screens, event->key, event->kind == TERM_PASTE); break;
	case TERM_CLICK: screens_click(l->screens, event->row, event->col); break;
	case TERM_WHEEL: screens_wheel(l->screens, event->key == PRESS_UP); break;
	case TERM_QUIT: screens_quit(l->screens); return;
	case TERM_WAKE:
		/* The frame of "reading manifests" is replaced as soon as possible. */
		l->urgent = l->urgent || screens_is_loading(l->screens);
		l->dirty = screens_wake(l->screens) || l->dirty;
		if (screens_wants_bell(l->screens))
			ring(l);
		return;
	case TERM_TIMEOUT:
		screens_settle(l->screens);
		l->dirty = true;
		return;
	case TERM_RESIZE: break;
	}
	l->dirty = true;
	/* A long paste comes a character at a time: a frame for each would keep the keys waiting. */
	l->urgent = l->urgent || event->kind != TERM_PASTE;
	copied = screens_copied(l->screens);
	if (copied && !term_copy(l->term, copied))
		screens_notify(l->screens, "that is too long for the clipboard", true);
	loop_run_command(l);
	theme = screens_picked_theme(l->screens);
	if (theme)
		dress(l, theme);
	if (screens_wants_redraw(l->screens))
		term_redraw(l->term);
}

/* How long to wait: the rest of a frame's time when a world is to be drawn, else until an age changes. */
static int64_t patience(const struct loop *l)
{
	if (l->dirty)
		return l->drawn_at + FRAME_MS - clock_ticks();
	return screens_patience(l->screens);
}

static void loop_run(struct loop *l)
{
	while (!screens_wants_quit(l->screens)) {
		int64_t wait;
		struct term_event event;

		if (l->dirty && (l->urgent || clock_ticks() - l->drawn_at >= FRAME_MS))
			loop_draw(l);
		wait = patience(l);
		event = term_wait(l->term, l->wake_fd, wait < 0 && l->dirty ? 0 : wait);
		loop_take(l, &event);
	}
}

static const char *const *theme_names(struct arena *a, const char *folder)
{
	struct list names = { 0 };

	theme_list(a, folder, &names);
	list_add(a, &names, NULL);
	return (const char *const *)names.items;
}

/* An unreadable theme does not prevent the start: the default is used, and a toast says so. */
static const struct theme *first_theme(struct loop *l, const char *name, struct err *complaint)
{
	struct theme *theme = NULL;
	struct err e;

	if (name && *name && theme_load(l->a, l->options->themes, name, &theme, complaint))
		return theme;
	if (!theme_load(l->a, NULL, THEME_DEFAULT, &theme, &e))
		*complaint = e;
	return theme;
}

bool ui_has_theme(const struct ui_options *options, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct theme *theme;

	return theme_load(a, options->themes, options->theme, &theme, e);
}

bool ui_run(const struct ui_port *port, const struct ui_options *options, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loop l = { .a = a, .port = port, .options = options, .wake_fd = port->wake_fd };
	struct err complaint = { 0 };
	struct term_options term = { .ascii = options->ascii, .mouse = options->mouse,
				     .escape_delay = options->escape_delay,
				     .theme = first_theme(&l, options->theme, &complaint) };
	struct screens_options screens = { .theme = options->theme ? options->theme : THEME_DEFAULT,
				     .themes = theme_names(a, options->themes),
				     .read_only = options->read_only, .rests = true,
				     .coaches = options->coaches };
	bool fine;

	if (!term_open(&l.term, &term, e))
		return err_wrap(e, "opening the screen");
	canvas_init(&l.canvas, 1, 1, term_is_ascii(l.term));
	screens.no_clipboard = !term_has_clipboard(l.term);
	l.screens = screens_new(port, &screens);
	if (complaint.code)
		screens_notify(l.screens, complaint.message, true);
	loop_draw(&l);
	fine = !port->begin || port->begin(port->context, e);
	if (fine)
		loop_run(&l);
	screens_free(l.screens);
	term_close(l.term);
	canvas_release(&l.canvas);
	return fine;
}
