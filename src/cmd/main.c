/* SPDX-License-Identifier: Apache-2.0 */
/* From words to a command. The only place that turns errors into exit statuses. */
#include "cmd/cmd.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "cmd/command.h"
#include "config/settings.h"

enum { MAX_NAME = 100 };

static int exit_status_of(const struct err *e)
{
	switch (e->code) {
	case ERR_USAGE:
	case ERR_NAME:
		return EXIT_USAGE;
	case ERR_REFUSED:
		return EXIT_REFUSED;
	case ERR_CONFLICT:
		return EXIT_CONFLICT;
	case ERR_TIMEOUT:
		return EXIT_TIMED_OUT;
	default:
		return EXIT_FAILED;
	}
}

static bool names_value(const struct option_def *o, const char *word)
{
	for (; o && o->name; o++)
		if (o->kind == OPTION_TEXT &&
		    (word[1] == '-' ? strcmp(o->name, word + 2) == 0
				    : o->letter && word[1] == o->letter && !word[2]))
			return true;
	return false;
}

/* Whether the next word is this option's value: the command is not known yet, so all are asked. */
static bool takes_next(const char *word, const char *next)
{
	size_t count;
	const struct command_def *const *table = command_table(&count);

	for (size_t i = 0; i < count; i++)
		if (names_value(table[i]->options, word))
			return true;
	if (strcmp(word, "--attach") == 0)
		return next && option_value_follows(next);
	return names_value(common_options, word);
}

/* Options before the command belong to it, too: gantry -o json get stages. */
const struct command_def *command_of_words(int argc, char **argv, int *at)
{
	for (int i = 1; i < argc; i++) {
		bool is_version = strcmp(argv[i], "--version") == 0;
		bool is_help = strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;

		if (is_version || is_help || argv[i][0] != '-') {
			*at = i;
			return command_find(is_version ? "version" : is_help ? "help" : argv[i]);
		}
		i += takes_next(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
	}
	*at = 0;
	return command_find("dashboard");
}

bool command_load_settings(struct command *c, struct err *e)
{
	struct settings *s;

	if (!settings_load(c->arena, command_option(c, "settings"), &s, e))
		return false;
	for (size_t i = 0; i < c->noptions; i++)
		settings_clear(s, c->options[i].name);
	/* Manifests that are named here are meant, whatever the settings are attached to. */
	if (command_option(c, "manifests") && command_option(c, "attach"))
		return err_set(e, ERR_USAGE, "--attach shows a running Kargo, --manifests files: name one");
	if (command_option(c, "manifests"))
		settings_clear(s, "attach");
	for (size_t i = 0; i < c->noptions; i++) {
		if (settings_is_known(c->options[i].name) &&
		    !settings_set(c->arena, s, c->options[i].name, c->options[i].value, e))
			return err_wrap(e, "--%s", c->options[i].name);
		if (strcmp(c->options[i].name, "theme") == 0)
			s->theme_place = "--theme";
	}
	c->settings = s;
	return true;
}

/* The arguments without the command's own name. */
static bool cmd_main_run(struct command *c, int argc, char **argv, int at, struct err *e)
{
	char **rest = arena_array(c->arena, (size_t)argc + 1, sizeof(*rest));
	int count = 0;

	for (int i = 1; i < argc; i++)
		if (i != at)
			rest[count++] = argv[i];
	if (!options_parse(c, count, rest, e))
		return false;
	if (command_option(c, "help")) {
		command_usage(c->def);
		return true;
	}
	return command_load_settings(c, e) && c->def->run(c, e);
}

/* That a write failed is known long before: its errno is gone by now, but a pipe still says so. */
static bool main_reader_is_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

/* All output must have been written, unless the reader closed the pipe. */
static int close_output(int status)
{
	errno = 0;
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE || main_reader_is_gone())
		return status;
	fprintf(stderr, "gantry: writing the output: %s\n", strerror(errno ? errno : EIO));
	return EXIT_FAILED;
}

int cmd_main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct command c = { .arena = a, .began = clock_ticks() };
	struct err e = { 0 };
	int at;

	c.def = command_of_words(argc, argv, &at);
	if (!c.def || !c.def->takes_signals)
		endings_release();
	if (!c.def) {
		fprintf(stderr, "gantry: no command \"%s\"%s\n",
			str_clean(a, argv[at], strlen(argv[at]), MAX_NAME), command_hint(a, argv[at]));
		return EXIT_USAGE;
	}
	if (cmd_main_run(&c, argc, argv, at, &e))
		return close_output(c.status);
	if (ferror(stdout) && main_reader_is_gone())
		return c.status;
	fflush(stdout);
	fprintf(stderr, "gantry: %s\n", log_redacted(a, str_clean(a, e.message, strlen(e.message),
								  sizeof(e.message))));
	if (e.code == ERR_USAGE && c.def->usage)
		fprintf(stderr, "usage: %s\n", c.def->usage);
	return exit_status_of(&e);
}
