/* SPDX-License-Identifier: Apache-2.0 */
/* What gantry itself says: the newest lines of its log, newest last. */
#include "base/log.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "term/key.h"
#include "ui/screen.h"

enum { LINES = 1000, EVERY_MS = 1000 };

static enum role log_screen_role_of(enum log_level level)
{
	return level == LOG_ERROR ? ROLE_BAD : level == LOG_WARN ? ROLE_WAITING : ROLE_TEXT;
}

/* Whole, over several rows where it must be; the filter finds it by what it is about, too. */
static void log_screen_add(struct view *v, struct sheet *sheet, const struct log_said *said)
{
	size_t first = sheet->count;
	struct line *l;

	sheet_wrap(sheet, 0, v->cols - 2, log_screen_role_of(said->level), said->text);
	if (sheet->count == first)
		return;
	l = &sheet->lines[first];
	l->at = said->at;
	line_fact(l, NULL, said->text);
	line_fact(l, "level", log_level_word(said->level));
	line_fact(l, "project", said->about.project);
	line_fact(l, "stage", said->about.stage);
	line_fact(l, "promotion", said->about.promotion);
	for (size_t i = first + 1; i < sheet->count; i++)
		sheet->lines[i].detail = true;
}

static void log_screen_fill(struct view *v, struct sheet *sheet)
{
	struct log_said *lines = arena_array(v->a, LINES, sizeof(*lines));
	size_t count = log_recent(v->a, lines, LINES);
	bool at_end = v->s->form == 0;

	v->next_change = EVERY_MS;
	for (size_t i = 0; i < count; i++)
		log_screen_add(v, sheet, &lines[i]);
	if (!count)
		sheet_text(sheet, 0, ROLE_MUTED, "Nothing has been said yet.");
	if (at_end)
		v->s->place.top = sheet->count;
}

static bool log_screen_move(struct view *v, uint32_t key)
{
	size_t rows = v->rows > 0 ? (size_t)v->rows : 1;

	if (!place_move(&v->s->place, &v->s->sheet, key, v->rows))
		return false;
	/* With the cursor at the end it follows new lines; elsewhere it stays. */
	v->s->form = v->s->place.top + rows < v->s->sheet.count;
	return true;
}

static const char *log_screen_sentence(struct view *v)
{
	if (v->s->form != 0)
		return "Stays where it is; G follows again.";
	return v->many ? "Follows what is said; up stops. / filters: level:warn project:shop since:10m"
		       : "Follows what is said; up stops. / filters: level:warn stage:uat since:10m";
}

static const struct key_def keys[] = {
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'L', UI_ACTION_BACK, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_log = {
	.name = "log",
	.flags = SCREEN_FLEET,
	.keys = keys,
	.fill = log_screen_fill,
	.move = log_screen_move,
	.sentence = log_screen_sentence,
};
