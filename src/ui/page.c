/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of pages. Everything has its column, so that rows of different kinds line up. */
#include "ui/page.h"

#include <string.h>

#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"
#include "ui/columns.h"
#include "ui/display.h"

/* From so many cells on an outcome is named and told. */
enum { OUTCOME_ROOMY = 48 };

struct line *page_row(struct view *v, struct sheet *sheet, const char *name, const char *heading)
{
	struct line *l = sheet_line(sheet, name);

	(void)v;
	if (heading)
		line_cut(l, 0, PAGE_COL - 1, ROLE_HEADING, heading);
	return l;
}

void page_gap(struct sheet *sheet)
{
	if (sheet->count)
		sheet_line(sheet, NULL);
}

void page_text(struct view *v, struct sheet *sheet, const char *heading, enum role role,
	       const char *text)
{
	size_t first = sheet->count;

	sheet_wrap(sheet, PAGE_COL, v->cols - PAGE_COL - 3, role, text);
	if (sheet->count == first)
		sheet_line(sheet, NULL);
	if (heading)
		line_cut(&sheet->lines[first], 0, PAGE_COL - 1, ROLE_HEADING, heading);
}

/* The version of the same artifact in other freight; NULL when it has none. */
static const char *version_in(struct view *v, const struct freight *f, const char *name)
{
	const char *other, *version;

	for (size_t i = 0; f && i < display_artifacts(f); i++) {
		display_artifact_parts(v, f, i, &other, &version);
		if (strcmp(other, name) == 0)
			return version;
	}
	return NULL;
}

static void add_commit(struct view *v, struct sheet *sheet, const struct commit *c)
{
	struct line *l;

	if (!*c->message)
		return;
	l = sheet_line(sheet, NULL);
	line_cut(l, PAGE_COL + 2, v->cols - PAGE_COL - 24, ROLE_MUTED,
		 str_copy_n(v->a, c->message, strcspn(c->message, "\n")));
	if (*c->author)
		line_add(l, ROLE_MUTED, str_format(v->a, "  %s", display_actor(v, c->author)));
}

void page_changes(struct view *v, struct sheet *sheet, const char *heading,
		  const struct freight *from, const struct freight *to)
{
	for (size_t i = 0; i < display_artifacts(to); i++) {
		struct line *l = page_row(v, sheet, NULL, i ? NULL : heading);
		const char *name, *version, *old;

		display_artifact_parts(v, to, i, &name, &version);
		old = version_in(v, from, name);
		line_cut(l, PAGE_COL, 24, ROLE_TEXT, name);
		line_add(l, ROLE_TEXT, "   ");
		if (old && strcmp(old, version) != 0) {
			line_add(l, ROLE_MUTED, old);
			line_add(l, ROLE_MUTED,
				 str_format(v->a, " %s ", glyph_text(GLYPH_TO, v->ascii)));
		}
		line_add(l, ROLE_VERSION, version);
		if (old && strcmp(old, version) == 0)
			line_add(l, ROLE_MUTED, "   unchanged");
		if (i >= to->nimages + to->ncharts)
			add_commit(v, sheet, &to->commits[i - to->nimages - to->ncharts]);
	}
}

static void page_add_gate(struct view *v, struct sheet *sheet, const char *heading,
			  const struct gate *gate)
{
	struct display say = display_gate(gate);
	bool passed = gate->state == GATE_PASSED, needed = gate->needed;
	const char *sentence = needed ? gate->sentence : "not needed";
	size_t first = sheet->count;
	struct line *l;

	if (needed && gate->opens_at > v->now) {
		sentence = str_format(v->a, "%s, until %s", sentence, display_when(v, gate->opens_at));
		v->next_change = v->next_change < 1000 ? v->next_change : 1000;
	}
	sheet_wrap(sheet, PAGE_COL + 14, v->cols - PAGE_COL - 18,
		   passed || !needed ? ROLE_MUTED : ROLE_TEXT, sentence);
	if (needed && gate->who && !passed)
		sheet_wrap(sheet, PAGE_COL + 14, v->cols - PAGE_COL - 18, ROLE_MUTED,
			   gate->key ? str_format(v->a, "%s: %s", gate->who, gate->key) : gate->who);
	l = &sheet->lines[first];
	if (heading)
		line_cut(l, 0, PAGE_COL - 1, ROLE_HEADING, heading);
	line_at(l, PAGE_COL, needed ? say.role : ROLE_MUTED,
		glyph_text(needed ? say.glyph : GLYPH_POINT, v->ascii));
	line_cut(l, PAGE_COL + 3, 10, passed ? ROLE_TEXT : needed ? say.role : ROLE_MUTED,
		 gate->word);
}

/* Not a gate, but an operator must know it before promoting. */
static void page_setback(struct view *v, struct sheet *sheet, const struct stage *s, const struct freight *f)
{
	struct setback setback;
	const char *word;
	struct line *l;
	size_t first = sheet->count;

	setback_of(v->w, s, f, &setback);
	if (!setback.kind)
		return;
	sheet_wrap(sheet, PAGE_COL + 14, v->cols - PAGE_COL - 18, ROLE_WARNING,
		   setback_sentence(v->a, &setback, v->now));
	display_age(v, setback.promotion->finished_at);
	word = setback.kind == SETBACK_FAILED ? "tried" : "backed out";
	l = &sheet->lines[first];
	line_at(l, PAGE_COL, ROLE_WARNING, glyph_text(GLYPH_WARNING, v->ascii));
	line_cut(l, PAGE_COL + 3, 10, ROLE_WARNING, word);
}

void page_gates(struct view *v, struct sheet *sheet, const char *heading, const struct stage *s,
		const struct freight *f)
{
	struct gates gates;

	gates_of(v->a, &(struct gate_question){ v->w, s, f, v->now }, &gates);
	for (size_t i = 0; i < gates.count; i++)
		page_add_gate(v, sheet, i ? NULL : heading, &gates.items[i]);
	page_setback(v, sheet, s, f);
}

static const char *page_value(struct view *v, const struct value *value)
{
	const char *text;

	if (value_is(value, VALUE_STRING))
		return value_text(value, "");
	text = json_text(v->a, value, JSON_SORT_KEYS);
	return text ? text : "?";
}

/* "pr.url: https://…" rather than braces; what is deeper is JSON. */
static void page_add_outputs(struct view *v, struct sheet *sheet, const char *prefix, const struct value *map)
{
	for (size_t i = 0; value_is(map, VALUE_MAP) && i < value_count(map); i++) {
		const struct value_member *m = &map->map.members[i];
		const char *name = str_format(v->a, "%s%s%s", prefix, *prefix ? "." : "", m->key.at);

		if (!m->value || value_is(m->value, VALUE_NULL))
			continue;
		if (value_is(m->value, VALUE_MAP) && !*prefix)
			page_add_outputs(v, sheet, name, m->value);
		else
			page_text(v, sheet, NULL, ROLE_TEXT,
				  str_format(v->a, "%s: %s", name, page_value(v, m->value)));
	}
}

void page_outputs(struct view *v, struct sheet *sheet, const char *heading, const struct value *outputs)
{
	size_t first = sheet->count;

	page_add_outputs(v, sheet, "", outputs);
	if (heading && first < sheet->count)
		line_cut(&sheet->lines[first], 0, PAGE_COL - 1, ROLE_HEADING, heading);
}

static const char *page_outcome(struct view *v, const struct promotion *p, struct display say, int width)
{
	if (!promotion_is_over(p) && p->phase == PHASE_RUNNING)
		return str_format(v->a, "running, %zu of %zu", display_steps_done(p), p->nsteps);
	if (p->phase == PHASE_SUCCEEDED && p->rollback)
		return p->reason && *p->reason ? str_format(v->a, "rolled back: %s", p->reason)
					       : "rolled back";
	if (p->phase == PHASE_ABORTED && p->aborted_by)
		return display_outcome(v, p);
	/* The glyph says that it failed; where room is short, why is worth more than how that is called. */
	if (*p->message && say.role == ROLE_BAD && width < OUTCOME_ROOMY)
		return display_telling(v, promotion_cause(v->a, p), width);
	if (*p->message && p->phase != PHASE_SUCCEEDED)
		return str_format(v->a, "%s: %s", say.word, promotion_cause(v->a, p));
	if (p->reason && *p->reason)
		return p->reason;
	return say.word;
}

/* Everything a filter should find, even where it is not drawn. */
static void page_add_facts(struct view *v, struct line *l, const struct promotion *p)
{
	l->at = p->started_at ? p->started_at : p->created_at;
	line_fact(l, "stage", p->stage);
	line_fact(l, "by", *p->actor ? p->actor : "auto");
	line_fact(l, "outcome", display_phase(p).word);
	line_fact(l, "outcome", promotion_phase_word(p));
	line_fact(l, "outcome", p->rollback ? "rolled back" : NULL);
	line_fact(l, NULL, display_outcome(v, p));
	line_fact(l, NULL, p->reason);
	line_fact(l, NULL, p->from);
	line_fact(l, "freight", display_freight(v, p->freight));
	line_fact(l, "freight", p->freight);
	line_fact(l, "version", display_version(v, p->freight));
	line_fact(l, NULL, p->from_freight ? display_freight(v, p->from_freight) : NULL);
	line_fact(l, NULL, p->from_freight ? display_version(v, p->from_freight) : NULL);
}

void page_promotion(struct view *v, struct line *l,
		    const struct promotion *p, bool with_stage)
{
	struct display say = display_phase(p);
	bool narrow = v->cols < 76, wide = v->cols >= 96;
	int col = narrow ? 10 : 14, width = narrow ? 20 : v->cols >= 110 ? 36 : wide ? 29 : 25;
	int64_t at = p->started_at ? p->started_at : p->created_at;
	const char *arrow = glyph_text(p->rollback ? GLYPH_ROLLBACK : GLYPH_TO, v->ascii);

	page_add_facts(v, l, p);
	line_cut(l, 0, col - 1, ROLE_MUTED, narrow ? display_age(v, at) : display_when(v, at));
	if (with_stage) {
		line_cut(l, col, wide ? 11 : 8, ROLE_NAME,
			 text_shorten(v->a, p->stage, wide ? 11 : 8, v->ascii));
		col += wide ? 12 : 9;
	}
	line_cut(l, col, width, ROLE_FREIGHT,
		 str_format(v->a, "%s%s%s %s", p->from_freight ? display_freight(v, p->from_freight) : "",
			    p->from_freight ? " " : "", arrow, display_freight(v, p->freight)));
	col += width + 1;
	if (!narrow) {
		line_cut(l, col, wide ? 9 : 6, ROLE_TEXT, display_actor(v, p->actor));
		col += wide ? 10 : 7;
		line_cut(l, col, 7, ROLE_MUTED,
			 display_took(v, p->started_at, promotion_is_over(p) ? p->finished_at : 0));
		col += wide ? 8 : 7;
	}
	line_at(l, col, say.role, glyph_text(say.glyph, v->ascii));
	line_cut(l, col + 2, v->cols - col - 5, say.role == ROLE_OK ? ROLE_TEXT : say.role,
		 page_outcome(v, p, say, v->cols - col - 5));
}

void page_promotion_heads(struct view *v, struct sheet *sheet, bool with_stage)
{
	bool narrow = v->cols < 76, wide = v->cols >= 96;
	int stage = narrow ? 10 : 14, freight = stage + (!with_stage ? 0 : wide ? 12 : 9);
	int who = freight + (narrow ? 20 : v->cols >= 110 ? 36 : wide ? 29 : 25) + 1;
	int took = who + (wide ? 10 : 7), outcome = narrow ? who : took + (wide ? 8 : 7);
	const struct sheet_head heads[] = {
		{ 0, "when" }, { with_stage ? stage : -1, "stage" }, { freight, "freight" },
		{ narrow ? -1 : who, "who" }, { narrow ? -1 : took, "took" }, { outcome, "outcome" },
		{ 0, NULL },
	};

	if (v->rows >= PAGE_ROOMY)
		columns_heads(v, sheet, heads);
}
