/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry without a command: the dashboard, with engine and observers in the same process. Where
 * standard output is not a terminal, it prints the board once.
 */
#include "cmd/board.h"
#include "cmd/command.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "config/settings.h"
#include "model/fleet.h"
#include "model/world.h"
#include "ui/port.h"
#include "ui/print.h"
#include "ui/ui.h"

enum { PRINT_COLS = 120, MAX_PRINT = 16 << 20, PATIENCE_MS = 5000 };

static bool cmd_dashboard_is_whole(void *context, const struct fleet *f)
{
	(void)context;
	for (size_t i = 0; i < f->nworlds; i++)
		if (!board_is_whole(NULL, f->worlds[i]))
			return false;
	return f->nworlds > 0;
}

static bool cmd_dashboard_is_there(void *context, const struct fleet *f)
{
	(void)context;
	return f->nworlds > 0;
}

static int print_cols(void)
{
	const char *text = getenv("COLUMNS");
	long cols = text ? strtol(text, NULL, 10) : 0;

	return cols >= 40 && cols <= 1000 ? (int)cols : PRINT_COLS;
}

/* Lines are drawn with ASCII when the terminal or file cannot show others. */
static bool dashboard_has_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool print_once(struct app *app, const struct settings *settings, struct err *e)
{
	struct app_fleet_wait wait = { .ready = cmd_dashboard_is_whole, .timeout_ms = PATIENCE_MS };
	const struct fleet *f;
	AUTO(buf) struct buf b;
	bool is_fine;

	buf_init(&b, MAX_PRINT);
	if (!app_wait_fleet(app, &wait, &f, e)) {
		wait = (struct app_fleet_wait){ .ready = cmd_dashboard_is_there };
		if (!app_wait_fleet(app, &wait, &f, e))
			return err_wrap(e, "reading manifests and ledger");
	}
	/* With several projects, wrong manifests stop only their own project, and its row says so. */
	is_fine = f->nworlds > 1 || manifests_can_run(settings, f->worlds[0], e);
	app_port(app)->give_back_fleet(app_port(app)->context, f);
	if (!is_fine)
		return false;
	ui_print(&b, app_port(app), print_cols(), settings->ascii || !dashboard_has_utf8());
	if (fwrite(buf_str(&b), 1, b.len, stdout) != b.len || fflush(stdout) != 0)
		return err_errno(e, "writing the board");
	return true;
}

/* The log must not write over the screen; without a home folder it stays in memory. */
static void open_log(const struct settings *s)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e;

	if (s->log && (!folder_make(path_folder(a, s->log), 0700, &e) || !log_open(s->log, &e)))
		log_line(LOG_WARN, "cmd", "no log file: %s", e.message);
}

static bool cmd_dashboard_run(struct command *c, struct err *e)
{
	bool on_screen = isatty(STDOUT_FILENO);
	const struct settings *s = c->settings;
	struct ui_options options = { .theme = s->theme, .themes = THEMES_FOLDER, .ascii = s->ascii,
				      .mouse = s->mouse, .read_only = s->read_only,
				      .notices = s->notices, .coaches = s->coaches,
				      .escape_delay = s->escape_delay };
	unsigned flags = APP_ALL | APP_OBSERVES | (on_screen ? APP_SHOWS : 0u) |
			 (on_screen && !s->read_only ? APP_EXECUTES : 0u);
	struct out_format format;
	struct app *app;
	bool ok;

	if (c->nwords)
		return err_set(e, ERR_USAGE, "no command \"%s\"%s", c->words[0],
			       command_hint(c->arena, c->words[0]));
	if (!s->manifests && !s->attach)
		return err_set(e, ERR_USAGE, "no manifests: gantry -f FOLDER shows them; "
			       "gantry demo needs none");
	if (s->theme_place && !ui_has_theme(&options, e)) {
		e->code = ERR_USAGE;
		return err_wrap(e, "%s", s->theme_place);
	}
	if (!out_format(c, &format, e))
		return false;
	if (!out_is_table(&format))
		return board_print(c, e);
	open_log(s);
	if (!app_start(s, flags, &app, e))
		return false;
	ok = ui_check_commands(app_port(app), e);
	if (ok)
		ok = on_screen ? ui_run(app_port(app), &options, e) : print_once(app, s, e);
	app_stop(app);
	return ok;
}

static const struct option_def dashboard_options[] = {
	{ "theme", 0, OPTION_TEXT, "NAME", "a name from the themes folder, instead of dark" },
	{ "ascii", 0, OPTION_FLAG, NULL, "draw with ASCII only" },
	{ 0 },
};

const struct command_def command_dashboard = {
	.name = "dashboard",
	.summary = "The pipeline live, with keys to act on it; gantry alone does the same.",
	.usage = "gantry [-f MANIFESTS | --attach [CONTEXT]] [--read-only] [--theme NAME] [--ascii]",
	.options = dashboard_options,
	.help = "When standard output is not a terminal, the board is printed once as text; with -o json or\n"
		"another machine format always, as in gantry-json(5).",
	.common = COMMON_ACTS,
	.run = cmd_dashboard_run,
};
