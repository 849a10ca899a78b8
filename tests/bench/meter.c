/* SPDX-License-Identifier: Apache-2.0 */
/* A pty by hand: forkpty is not in POSIX, and the child may only do what is safe beside threads. */
#define _GNU_SOURCE
#include "meter.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

enum { MOST_SEEN = 64 << 20, EXIT_MS = 10000 };

double meter_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void become(int tty, const char *const *argv)
{
	setsid();
	ioctl(tty, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(tty, i);
	if (tty > 2)
		close(tty);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

bool meter_start(struct meter *m, const char *const *argv, struct err *e)
{
	const struct winsize size = { .ws_row = 40, .ws_col = 120 };
	int tty;

	setenv("TERM", "xterm-256color", 1);
	m->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (m->fd < 0 || grantpt(m->fd) || unlockpt(m->fd))
		return err_errno(e, "opening a terminal");
	tty = open(ptsname(m->fd), O_RDWR | O_NOCTTY);
	if (tty < 0 || ioctl(tty, TIOCSWINSZ, &size))
		return err_errno(e, "opening a terminal");
	buf_init(&m->seen, MOST_SEEN);
	m->started = meter_now();
	m->pid = fork();
	if (m->pid == 0)
		become(tty, argv);
	close(tty);
	return m->pid > 0 || err_errno(e, "starting %s", argv[0]);
}

/* False: nothing came within the time, or nothing ever will. */
static bool take(struct meter *m, double timeout)
{
	struct pollfd fd = { .fd = m->fd, .events = POLLIN };
	char bytes[65536];
	ssize_t n;

	if (timeout < 0 || poll(&fd, 1, (int)timeout + 1) <= 0)
		return false;
	n = read(m->fd, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(&m->seen, bytes, (size_t)n);
	return n > 0;
}

double meter_until(struct meter *m, const char *text, double begun, double timeout)
{
	while (!strstr(buf_str(&m->seen), text))
		if (!take(m, begun + timeout - meter_now()) && meter_now() >= begun + timeout)
			return -1;
	return meter_now() - begun;
}

size_t meter_drain(struct meter *m, double quiet, double timeout)
{
	size_t before = m->seen.len;
	double end = meter_now() + timeout;

	while (meter_now() < end && take(m, quiet))
		;
	return m->seen.len - before;
}

void meter_press(struct meter *m, const char *key)
{
	buf_clear(&m->seen);
	if (write(m->fd, key, strlen(key)) < 0)
		perror("writing a key");
}

struct meter_use meter_use(const struct meter *m)
{
	struct meter_use use = { 0 };
	unsigned long user = 0, system = 0;
	char path[64], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)m->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "VmRSS:", 6) == 0)
			use.resident = strtol(line + 6, NULL, 10);
		if (strncmp(line, "RssAnon:", 8) == 0)
			use.private = strtol(line + 8, NULL, 10);
	}
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)m->pid);
	f = fopen(path, "r");
	if (f && fgets(line, sizeof(line), f) && strrchr(line, ')') &&
	    sscanf(strrchr(line, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
		   &system) == 2)
		use.cpu = (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
	if (f)
		fclose(f);
	return use;
}

double meter_close(struct meter *m)
{
	double begun = meter_now();

	close(m->fd);
	while (waitpid(m->pid, NULL, WNOHANG) == 0 && meter_now() < begun + EXIT_MS)
		usleep(200);
	buf_release(&m->seen);
	return meter_now() - begun;
}
