/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A screen: how a world looks from one side, and which keys mean what there. One file in
 * screens/, one line in screens.def. Screens draw and name subjects; what may be done with
 * a subject is the same everywhere (operation.h). Ui thread.
 */
#ifndef GANTRY_UI_SCREEN_H
#define GANTRY_UI_SCREEN_H

#include "base/base.h"
#include "term/canvas.h"
#include "ui/widgets/place.h"
#include "ui/widgets/prompt.h"

struct copies;
struct dialog;
struct freight_choice;
struct screens;
struct freight;
struct projects;
struct promotion;
struct stage;
struct warehouse;
struct world;

enum ui_action {
	UI_ACTION_NONE,
#define UI_ACTION(constant, word, help) UI_ACTION_##constant,
#include "ui/actions.def"
#undef UI_ACTION
	UI_ACTION_COUNT
};

struct key_def {
	uint32_t key;                   /* 0 ends the table */
	enum ui_action action;
	const char *label;              /* in the footer; NULL: only in help */
};

/* What is selected, or what the screen is about. Any may be NULL. */
struct subject {
	const struct stage *stage;
	const struct freight *freight;
	const struct promotion *promotion;
	const struct warehouse *warehouse;
	bool onward;                    /* what runs in the stage, into those after it */
};

/* Whether a key would work here and now. */
enum offer_state { OFFER_HIDDEN, OFFER_REFUSED, OFFER_OPEN };
struct offer {
	enum offer_state state;
	const char *why;                /* when refused: a sentence; when hidden: one, or NULL */
};

/* All that a screen function may look at. */
struct view {
	const struct world *w;          /* of the project that it is about, or that its cursor is on */
	const struct projects *projects;
	bool many;                      /* projects there are */
	struct screens *screens;
	struct screen *s;
	struct arena *a;                /* until the next frame; in fill() until the next fill() */
	int64_t now;
	int64_t next_change;            /* ms until something shown is no longer right */
	int rows, cols;                 /* of the body */
	bool ascii;
	/* Ways to promote that were worked out for this view (operation.c). */
	struct freight_choice *choices;
	size_t nchoices;
	struct subject choices_of;
};

/* A screen that is open. */
struct screen {
	const struct screen_def *def;
	struct buf project;             /* "": all, or the only one */
	struct buf stage, freight, item; /* names it is about; "" where not meant */
	struct buf marks;               /* names of marked lines, each with a line end behind it */
	struct dialog *dialog;          /* of screens with SCREEN_ASKS; NULL: it asks nothing */
	struct sheet_place place;
	struct prompt filter;
	bool filtering;                 /* keys go to the filter */
	int64_t asked_at;               /* when something was looked up for it last, ms */
	size_t sorted; bool reversed;   /* by so many columns after its list's own (ui/columns.h) */
	int form;                       /* the screen's own; board: cards or rows; step: which one it is */
	int top, left;                  /* board, plan: how far it is scrolled */
	struct arena *arena;            /* of the sheet */
	struct sheet sheet;
	uint64_t filled_serial;
	const struct world *filled_of;
	int64_t stale_at;               /* when the sheet is no longer right */
	int filled_cols, filled_rows;
	bool filled;
	void *own;                      /* what fill() made for line() and draw(), in the arena */
	struct screen *below;
};

enum screen_flags {
	SCREEN_POPUP = 1 << 0,          /* covers the middle only */
	SCREEN_TYPES = 1 << 1,          /* keys that are letters go to its prompt */
	SCREEN_STANDS = 1 << 2,         /* its sheet does not depend on the world */
	SCREEN_FLEET = 1 << 3,          /* about all projects; its lines' names begin with one's and "/" */
	SCREEN_SIFTS = 1 << 4,          /* filters its lines itself */
	SCREEN_ASKS = 1 << 5,           /* has a dialog (ui/dialog.h) */
};

struct screen_def {
	const char *name;               /* in the path on top, and in the palette */
	unsigned flags;
	const char *fields;             /* of its filter, as "stage: health:"; NULL: the usual ones */
	const struct key_def *keys;
	/* Its lines; called when world, size, filter or time changed. NULL: it draws itself. */
	void (*fill)(struct view *v, struct sheet *sheet);
	const struct columns *columns;  /* what its lines can be sorted by; NULL: they have one order */
	/* Completes a lazy line. */
	void (*line)(struct view *v, struct line *l, size_t index);
	/* Instead of the sheet alone. */
	void (*draw)(struct view *v, struct canvas *c, struct area area);
	/* What is selected; *out is all NULL before. */
	void (*subject)(struct view *v, struct subject *out);
	/* What can be copied here, most wanted first; what the subject has comes after it. */
	void (*copies)(struct view *v, struct copies *out);
	/* The line above the keys; NULL: from the subject. */
	const char *(*sentence)(struct view *v);
	/* Its own actions and moves; false: not its. */
	bool (*act)(struct view *v, enum ui_action action);
	bool (*move)(struct view *v, uint32_t key);
	/* Overrides operation_offer(); false: no opinion. */
	bool (*offer)(struct view *v, enum ui_action action, struct offer *out);
	/* What the path on top says it is about; NULL: its stage, freight or item. */
	const char *(*about)(struct view *v);
	int popup_rows, popup_cols;     /* that a popup wants; rows 0: as many as its sheet */
};

#define SCREEN(name) extern const struct screen_def screen_##name;
#include "ui/screens.def"
#undef SCREEN

/* "promote", "back-out"; and what it does, in a sentence without full stop. */
const char *action_word(enum ui_action action);
const char *action_help(enum ui_action action);

#endif
