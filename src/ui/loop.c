/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: draw, wait for one thing, let the desk deal with it. Worlds that come faster
 * than a frame may be drawn are taken together; keys are always drawn at once.
 */
#include "ui/ui.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "term/canvas.h"
#include "term/term.h"
#include "term/theme.h"
#include "ui/desk.h"
#include "ui/port.h"

enum { FRAME_MS = 50 };

struct loop {
	struct term *term;
	struct desk *desk;
	struct canvas canvas;
	struct arena *a;                /* of themes */
	const struct ui_options *options;
	int wake_fd;
	int64_t drawn_at;
	bool dirty, urgent;
};

static void draw(struct loop *l)
{
	int rows, cols;

	term_size(l->term, &rows, &cols);
	canvas_reset(&l->canvas, rows, cols);
	desk_draw(l->desk, &l->canvas);
	term_show(l->term, &l->canvas);
	term_expect_paste(l->term, desk_is_typing(l->desk));
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
		desk_say(l->desk, e.message, true);
}

static void take(struct loop *l, const struct term_event *event)
{
	const char *theme;

	switch (event->kind) {
	case TERM_KEY:
	case TERM_PASTE: desk_key(l->desk, event->key, event->kind == TERM_PASTE); break;
	case TERM_CLICK: desk_click(l->desk, event->row, event->col); break;
	case TERM_QUIT: desk_quit(l->desk); return;
	case TERM_WAKE:
		/* What was drawn while nothing was known yet is not what anybody reads. */
		l->urgent = l->urgent || desk_is_loading(l->desk);
		l->dirty = desk_wake(l->desk) || l->dirty;
		if (desk_wants_bell(l->desk))
			term_bell(l->term);
		return;
	case TERM_TIMEOUT:
		desk_settle(l->desk);
		l->dirty = true;
		return;
	case TERM_RESIZE: break;
	}
	l->dirty = l->urgent = true;
	theme = desk_picked_theme(l->desk);
	if (theme)
		dress(l, theme);
	if (desk_wants_redraw(l->desk))
		term_redraw(l->term);
}

/* How long to wait: a frame's time when a world waits to be drawn, else until ages change. */
static int64_t patience(const struct loop *l)
{
	if (l->dirty)
		return l->drawn_at + FRAME_MS - clock_ticks();
	return desk_patience(l->desk);
}

static void run(struct loop *l)
{
	while (!desk_wants_quit(l->desk)) {
		int64_t wait;
		struct term_event event;

		if (l->dirty && (l->urgent || clock_ticks() - l->drawn_at >= FRAME_MS))
			draw(l);
		wait = patience(l);
		event = term_wait(l->term, l->wake_fd, wait < 0 && l->dirty ? 0 : wait);
		take(l, &event);
	}
}

static const char *const *theme_names(struct arena *a, const char *folder)
{
	struct list names = { 0 };

	theme_list(a, folder, &names);
	list_add(a, &names, NULL);
	return (const char *const *)names.items;
}

/* A theme that cannot be read is no reason not to start: the default serves, and it is said. */
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

bool ui_run(const struct ui_port *port, const struct ui_options *options, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loop l = { .a = a, .options = options, .wake_fd = port->wake_fd };
	struct err complaint = { 0 };
	struct term_options term = { .ascii = options->ascii, .mouse = options->mouse,
				     .escape_delay = options->escape_delay,
				     .theme = first_theme(&l, options->theme, &complaint) };
	struct desk_options desk = { .theme = options->theme ? options->theme : THEME_DEFAULT,
				     .themes = theme_names(a, options->themes),
				     .read_only = options->read_only, .rests = true };
	bool fine;

	if (!term_open(&l.term, &term, e))
		return err_wrap(e, "opening the screen");
	canvas_init(&l.canvas, 1, 1, term_is_ascii(l.term));
	l.desk = desk_new(port, &desk);
	if (complaint.code)
		desk_say(l.desk, complaint.message, true);
	draw(&l);
	fine = !port->begin || port->begin(port->context, e);
	if (fine)
		run(&l);
	desk_free(l.desk);
	term_close(l.term);
	canvas_release(&l.canvas);
	return fine;
}
