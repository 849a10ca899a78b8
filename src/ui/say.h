/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for things: states as glyph, word and role; ages; names. The same on every screen.
 * Ui thread.
 */
#ifndef GANTRY_UI_SAY_H
#define GANTRY_UI_SAY_H

#include "base/base.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "term/glyph.h"
#include "term/role.h"

struct application;
struct freight;
struct line;
struct sheet;
struct source;
struct stage;
struct subject;
struct view;
struct warehouse;
struct world;

/* A state: never by colour alone. */
struct say {
	enum glyph glyph;
	enum role role;
	const char *word;
};

struct say say_stage(struct view *v, const struct stage *s);
struct say say_sync(const struct stage *s);          /* word NULL: nothing to say */
struct say say_application(const struct application *app);
struct say say_application_sync(const struct application *app);
struct say say_phase(const struct promotion *p);
struct say say_step(enum step_status status);
struct say say_gate(const struct gate *gate);
struct say say_source(struct view *v, const struct source *s);

/* An error in a word or two: all of it is on the warehouse's screen and in the log. */
const char *say_short(struct view *v, const char *error);

/* How long ago; notes when that will read differently. "" for 0. */
const char *say_age(struct view *v, int64_t at);

/* When a source was last looked at: coarse, so that an idle screen stays silent. */
const char *say_seen(struct view *v, int64_t at);

/* From start to end, or to now when end is 0. */
const char *say_took(struct view *v, int64_t start, int64_t end);

/* "21:13:20" today, "18 Nov 14:20" else, in local time. */
const char *say_when(struct view *v, int64_t at);
const char *say_full_time(struct view *v, int64_t at);

/* What freight is called: alias or short name; "nothing" for NULL; the name when it is not known. */
const char *say_freight(struct view *v, const char *name);
const char *say_version(struct view *v, const char *name);

/* "nginx 1.29.5", "gitops 7d21e08" of one artifact, by index over images, charts and commits. */
size_t say_artifacts(const struct freight *f);
const char *say_artifact(struct view *v, const struct freight *f, size_t index);
void say_artifact_parts(struct view *v, const struct freight *f, size_t index, const char **name,
			const char **version);

/* What a person is called: "Ada" of "Ada <ada@example.org>". */
const char *say_actor(struct view *v, const char *actor);

/* Newest freight that the stage could run one day and that is newer than what it runs; NULL: none. */
const struct freight *say_newer(struct view *v, const struct stage *s, size_t *count);

/* How much newer freight there is, and whether the newest waits. */
struct say say_newer_remark(struct view *v, const struct stage *s, const struct freight *newest,
			    size_t count);

/* The stage's second thought: soaking, verification, holds, what waits. word NULL: nothing. */
struct say say_remark(struct view *v, const struct stage *s);

/* "5 of 7" of a promotion, and the name of the step it is at. */
size_t say_steps_done(const struct promotion *p);
const char *say_step_name(const struct promotion_step *step);

/* Does freight of one of these stages' flow into s? */
bool say_is_downstream(const struct stage *s, const char *upstream);

/* The answer to "and now?" */
const char *say_stage_sentence(struct view *v, const struct stage *s);
const char *say_freight_sentence(struct view *v, const struct freight *f);
const char *say_promotion_sentence(struct view *v, const struct promotion *p);
const char *say_warehouse_sentence(struct view *v, const struct warehouse *w);
const char *say_warehouse_reason(struct view *v, const struct warehouse *w);

/* Adds glyph and word. */
void say_add(struct view *v, struct sheet *sheet, struct line *l, int col, struct say say);

#endif
