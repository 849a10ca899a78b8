/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run is read until it is over, and once more when Kargo says that the verification is, since an aborted
 * one comes to an end of its own.
 */
#include "attach/runs.h"

#include <assert.h>
#include <string.h>

#include "attach/objects.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/state_put.h"
#include "verify/told.h"

#define AWAITED "analysisRun.awaited"

/* So often a run that can't be read is asked for. */
enum { TRIES = 3 };

static const char *runs_name(const struct value *info)
{
	return value_path_text(info, "analysisRun.name", "");
}

static bool runs_is_over(const struct value *info)
{
	return *value_get_text(info, "finishTime");
}

static bool runs_ended_well(const struct value *info)
{
	return strcmp(value_get_text(info, "phase"), "Successful") == 0;
}

/* Calls visit for each VerificationInfo of the Stage, newest first; is_new: of what runs now. */
static void runs_each(const struct value *kept, void (*visit)(void *context, struct value *info, bool is_new),
		      void *context)
{
	struct value *history = (struct value *)(uintptr_t)value_path(kept, "status.freightHistory");

	for (size_t i = 0; value_is(history, VALUE_LIST) && i < history->list.count; i++) {
		const struct value *infos = value_get(history->list.items[i], "verificationHistory");

		for (size_t j = 0; value_is(infos, VALUE_LIST) && j < infos->list.count; j++)
			if (value_is(infos->list.items[j], VALUE_MAP))
				visit(context, infos->list.items[j], i == 0);
	}
}

struct runs_look {
	struct arena *a;
	const char *text;               /* an ID or a name */
	const struct value *object;     /* of an AnalysisRun */
	struct value *found;
	const struct value *before;
	struct list *names;
	bool again, is_final;
};

static void runs_match(void *context, struct value *info, bool is_new)
{
	struct runs_look *l = context;

	(void)is_new;
	if (!l->found && strcmp(value_get_text(info, "id"), l->text) == 0)
		l->found = info;
}

static const struct value *runs_before(struct runs_look *l, const struct value *info)
{
	struct runs_look find = { .text = value_get_text(info, "id") };

	if (*find.text)
		runs_each(l->before, runs_match, &find);
	return find.found;
}

static void runs_await(struct arena *a, struct value *info, int64_t tries)
{
	value_set(a, value_get(info, "analysisRun"), "awaited", value_int(a, tries));
}

/* What was read stays; its sentence, where Kargo's own end is no other. */
static void runs_take_over(struct arena *a, struct value *info, const struct value *before)
{
	const char *phase = value_get_text(info, "phase"), *told = value_path_text(before, "run.phase", "");

	value_set(a, info, "run", value_copy(a, value_get(before, "run")));
	if ((strcmp(phase, value_get_text(before, "phase")) == 0 || strcmp(phase, told) == 0) &&
	    value_get(before, "message"))
		value_set(a, info, "message", value_copy(a, value_get(before, "message")));
}

/* The run itself was over when it was read. */
static bool runs_has_end(const struct value *info)
{
	const char *phase = value_path_text(info, "run.phase", "");

	return *phase && strcmp(phase, "Pending") != 0 && strcmp(phase, "Running") != 0;
}

static void runs_note_one(void *context, struct value *info, bool is_new)
{
	struct runs_look *l = context;
	const struct value *before = runs_before(l, info), *awaited = value_path(before, AWAITED);
	int64_t tries = 0;

	/* Kargo's way to say that it has not begun. */
	if (!*value_get_text(info, "phase") && !runs_is_over(info))
		value_set(l->a, info, "phase", value_string(l->a, "Pending"));
	if (!*runs_name(info) || !state_is_name(runs_name(info)))
		return;
	if (value_get(before, "run"))
		runs_take_over(l->a, info, before);
	if (before && runs_is_over(info) == runs_is_over(before)) {
		if (value_integer(awaited, &tries))
			runs_await(l->a, info, tries);
		return;
	}
	/* New, or over by now. */
	if ((is_new || !runs_ended_well(info)) && !runs_has_end(before))
		runs_await(l->a, info, 0);
}

void attach_runs_note(struct arena *a, struct value *kept, const struct value *before)
{
	struct runs_look l = { .a = a, .before = before };

	assert(kept);
	runs_each(kept, runs_note_one, &l);
}

static void runs_want(void *context, struct value *info, bool is_new)
{
	struct runs_look *l = context;
	int64_t tries;

	(void)is_new;
	if (!value_integer(value_path(info, AWAITED), &tries))
		return;
	if (l->again || (!tries && (!value_get(info, "run") || runs_is_over(info))))
		list_add(l->a, l->names, str_copy(l->a, runs_name(info)));
}

void attach_runs_wanted(struct arena *a, const struct value *kept, bool again, struct list *names)
{
	struct runs_look l = { .a = a, .names = names, .again = again };

	runs_each(kept, runs_want, &l);
}

static void runs_find_awaited(void *context, struct value *info, bool is_new)
{
	struct runs_look *l = context;

	(void)is_new;
	if (!l->found && strcmp(runs_name(info), l->text) == 0 && value_path(info, AWAITED))
		l->found = info;
}

static void runs_tell_one(void *context, struct value *info, bool is_new)
{
	struct runs_look *l = context;
	int64_t tries;
	bool over = runs_is_over(info);

	(void)is_new;
	if (strcmp(runs_name(info), l->text) != 0 || !value_integer(value_path(info, AWAITED), &tries))
		return;
	tries = l->object || tries >= TRIES ? tries : tries + 1;
	if (l->object ? analysis_told(l->a, l->object, info) || over
		      : over && (l->is_final || tries >= TRIES))
		value_remove(value_get(info, "analysisRun"), "awaited");
	else
		runs_await(l->a, info, tries);
}

struct value *attach_runs_tell(struct arena *a, const struct value *kept, const char *name,
			       const struct attach_run *run)
{
	struct runs_look l = { .a = a, .text = name, .object = run->object, .is_final = run->is_final };
	struct value *copy;

	runs_each(kept, runs_find_awaited, &l);
	if (!l.found)
		return NULL;
	copy = value_copy(a, kept);
	runs_each(copy, runs_tell_one, &l);
	return copy;
}
