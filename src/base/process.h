/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Child processes: no shell, an empty signal mask, a clean environment, a time
 * limit, bounded output. SIGPIPE must be ignored: a child need not read its input.
 * Blocks: workers and commands only.
 */
#ifndef GANTRY_BASE_PROCESS_H
#define GANTRY_BASE_PROCESS_H

#include <sys/types.h>

#include "base/base.h"
#include "base/str.h"

struct arena;
struct confine;
struct err;

struct process {
	const char *const *argv;    /* NULL-terminated; argv[0] is looked up in PATH */
	const char *const *env;     /* NULL-terminated "NAME=value" added to the clean environment */
	const char *folder;         /* where it runs; NULL: where we are */
	struct str input;           /* what it reads on stdin; then end of file */
	int64_t timeout_ms;         /* 0: 60,000 */
	size_t max_output;          /* of stdout and of stderr each; 0: 1 MB */
	const bool *cancelled;      /* polled; may be NULL */
	const struct confine *confine; /* what it may touch (confine_is_possible); NULL: all */
	bool terminal;              /* it talks to a person: stdin and stderr are ours, and so is its group */
};

struct process_result {
	int status;                 /* exit status, or 128 + signal */
	struct str out, error;      /* stdout and stderr, in the arena */
};

/*
 * Runs it to its end. A non-zero exit is a result, not an error; errors are a
 * program that is not there (ERR_NOT_FOUND), ERR_TIMEOUT, ERR_CANCELLED and ERR_LIMIT, after
 * which the whole process group has been killed. The clean environment holds
 * PATH, HOME, USER, LOGNAME, TMPDIR, LANG=C.UTF-8 and SSH_AUTH_SOCK; env may replace them, and of two
 * of a name in it the last counts.
 */
bool process_run(struct arena *a, const struct process *p, struct process_result *result,
		 struct err *e) MUST_USE;

struct process_child {
	const char *program;        /* a path */
	char *const *argv, *const *env;
	const char *folder;         /* where it runs; NULL: where we are */
	int in, out, error;         /* its stdin, stdout and stderr */
	bool own_session;           /* of its own, without a terminal; else only a process group */
	bool same_group;            /* or not even that, so that it may read from the terminal */
};

/* Starts it with an empty signal mask and default dispositions. 0, or an errno. */
int process_spawn(const struct process_child *c, pid_t *pid);

/* Whether env has a variable of that name; variable: "NAME" or "NAME=value". NULL env: none. */
bool process_sets(const char *const *env, const char *variable);

/* Where PATH finds this program, or NULL. */
const char *process_find(struct arena *a, const char *name);

#endif
