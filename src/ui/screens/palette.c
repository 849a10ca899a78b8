/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The palette: go anywhere by a few letters of its name. The words are those of the keys'
 * actions and of the project's own things.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/jump.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/frame.h"
#include "ui/line_name.h"
#include "ui/moment.h"
#include "ui/operation.h"
#include "ui/own_commands.h"
#include "ui/projects.h"
#include "ui/dashboard.h"

enum { SHOWN = 200, CONTEXT_LETTERS = 3 };

/* Words of gantry get, of Kargo and of Argo CD for what has another name on the screen. */
static const struct palette_alias {
	const char *word;
	enum ui_action action;
} aliases[] = {
	{ "alerts", UI_ACTION_PROBLEMS },
	{ "sources", UI_ACTION_PROBLEMS },
	{ "events", UI_ACTION_EVENTS },
	{ "images", UI_ACTION_MATRIX },
};

/* The lines offered so far, in one pass over everything. */
struct offering {
	struct view *v;
	struct sheet *sheet;
	const char *letters;
	const struct jump *jumps;       /* the best, found once */
	size_t njumps;
	enum jump_fit level;
};

/* A line that Enter goes to. */
struct palette_line {
	const char *kind, *key;         /* "stage" and its name: what Enter is told */
	const char *name, *help;
};

/* Names are never cut: their ends tell them apart. */
static void palette_add(struct offering *o, const struct palette_line *p)
{
	struct line *l;
	int help = 12 + text_width(p->name, o->v->ascii) + 2;

	if (o->sheet->count >= SHOWN)
		return;
	l = sheet_line(o->sheet, str_format(o->v->a, "%s/%s", p->kind, p->key));
	line_cut(l, 1, 10, ROLE_MUTED, p->kind);
	line_cut(l, 12, o->v->cols - 14, ROLE_NAME, p->name);
	help = help < 34 ? 34 : help;
	if (help < o->v->cols - 8)
		line_cut(l, help, o->v->cols - help - 2, ROLE_TEXT, p->help);
}

static void offer_name(struct offering *o, const char *kind, const char *name, const char *help)
{
	if (jump_fit(name, o->letters) == o->level)
		palette_add(o, &(struct palette_line){ kind, name, name, help });
}

static void offer_agents(struct offering *o)
{
	if (*o->letters && jump_fit("agents", o->letters) == o->level)
		palette_add(o, &(struct palette_line){ "agents", "", "agents",
						       projects_agents(o->v->projects, o->v->a) });
}

static void offer_commands(struct offering *o)
{
	struct view below = screens_view(o->v->screens, o->v->s->below);

	below.a = o->v->a;
	for (int i = UI_ACTION_NONE + 1; i < UI_ACTION_COUNT; i++) {
		enum ui_action action = (enum ui_action)i;

		if (action == UI_ACTION_FIELD || action == UI_ACTION_DO || action == UI_ACTION_PALETTE ||
		    action == UI_ACTION_BACK || frame_offer(&below, action).state == OFFER_HIDDEN)
			continue;
		offer_name(o, "command", action_word(action), action_help(action));
	}
	for (size_t i = 0; *o->letters && i < COUNTOF(aliases); i++)
		if (frame_offer(&below, aliases[i].action).state != OFFER_HIDDEN)
			offer_name(o, "command", aliases[i].word, action_help(aliases[i].action));
	for (const struct own_command *c = NULL; (c = own_command_next(&below, c)) != NULL;)
		offer_name(o, "own", c->name, *c->help ? c->help : c->command);
}

/* By its name, its version, or what is in it. */
static enum jump_fit palette_fit_freight(struct view *v, const struct freight *f,
					 const char *letters)
{
	enum jump_fit best = jump_fit(freight_label(v->a, f), letters);
	enum jump_fit other = jump_fit(freight_version(v->a, f), letters);

	best = other > best ? other : best;
	for (size_t i = 0; i < display_artifacts(f) && best < JUMP_INSIDE; i++)
		best = jump_fit(display_artifact(v, f, i), letters) >= JUMP_INSIDE ? JUMP_INSIDE : best;
	if (strlen(letters) >= 4 && has_prefix(f->name, letters))
		best = JUMP_START;
	return best;
}

static enum jump_fit fit_warehouse(const struct warehouse *w, const char *letters)
{
	enum jump_fit best = jump_fit(w->name, letters);

	for (size_t i = 0; i < w->nsubscriptions && best < JUMP_INSIDE; i++)
		best = jump_fit(w->subscriptions[i].repo_url, letters) >= JUMP_INSIDE ? JUMP_INSIDE : best;
	return best;
}

static const char *palette_where(struct view *v, const struct freight *f)
{
	const char *all = freight_version(v->a, f);

	for (size_t i = 0; i < v->w->nstages; i++)
		if (same_text(stage_freight(v->w->stages[i], f->warehouse), f->name))
			all = str_format(v->a, "%s  %s", all, v->w->stages[i]->name);
	return all;
}

static void offer_things(struct offering *o)
{
	const struct world *w = o->v->w;
	struct view *v = o->v;

	for (size_t i = 0; i < w->nstages; i++)
		offer_name(o, "stage", w->stages[i]->name, display_stage(v, w->stages[i]).word);
	for (size_t i = 0; i < w->nwarehouses; i++) {
		const struct warehouse *it = w->warehouses[i];

		if (fit_warehouse(it, o->letters) == o->level)
			palette_add(o, &(struct palette_line){ "warehouse", it->name, it->name,
				it->nsubscriptions ? it->subscriptions[0].repo_url : "" });
	}
	for (size_t i = 0; i < w->nfreight; i++)
		if (palette_fit_freight(v, w->freight[i], o->letters) == o->level)
			palette_add(o, &(struct palette_line){ "freight", w->freight[i]->name,
				freight_label(v->a, w->freight[i]), palette_where(v, w->freight[i]) });
	for (const char *const *names = screens_themes(v->screens); names && *names; names++)
		offer_name(o, "theme", *names, "");
}

/* Sentences about a stage: "promote prod", and with freight: "promote prod 1.29.5". */
static const enum ui_action sayable[] = {
	UI_ACTION_PROMOTE, UI_ACTION_WHY, UI_ACTION_ROLLBACK, UI_ACTION_APPROVE, UI_ACTION_ABORT,
	UI_ACTION_RESUME, UI_ACTION_PROMOTION, UI_ACTION_APPS, UI_ACTION_ONWARD, UI_ACTION_PLAN,
	UI_ACTION_REFRESH, UI_ACTION_OPEN,
};

static void offer_operation(struct offering *o, enum ui_action action, const struct stage *s,
			    const char *freight)
{
	struct view *v = o->v;
	const struct freight *f = NULL;

	for (size_t i = 0; *freight && !f && i < v->w->nfreight; i++)
		if (stage_request(s, v->w->freight[i]->warehouse) &&
		    palette_fit_freight(v, v->w->freight[i], freight) >= JUMP_INSIDE)
			f = v->w->freight[i];
	if (*freight && !f)
		return;
	palette_add(o, &(struct palette_line){
		"do", str_format(v->a, "%s %s %s", action_word(action), s->name, f ? f->name : ""),
		str_format(v->a, "%s %s%s%s%s%s", action_word(action), s->name, f ? " " : "",
			   f ? freight_label(v->a, f) : "", f ? " " : "", f ? freight_version(v->a, f) : ""),
		action_help(action) });
}

static void offer_operations(struct offering *o)
{
	size_t verb = strcspn(o->letters, " ");
	const char *rest = o->letters + verb + strspn(o->letters + verb, " ");
	const char *stage = str_copy_n(o->v->a, rest, strcspn(rest, " "));
	const char *freight = rest + strlen(stage) + strspn(rest + strlen(stage), " ");

	for (size_t a = 0; *stage && a < COUNTOF(sayable); a++)
		for (size_t i = 0; i < o->v->w->nstages; i++)
			if (same_but_case_n(action_word(sayable[a]), o->letters, verb) &&
			    jump_fit(o->v->w->stages[i]->name, stage) == o->level)
				offer_operation(o, sayable[a], o->v->w->stages[i], freight);
}

static void offer_moment(struct offering *o)
{
	const char *text = has_prefix(o->letters, "at ") ? o->letters + strlen("at ") : o->letters;
	int64_t at;

	if (!moment_parse_at(o->letters, &at))
		return;
	palette_add(o, &(struct palette_line){ "at", str_format(o->v->a, "%lld", (long long)at), text,
		str_format(o->v->a, "as it stood on %s", display_full_time(o->v, at)) });
}

/* Promotions and applications; of several projects each of them, and the things of the others. */
static void offer_jumps(struct offering *o)
{
	struct view *v = o->v;

	for (size_t i = 0; i < o->njumps; i++) {
		const struct jump *j = &o->jumps[i];
		const char *word = jump_kind_word(j->kind), *project = world_name(j->world);

		if (j->fit != o->level)
			continue;
		palette_add(o, &(struct palette_line){
			"go",
			str_format(v->a, "%s/%s/%s%s%s", line_name_begin(v->a, project), word,
				   j->namespace ? j->namespace : "", j->namespace ? "/" : "", j->key),
			j->name,
			!v->many || j->kind == JUMP_PROJECT ? word
							    : str_format(v->a, "%s of %s", word, project) });
	}
}

/* "context staging", or a few letters of its name. The beginning of the word alone offers all. */
static void offer_contexts(struct offering *o)
{
	static const char word[] = "context ";
	const char *const *names = screens_contexts(o->v->screens);
	bool asked = has_prefix(o->letters, word);
	bool all = !asked && strlen(o->letters) >= CONTEXT_LETTERS && has_prefix(word, o->letters);
	const char *letters = asked ? o->letters + strlen(word) : o->letters;

	for (; names && *names; names++)
		if ((all ? JUMP_START : jump_fit(*names, letters)) == o->level)
			palette_add(o, &(struct palette_line){ "context", *names, *names,
							       "show the Kargo there instead" });
}

static void palette_screen_fill(struct view *v, struct sheet *sheet)
{
	struct jump jumps[SHOWN];
	struct offering o = { .v = v, .sheet = sheet, .letters = prompt_text(&v->s->filter), .jumps = jumps };

	o.njumps = jump_find(v->projects->fleet, v->w, o.letters, jumps, SHOWN);
	offer_moment(&o);
	for (o.level = JUMP_START; o.level >= JUMP_LOOSELY; o.level--) {
		if (!*o.letters)
			offer_jumps(&o);
		offer_operations(&o);
		offer_commands(&o);
		offer_agents(&o);
		offer_things(&o);
		offer_contexts(&o);
		if (*o.letters)
			offer_jumps(&o);
	}
	if (!sheet->count)
		sheet_text(sheet, 1, ROLE_MUTED, "0 match: nothing is called that.");
}

static void palette_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	struct area list = { area.row + 2, area.col, area.rows - 2, area.cols };
	int col = canvas_text(c, area.row, area.col + 2, ROLE_PROMPT, ":") + 1;

	prompt_draw(&v->s->filter, c, cells_at(area.row, col, area.cols - 6), true);
	sheet_draw(&v->s->sheet, &v->s->place, c, list);
}

static enum ui_action palette_action(const char *word, size_t len)
{
	for (int i = UI_ACTION_NONE + 1; i < UI_ACTION_COUNT; i++) {
		const char *its = action_word((enum ui_action)i);

		if (strlen(its) == len && strncmp(its, word, len) == 0)
			return (enum ui_action)i;
	}
	for (size_t i = 0; i < COUNTOF(aliases); i++)
		if (strlen(aliases[i].word) == len && strncmp(aliases[i].word, word, len) == 0)
			return aliases[i].action;
	return UI_ACTION_NONE;
}

/* "promote prod", with the whole name of freight behind it where some was meant. */
static void palette_do(struct screens *d, struct arena *a, const char *text)
{
	struct view v = screens_view(d, screens_top(d));
	size_t verb = strcspn(text, " ");
	const char *stage = text + verb + 1, *freight = stage + strcspn(stage, " ");
	enum ui_action action = palette_action(text, verb);
	struct subject subject = {
		.stage = world_stage(v.w, str_copy_n(a, stage, (size_t)(freight - stage))),
		.freight = world_freight(v.w, freight + 1),
	};
	struct offer offer = operation_offer(&v, &subject, action);

	if (offer.state == OFFER_OPEN)
		operation_do(&v, &subject, action);
	else
		screens_notify(d, offer.why ? offer.why : "that means nothing for this stage now", true);
}

/* "payments/stage/prod", "payments/application/argocd/web": its screen, above the board of its project. */
static void palette_go(struct screens *d, struct arena *a, const char *target)
{
	size_t project = strcspn(target, "/");
	const char *kind = target + project + 1, *key = strchr(kind, '/') + 1;
	const struct promotion *p;

	if (screens_view(d, screens_top(d)).many)
		screen_place(screens_open(d, &screen_board, NULL, NULL, NULL),
			     line_name_project(a, target));
	if (has_prefix(kind, "stage/"))
		screens_open(d, &screen_stage, key, NULL, NULL);
	else if (has_prefix(kind, "warehouse/"))
		screens_open(d, &screen_warehouse, NULL, NULL, key);
	else if (has_prefix(kind, "freight/"))
		screens_open(d, &screen_freight, NULL, key, NULL);
	else if (has_prefix(kind, "application/"))
		screens_open(d, &screen_application, NULL, NULL, key);
	if (!has_prefix(kind, "promotion/"))
		return;
	p = world_promotion(screens_view(d, screens_top(d)).w, key);
	if (p)
		screens_open(d, &screen_promotion, p->stage, p->freight, p->name);
}

static void palette_run_own(struct screens *d, const char *name)
{
	struct view v = screens_view(d, screens_top(d));
	const struct own_command *c = own_command_next(&v, NULL);

	while (c && strcmp(c->name, name) != 0)
		c = own_command_next(&v, c);
	if (c)
		own_command_run(&v, c);
}

static void palette_travel(struct screens *d, const char *at)
{
	struct intent travel = { .kind = INTENT_TRAVEL, .travel = TRAVEL_TO,
				 .travel_to = strtoll(at, NULL, 10) };

	screens_submit(d, &travel);
}

static bool palette_screen_act(struct view *v, enum ui_action action)
{
	struct screens *d = v->screens;
	const char *kind, *slash, *name;

	if (action != UI_ACTION_DO)
		return false;
	kind = str_copy(v->a, place_chosen(&v->s->place, &v->s->sheet));
	slash = strchr(kind, '/');
	screens_close(d);
	if (!slash)
		return true;
	name = slash + 1;
	if (has_prefix(kind, "command/"))
		screens_act(d, palette_action(name, strlen(name)));
	else if (has_prefix(kind, "agents/"))
		screens_notify(d, projects_agents(v->projects, v->a), false);
	else if (has_prefix(kind, "do/"))
		palette_do(d, v->a, name);
	else if (has_prefix(kind, "go/"))
		palette_go(d, v->a, name);
	else if (has_prefix(kind, "own/"))
		palette_run_own(d, name);
	else if (has_prefix(kind, "context/"))
		screens_attach(d, name);
	else if (has_prefix(kind, "at/"))
		palette_travel(d, name);
	else if (has_prefix(kind, "stage/"))
		screens_open(d, &screen_stage, name, NULL, NULL);
	else if (has_prefix(kind, "warehouse/"))
		screens_open(d, &screen_warehouse, NULL, NULL, name);
	else if (has_prefix(kind, "freight/"))
		screens_open(d, &screen_freight, NULL, name, NULL);
	else
		screens_pick_theme(d, name);
	return true;
}

static const char *palette_screen_sentence(struct view *v)
{
	(void)v;
	return "A few letters are enough: a name, a version, an image; promote prod; at 16:00.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "go" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_palette = {
	.name = "command",
	.flags = SCREEN_POPUP | SCREEN_TYPES,
	.keys = keys,
	.fill = palette_screen_fill,
	.draw = palette_screen_draw,
	.act = palette_screen_act,
	.sentence = palette_screen_sentence,
	.popup_rows = 16,
	.popup_cols = 110,
};
