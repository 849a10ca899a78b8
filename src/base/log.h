/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one line an event, "time level role message", to a file of mode
 * 0600 that is rotated at 5 MB, three kept. Never stdout or stderr while the
 * screen is up. Registered secrets are replaced on the way out. What a thread is about
 * (project, stage, promotion) goes along as fields. Any thread.
 */
#ifndef GANTRY_BASE_LOG_H
#define GANTRY_BASE_LOG_H

#include "base/base.h"

struct arena;
struct err;

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

/* Opens path for appending; until then lines go only to the ring. NULL closes. */
bool log_open(const char *path, struct err *e) MUST_USE;

/* Also write each line to stderr (agent mode). */
void log_to_stderr(bool on);

/* Text lines that are about a project begin with its name: where one process has several. Off at first. */
void log_name_projects(bool on);

/* How lines are written; the newest lines (log_recent()) are text always. */
enum log_format {
	LOG_TEXT,
	LOG_JSON,                       /* an object a line: time, level, role, message and the fields */
	LOG_JOURNAL,                    /* to systemd's journal instead of stderr, each field its own */
};

/*
 * journal: path of the journal's socket; NULL: the usual one. Fails when LOG_JOURNAL is asked for and
 * nobody listens there; nothing changes then.
 */
bool log_set_format(enum log_format format, const char *journal, struct err *e) MUST_USE;

/* What a thread works on; NULL members: nothing that can be told. */
struct log_about {
	const char *project, *stage, *promotion;
};

/*
 * From now on the calling thread's lines are about this; NULL members stay as they are. Returns what was, for
 * AUTO(log_about) struct log_about before = log_about(…), which restores it. Strings must live meanwhile.
 */
struct log_about log_about(struct log_about now);
void auto_log_about(struct log_about *before);

/* The role is the thread or folder that speaks: "observe", "engine". */
void log_line(enum log_level level, const char *role, const char *format, ...) PRINTF(3, 4);

/* From now on this text is replaced by "[redacted]" wherever a line holds it. Under 4 bytes: ignored. */
void log_redact(const char *secret);

/* A copy of text with every registered secret replaced; text itself when there was none. */
const char *log_redacted(struct arena *a, const char *text);

/* A line as it was written, and what it is about: no NULL members, "" where that cannot be told. */
struct log_said {
	const char *text;
	int64_t at;                     /* ms */
	enum log_level level;
	struct log_about about;
};

/* The newest lines, oldest first, at most max; copies in the arena. Returns how many. */
size_t log_recent(struct arena *a, struct log_said *lines, size_t max);

/* "info", "warn", "error". */
const char *log_level_word(enum log_level level);

#endif
