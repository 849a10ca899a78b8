/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log sink: one of the two pieces of global state in the program. The journal's protocol is at
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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
	bool to_stderr, names_projects;
	enum log_format format;
	int journal;                    /* a socket; -1: none */
	struct log_kept {
		char *text;             /* NULL: none yet */
		char *project, *stage, *promotion;
		enum log_level level;
		int64_t at;
	} ring[RING];
	size_t next;
	char **secrets;
	size_t nsecrets;
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .journal = -1 };

static _Thread_local struct log_about about;

/* One event, cleaned and without secrets. */
struct log_entry {
	enum log_level level;
	int64_t at;                     /* ms */
	const char *time, *role, *message;
	struct log_about about;         /* no NULL members: "" */
};

static const char *const log_levels[] = { "info", "warn", "error" };

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

/* Its text is clean: only what would end the string is escaped. */
static void log_json_member(struct buf *b, const char *name, const char *text)
{
	if (!*text)
		return;
	buf_format(b, "%s\"%s\":\"", b->len > 1 ? "," : "", name);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_char(b, '\\');
		buf_char(b, *text);
	}
	buf_char(b, '"');
}

static const char *log_json(struct arena *a, const struct log_entry *entry)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 4 * LINE_MAX_BYTES);
	buf_char(&b, '{');
	log_json_member(&b, "time", entry->time);
	log_json_member(&b, "level", log_levels[entry->level]);
	log_json_member(&b, "role", entry->role);
	log_json_member(&b, "project", entry->about.project);
	log_json_member(&b, "stage", entry->about.stage);
	log_json_member(&b, "promotion", entry->about.promotion);
	log_json_member(&b, "message", entry->message);
	buf_text(&b, "}\n");
	return buf_copy(&b, a);
}

static void log_journal_field(struct buf *b, const char *name, const char *text)
{
	if (*text)
		buf_format(b, "%s=%s\n", name, text);
}

/* The journal keeps the time itself. The lock is held. */
static void log_to_journal(const struct log_entry *entry)
{
	static const char *const priorities[] = { "6", "4", "3" };     /* syslog(3)'s */
	AUTO(buf) struct buf b;

	buf_init(&b, 4 * LINE_MAX_BYTES);
	log_journal_field(&b, "MESSAGE", entry->message);
	log_journal_field(&b, "PRIORITY", priorities[entry->level]);
	log_journal_field(&b, "SYSLOG_IDENTIFIER", "gantry");
	log_journal_field(&b, "GANTRY_ROLE", entry->role);
	log_journal_field(&b, "GANTRY_PROJECT", entry->about.project);
	log_journal_field(&b, "GANTRY_STAGE", entry->about.stage);
	log_journal_field(&b, "GANTRY_PROMOTION", entry->about.promotion);
	if (buf_ok(&b) && send(sink.journal, b.at, b.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		fprintf(stderr, "%s", b.at);    /* journald restarts: systemd reads stderr, too */
}

/* Among the newest lines, in place of the oldest. The lock is held. */
static void log_keep(const struct log_entry *entry, const char *text)
{
	struct log_kept *kept = &sink.ring[sink.next];

	free(kept->text);
	free(kept->project);
	free(kept->stage);
	free(kept->promotion);
	*kept = (struct log_kept){ .text = xstrdup(text), .project = xstrdup(entry->about.project),
				   .stage = xstrdup(entry->about.stage),
				   .promotion = xstrdup(entry->about.promotion), .level = entry->level,
				   .at = entry->at };
	sink.next = (sink.next + 1) % RING;
}

/* The lock is held. A line that cannot be written is lost from the file, not from the ring. */
static void log_emit(struct arena *a, const struct log_entry *entry)
{
	const char *project = sink.names_projects ? entry->about.project : "";
	const char *text = str_format(a, "%s %s %s %s%s%s\n", entry->time, log_levels[entry->level],
				      entry->role, project, *project ? ": " : "", entry->message);
	const char *line = sink.format == LOG_JSON ? log_json(a, entry) : text;
	size_t len = strlen(line);

	log_keep(entry, text);
	if (sink.fd >= 0 && sink.written + len > ROTATE_AT)
		rotate();
	if (sink.fd >= 0 && write(sink.fd, line, len) == (ssize_t)len)
		sink.written += len;
	if (sink.to_stderr && sink.format == LOG_JOURNAL)
		log_to_journal(entry);
	else if (sink.to_stderr)
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

static const char *log_field(struct arena *a, const char *text)
{
	return text ? log_write_line(a, log_redacted(a, text)) : "";
}

/* Secrets go before the line is cleaned and cut, since a key has line ends and a cut one hides. */
void log_line(enum log_level level, const char *role, const char *format, ...)
{
	AUTO(arena) struct arena *a = arena_new();
	struct log_entry entry = { .level = level, .role = role, .at = clock_now() / 1000 * 1000 };
	const char *text;
	va_list ap;

	va_start(ap, format);
	text = format_whole(a, format, ap);
	va_end(ap);
	entry.time = clock_rfc3339(a, entry.at);
	entry.message = log_field(a, text);
	entry.about = (struct log_about){ log_field(a, about.project), log_field(a, about.stage),
					  log_field(a, about.promotion) };
	pthread_mutex_lock(&sink.lock);
	log_emit(a, &entry);
	pthread_mutex_unlock(&sink.lock);
}

struct log_about log_about(struct log_about now)
{
	struct log_about before = about;

	about.project = now.project ? now.project : before.project;
	about.stage = now.stage ? now.stage : before.stage;
	about.promotion = now.promotion ? now.promotion : before.promotion;
	return before;
}

void auto_log_about(struct log_about *before)
{
	about = *before;
}

static bool log_connect(const char *path, int *out, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(to.sun_path)) {
		if (fd >= 0)
			close(fd);
		return err_set(e, ERR_CONFIG, "%s: is too long for a socket", path);
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		err_errno(e, "reaching the journal at %s", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	*out = fd;
	return true;
}

void log_name_projects(bool on)
{
	pthread_mutex_lock(&sink.lock);
	sink.names_projects = on;
	pthread_mutex_unlock(&sink.lock);
}

bool log_set_format(enum log_format format, const char *journal, struct err *e)
{
	int fd = -1;

	if (format == LOG_JOURNAL &&
	    !log_connect(journal ? journal : "/run/systemd/journal/socket", &fd, e))
		return false;
	pthread_mutex_lock(&sink.lock);
	if (sink.journal >= 0)
		close(sink.journal);
	sink.journal = fd;
	sink.format = format;
	pthread_mutex_unlock(&sink.lock);
	return true;
}

const char *log_level_word(enum log_level level)
{
	return log_levels[level];
}

size_t log_recent(struct arena *a, struct log_said *lines, size_t max)
{
	size_t n = 0, have = 0;

	pthread_mutex_lock(&sink.lock);
	for (size_t i = 0; i < RING; i++)
		have += sink.ring[i].text != NULL;
	for (size_t i = 0; i < RING; i++) {
		const struct log_kept *kept = &sink.ring[(sink.next + i) % RING];

		if (!kept->text || have-- > max)
			continue;
		lines[n++] = (struct log_said){
			.text = str_copy_n(a, kept->text, strlen(kept->text) - 1),
			.at = kept->at,
			.level = kept->level,
			.about = { str_copy(a, kept->project), str_copy(a, kept->stage),
				   str_copy(a, kept->promotion) },
		};
	}
	pthread_mutex_unlock(&sink.lock);
	return n;
}
