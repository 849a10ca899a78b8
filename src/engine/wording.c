/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects are read in `git log --oneline`: the stage, what happened, to what. */
#include "engine/writing.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "engine/orchestrate.h"
#include "model/event.h"
#include "model/unconfirmed.h"

static const char *wording_name(struct arena *a, const char *names, const char *what, const char *name)
{
	return name && *name ? str_format(a, "%s%s%s %s", names, *names ? ", " : ": ", what, name) : names;
}

const char *wording_log(struct arena *a, const struct event *ev)
{
	const char *names = "";

	if (ev->promotion && !strstr(ev->subject, ev->promotion))
		names = wording_name(a, names, "promotion", ev->promotion);
	else if (ev->stage && !strstr(ev->subject, ev->stage))
		names = wording_name(a, names, "stage", ev->stage);
	if (ev->freight)
		names = wording_name(a, names, "freight", str_format(a, "%.7s", ev->freight));
	names = wording_name(a, names, "by", ev->actor);
	/* From a terminal of this host it is "on HOST", else "ssh ADDRESS on HOST". */
	if (ev->from && has_prefix(ev->from, "on "))
		names = wording_name(a, names, "on", ev->from + strlen("on "));
	else
		names = wording_name(a, names, "from", ev->from);
	return str_format(a, "%s%s", ev->subject, names);
}

const char *wording_outcome(struct arena *a, const struct orchestration *o)
{
	struct list commits = { 0 };

	if (o->phase == PHASE_SUCCEEDED || !pushed_commits(a, o->steps, o->state, &commits))
		return o->message;
	return str_format(a, "%s%s%s", o->message, *o->message ? "; " : "", unconfirmed_text(a, &commits));
}
