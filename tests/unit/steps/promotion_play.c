/* SPDX-License-Identifier: Apache-2.0 */
/* A step that has to wait is asked again, with what it noted, as the engine does. */
#include "promotion_play.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/turns.h"
#include "steps/workdir.h"
#include "tap.h"

static const bool never;

void play_begin(struct promotion_play *t)
{
	memset(t, 0, sizeof(*t));
	play_start(&t->p);
	t->remote = play_remote(&t->p, "a.git");
	t->folder = path_join(t->p.a, t->p.folder, "work");
	ok(folder_make(t->folder, 0700, &t->e) && workdir_open(t->p.a, t->folder, &t->work, &t->e),
	   "a work directory %s", t->e.message);
}

void play_end(struct promotion_play *t)
{
	workdir_close(t->work);
	play_stop(&t->p);
}

bool play_step(struct promotion_play *t, const char *kind, const char *config)
{
	const struct step_def *def = step_find(kind);
	const struct step_subject subject = { .promotion = t->promotion ? t->promotion : "uat.01.abc",
					      .alias = kind,
					      .started_at = 1700000000000 };
	const struct step_services services = {
		.mirrors = path_join(t->p.a, t->p.folder, "mirrors"),
		.git_client = t->git_client,
		.push_policy = t->push_policy,
		.turns = t->turns,
		.keys = t->keys };
	char *text = str_format(t->p.a, "%s", config), *remote = strstr(text, "REMOTE");
	struct value *v;
	struct step_run r = { .arena = t->p.a, .work = t->work, .subject = &subject,
			      .services = &services, .cancelled = &never, .before = t->before };

	if (remote)
		text = str_format(t->p.a, "%.*s%s%s", (int)(remote - text), text, t->remote, remote + 6);
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	t->e = (struct err){ 0 };
	if (!json_parse(t->p.a, text, strlen(text), &v, &t->e) || !params_check(def, v, &t->e) ||
	    (def->check && !def->check(v, &t->e)))
		return false;
	r.config = v;
	/* One that has to wait is asked again, with what it noted, as the engine does. */
	while (def->run(&r, &t->result, &t->e)) {
		if (t->result.status != STEP_RUNNING)
			return true;
		if (!t->turns || !turns_has(t->turns, subject.promotion))
			clock_sleep(t->turns ? 2 : t->result.retry_after);
		r.memory = t->result.memory;
		t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "", .memory = r.memory };
		t->waits++;
	}
	return false;
}

const char *play_output(struct promotion_play *t, const char *path)
{
	return value_path_text(t->result.output, path, NULL);
}

const char *play_remote_git(struct promotion_play *t, const char *words)
{
	return play_git(&t->p, t->remote, words);
}
