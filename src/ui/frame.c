/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around every screen. On small terminals the rules go first, then the words of the
 * sources, then those of the badges; the signs stay, so that a failing source is always visible.
 */
#include "ui/frame.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/attachment.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/home.h"
#include "ui/operation.h"
#include "ui/spots.h"
#include "ui/screens.h"
#include "ui/display.h"

enum { ROOMY_ROWS = 16, GAP = 3, PATH_LEAST = 12, MINUTE_MS = 60 * 1000 };

struct offer frame_offer(struct view *v, enum ui_action action)
{
	struct subject subject = { 0 };
	struct offer offer;

	if (v->s->def->columns && (action == UI_ACTION_SORT || action == UI_ACTION_REVERSE))
		return (struct offer){ sheet_choices(&v->s->sheet) > 1 ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	if (v->s->def->offer && v->s->def->offer(v, action, &offer))
		return offer;
	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	return operation_offer(v, &subject, action);
}

static const char *clock_text(struct view *v)
{
	time_t seconds = (time_t)(v->now / 1000);
	struct tm tm;
	int64_t left = MINUTE_MS - v->now % MINUTE_MS;

	v->next_change = left < v->next_change ? left : v->next_change;
	if (!localtime_r(&seconds, &tm))
		return "";
	return str_format(v->a, "%02d:%02d", tm.tm_hour, tm.tm_min);
}

/* How much the right edge says: what is usual is left out first, a failing source never. */
enum words { WORDS_ALL, WORDS_UNUSUAL, WORDS_BADGES, WORDS_SIGNS, WORDS_AGES, WORDS_NAMES };

/* What needs somebody, and who carries it out. */
static void add_badges(struct view *v, struct line *l, enum words said)
{
	bool words = said < WORDS_SIGNS;
	const struct world *w = screens_header_world(v->screens);
	size_t errors = 0, alerts = screens_alerts(v->screens);

	for (size_t i = 0; i < w->ncomplaints; i++)
		errors += w->complaints[i].is_error;
	if (errors)
		line_add(l, ROLE_BAD, str_format(v->a, "%s %zu%s",
							glyph_text(GLYPH_BAD, v->ascii), errors,
							said < WORDS_AGES ? " in manifests   " : "! "));
	if (alerts && words)
		line_add(l, ROLE_BAD, str_format(v->a, "%s %zu alert%s   ", glyph_text(GLYPH_BAD, v->ascii),
						 alerts, alerts == 1 ? "" : "s"));
	if (screens_todo(v->screens) > errors)
		line_add(l, alerts && !words ? ROLE_BAD : ROLE_WARNING,
			 str_format(v->a, words ? "! %zu to do   " : alerts ? "!!%zu  " : "!%zu  ",
				    screens_todo(v->screens)));
	if (screens_is_read_only(v->screens))
		line_add(l, ROLE_WAITING, words ? "read-only   " : "ro  ");
	if (!w->attachment && said < WORDS_NAMES &&
	    (said == WORDS_ALL || w->engine == ENGINE_NONE || (words && w->engine != ENGINE_HERE)))
		line_add(l, w->engine == ENGINE_NONE ? ROLE_WAITING : ROLE_MUTED,
			 str_format(v->a, "%s   ", display_engine(v->a, w)));
}

static void add_source(struct view *v, struct line *l, enum words said, const struct source *s)
{
	bool words = said < WORDS_BADGES || s->failing_since;
	struct display say = display_source(v, s);

	if (said == WORDS_NAMES && !s->failing_since)
		return;
	if (said >= WORDS_AGES)
		say.word = str_copy_n(v->a, say.word, said == WORDS_NAMES ? 0 : strcspn(say.word, " "));
	if (words)
		line_add(l, ROLE_MUTED, str_format(v->a, "%s ", s->name));
	line_add(l, say.role, glyph_text(say.glyph, v->ascii));
	if (words && *say.word)
		line_add(l, say.role == ROLE_BAD ? ROLE_BAD : ROLE_MUTED, str_format(v->a, " %s", say.word));
	line_add(l, ROLE_TEXT, said == WORDS_ALL ? "   " : said < WORDS_BADGES ? "  " : " ");
}

/* Badges, sources and the clock as one line, to be put at the right edge. */
static struct line *right_line(struct view *v, struct sheet *sheet, enum words said)
{
	struct line *l = sheet_line(sheet, NULL);
	const struct world *w = screens_header_world(v->screens);

	add_badges(v, l, said);
	for (size_t i = 0; i < w->nsources; i++)
		add_source(v, l, said, &w->sources[i]);
	line_add(l, ROLE_MUTED, said < WORDS_NAMES ? clock_text(v) : "");
	return l;
}

/* The past must not be mistaken for the present. */
static struct line *past_line(struct view *v, struct sheet *sheet, bool whole)
{
	struct line *l = sheet_line(sheet, NULL);
	int64_t ago = clock_now() - v->w->past_at;

	v->next_change = MINUTE_MS;
	line_add(l, ROLE_DANGER, " PAST ");
	line_add(l, ROLE_WARNING, str_format(v->a, " %s", whole ? display_full_time(v, v->w->past_at)
							: clock_text(v)));
	line_add(l, ROLE_MUTED, str_format(v->a, ", %s ago", clock_age(v->a, ago < 0 ? 0 : ago)));
	return l;
}

/* The first parts at the right edge, which need somebody. */
static int urgent_width(const struct line *l, bool ascii)
{
	int width = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (l->spans[i].role != ROLE_BAD && l->spans[i].role != ROLE_WARNING)
			break;
		width += text_width(l->spans[i].text, ascii);
	}
	return width;
}

static void draw_spans(const struct line *l, struct canvas *c, int row, int col)
{
	for (size_t i = 0; i < l->count; i++)
		col = canvas_text(c, row, col, l->spans[i].role, l->spans[i].text);
}

static int draw_path_part(struct canvas *c, int col, bool first, enum role role, const char *text)
{
	if (!first) {
		col = canvas_text(c, 0, col, ROLE_MUTED, " ");
		col = canvas_glyph(c, 0, col, ROLE_MUTED, GLYPH_HERE) + 1;
	}
	return canvas_text(c, 0, col, role, text);
}

static const char *path_about(struct view *v, const struct screen *s)
{
	const char *about = NULL;

	if (s->def->about) {
		struct view of = *v;

		of.s = unconst(s);
		about = s->def->about(&of);
	}
	if (s->def == &screen_stage)
		about = buf_str(&s->stage);
	else if (s->def == &screen_freight)
		about = display_freight(v, buf_str(&s->freight));
	return about ? about : s->def->name;
}

/* One screen of the path; with its project, if that differs from the screen below's. */
static int draw_crumb(struct view *v, struct canvas *c, const struct screen *s, int col, bool first)
{
	bool fleet = s->def->flags & SCREEN_FLEET;
	bool another = v->many && !fleet &&
		       (!s->below || strcmp(buf_str(&s->project), buf_str(&s->below->project)) != 0);

	if (another)
		col = draw_path_part(c, col, first, ROLE_PATH, buf_str(&s->project));
	if (s->def == &screen_board)
		return another ? col : canvas_text(c, 0, col, ROLE_PATH, world_name(v->w));
	return draw_path_part(c, col, first && !another, s->def == &screen_fleet ? ROLE_PATH : ROLE_TEXT,
			      path_about(v, s));
}

/*
 * Nobody may take one cluster for another: which it is stands first, however narrow the screen is. Contexts
 * of clouds are long ("arn:aws:eks:...:cluster/prod"); the path and the right edge keep their room. NULL:
 * nothing is attached.
 */
static const char *context_text(struct view *v, int cols)
{
	const struct attachment *at = screens_header_world(v->screens)->attachment;

	return at ? text_shorten(v->a, at->context, cols / 3, v->ascii) : NULL;
}

static int draw_context(struct canvas *c, int col, const char *context)
{
	if (!context)
		return col;
	col = canvas_text(c, 0, col, ROLE_STRONG, context) + 1;
	return canvas_glyph(c, 0, col, ROLE_MUTED, GLYPH_HERE) + 1;
}

/* What of it can be seen can be clicked. */
static void spot_crumb(struct view *v, const struct canvas *c, const struct screen *s, int from, int to)
{
	int right = c->clip.col + c->clip.cols;

	from = from < c->clip.col ? c->clip.col : from;
	to = to > right ? right : to;
	if (from < to)
		screens_spot_screen(v->screens, (struct area){ 0, from, 1, to - from }, s);
}

/* "kargo-demo ▸ prod ▸ plan". The fleet is named only on top, for it is below everything. */
static int draw_path(struct view *v, struct canvas *c, const struct screen *s, int col)
{
	int start = col, end;

	if (s->below)
		col = draw_path(v, c, s->below, col);
	if (s->def == &screen_fleet && s != v->s)
		return col;
	end = draw_crumb(v, c, s, col, col == start);
	spot_crumb(v, c, s, col, end);
	return end;
}

/* A path that is too long loses its beginning: its end says which screen this is. */
static void draw_path_end(struct view *v, struct canvas *c, struct cells at, int path)
{
	struct area old = canvas_clip(c, (struct area){ 0, at.col, 1, at.width });

	draw_path(v, c, v->s, path > at.width ? at.col + at.width - path : at.col);
	if (path > at.width)
		canvas_glyph(c, 0, at.col, ROLE_MUTED, GLYPH_MORE);
	canvas_unclip(c, old);
}

/*
 * The right edge beside a path and all that stands before it; where little of the path would be left, of
 * sources only the names of those that fail.
 */
static struct line *right_beside(struct view *v, struct sheet *sheet, int cols, int whole, int path)
{
	struct line *right = right_line(v, sheet, WORDS_ALL);
	int least = path < PATH_LEAST ? path : PATH_LEAST, room = cols - whole - 4;

	if (screens_header_world(v->screens)->past_at)
		return past_line(v, sheet, cols >= 76);
	for (int said = WORDS_UNUSUAL; said <= WORDS_AGES && line_end(right, v->ascii) > room; said++)
		right = right_line(v, sheet, (enum words)said);
	if (line_end(right, v->ascii) > cols - least - 3)
		right = right_line(v, sheet, WORDS_NAMES);
	return right;
}

/* The words of the right edge go first where there is no room for the path, then the program's name. */
static void draw_top(struct view *v, struct canvas *c)
{
	static const char brand[] = "gantry  ";
	struct sheet sheet = { .a = v->a };
	struct canvas scratch = { .ascii = c->ascii };
	struct line *right;
	const char *context = context_text(v, c->cols);
	int path = draw_path(v, &scratch, v->s, 0), col = 1, width;
	int whole = (int)strlen(brand) + draw_context(&scratch, 0, context) + path;

	right = right_beside(v, &sheet, c->cols, whole, path);
	width = line_end(right, v->ascii);
	if (col + whole <= c->cols - width - 2)
		col = canvas_text(c, 0, col, ROLE_BRAND, brand);
	col = draw_context(c, col, context);
	draw_path_end(v, c, cells_at(0, col, c->cols - width - 2 - col), path);
	draw_spans(right, c, 0, c->cols - width - 1);
	screens_spot_action(v->screens,
			    (struct area){ 0, c->cols - width - 1, 1, urgent_width(right, v->ascii) },
			    UI_ACTION_PROBLEMS);
}

static const char *subject_sentence(struct view *v, const char **about)
{
	struct subject subject = { 0 };

	*about = NULL;
	if (v->s->def->sentence)
		return v->s->def->sentence(v);
	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	if (subject.promotion) {
		*about = subject.promotion->stage;
		return display_promotion_sentence(v, subject.promotion);
	}
	if (subject.stage && !subject.freight) {
		*about = subject.stage->name;
		return display_stage_sentence(v, subject.stage);
	}
	if (subject.freight) {
		*about = display_freight(v, subject.freight->name);
		return display_freight_sentence(v, subject.freight);
	}
	if (subject.warehouse) {
		*about = subject.warehouse->name;
		return display_warehouse_sentence(v, subject.warehouse);
	}
	return "";
}

/* In the past advice is useless: what happened last, and the keys that move in time. */
static void draw_past(struct view *v, struct canvas *c, int row)
{
	const char *keys = c->cols >= 100 ? "[ ] by event   { } hour   ( ) day   0 back to the present"
					  : "[ ] event  { } hour  0 present";
	int width = text_width(keys, v->ascii), room = c->cols - width - 4;

	if (v->w->nevents && room > 10)
		canvas_cut(c, cells_at(row, 1, room), ROLE_TEXT, v->w->events[0].subject);
	canvas_text(c, row, c->cols - width - 1, ROLE_WARNING, keys);
}

/* Without a ledger only the manifests are drawn, which do not say what runs where. */
static const char *ledger_trouble(struct view *v, const struct source *s)
{
	const char *why = display_short(v, s->error ? s->error : "");

	if (s->unwritten)
		return str_format(v->a, "nothing can be recorded (%s)", why);
	if (s->seen_at)
		return str_format(v->a, "the ledger's remote was not reached for %s (%s): what others did "
				  "since then is not shown", display_age(v, s->seen_at), why);
	if (*v->w->ledger_head)
		return str_format(v->a, "the ledger's remote was never reached (%s): what others did is not "
				  "shown", why);
	return str_format(v->a, "the ledger cannot be read (%s): what runs where is not known; L says more",
			  why);
}

static bool has_no_ledger(struct view *v, const char **why)
{
	for (size_t i = 0; i < v->w->nsources; i++)
		if (v->w->sources[i].kind == SOURCE_LEDGER && v->w->sources[i].failing_since) {
			*why = ledger_trouble(v, &v->w->sources[i]);
			return true;
		}
	return false;
}

/* "3 of 41" at the right of what is typed; returns the cells it takes. */
static int draw_matches(struct view *v, struct canvas *c, int row)
{
	const struct sheet *s = &v->s->sheet;
	const char *text = s->kept ? str_format(v->a, "%zu of %zu", s->kept, s->entries) : "0 match";
	int width = text_width(text, v->ascii);

	if (!s->is_filtered)
		return 0;
	canvas_text(c, row, c->cols - width - 1, s->kept ? ROLE_MUTED : ROLE_WARNING, text);
	return width + 2;
}

/* Somebody who tried a field is told which there are. */
static const char *no_match_sentence(struct view *v)
{
	const char *filter = prompt_text(&v->s->filter), *fields = v->s->def->fields;

	if (!fields)
		fields = "stage: by: outcome: health: freight: version: since:";
	return strchr(filter, ':') ? str_format(v->a, "0 match \"%s\"; fields are %s", filter, fields)
				   : str_format(v->a, "0 match \"%s\"; Esc shows all again", filter);
}

/* What Enter would do here is never covered by a hint. */
static const char *frame_coaching(const struct view *v)
{
	return v->s->dialog || v->s->def->flags & SCREEN_POPUP ? NULL : screens_coaching(v->screens);
}

static void draw_sentence(struct view *v, struct canvas *c, int row, const struct toast *toast)
{
	const char *about, *sentence;
	int col = 1;

	if (v->s->filtering) {
		col = canvas_text(c, row, col, ROLE_PROMPT, "filter ");
		prompt_draw(&v->s->filter, c,
			    cells_at(row, col + 1, c->cols - col - 2 - draw_matches(v, c, row)), true);
		return;
	}
	if (toast->text) {
		canvas_cut(c, cells_at(row, 1, c->cols - 2), toast->bad ? ROLE_WARNING : ROLE_ACCENT,
			   toast->text);
		return;
	}
	if (v->w->past_at) {
		draw_past(v, c, row);
		return;
	}
	if (v->w->loading) {
		canvas_cut(c, cells_at(row, 1, c->cols - 2), ROLE_MUTED,
			   v->w->nstages ? "reading the ledger: what runs where is not known yet"
					 : "reading manifests and ledger");
		return;
	}
	if (v->s->sheet.is_filtered && !v->s->sheet.kept) {
		canvas_cut(c, cells_at(row, 1, c->cols - 2), ROLE_WARNING, no_match_sentence(v));
		return;
	}
	if (!*v->w->ledger_head && has_no_ledger(v, &sentence)) {
		canvas_cut(c, cells_at(row, 1, c->cols - 2), ROLE_WARNING, sentence);
		return;
	}
	if (frame_coaching(v)) {
		canvas_cut(c, cells_at(row, 1, c->cols - 2), ROLE_ACCENT, frame_coaching(v));
		return;
	}
	sentence = subject_sentence(v, &about);
	if (about)
		col = canvas_cut(c, cells_at(row, col, c->cols / 2), ROLE_NAME, about) + 1;
	canvas_cut(c, cells_at(row, col, c->cols - col - 1), ROLE_SENTENCE, sentence);
}

static int key_width(struct view *v, const struct key_def *k)
{
	char name[16];

	press_name(k->key, name);
	return text_width(name, v->ascii) + 1 + text_width(k->label, v->ascii);
}

static int draw_key(struct view *v, struct canvas *c, int row, int col, const struct key_def *k)
{
	struct offer offer = frame_offer(v, k->action);
	char name[16];

	press_name(k->key, name);
	screens_spot_action(v->screens, (struct area){ row, col, 1, key_width(v, k) }, k->action);
	col = canvas_text(c, row, col, offer.state == OFFER_OPEN ? ROLE_KEY : ROLE_REFUSED, name);
	return canvas_text(c, row, col + 1, offer.state == OFFER_OPEN ? ROLE_LABEL : ROLE_REFUSED,
			   k->label);
}

/* As many keys as fit; room is kept for "? help". */
static void draw_keys(struct view *v, struct canvas *c, int row)
{
	static const struct key_def help = { '?', UI_ACTION_HELP, "help" };
	static const struct key_def back = { PRESS_ESC, UI_ACTION_BACK, "back" };
	bool popup = v->s->def->flags & SCREEN_TYPES;
	const struct key_def *last = v->s->below ? &back : NULL;
	int reserve = (popup ? 0 : key_width(v, &help) + GAP) + (last ? key_width(v, last) + GAP : 0);
	int col = 1;

	for (const struct key_def *k = v->s->def->keys; k && k->key; k++) {
		if (!k->label || frame_offer(v, k->action).state == OFFER_HIDDEN)
			continue;
		if (col + key_width(v, k) + GAP + reserve > c->cols)
			continue;
		col = draw_key(v, c, row, col, k) + GAP;
	}
	if (last)
		col = draw_key(v, c, row, col, last) + GAP;
	if (!popup)
		draw_key(v, c, row, c->cols - 1 - key_width(v, &help), &help);
}

/* What is about to change production shows it: by its frame, and by a word. */
static bool is_about_production(const struct view *v, const struct screen *s)
{
	return (s->def == &screen_plan || s->def == &screen_confirm) && operation_is_grave(v, s);
}

/* The word; ends before the column. */
static void draw_production(const struct view *v, struct canvas *c, int row, int end)
{
	const char *text = " production ";

	canvas_text(c, row, end - text_width(text, v->ascii), ROLE_DANGER, text);
}

struct area frame_draw(struct view *v, struct canvas *c, const struct toast *toast)
{
	bool roomy = c->rows >= ROOMY_ROWS, grave = is_about_production(v, v->s);
	enum role rule = grave ? ROLE_BAD : ROLE_RULE;
	struct area body = { 1 + roomy, 0, c->rows - 3 - 2 * roomy, c->cols };

	draw_top(v, c);
	if (roomy) {
		canvas_rule(c, 1, 0, c->cols, rule);
		canvas_rule(c, c->rows - 3, 0, c->cols, rule);
	}
	if (roomy && grave)
		draw_production(v, c, 1, c->cols - 2);
	if (!screens_keeps_row(v->screens, c, c->rows - 2))
		draw_sentence(v, c, c->rows - 2, toast);
	if (!screens_keeps_row(v->screens, c, c->rows - 1))
		draw_keys(v, c, c->rows - 1);
	return body;
}

struct area frame_popup(struct view *v, struct canvas *c, struct area body, int rows, int cols)
{
	struct area box;
	const char *title = v->s->def->about ? v->s->def->about(v) : v->s->def->name;
	enum role edge = is_about_production(v, v->s) ? ROLE_BAD : ROLE_ACCENT;

	rows = rows + 2 > body.rows ? body.rows - 2 : rows;
	cols = cols + 4 > body.cols ? body.cols - 4 : cols;
	box = (struct area){ body.row + (body.rows - rows - 2) / 2, body.col + (body.cols - cols - 4) / 2,
			     rows + 2, cols + 4 };
	canvas_fill(c, box, ROLE_TEXT);
	canvas_box(c, box, edge, false);
	canvas_text(c, box.row, box.col + 2, edge, " ");
	canvas_text(c, box.row, canvas_cut(c, cells_at(box.row, box.col + 3, cols - 2), ROLE_HEADING, title),
		    edge, " ");
	if (edge == ROLE_BAD)
		draw_production(v, c, box.row, box.col + box.cols - 2);
	return (struct area){ box.row + 1, box.col + 1, rows, cols + 2 };
}

void frame_too_small(struct canvas *c)
{
	const char *text = "gantry needs 40x10";
	int width = text_width(text, c->ascii);

	canvas_text(c, c->rows / 2, c->cols > width ? (c->cols - width) / 2 : 0, ROLE_MUTED, text);
}
