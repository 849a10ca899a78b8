/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs promotion steps, one after the other, with the credentials given: for stories and
 * benchmarks.
 *   helper_git FOLDER MIRRORS [-u USER -p PASSWORD] [-k KEY] {KIND JSON | -x COMMAND | -d -}...
 * KEY is a file with a private key; -x runs a shell command in FOLDER; -d discards FOLDER as the
 * engine does after a promotion, and makes it anew. Prints each step's
 * status and output as JSON; an error goes to stderr and ends it with status 1.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/credentials.h"
#include "steps/git_work.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "../unit/err_name.h"

static const bool never;

struct story {
	struct arena *arena;
	struct workdir *work;
	const char *mirrors;
	struct credentials credentials;
};

static bool find_credentials(void *context, struct arena *a, const struct credentials_query *q,
			     struct credentials *out, struct err *e)
{
	struct story *s = context;

	(void)a, (void)q, (void)e;
	*out = s->credentials;
	return true;
}

static bool run_step(struct story *s, const char *kind, const char *text, struct err *e)
{
	const struct step_def *def = step_find(kind);
	const struct step_subject subject = { .promotion = "test.01.abc", .alias = kind,
					      .started_at = 1700000000000 };
	const struct step_services services = { .context = s, .credentials = find_credentials,
						.mirrors = s->mirrors };
	struct step_result result = { .status = STEP_SUCCEEDED, .message = "" };
	struct value *config;
	struct step_run r = { .arena = s->arena, .work = s->work, .subject = &subject,
			      .services = &services, .cancelled = &never };

	if (!def)
		return err_set(e, ERR_USAGE, "%s: no such step", kind);
	if (!json_parse(s->arena, text, strlen(text), &config, e) || !params_check(def, config, e) ||
	    (def->check && !def->check(config, e)))
		return false;
	r.config = config;
	if (!def->run(&r, &result, e))
		return false;
	printf("%s %s\n", step_status_name(result.status),
	       result.output ? json_text(s->arena, result.output, 0) : "null");
	return true;
}

static bool run_command(struct story *s, const char *command, struct err *e)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	const struct process p = { .argv = argv, .folder = workdir_path(s->work) };
	struct process_result result;

	if (!process_run(s->arena, &p, &result, e))
		return false;
	return result.status == 0 || err_set(e, ERR_IO, "%s: status %d", command, result.status);
}

static bool start_anew(struct story *s, struct err *e)
{
	const char *path = str_copy(s->arena, workdir_path(s->work));

	workdir_close(s->work);
	return git_work_discard(s->mirrors, path, e) && folder_make(path, 0700, e) &&
	       workdir_open(s->arena, path, &s->work, e);
}

static bool set_option(struct story *s, char option, const char *value, struct err *e)
{
	struct str key;

	switch (option) {
	case 'u':
		s->credentials.username = value;
		return true;
	case 'p':
		s->credentials.password = value;
		return true;
	case 'k':
		if (!file_read(s->arena, value, 1 << 16, &key, e))
			return false;
		s->credentials.ssh_key = key.at;
		return true;
	case 'd':
		return start_anew(s, e);
	default:
		return run_command(s, value, e);
	}
}

int main(int argc, char **argv)
{
	AUTO(arena) struct arena *a = arena_new();
	struct story s = { .arena = a };
	struct err e = { 0 };

	if (argc < 3)
		return 2;
	s.mirrors = argv[2];
	if (!folder_make(argv[1], 0700, &e) || !workdir_open(a, argv[1], &s.work, &e)) {
		fprintf(stderr, "%s\n", e.message);
		return 1;
	}
	for (int i = 3; i + 1 < argc; i += 2) {
		bool is_option = argv[i][0] == '-';

		if (is_option ? !set_option(&s, argv[i][1], argv[i + 1], &e)
			      : !run_step(&s, argv[i], argv[i + 1], &e)) {
			fprintf(stderr, "%s: %s: %s\n", argv[i], err_code_name(e.code), e.message);
			return 1;
		}
	}
	workdir_close(s.work);
	return 0;
}
