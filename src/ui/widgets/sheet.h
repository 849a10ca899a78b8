/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sheet: lines to scroll through, of which those with a name can be selected.
 * Lists, trees and pages of text are all sheets. A line can be left empty and filled when
 * it comes into view, so that ten thousand of them cost nothing. Lives in the arena it was
 * made with. Ui thread.
 */
#ifndef GANTRY_UI_WIDGETS_SHEET_H
#define GANTRY_UI_WIDGETS_SHEET_H

#include "base/base.h"
#include "term/canvas.h"

struct arena;

struct sheet_span {
	int col;                        /* -1: where the one before ended */
	int width;                      /* cut to so many cells; 0: not cut */
	enum role role;
	const char *text;
	const char *link;               /* of a part of a URL: the whole; NULL: the text says it itself */
};

/* What a filter finds in a line beside what is drawn: "stage" and a name that was cut. */
struct line_fact {
	const char *key;                /* NULL: found without one only */
	const char *text;
};

struct line {
	struct arena *a;                /* the sheet's */
	const char *name;               /* NULL: cannot be selected */
	struct sheet_span *spans;
	size_t count, room;
	struct line_fact *facts;
	size_t nfacts, fact_room;
	int64_t at;                     /* when what it is about happened, ms; 0: it is about no moment */
	bool lazy;                      /* spans come when somebody looks */
	bool head;                      /* names the columns: no filter takes it */
	bool detail;                    /* belongs to the line above: is shown when that is */
	size_t index;                   /* for the one who fills it */
	const void *own;                /* the same */
};

struct sheet {
	struct arena *a;
	struct line *lines;
	size_t count, room;
	void (*fill)(void *context, struct line *line, size_t index);
	void *context;
	bool is_filtered;
	size_t kept, entries;           /* how many the filter kept, of how many */
};

/* A new line at the end; Valid until the next one. */
struct line *sheet_line(struct sheet *s, const char *name);

/* A line that fill() completes when it is looked at. */
void sheet_lazy(struct sheet *s, const char *name, size_t index);

/* Adds text to the line: after the last one, or at a column, or at a column and cut to a width. */
void line_add(struct line *l, enum role role, const char *text);
void line_at(struct line *l, int col, enum role role, const char *text);
void line_cut(struct line *l, int col, int width, enum role role, const char *text);

/* The column after its last text. */
int line_end(const struct line *l, bool ascii);

/* What was added last leads to the URL, if it is one that may be followed (osc_url()); NULL: nowhere. */
void line_link(struct line *l, const char *url);

/* The columns' heads, as pairs of a column and a text; NULL ends them. */
struct sheet_head {
	int col;
	const char *text;
};
void sheet_heads(struct sheet *s, const struct sheet_head *heads);

/* A line of one text, indented. */
void sheet_text(struct sheet *s, int col, enum role role, const char *text);

/* The text broken at blanks into lines of at most width cells. */
void sheet_wrap(struct sheet *s, int col, int width, enum role role, const char *text);

/* Something that a filter finds in the line; "" and NULL are nothing. The key is a literal, or NULL. */
void line_fact(struct line *l, const char *key, const char *text);

/* Fills the line if nobody has looked at it yet. */
void sheet_complete(struct sheet *s, struct line *l);

/*
 * Keeps the lines that hold all the words (filter.c says how they are written), or says that there are
 * none. now: ms.
 */
void sheet_filter(struct sheet *s, const char *words, int64_t now);

/* How many lines can be selected. */
size_t sheet_choices(const struct sheet *s);

#endif
