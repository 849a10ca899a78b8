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

void page_name(struct view *v, struct line *l, struct cells at, enum role role, const char *name)
{
	line_cut(l, at.col, at.width, role, text_shorten(v->a, name, at.width, v->ascii));
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

/* Where there is little room the heading stands above the gates, not beside them. */
enum { GATE_NARROW = 60, GATE_NARROW_COL = 1 };

static int page_gate_col(const struct view *v)
{
	return v->cols < GATE_NARROW ? GATE_NARROW_COL : PAGE_COL;
}

/* A gate's sentence, beside its word. */
static void page_gate_text(struct view *v, struct sheet *sheet, enum role role, const char *text)
{
	int col = page_gate_col(v) + 14;

	sheet_wrap(sheet, col, v->cols - col - 4, role, text);
}

static void page_add_gate(struct view *v, struct sheet *sheet, const char *heading,
			  const struct gate *gate)
{
	struct display say = display_gate(gate);
	bool passed = gate->state == GATE_PASSED, needed = gate->needed;
	const char *sentence = needed ? gate->sentence : "not needed";
	int col = page_gate_col(v);
	size_t first;
	struct line *l;

	if (heading && col < PAGE_COL)
		sheet_text(sheet, 0, ROLE_HEADING, heading);
	first = sheet->count;
	if (needed && gate->opens_at > v->now) {
		sentence = str_format(v->a, "%s, until %s", sentence, display_when(v, gate->opens_at));
		v->next_change = v->next_change < 1000 ? v->next_change : 1000;
	}
	page_gate_text(v, sheet, passed || !needed ? ROLE_MUTED : ROLE_TEXT, sentence);
	if (needed && gate->who && !passed)
		page_gate_text(v, sheet, ROLE_MUTED,
			       gate->key ? str_format(v->a, "%s: %s", gate->who, gate->key) : gate->who);
	l = &sheet->lines[first];
	if (heading && col == PAGE_COL)
		line_cut(l, 0, PAGE_COL - 1, ROLE_HEADING, heading);
	line_at(l, col, needed ? say.role : ROLE_MUTED,
		glyph_text(needed ? say.glyph : GLYPH_POINT, v->ascii));
	line_cut(l, col + 3, 10, passed ? ROLE_TEXT : needed ? say.role : ROLE_MUTED,
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
	page_gate_text(v, sheet, ROLE_WARNING, setback_sentence(v->a, &setback, v->now));
	display_age(v, setback.promotion->finished_at);
	word = setback.kind == SETBACK_FAILED ? "tried" : "backed out";
	l = &sheet->lines[first];
	line_at(l, page_gate_col(v), ROLE_WARNING, glyph_text(GLYPH_WARNING, v->ascii));
	line_cut(l, page_gate_col(v) + 3, 10, ROLE_WARNING, word);
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

/* Where the columns of a list of promotions begin; -1: left out. */
struct page_columns {
	int stage, freight, who, took, outcome;
	int stage_width, freight_width;
	bool with_source;               /* the freight before is named, too */
};

static struct page_columns page_promotion_columns(const struct view *v, bool with_stage)
{
	bool tiny = v->cols < 60, narrow = v->cols < 76, wide = v->cols >= 96;
	struct page_columns c = { .stage = -1, .who = -1, .took = -1, .freight = narrow ? 10 : 14,
				  .stage_width = wide ? 11 : 8, .with_source = !tiny };

	if (with_stage) {
		c.stage = c.freight;
		c.freight += c.stage_width + 1;
	}
	/* The sign of the outcome has a cell, however narrow it is. */
	c.freight_width = tiny ? v->cols - c.freight - 4 : narrow ? 20 : v->cols >= 110 ? 36 : wide ? 29 : 25;
	c.outcome = c.freight + c.freight_width + 1;
	if (narrow)
		return c;
	c.who = c.outcome;
	c.took = c.who + (wide ? 10 : 7);
	c.outcome = c.took + (wide ? 8 : 7);
	return c;
}

/* "wise-otter → soft-squirrel". */
static const char *page_move(struct view *v, const struct promotion *p, bool with_source)
{
	const char *arrow = glyph_text(p->rollback ? GLYPH_ROLLBACK : GLYPH_TO, v->ascii);
	const char *from = with_source && p->from_freight ? display_freight(v, p->from_freight) : "";

	return str_format(v->a, "%s%s%s %s", from, *from ? " " : "", arrow, display_freight(v, p->freight));
}

void page_promotion(struct view *v, struct line *l,
		    const struct promotion *p, bool with_stage)
{
	const struct page_columns c = page_promotion_columns(v, with_stage);
	struct display say = display_phase(p);
	int64_t at = p->started_at ? p->started_at : p->created_at;
	int first = c.stage >= 0 ? c.stage : c.freight, room = v->cols - c.outcome - 5;

	page_add_facts(v, l, p);
	line_cut(l, 0, first - 1, ROLE_MUTED, v->cols < 76 ? display_age(v, at) : display_when(v, at));
	if (c.stage >= 0)
		page_name(v, l, cells_at(0, c.stage, c.stage_width), ROLE_NAME, p->stage);
	line_cut(l, c.freight, c.freight_width, ROLE_FREIGHT, page_move(v, p, c.with_source));
	if (c.who >= 0)
		line_cut(l, c.who, c.took - c.who - 1, ROLE_TEXT, display_actor(v, p->actor));
	if (c.took >= 0)
		line_cut(l, c.took, 7, ROLE_MUTED,
			 display_took(v, p->started_at, promotion_is_over(p) ? p->finished_at : 0));
	line_at(l, c.outcome, say.role, glyph_text(say.glyph, v->ascii));
	if (room > 0)
		line_cut(l, c.outcome + 2, room, say.role == ROLE_OK ? ROLE_TEXT : say.role,
			 page_outcome(v, p, say, room));
}

void page_promotion_heads(struct view *v, struct sheet *sheet, bool with_stage)
{
	const struct page_columns c = page_promotion_columns(v, with_stage);
	const struct sheet_head heads[] = {
		{ 0, "when" }, { c.stage, "stage" }, { c.freight, "freight" }, { c.who, "who" },
		{ c.took, "took" }, { v->cols - c.outcome < 10 ? -1 : c.outcome, "outcome" },
		{ 0, NULL },
	};

	if (v->rows >= PAGE_ROOMY)
		columns_heads(v, sheet, heads);
}
