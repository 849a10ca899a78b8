/* SPDX-License-Identifier: Apache-2.0 */
/* Values reach a command by its environment alone, so no name in a manifest can become a part of it. */
#include "ui/own_commands.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/application.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/copy.h"
#include "ui/screens.h"

enum { VALUE_MAX = 4096 };         /* bytes of one value */

uint32_t own_command_key(const char *text)
{
	bool alt = has_prefix(text, "Alt-");
	const char *rest = alt ? text + strlen("Alt-") : text;
	uint32_t key = (unsigned char)rest[0];

	if (!alt && rest[0] == '^' && rest[1] && !rest[2]) {
		key = (unsigned char)rest[1] | 0x20u;
		return key >= 'a' && key <= 'z' ? PRESS_CTRL(key) : 0;
	}
	if (key <= ' ' || key > '~' || rest[1])
		return 0;
	return alt ? PRESS_ALT(key) : key;
}

static bool own_command_is_here(const struct view *v, const struct own_command *c)
{
	return strcmp(c->where, "any") == 0 || strcmp(c->where, v->s->def->name) == 0;
}

const struct own_command *own_command_next(const struct view *v, const struct own_command *c)
{
	size_t count;
	const struct own_command *all = screens_own_commands(v->screens, &count);

	for (size_t i = c ? (size_t)(c - all) + 1 : 0; i < count; i++)
		if (own_command_is_here(v, &all[i]))
			return &all[i];
	return NULL;
}

const struct own_command *own_command_at(const struct view *v, uint32_t key)
{
	const struct own_command *c = NULL;

	if (v->s->def->flags & (SCREEN_POPUP | SCREEN_TYPES | SCREEN_ASKS))
		return NULL;
	while ((c = own_command_next(v, c)) != NULL)
		if (own_command_key(c->key) == key)
			return c;
	return NULL;
}

/* The first text that could be copied of that kind; "" when there is none. */
static const char *own_command_copied(const struct copies *all, const char *what, const char *or_what)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].what, what) == 0 || strcmp(all->items[i].what, or_what) == 0)
			return all->items[i].text;
	return "";
}

/* The application under the cursor or of the screen, else the stage's first; NULL: none. */
static const struct application *own_command_application(struct view *v, const struct stage *s)
{
	const char *name = v->s->def == &screen_application ? buf_str(&v->s->item)
			   : v->s->def == &screen_apps ? place_chosen(&v->s->place, &v->s->sheet) : "";
	const struct application *app = application_by_key(&v->w->applications, name);

	if (app)
		return app;
	return s && s->napplications ? s->applications[0] : NULL;
}

/* What the stage runs, of its newest collection's first. */
static const struct freight *own_command_freight(struct view *v, const struct subject *subject)
{
	const struct collection *runs = subject->stage ? stage_runs(subject->stage) : NULL;

	if (subject->freight)
		return subject->freight;
	if (subject->promotion)
		return world_freight(v->w, subject->promotion->freight);
	return runs && runs->nitems ? world_freight(v->w, runs->items[0].freight) : NULL;
}

/* In one line, without control characters: names come from outside, and the command may print them. */
static const char *own_command_clean(struct arena *a, const char *text)
{
	return str_line(a, text, VALUE_MAX);
}

static const char *const *own_command_environment(struct view *v)
{
	struct subject subject = { 0 };
	struct copies copies;
	const struct application *app;
	const struct freight *f;
	const struct promotion *p;

	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	copies_of(v, &copies);
	app = own_command_application(v, subject.stage);
	f = own_command_freight(v, &subject);
	p = subject.promotion ? subject.promotion
	    : subject.stage ? world_promotion_in(v->w, subject.stage->name) : NULL;
	const char *const fields[][2] = {
		{ "PROJECT", v->w->project->name },
		{ "SCREEN", v->s->def->name },
		{ "STAGE", subject.stage ? subject.stage->name : p ? p->stage : "" },
		{ "FREIGHT", f ? f->name : "" },
		{ "FREIGHT_ALIAS", f && f->alias ? f->alias : "" },
		{ "VERSION", f ? freight_version(v->a, f) : "" },
		{ "PROMOTION", p ? p->name : "" },
		{ "WAREHOUSE", subject.warehouse ? subject.warehouse->name
							 : f ? f->warehouse : "" },
		{ "APPLICATION", app ? app->name : "" },
		{ "APPLICATION_NAMESPACE", app ? app->namespace : "" },
		{ "COMMIT", own_command_copied(&copies, "commit", "revision") },
		{ "DIGEST", own_command_copied(&copies, "digest", "digest") },
		{ "IMAGE", own_command_copied(&copies, "image", "image") },
		{ "URL", own_command_copied(&copies, "URL", "URL") },
		{ "READ_ONLY", screens_is_read_only(v->screens) ? "yes" : "no" },
	};
	const char **out = arena_array(v->a, COUNTOF(fields) + 1, sizeof(*out));

	for (size_t i = 0; i < COUNTOF(fields); i++)
		out[i] = str_format(v->a, "GANTRY_%s=%s", fields[i][0],
				    own_command_clean(v->a, fields[i][1]));
	return out;
}

void own_command_run(struct view *v, const struct own_command *c)
{
	screens_run(v->screens, c, own_command_environment(v));
}
