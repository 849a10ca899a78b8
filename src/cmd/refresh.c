/* SPDX-License-Identifier: Apache-2.0 */
/* gantry refresh: look outside now, and record what is found, without executing anything. */
#include "cmd/command.h"

#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/out.h"
#include "cmd/requests.h"
#include "cmd/warehouses.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_TIMEOUT(""),
	{ 0 },
};

/* Which warehouses are looked at, and since when. */
struct refresh {
	const char **names;
	size_t count;
	int64_t since;
};

/* A warehouse's name, or those of a stage; without a word, all. */
static bool refresh_choose(struct command *c, const struct world *w, struct refresh *r, struct err *e)
{
	const struct stage *s = c->nwords ? world_stage(w, c->words[0]) : NULL;
	const struct warehouse *h = NULL;
	size_t room = w->nwarehouses + (s ? s->nrequests : 0) + 1, count = 0;
	const char **names = arena_array(c->arena, room, sizeof(*names));

	if (c->nwords > 1)
		return err_set(e, ERR_USAGE, "name one warehouse or stage, or none for all");
	if (c->nwords && !s && !find_warehouse(c->arena, w, c->words[0], &h, e))
		return false;
	if (h)
		names[count++] = c->words[0];
	for (size_t i = 0; s && i < s->nrequests; i++)
		names[count++] = s->requests[i].warehouse;
	for (size_t i = 0; !h && !s && i < w->nwarehouses; i++)
		names[count++] = w->warehouses[i]->name;
	*r = (struct refresh){ names, count, began_at(c) };
	return true;
}

static bool refresh_is_done(void *context, const struct world *w)
{
	const struct refresh *r = context;

	for (size_t i = 0; i < r->count; i++)
		if (!warehouse_was_recorded(w, r->names[i], r->since))
			return false;
	return true;
}

/* What of the warehouse was found since then. */
static struct value *refresh_new(struct arena *a, const struct world *w, const char *warehouse, int64_t since,
				 const char **text)
{
	struct value *all = value_list(a);

	*text = "";
	for (size_t i = 0; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];

		if (strcmp(f->warehouse, warehouse) != 0 || f->discovered_at < since)
			continue;
		value_append(a, all, value_string(a, f->name));
		*text = str_format(a, "%s%s%s", *text, **text ? ", " : "",
				   describe_freight_name(a, w, f->name));
	}
	return all;
}

/* One warehouse's line, and its answer. */
static struct value *refresh_tell(struct command *c, const struct world *w, const char *name, int64_t since,
				  const char **line)
{
	const char *text, *reason, *error = warehouse_trouble(c->arena, w, name, &reason);
	const char *unrecorded = error ? NULL : warehouse_unrecorded(c->arena, w, name);
	struct value *v = value_map(c->arena);

	describe_text(c->arena, v, "warehouse", name);
	value_set(c->arena, v, "new", refresh_new(c->arena, w, name, since, &text));
	describe_text(c->arena, v, "error", error ? error : unrecorded);
	describe_text(c->arena, v, "reason", reason);
	if (error || unrecorded)
		c->status = EXIT_FAILED;
	if (unrecorded)
		*line = str_format(c->arena, "%s has freight that is not recorded: %s", name, unrecorded);
	else if (error)
		*line = str_format(c->arena, "%s could not be looked at: %s", name, error);
	else if (*text)
		*line = str_format(c->arena, "%s has new freight: %s", name, text);
	else if (reason)
		*line = str_format(c->arena, "%s makes no freight: %s", name, reason);
	else
		*line = str_format(c->arena, "%s has nothing new", name);
	return v;
}

/* A running Kargo looks itself: it is only asked to. */
static bool refresh_in_kargo(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	const struct stage *s = c->nwords ? world_stage(w, c->words[0]) : NULL;
	struct intent i = { .kind = INTENT_REFRESH, .stage = s ? s->name : NULL,
			    .warehouse = c->nwords && !s ? c->words[0] : NULL };

	return submit_intent(c, app, w, &i, e);
}

static bool cmd_refresh(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct value *answer = value_list(c->arena);
	const char *all = "", *line;
	const struct world *later;
	struct refresh r;
	int64_t ms;
	bool fine;

	if (!time_left(c, &ms, e) || !refresh_choose(c, w, &r, e))
		return false;
	if (w->attachment)
		return refresh_in_kargo(c, app, w, e);
	if (!app_wait(app, &(struct app_wait){ refresh_is_done, &r, ms }, &later, e))
		return err_wrap(e, "waiting for all of them to be looked at");
	for (size_t i = 0; i < r.count; i++) {
		value_append(c->arena, answer, refresh_tell(c, later, r.names[i], r.since, &line));
		all = str_format(c->arena, "%s%s%s", all, i ? "\n" : "", line);
	}
	fine = out_value(c, answer, *all ? all : "there are no warehouses", e);
	app_return_world(app, later);
	return fine;
}

static bool cmd_refresh_run(struct command *c, struct err *e)
{
	return with_world(c, APP_OBSERVES | APP_FINDS, cmd_refresh, e);
}

const struct command_def command_refresh = {
	.name = "refresh",
	.summary = "Look now for new freight, and record it.",
	.usage = "gantry refresh [WAREHOUSE|STAGE] [--timeout 1m] [-o json]",
	.help = "Of a stage: the warehouses that it takes freight of. Nothing is promoted here: gantry\n"
		"executes elsewhere. Exit status 1: a warehouse could not be looked at, or what it has\n"
		"could not be recorded. A running Kargo (--attach) is asked to look; what it finds is\n"
		"not waited for.",
	.options = options,
	.completes = "<warehouse> <stage>",
	.common = COMMON_ACTS,
	.run = cmd_refresh_run,
};
