/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Themes: what roles look like, for each number of colours a terminal may have.
 * A file has sections [none], [8], [16] and [256] with lines "role = fg bg
 * attributes"; a role that a section leaves out looks as it does with fewer colours.
 * Ui thread.
 */
#ifndef GANTRY_TERM_THEME_H
#define GANTRY_TERM_THEME_H

#include "base/base.h"
#include "term/role.h"

struct arena;
struct err;
struct list;

enum depth { DEPTH_NONE, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_COUNT };

enum style_flags {
	STYLE_BOLD = 1 << 0,
	STYLE_DIM = 1 << 1,
	STYLE_UNDERLINE = 1 << 2,
	STYLE_REVERSE = 1 << 3,
	STYLE_ITALIC = 1 << 4,
};

struct style {
	short fg, bg;                   /* colour number; -1: the terminal's own */
	unsigned attributes;            /* enum style_flags */
};

struct theme {
	const char *name;
	const char *about;              /* its first comment line; "" when it has none */
	struct style styles[DEPTH_COUNT][ROLE_COUNT];
};

/* Reads the text of a theme; ERR_CONFIG says file:line, what is wrong and what would be right. */
bool theme_parse(struct arena *a, const char *file, const char *text, struct theme **out,
		 struct err *e) MUST_USE;

/*
 * The theme of this name: from $XDG_CONFIG_HOME/gantry/themes, then folder (NULL: none), then
 * those compiled in. ERR_NOT_FOUND names those that exist.
 */
bool theme_load(struct arena *a, const char *folder, const char *name, struct theme **out,
		struct err *e) MUST_USE;

/* Names of all themes in the same places, sorted; const char * in *names. */
void theme_list(struct arena *a, const char *folder, struct list *names);

/* The compiled-in theme that is used when none is asked for. */
#define THEME_DEFAULT "dark"

/* The text of a compiled-in theme by index; false past the last one. */
bool theme_builtin(size_t index, const char **name, const char **text);

#endif
