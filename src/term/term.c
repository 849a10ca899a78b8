/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal, by curses. Only cells that differ from the last frame are handed to
 * curses, which then writes only what differs on the screen; never clear(), which
 * writes it all. Handlers for signals are installed before newterm(), or curses puts
 * its own in their place.
 */
#include "term/term.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/osc.h"
#include "term/signals.h"
#include "term/theme.h"

enum { ESCAPE_DELAY_MS = 25, MAX_SIDE = 1000, MAX_BYTES = 1 << 20 };

struct term {
	SCREEN *screen;
	struct input input;
	struct canvas last;     /* what curses has been told */
	bool fresh;             /* last says nothing yet */
	bool ascii;
	int signal_fd;
	enum depth depth;
	enum osc_way way;
	bool links;             /* the terminal can be told where a cell leads */
	struct buf bytes;       /* what goes past curses */
	const struct theme *theme;
	struct { attr_t attributes; int pair; } look[ROLE_COUNT];
};

static enum depth colour_depth(void)
{
	const char *no_color = getenv("NO_COLOR");

	if ((no_color && *no_color) || !has_colors() || start_color() == ERR)
		return DEPTH_NONE;
	use_default_colors();
	if (COLORS >= 256)
		return DEPTH_256;
	return COLORS >= 16 ? DEPTH_16 : COLORS >= 8 ? DEPTH_8 : DEPTH_NONE;
}

static attr_t attributes_of(unsigned flags)
{
	return (flags & STYLE_BOLD ? A_BOLD : 0) | (flags & STYLE_DIM ? A_DIM : 0) |
	       (flags & STYLE_UNDERLINE ? A_UNDERLINE : 0) |
	       (flags & STYLE_REVERSE ? A_REVERSE : 0) | (flags & STYLE_ITALIC ? A_ITALIC : 0);
}

void term_dress(struct term *t, const struct theme *theme)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		const struct style *style = &theme->styles[t->depth][role];
		int pair = 0;

		if (t->depth != DEPTH_NONE && (style->fg >= 0 || style->bg >= 0))
			pair = alloc_pair(style->fg, style->bg);
		t->look[role].pair = pair > 0 ? pair : 0;
		t->look[role].attributes = attributes_of(style->attributes);
	}
	t->theme = theme;
	t->fresh = true;
}

/* What terminfo calls by this name; NULL: the terminal can't. */
static const char *term_capability(const char *name)
{
	const char *text = tigetstr(name);

	return text && text != (char *)-1 ? text : NULL;
}

/* The bytes that restore the terminal if the program crashes. */
static void remember_farewell(void)
{
	static const char *const names[] = { "sgr0", "rmkx", "cnorm", "rmcup" };
	static const char paste_off[] = "\033[?2004l";

	for (size_t i = 0; i < COUNTOF(names); i++) {
		const char *text = term_capability(names[i]);

		if (text)
			signals_farewell(text, strlen(text));
	}
	signals_farewell(paste_off, strlen(paste_off));
	signals_farewell("\r\n", 2);
}

static void tell_terminal(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

/* Curses must find its cursor where it left it. */
static bool term_can_link(enum osc_way way)
{
	return way != OSC_NONE && term_capability("sc") && term_capability("rc") && term_capability("sgr0");
}

/* Pasted text comes between marks, so that it never acts as keys. */
static void mark_pastes(bool on)
{
	const char *name = getenv("TERM");

	if (strcmp(name, "linux") != 0 && strncmp(name, "vt", 2) != 0)
		tell_terminal(on ? "\033[?2004h" : "\033[?2004l");
}

static void set_modes(struct term *t, const struct term_options *options)
{
	int64_t delay = options->escape_delay > 0 ? options->escape_delay : ESCAPE_DELAY_MS;
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

	input_init(&t->input, utf8, options->mouse, delay);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	if (options->mouse) {
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
		mouseinterval(0);
	}
	mark_pastes(true);
}

static bool check_terminal(struct err *e)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_IO, "standard input and output must be a terminal");
	if (!name || !*name)
		return err_set(e, ERR_IO, "TERM is not set; try TERM=xterm-256color");
	return true;
}

/* newterm() accepts a terminal that cannot move its cursor, where nothing could be drawn. */
static bool open_screen(struct term *t, struct err *e)
{
	const char *name = getenv("TERM");

	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen)
		return err_set(e, ERR_IO, "terminal \"%s\" is not known here; "
			       "try TERM=xterm or TERM=vt100", name);
	if (term_capability("cup"))
		return true;
	endwin();
	delscreen(t->screen);
	return err_set(e, ERR_IO, "terminal \"%s\" cannot move its cursor; "
		       "gantry | cat prints the board once", name);
}

/* The Linux console speaks UTF-8, but its fonts hold few of the signs. */
static bool has_small_font(void)
{
	return strcmp(getenv("TERM"), "linux") == 0;
}

bool term_open(struct term **out, const struct term_options *options, struct err *e)
{
	struct term *t;

	if (!check_terminal(e))
		return false;
	t = xmalloc(sizeof(*t));
	*t = (struct term){ 0 };
	t->ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || has_small_font();
	signals_remember(STDOUT_FILENO);
	if (!signals_open(&t->signal_fd, e)) {
		free(t);
		return false;
	}
	if (!open_screen(t, e)) {
		signals_close();
		free(t);
		return false;
	}
	set_modes(t, options);
	remember_farewell();
	buf_init(&t->bytes, MAX_BYTES);
	t->way = osc_way_of(getenv("TERM"), getenv("TMUX"), getenv("STY"));
	t->links = term_can_link(t->way);
	t->depth = colour_depth();
	term_dress(t, options->theme);
	canvas_init(&t->last, 1, 1, t->ascii);
	*out = t;
	return true;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	mark_pastes(false);
	endwin();
	delscreen(t->screen);
	signals_close();
	canvas_release(&t->last);
	buf_release(&t->bytes);
	free(t);
}

void term_size(const struct term *t, int *rows, int *cols)
{
	(void)t;
	*rows = LINES;
	*cols = COLS;
}

bool term_is_ascii(const struct term *t)
{
	return t->ascii;
}

static void term_put_cell(const struct term *t, int row, int col, const struct cell *cell)
{
	wchar_t text[CCHARW_MAX + 1];
	const char *from = cell->text;
	mbstate_t shift = { 0 };
	cchar_t out;
	int pair = t->look[cell->role].pair;
	size_t count = mbsrtowcs(text, &from, CCHARW_MAX, &shift);

	if (count == (size_t)-1 || !count) {
		text[0] = L'?';
		count = 1;
	}
	text[count < CCHARW_MAX ? count : CCHARW_MAX] = L'\0';
	setcchar(&out, text, t->look[cell->role].attributes, (short)pair, &pair);
	mvadd_wch(row, col, &out);
}

static bool has_halves(const struct cell *row, int cols)
{
	for (int col = 0; col < cols; col++)
		if (!row[col].text[0])
			return true;
	return false;
}

static bool is_same(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && strcmp(a->text, b->text) == 0;
}

static bool term_has_changed(const struct term *t, const struct canvas *c, int row)
{
	return t->fresh || memcmp(canvas_at(c, row, 0), canvas_at(&t->last, row, 0),
				  (size_t)c->cols * sizeof(struct cell)) != 0;
}

/* Halves of wide characters depend on their neighbours: such a row is written whole. */
static void show_row(const struct term *t, const struct canvas *c, int row)
{
	const struct cell *now = canvas_at(c, row, 0), *old = canvas_at(&t->last, row, 0);
	bool whole = t->fresh;

	if (!term_has_changed(t, c, row))
		return;
	whole = whole || has_halves(now, c->cols) || has_halves(old, c->cols);
	for (int col = 0; col < c->cols; col++)
		if (now[col].text[0] && (whole || !is_same(&now[col], &old[col])))
			term_put_cell(t, row, col, &now[col]);
}

/* The role as curses would set it, from a terminal that has just been reset. */
static void term_add_role(struct term *t, unsigned role)
{
	static const struct { unsigned flag; const char *name; } flags[] = {
		{ STYLE_BOLD, "bold" },   { STYLE_DIM, "dim" },      { STYLE_UNDERLINE, "smul" },
		{ STYLE_REVERSE, "rev" }, { STYLE_ITALIC, "sitm" },
	};
	const struct style *style = &t->theme->styles[t->depth][role];
	const char *fg = term_capability("setaf"), *bg = term_capability("setab");

	buf_text(&t->bytes, term_capability("sgr0"));
	for (size_t i = 0; i < COUNTOF(flags); i++)
		if (style->attributes & flags[i].flag && term_capability(flags[i].name))
			buf_text(&t->bytes, term_capability(flags[i].name));
	if (t->depth != DEPTH_NONE && style->fg >= 0 && fg)
		buf_text(&t->bytes, tiparm(fg, style->fg));
	if (t->depth != DEPTH_NONE && style->bg >= 0 && bg)
		buf_text(&t->bytes, tiparm(bg, style->bg));
}

/* Cells from col on that lead to the same place in the same role; returns the column after them. */
static int term_add_run(struct term *t, const struct canvas *c, int row, int col)
{
	const struct cell *first = canvas_at(c, row, col);

	buf_text(&t->bytes, tiparm(term_capability("cup"), row, col));
	term_add_role(t, first->role);
	if (first->link)
		osc_link(&t->bytes, canvas_link_at(c, row, col));
	for (; col < c->cols; col++) {
		const struct cell *cell = canvas_at(c, row, col);

		if (cell->link != first->link || cell->role != first->role)
			break;
		buf_text(&t->bytes, cell->text);
		if (!first->link)
			return col + 1;
	}
	if (first->link)
		osc_link(&t->bytes, NULL);
	return col;
}

/* Curses would not write a cell whose text stays when only its URL changes. */
static bool term_lost_link(const struct term *t, const struct canvas *c, int row, int col)
{
	return !t->fresh && canvas_at(&t->last, row, col)->link && *canvas_at(c, row, col)->text;
}

static bool has_same_links(const struct canvas *a, const struct canvas *b)
{
	return a->links.text.len == b->links.text.len &&
	       (!a->links.text.len ||
		memcmp(a->links.text.at, b->links.text.at, a->links.text.len) == 0);
}

/*
 * Curses knows no links, and what it writes has none: wherever it may have written in a row, the cells
 * that lead somewhere are written once more, with their address.
 */
static void term_show_links(struct term *t, const struct canvas *c)
{
	bool moved = !t->fresh && !has_same_links(c, &t->last);

	if (!t->links || (!c->links.count && !t->last.links.count))
		return;
	buf_clear(&t->bytes);
	for (int row = 0; row < c->rows && row < LINES; row++)
		for (int col = 0; (moved || term_has_changed(t, c, row)) && col < c->cols;)
			if (canvas_at(c, row, col)->link || term_lost_link(t, c, row, col))
				col = term_add_run(t, c, row, col);
			else
				col++;
	if (!t->bytes.len || !buf_ok(&t->bytes))
		return;
	tell_terminal(term_capability("sc"));
	fwrite(t->bytes.at, 1, t->bytes.len, stdout);
	tell_terminal(term_capability("rc"));
}

void term_show(struct term *t, const struct canvas *c)
{
	if (t->last.rows != c->rows || t->last.cols != c->cols)
		t->fresh = true;
	for (int row = 0; row < c->rows; row++)
		if (row < LINES)
			show_row(t, c, row);
	leaveok(stdscr, c->cursor_row < 0);
	if (c->cursor_row >= 0)
		move(c->cursor_row, c->cursor_col);
	curs_set(c->cursor_row >= 0);
	refresh();
	term_show_links(t, c);
	canvas_copy(&t->last, c);
	t->fresh = false;
}

void term_redraw(struct term *t)
{
	clearok(curscr, TRUE);
	t->fresh = true;
}

void term_bell(struct term *t)
{
	(void)t;
	beep();
}

static void term_send(struct term *t)
{
	if (t->bytes.len && buf_ok(&t->bytes))
		tell_terminal(buf_str(&t->bytes));
}

bool term_has_clipboard(const struct term *t)
{
	return t->way != OSC_NONE;
}

bool term_copy(struct term *t, const char *text)
{
	buf_clear(&t->bytes);
	if (t->way == OSC_NONE || !osc_copy(&t->bytes, t->way, text))
		return false;
	term_send(t);
	return true;
}

void term_notice(struct term *t, const char *text)
{
	buf_clear(&t->bytes);
	osc_notice(&t->bytes, t->way, text);
	term_send(t);
}

static void adopt_size(struct term *t)
{
	struct winsize size;
	int rows, columns;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
		/* A size that nobody's screen has would cost gigabytes of cells. */
		rows = size.ws_row < MAX_SIDE ? size.ws_row : MAX_SIDE;
		columns = size.ws_col < MAX_SIDE ? size.ws_col : MAX_SIDE;
		if (is_term_resized(rows, columns))
			resizeterm(rows, columns);
	}
	t->fresh = true;
}

void term_lend(struct term *t)
{
	(void)t;
	mark_pastes(false);
	def_prog_mode();
	endwin();
}

static void term_resume(struct term *t)
{
	reset_prog_mode();
	adopt_size(t);
	mark_pastes(true);
	t->input.pasting = false;
	term_redraw(t);
}

void term_take_back(struct term *t)
{
	tcflush(STDIN_FILENO, TCIFLUSH);
	term_resume(t);
}

static void suspend(struct term *t)
{
	term_lend(t);
	signals_suspend();
	term_resume(t);
}

/* True when the signal makes an event. */
static bool take_signal(struct term *t, struct term_event *event)
{
	int number = signals_next();

	switch (number) {
	case 0:
		return false;
	case SIGWINCH:
		adopt_size(t);
		event->kind = TERM_RESIZE;
		return true;
	case SIGTSTP:
		suspend(t);
		event->kind = TERM_RESIZE;
		return true;
	case SIGCONT:
		reset_prog_mode();
		adopt_size(t);
		term_redraw(t);
		event->kind = TERM_RESIZE;
		return true;
	default:
		event->kind = TERM_QUIT;
		return true;
	}
}

static bool has_bytes(int fd)
{
	int count = 0;

	return ioctl(fd, FIONREAD, &count) == 0 && count > 0;
}

/* False: the terminal is gone. */
static bool read_input(struct term *t)
{
	char bytes[512];
	ssize_t count = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (count < 0)
		return errno == EINTR || errno == EAGAIN;
	/* The decoder is empty whenever this waits, so everything fits. */
	input_feed(&t->input, bytes, (size_t)count, clock_ticks());
	return count > 0;
}

/* Bytes that have arrived come before timeouts: an Esc may be the first byte of a key. */
static bool take_input(struct term *t, struct term_event *event)
{
	if (t->input.at == t->input.len && has_bytes(STDIN_FILENO) && !read_input(t)) {
		event->kind = TERM_QUIT;
		return true;
	}
	if (!input_next(&t->input, clock_ticks(), event))
		return false;
	if (event->kind == TERM_KEY && event->key == PRESS_CTRL('z')) {
		suspend(t);
		event->kind = TERM_RESIZE;
	}
	return true;
}

static int wait_left(int64_t until)
{
	int64_t left;

	if (until < 0)
		return -1;
	left = until - clock_ticks();
	return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static int64_t term_sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

struct term_event term_wait(struct term *t, int wake_fd, int64_t timeout_ms)
{
	int64_t until = timeout_ms < 0 ? -1 : clock_ticks() + timeout_ms;
	struct term_event event = { TERM_TIMEOUT, 0, 0, 0 };

	for (;;) {
		struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 }, { t->signal_fd, POLLIN, 0 },
					{ wake_fd, POLLIN, 0 } };
		int count;

		if (take_signal(t, &event) || take_input(t, &event))
			return event;
		count = poll(fds, COUNTOF(fds), wait_left(term_sooner(until, input_due(&t->input))));
		if (count < 0 && errno != EINTR)
			return (struct term_event){ .kind = TERM_QUIT };
		if (count <= 0 && until >= 0 && clock_ticks() >= until)
			return (struct term_event){ .kind = TERM_TIMEOUT };
		if (count <= 0)
			continue;
		/* Readable but empty: the terminal is gone. */
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) ||
		    (fds[0].revents & POLLIN && !has_bytes(STDIN_FILENO)))
			return (struct term_event){ .kind = TERM_QUIT };
		if (fds[2].revents && !fds[1].revents && !fds[0].revents)
			return (struct term_event){ .kind = TERM_WAKE };
	}
}
