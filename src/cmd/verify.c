/* SPDX-License-Identifier: Apache-2.0 */
/* gantry verify: what runs in a stage is verified once more, as Kargo's reverification does. */
#include "cmd/command.h"

#include <string.h>

#include "app/app.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/out.h"
#include "cmd/requests.h"
#include "data/value.h"
#include "model/intent.h"
#include "model/stage.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_REASON,
	OPTION_WAIT,
	OPTION_TIMEOUT("with --wait, "),
	{ 0 },
};

/* The newest verification of what runs; NULL: there is none. */
static const struct value *verify_newest(const struct stage *s)
{
	const struct collection *runs = s ? stage_runs(s) : NULL;

	return runs ? value_at(value_get(runs->object, "verificationHistory"), 0) : NULL;
}

struct verify_wait {
	const char *stage, *before;     /* before: the ID of the verification that is done again */
};

static bool verify_is_over(void *context, const struct world *w)
{
	const struct verify_wait *wait = context;
	const struct stage *s = world_stage(w, wait->stage);
	const struct value *newest = verify_newest(s);
	const char *phase = value_get_text(newest, "phase");

	if (!s || s->current_promotion)
		return true;
	return strcmp(value_get_text(newest, "id"), wait->before) != 0 && *phase &&
	       strcmp(phase, "Pending") != 0 && strcmp(phase, "Running") != 0;
}

static bool verify_wait(struct command *c, struct app *app, struct verify_wait *wait, struct err *e)
{
	const char *phase, *message;
	const struct world *w;
	const struct stage *s;
	int64_t ms;
	bool fine;

	if (!time_left(c, &ms, e))
		return false;
	if (!app_wait(app, &(struct app_wait){ verify_is_over, wait, ms }, &w, e))
		return err_wrap(e, "waiting until %s is healthy and verified", wait->stage);
	s = world_stage(w, wait->stage);
	phase = value_get_text(verify_newest(s), "phase");
	message = value_get_text(verify_newest(s), "message");
	if (!s || s->current_promotion || strcmp(phase, "Successful") != 0)
		c->status = EXIT_FAILED;
	fine = !s || s->current_promotion
		       ? err_set(e, ERR_CONFLICT, "%s now runs something else", wait->stage)
		       : out_value(c, describe_stage(c->arena, w, s),
				   str_format(c->arena, "verification of %s: %s%s%s\n%s", s->name, phase,
					      *message ? ": " : "", message,
					      describe_what_runs(c->arena, w, s->name, false)), e);
	app_return_world(app, w);
	return fine;
}

static bool cmd_verify_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_VERIFY };
	struct verify_wait wait;
	const struct stage *s;

	if (!find_stage_of_words(c, w, &s, e))
		return false;
	wait = (struct verify_wait){ s->name, str_copy(c->arena, value_get_text(verify_newest(s), "id")) };
	i.stage = s->name;
	if (command_option(c, "wait"))
		return submit_quietly(c, app, w, &i, e) && verify_wait(c, app, &wait, e);
	return submit_intent(c, app, w, &i, e);
}

static bool cmd_verify_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_verify_ask, e);
}

const struct command_def command_verify = {
	.name = "verify",
	.summary = "Verify what runs in a stage once more.",
	.usage = "gantry verify STAGE [--reason TEXT] [--wait]",
	.help = "It is measured as soon as the stage is healthy. Freight that was verified stays so.",
	.options = options,
	.completes = "<stage>",
	.common = COMMON_ACTS,
	.run = cmd_verify_run,
};
