/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of the settings, with the terminal to itself. It is a job of its own as in a shell, so ^C ends
 * it and not gantry, which keeps no stopped jobs: ^Z has no effect on it.
 */
#include "app/app_inner.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/process.h"
#include "base/str.h"

extern char **environ;

/* Our own environment, for it is the user's command, with what is selected in place of variables so named. */
static char *const *own_command_environ(struct arena *a, const char *const *selected)
{
	struct list all = { 0 };

	for (char **p = environ; *p; p++)
		if (!process_sets(selected, *p))
			list_add(a, &all, *p);
	for (size_t i = 0; selected[i]; i++)
		list_add(a, &all, str_copy(a, selected[i]));
	list_add(a, &all, NULL);
	return (char *const *)all.items;
}

/* Its exit status, or 128 + signal. The terminal is its while it runs. */
static int own_command_wait(pid_t pid)
{
	int status = 0;

	tcsetpgrp(STDIN_FILENO, pid);
	kill(-pid, SIGCONT);            /* it may have read before the terminal was its */
	for (;;) {
		pid_t got = waitpid(pid, &status, WUNTRACED);

		if (got < 0 && errno != EINTR)
			break;
		if (got == pid && WIFSTOPPED(status))
			kill(-pid, SIGCONT);
		else if (got == pid)
			break;
	}
	tcsetpgrp(STDIN_FILENO, getpgrp());
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* So that what it said can be read before the screen covers it. */
static void own_command_pause(struct arena *a, const char *name, int status)
{
	const char *text = str_format(a, "\n[%s ended with status %d; Enter goes back to gantry] ", name,
				      status);
	ssize_t n = write(STDOUT_FILENO, text, strlen(text));
	char c = 0;

	tcflush(STDIN_FILENO, TCIFLUSH);
	while (n >= 0 && c != '\n' && (n = read(STDIN_FILENO, &c, 1)) > 0)
		;
}

bool app_run_command(void *context, const struct own_command *c, const char *const *selected,
		     struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *const words[] = { "sh", "-c", c->command };
	struct list argv = { 0 };
	struct process_child child = { .program = "/bin/sh", .env = own_command_environ(a, selected),
				       .in = STDIN_FILENO, .out = STDOUT_FILENO, .error = STDERR_FILENO };
	sigset_t quiet, before;
	int status, fault;
	pid_t pid;

	(void)context;
	for (size_t i = 0; i < COUNTOF(words); i++)
		list_add(a, &argv, words[i]);
	list_add(a, &argv, NULL);
	child.argv = (char *const *)argv.items;
	sigemptyset(&quiet);
	sigaddset(&quiet, SIGTTOU);     /* giving the terminal away and taking it back would stop us */
	sigaddset(&quiet, SIGINT);
	pthread_sigmask(SIG_BLOCK, &quiet, &before);
	fault = process_spawn(&child, &pid);
	status = fault ? 0 : own_command_wait(pid);
	if (!fault && c->waits)
		own_command_pause(a, c->name, status);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (fault)
		return err_set(e, ERR_IO, "%s did not start: %s", c->name, strerror(fault));
	log_line(LOG_INFO, "cmd", "%s (%s) ended with status %d", c->name, c->key, status);
	return status == 0 || err_set(e, ERR_IO, "%s ended with status %d", c->name, status);
}
