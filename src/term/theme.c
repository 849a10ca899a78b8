/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading themes. The files in themes/ are also compiled in (theme_builtin.c is
 * made from them), so that gantry looks right before it is installed.
 */
#include "term/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"

static const char *const depth_names[] = { "none", "8", "16", "256" };
static const short depth_colours[] = { 0, 8, 16, 256 };
static const char suffix[] = ".theme";

enum { MAX_THEME_BYTES = 64 * 1024, BRIGHT = 8, LONGEST_QUOTE = 80 };

/* The reader: where it is, and what has been set so far. */
struct theme_reading {
	struct arena *a;
	const char *file;
	unsigned line;
	int depth;                      /* -1 before the first section */
	struct theme *theme;
	bool set[DEPTH_COUNT][ROLE_COUNT];
};

static bool theme_complain(const struct theme_reading *r, struct err *e, const char *what,
			   struct str word)
{
	return err_set(e, ERR_CONFIG, "%s:%u: %s \"%s\"", r->file, r->line, what,
		       str_clean(r->a, word.at, word.len, LONGEST_QUOTE));
}

static struct str theme_next_word(struct str *rest)
{
	struct str word;

	*rest = str_trim(*rest);
	word.at = rest->at;
	for (word.len = 0; word.len < rest->len; word.len++)
		if (word.at[word.len] == ' ' || word.at[word.len] == '\t')
			break;
	rest->at += word.len;
	rest->len -= word.len;
	return word;
}

/* "-", "green", "bright-green", or a number below the depth's count. */
static bool parse_colour(const struct theme_reading *r, struct str word, short *colour,
			 struct err *e)
{
	static const char *const names[] = { "black", "red",     "green", "yellow",
					     "blue",  "magenta", "cyan",  "white" };
	bool bright = word.len > 7 && memcmp(word.at, "bright-", 7) == 0;
	struct str plain = bright ? (struct str){ word.at + 7, word.len - 7 } : word;
	char *end;
	long number;

	if (str_is(word, "-")) {
		*colour = -1;
		return true;
	}
	if (!word.len)
		return theme_complain(r, e, "a foreground and a background are missing after",
				      word);
	number = strtol(word.at, &end, 10);
	if (end != word.at + word.len)
		number = -1;
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (str_is(plain, names[i]))
			number = (long)i + (bright ? BRIGHT : 0);
	if (number < 0)
		return theme_complain(
			r, e, "a colour is -, black … white, bright-black … or a number, not",
			word);
	if (number >= depth_colours[r->depth])
		return theme_complain(r, e, "this section does not have the colour", word);
	*colour = (short)number;
	return true;
}

static bool parse_attributes(const struct theme_reading *r, struct str rest, unsigned *attributes,
			     struct err *e)
{
	static const char *const names[] = { "bold", "dim", "underline", "reverse", "italic" };

	for (struct str word = theme_next_word(&rest); word.len; word = theme_next_word(&rest)) {
		size_t i = 0;

		while (i < COUNTOF(names) && !str_is(word, names[i]))
			i++;
		if (i == COUNTOF(names))
			return theme_complain(r, e,
					      "attributes are bold, dim, underline, reverse "
					      "and italic, not",
					      word);
		*attributes |= 1u << i;
	}
	return true;
}

static bool parse_style(struct theme_reading *r, struct str name, struct str rest, struct err *e)
{
	struct style style = { -1, -1, 0 };
	int role = 0;

	while (role < ROLE_COUNT && !str_is(name, role_name(role)))
		role++;
	if (role == ROLE_COUNT)
		return theme_complain(r, e, "no such role:", name);
	if (r->depth < 0)
		return theme_complain(r, e, "a section such as [256] must come before", name);
	if (r->depth > DEPTH_NONE && (!parse_colour(r, theme_next_word(&rest), &style.fg, e) ||
				      !parse_colour(r, theme_next_word(&rest), &style.bg, e)))
		return false;
	if (!parse_attributes(r, rest, &style.attributes, e))
		return false;
	r->theme->styles[r->depth][role] = style;
	r->set[r->depth][role] = true;
	return true;
}

static bool parse_section(struct theme_reading *r, struct str line, struct err *e)
{
	for (int i = 0; i < DEPTH_COUNT; i++)
		if (line.len == strlen(depth_names[i]) + 2 && line.at[line.len - 1] == ']' &&
		    memcmp(line.at + 1, depth_names[i], line.len - 2) == 0) {
			r->depth = i;
			return true;
		}
	return theme_complain(r, e, "sections are [none], [8], [16] and [256], not", line);
}

static bool parse_line(struct theme_reading *r, struct str line, struct err *e)
{
	const char *equals;
	struct str name, rest;

	line = str_trim(line);
	if (!line.len)
		return true;
	if (*line.at == '#') {
		if (!*r->theme->about)
			r->theme->about = str_text(r->a, str_trim((struct str){ line.at + 1,
										line.len - 1 }));
		return true;
	}
	if (*line.at == '[')
		return parse_section(r, line, e);
	equals = memchr(line.at, '=', line.len);
	if (!equals)
		return theme_complain(
			r, e, "a line is role = foreground background attributes, not", line);
	name = str_trim((struct str){ line.at, (size_t)(equals - line.at) });
	rest = (struct str){ equals + 1, line.len - (size_t)(equals - line.at) - 1 };
	return parse_style(r, name, rest, e);
}

/* A role left out looks as it does with fewer colours. */
static void inherit(struct theme_reading *r)
{
	for (int depth = 0; depth < DEPTH_COUNT; depth++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			if (r->set[depth][role])
				continue;
			r->theme->styles[depth][role] = depth ? r->theme->styles[depth - 1][role]
							      : (struct style){ -1, -1, 0 };
		}
}

static const char *theme_name(struct arena *a, const char *file)
{
	const char *base = path_base(file);
	size_t len = strlen(base);

	return has_suffix(base, suffix) ? str_copy_n(a, base, len - strlen(suffix)) : base;
}

bool theme_parse(struct arena *a, const char *file, const char *text, struct theme **out,
		 struct err *e)
{
	struct theme_reading r = { .a = a, .file = file, .depth = -1 };

	r.theme = arena_alloc(a, sizeof(*r.theme));
	r.theme->name = theme_name(a, file);
	r.theme->about = "";
	while (*text) {
		size_t len = strcspn(text, "\n");

		r.line++;
		if (!parse_line(&r, (struct str){ text, len }, e))
			return false;
		text += len + (text[len] == '\n');
	}
	inherit(&r);
	*out = r.theme;
	return true;
}

struct theme_file {
	const char *path, *text;        /* text NULL: it is not there */
};

/* Not there is no error. */
static bool read_theme(struct arena *a, const char *folder, const char *name,
		       struct theme_file *out, struct err *e)
{
	struct str bytes;

	*out = (struct theme_file){ NULL, NULL };
	if (!folder)
		return true;
	out->path = path_join(a, folder, str_format(a, "%s%s", name, suffix));
	if (!file_exists(out->path))
		return true;
	if (!file_read(a, out->path, MAX_THEME_BYTES, &bytes, e))
		return err_wrap(e, "reading theme %s", name);
	out->text = bytes.at;
	return true;
}

static const char *own_folder(struct arena *a)
{
	const char *config = path_config(a);

	return config ? path_join(a, config, "themes") : NULL;
}

static const char *all_names(struct arena *a, const char *folder)
{
	struct list names = { 0 };
	const char *all = "";

	theme_list(a, folder, &names);
	for (size_t i = 0; i < names.count; i++)
		all = str_format(a, "%s%s%s", all, i ? ", " : "", (const char *)names.items[i]);
	return all;
}

bool theme_load(struct arena *a, const char *folder, const char *name, struct theme **out,
		struct err *e)
{
	const char *folders[] = { own_folder(a), folder };
	const char *text, *known;
	struct theme_file file;

	if (strchr(name, '/'))
		return err_set(e, ERR_USAGE, "a theme is named without its folder: %s", name);
	for (size_t i = 0; i < COUNTOF(folders); i++) {
		if (!read_theme(a, folders[i], name, &file, e))
			return false;
		if (file.text)
			return theme_parse(a, file.path, file.text, out, e);
	}
	for (size_t i = 0; theme_builtin(i, &known, &text); i++)
		if (strcmp(known, name) == 0)
			return theme_parse(a, str_format(a, "%s%s", name, suffix), text, out, e);
	return err_set(e, ERR_NOT_FOUND, "no theme %s; there are %s", name, all_names(a, folder));
}

static int theme_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void theme_add_name(struct arena *a, struct list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	list_add(a, names, name);
}

void theme_list(struct arena *a, const char *folder, struct list *names)
{
	const char *folders[] = { own_folder(a), folder };
	const char *name, *text;

	for (size_t i = 0; i < COUNTOF(folders); i++) {
		struct list files = { 0 };
		struct err e;

		if (!folders[i] || !folder_list(a, folders[i], &files, &e))
			continue;
		for (size_t j = 0; j < files.count; j++)
			if (has_suffix(files.items[j], suffix))
				theme_add_name(a, names, theme_name(a, files.items[j]));
	}
	for (size_t i = 0; theme_builtin(i, &name, &text); i++)
		theme_add_name(a, names, name);
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), theme_by_text);
}
