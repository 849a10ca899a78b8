/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for things: states as glyph, word and role; ages; names. The same on every screen.
 * Ui thread.
 */
#ifndef GANTRY_UI_DISPLAY_H
#define GANTRY_UI_DISPLAY_H

#include "base/base.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "term/glyph.h"
#include "term/role.h"

struct application;
struct event_line;
struct freight;
struct line;
struct sheet;
struct source;
struct stage;
struct subject;
struct todo;
struct view;
struct warehouse;
struct world;

/* A state: never by colour alone. */
struct display {
	enum glyph glyph;
	enum role role;
	const char *word;
};

struct display display_stage(struct view *v, const struct stage *s);
/*
 * The role of the colour that the stage's annotation kargo.akuity.io/color names, by one of Kargo's words or
 * as #rrggbb; otherwise when it has none. Where a person looks for the stage its name stands, too.
 */
enum role display_hue(const struct stage *s, enum role otherwise);

struct display display_sync(const struct stage *s);          /* word NULL: nothing to say */
struct display display_application(const struct application *app);
struct display display_application_sync(const struct application *app);
/* The stage whose promotions update it; NULL: none does. */
const struct stage *display_application_stage(const struct view *v, const struct application *app);

struct display display_phase(const struct promotion *p);
struct display display_step(const struct promotion_step *s);
struct display display_todo(const struct todo *todo);
struct display display_gate(const struct gate *gate);
struct display display_source(struct view *v, const struct source *s);

/* An error in a word or two: all of it is on the warehouse's screen and in the log. */
const char *display_short(struct view *v, const char *error);

/* How long ago; notes when that will read differently. "" for 0. */
const char *display_age(struct view *v, int64_t at);

/* When a source was last looked at: coarse, so that an idle screen stays silent. */
const char *display_seen(struct view *v, int64_t at);

/* From start to end, or to now when end is 0. */
const char *display_took(struct view *v, int64_t start, int64_t end);

/* "21:13:20" today, "18 Nov 14:20" else, in local time. */
const char *display_when(struct view *v, int64_t at);
const char *display_full_time(struct view *v, int64_t at);

/* What freight is called: alias or short name; "nothing" for NULL; the name when it is not known. */
const char *display_freight(struct view *v, const char *name);
const char *display_version(struct view *v, const char *name);

/* "nginx 1.29.5", "gitops 7d21e08" of one artifact, by index over images, charts and commits. */
size_t display_artifacts(const struct freight *f);
const char *display_artifact(struct view *v, const struct freight *f, size_t index);
void display_artifact_parts(struct view *v, const struct freight *f, size_t index, const char **name,
			const char **version);

/* The name of its line: "payments/prod/promote"; without a stage "payments//manifests/…". */
const char *display_todo_name(struct view *v, const struct todo *todo);

/* What a person is called: "Ada" of "Ada <ada@example.org>". */
const char *display_actor(struct view *v, const char *actor);

/* Who executes the project: "engine here", "engine on bastion-2", "nobody executes"; "Kargo". */
const char *display_engine(struct arena *a, const struct world *w);

/* Whoever did it: where nobody is named, gantry itself, or the Kargo that is attached. */
const char *display_event_actor(struct view *v, const struct event_line *ev);

/*
 * What the stage could take next: the newest that may enter now, else the newest that waits;
 * NULL: nothing newer than what runs. *count: how many are newer, of all its warehouses.
 */
const struct freight *display_newer(struct view *v, const struct stage *s, size_t *count);

/* How much newer freight there is, and whether the newest waits. */
struct display display_newer_remark(struct view *v, const struct stage *s, const struct freight *newest,
			    size_t count);

/*
 * The stage's second thought: a failure, soaking, verification, holds, what waits. word NULL: nothing.
 * Where room is short, what tells most of it: width is in cells, 0: as much as there is.
 */
struct display display_remark(struct view *v, const struct stage *s, int width);

/* The end of an error that tells most in so many cells: causes come last, "a: b: cause". */
const char *display_telling(struct view *v, const char *error, int width);

/* How a promotion ended, the cause first, and what it had pushed by then; "" when nothing is to be said. */
const char *display_outcome(struct view *v, const struct promotion *p);

/* "5 of 7" of a promotion, and the name of the step it is at. */
size_t display_steps_done(const struct promotion *p);
const char *display_step_name(const struct promotion_step *step);

/* Whether a promotion has failed since then. */
bool display_failed_since(const struct world *w, int64_t since);

/* Does freight of one of these stages' flow into s? */
bool display_is_downstream(const struct stage *s, const char *upstream);

/* The answer to "and now?" */
const char *display_stage_sentence(struct view *v, const struct stage *s);
const char *display_freight_sentence(struct view *v, const struct freight *f);
const char *display_promotion_sentence(struct view *v, const struct promotion *p);
const char *display_warehouse_sentence(struct view *v, const struct warehouse *w);
const char *display_warehouse_reason(struct view *v, const struct warehouse *w);

/* Adds glyph and word. */
void display_add(struct view *v, struct line *l, int col, struct display say);

#endif
