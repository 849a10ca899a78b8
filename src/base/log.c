/* SPDX-License-Identifier: Apache-2.0 */
/* The log sink: one of the two pieces of global state in the program. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

enum { RING = 1000, LINE_MAX_BYTES = 4096, ROTATE_AT = 5 << 20, KEEP = 3, SECRET_MIN = 4 };

static struct {
	pthread_mutex_t lock;
	int fd;
	char *path;
	size_t written;
	bool to_stderr;
	char *ring[RING];
	size_t next;
	char **secrets;
	size_t nsecrets;
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

bool log_open(const char *path, struct err *e)
{
	struct stat st;
	int fd = -1;

	if (path) {
		fd = open_file(path);
		if (fd < 0)
			return err_errno(e, "opening the log %s", path);
	}
	pthread_mutex_lock(&sink.lock);
	if (sink.fd >= 0)
		close(sink.fd);
	free(sink.path);
	sink.fd = fd;
	sink.path = path ? xstrdup(path) : NULL;
	sink.written = fd >= 0 && fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
	pthread_mutex_unlock(&sink.lock);
	return true;
}

void log_to_stderr(bool on)
{
	pthread_mutex_lock(&sink.lock);
	sink.to_stderr = on;
	pthread_mutex_unlock(&sink.lock);
}

void log_redact(const char *secret)
{
	if (!secret || strlen(secret) < SECRET_MIN)
		return;
	pthread_mutex_lock(&sink.lock);
	for (size_t i = 0; i < sink.nsecrets; i++) {
		if (strcmp(sink.secrets[i], secret) == 0) {
			pthread_mutex_unlock(&sink.lock);
			return;
		}
	}
	sink.secrets = xrealloc(sink.secrets, (sink.nsecrets + 1) * sizeof(*sink.secrets));
	sink.secrets[sink.nsecrets++] = xstrdup(secret);
	pthread_mutex_unlock(&sink.lock);
}

/* How long a registered secret starts at p: one may begin with another. The lock is held. */
static size_t secret_at(const char *p)
{
	size_t longest = 0;

	for (size_t i = 0; i < sink.nsecrets; i++) {
		size_t len = strlen(sink.secrets[i]);

		if (len > longest && strncmp(p, sink.secrets[i], len) == 0)
			longest = len;
	}
	return longest;
}

/* Appends text with secrets replaced; says whether there were any. The lock is held. */
static bool add_redacted(struct buf *b, const char *text)
{
	bool any = false;

	for (const char *p = text; *p;) {
		size_t secret = secret_at(p);

		if (secret) {
			buf_text(b, "[redacted]");
			p += secret;
			any = true;
		} else {
			buf_char(b, *p++);
		}
	}
	return any;
}

const char *log_redacted(struct arena *a, const char *text)
{
	AUTO(buf) struct buf b;
	bool any;

	buf_init(&b, strlen(text) * 4 + 64);
	pthread_mutex_lock(&sink.lock);
	any = sink.nsecrets && add_redacted(&b, text);
	pthread_mutex_unlock(&sink.lock);
	return any ? buf_copy(&b, a) : text;
}

/* log, log.1, log.2: the oldest goes. The lock is held. */
static void rotate(void)
{
	char from[4096], to[4096];

	for (int i = KEEP - 1; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%d", sink.path, i);
		if (i > 1)
			snprintf(from, sizeof(from), "%s.%d", sink.path, i - 1);
		else
			snprintf(from, sizeof(from), "%s", sink.path);
		if (rename(from, to) && errno != ENOENT)
			return;
	}
	close(sink.fd);
	sink.fd = open_file(sink.path);
	sink.written = 0;
}

/* The lock is held. A line that cannot be written is lost from the file, not from the ring. */
static void log_emit(const char *line, size_t len)
{
	free(sink.ring[sink.next]);
	sink.ring[sink.next] = xstrdup(line);
	sink.next = (sink.next + 1) % RING;
	if (sink.fd >= 0 && sink.written + len > ROTATE_AT)
		rotate();
	if (sink.fd >= 0 && write(sink.fd, line, len) == (ssize_t)len)
		sink.written += len;
	if (sink.to_stderr)
		fwrite(line, 1, len, stderr);
}

static PRINTF(2, 0) const char *format_whole(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return "";
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, ap);
	return text;
}

static const char *log_write_line(struct arena *a, const char *text)
{
	const char *clean = str_clean(a, text, strlen(text), LINE_MAX_BYTES);
	char *line = arena_copy(a, clean, strlen(clean) + 1);

	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return line;
}

/* Secrets go before the line is cleaned and cut, since a key has line ends and a cut one hides. */
void log_line(enum log_level level, const char *role, const char *format, ...)
{
	static const char *const names[] = { "info", "warn", "error" };
	AUTO(arena) struct arena *a = arena_new();
	const char *text;
	char *line;
	va_list ap;

	va_start(ap, format);
	text = format_whole(a, format, ap);
	va_end(ap);
	line = str_format(a, "%s %s %s %s\n", clock_rfc3339(a, clock_now() / 1000 * 1000),
			  names[level], role, log_write_line(a, log_redacted(a, text)));
	pthread_mutex_lock(&sink.lock);
	log_emit(line, strlen(line));
	pthread_mutex_unlock(&sink.lock);
}

size_t log_recent(struct arena *a, const char **lines, size_t max)
{
	size_t n = 0, have = 0;

	pthread_mutex_lock(&sink.lock);
	for (size_t i = 0; i < RING; i++)
		have += sink.ring[i] != NULL;
	for (size_t i = 0; i < RING; i++) {
		const char *line = sink.ring[(sink.next + i) % RING];

		if (!line)
			continue;
		if (have-- > max)
			continue;
		lines[n++] = str_copy_n(a, line, strlen(line) - 1);
	}
	pthread_mutex_unlock(&sink.lock);
	return n;
}
