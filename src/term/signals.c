/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals as bytes in a pipe. A handler can be given no argument, hence the file's
 * statics: the only ones in the program that change.
 */
#include "term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/thread.h"

static const int handled[] = { SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE };

static struct {
	int pipe[2];
	int tty;
	bool knows_line, were_held;
	struct termios line;
	char farewell[256];
	size_t farewell_len;
	struct sigaction old[COUNTOF(handled)], old_crash[COUNTOF(crashes)], old_pipe;
} state = { .pipe = { -1, -1 }, .tty = -1 };

static void note_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;
	ssize_t ignored = write(state.pipe[1], &byte, 1);

	(void)ignored;
	errno = saved;
}

/* Only calls that are safe in a handler. SA_RESETHAND has put the default action back. */
static void leave_and_die(int number)
{
	ssize_t ignored = write(state.tty, state.farewell, state.farewell_len);

	(void)ignored;
	if (state.knows_line)
		tcsetattr(state.tty, TCSANOW, &state.line);
	raise(number);
}

static bool open_pipe(struct err *e)
{
	if (pipe(state.pipe) < 0)
		return err_errno(e, "making the pipe for signals");
	for (int i = 0; i < 2; i++) {
		fcntl(state.pipe[i], F_SETFL, O_NONBLOCK);
		fcntl(state.pipe[i], F_SETFD, FD_CLOEXEC);
	}
	return true;
}

bool signals_open(int *fd, struct err *e)
{
	struct sigaction action = { .sa_handler = note_signal, .sa_flags = SA_RESTART };
	struct sigaction crash = { .sa_handler = leave_and_die,
				   .sa_flags = (int)SA_RESETHAND | SA_NODEFER };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (!open_pipe(e))
		return false;
	for (size_t i = 0; i < COUNTOF(handled); i++)
		sigaction(handled[i], &action, &state.old[i]);
	for (size_t i = 0; i < COUNTOF(crashes); i++)
		sigaction(crashes[i], &crash, &state.old_crash[i]);
	sigaction(SIGPIPE, &ignore, &state.old_pipe);
	state.were_held = endings_release();
	*fd = state.pipe[0];
	return true;
}

void signals_close(void)
{
	if (state.were_held)
		endings_hold();
	for (size_t i = 0; i < COUNTOF(handled); i++)
		sigaction(handled[i], &state.old[i], NULL);
	for (size_t i = 0; i < COUNTOF(crashes); i++)
		sigaction(crashes[i], &state.old_crash[i], NULL);
	sigaction(SIGPIPE, &state.old_pipe, NULL);
	close(state.pipe[0]);
	close(state.pipe[1]);
	state.pipe[0] = state.pipe[1] = -1;
}

int signals_next(void)
{
	unsigned char byte;

	return read(state.pipe[0], &byte, 1) == 1 ? byte : 0;
}

void signals_suspend(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, ours;

	sigaction(SIGTSTP, &usual, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}

void signals_remember(int fd)
{
	state.tty = fd;
	state.knows_line = tcgetattr(fd, &state.line) == 0;
	state.farewell_len = 0;
}

void signals_farewell(const char *bytes, size_t len)
{
	if (state.farewell_len + len > sizeof(state.farewell))
		return;
	memcpy(state.farewell + state.farewell_len, bytes, len);
	state.farewell_len += len;
}
