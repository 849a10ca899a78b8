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
	enum log_level threshold;
	bool to_stderr;
	char *ring[RING];
	size_t next;
	char **secrets;
	size_t nsecrets;
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .threshold = LOG_INFO };

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

void log_threshold(enum log_level level)
{
	pthread_mutex_lock(&sink.lock);
	sink.threshold = level;
	pthread_mutex_unlock(&sink.lock);
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

/* The first registered secret that starts at p. The lock is held. */
static const char *secret_at(const char *p)
{
	for (size_t i = 0; i < sink.nsecrets; i++)
		if (has_prefix(p, sink.secrets[i]))
			return sink.secrets[i];
	return NULL;
}

/* Appends text with secrets replaced; says whether there were any. The lock is held. */
static bool add_redacted(struct buf *b, const char *text)
{
	bool any = false;

	for (const char *p = text; *p;) {
		const char *secret = secret_at(p);

		if (secret) {
			buf_text(b, "[redacted]");
			p += strlen(secret);
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
static void emit(const char *line, size_t len)
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

static void add_clean(struct buf *b, const char *text)
{
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		buf_char(b, c == '\n' || c == '\t' ? ' ' : c < 0x20 || c == 0x7f ? '?' : *p);
	}
}

void log_line(enum log_level level, const char *role, const char *format, ...)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	AUTO(arena) struct arena *a = arena_new();
	char raw[LINE_MAX_BYTES];
	va_list ap;
	AUTO(buf) struct buf clean, line;

	buf_init(&clean, LINE_MAX_BYTES);
	buf_init(&line, 5 * LINE_MAX_BYTES);
	va_start(ap, format);
	if (vsnprintf(raw, sizeof(raw), format, ap) < 0)
		raw[0] = '\0';
	va_end(ap);
	add_clean(&clean, raw);
	buf_format(&line, "%s %s %s ", clock_rfc3339(a, clock_now() / 1000 * 1000), names[level], role);
	pthread_mutex_lock(&sink.lock);
	if (level >= sink.threshold) {
		add_redacted(&line, buf_str(&clean));
		buf_char(&line, '\n');
		emit(buf_str(&line), line.len);
	}
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
