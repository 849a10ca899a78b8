/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would be pushed, branch by branch. Git's own headings of a file give way to one line
 * with its name; long lines are moved sideways, not broken, so that a diff stays one to look at.
 */
#include "ui/screens/plan_diff.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "model/plan.h"
#include "term/key.h"
#include "ui/page.h"
#include "ui/display.h"
#include "ui/dialog.h"
#include "ui/screen.h"

enum { TAB = 8, MAX_LINE = 1 << 16, FEW = 5, SIDEWAYS = 16, MOST_LEFT = 4096 };

const char *plan_diff_short(struct view *v, const struct plan_diff *d)
{
	return str_format(v->a, "%s: %zu file%s, +%zu -%zu", d->branch, d->files_in_all,
			  d->files_in_all == 1 ? "" : "s", d->added, d->removed);
}

static const char *change_word(char what)
{
	return what == 'A' ? "new" : what == 'D' ? "deleted" : what == 'R' ? "renamed"
	     : what == 'T' ? "other type" : "";
}

static void plan_diff_screen_add_file(struct view *v, struct sheet *sheet,
				      const struct plan_file *f)
{
	struct line *l = sheet_line(sheet, NULL);

	line_at(l, 2, ROLE_NAME, f->path);
	if (f->old_path)
		line_add(l, ROLE_MUTED, str_format(v->a, "   was %s", f->old_path));
	line_add(l, ROLE_MUTED, str_format(v->a, "   %s", f->is_binary ? "binary" : ""));
	if (!f->is_binary) {
		line_add(l, ROLE_ADDED, str_format(v->a, "+%zu", f->added));
		line_add(l, ROLE_REMOVED, str_format(v->a, " -%zu", f->removed));
	}
	line_add(l, ROLE_MUTED, str_format(v->a, "  %s", change_word(f->what)));
}

/* The branch, and what it is; on a narrow screen a long branch takes a row of its own. */
static void plan_diff_screen_add_branch(struct view *v, struct sheet *sheet, const struct plan_diff *d,
					const char *heading)
{
	const char *what = d->into ? str_format(v->a, "a pull request to %s, ", d->into)
			   : d->is_new ? "a new branch, " : "";
	const char *files = str_format(v->a, "%zu file%s ", d->files_in_all, d->files_in_all == 1 ? "" : "s");
	const char *lines = str_format(v->a, "+%zu -%zu", d->added, d->removed);
	const int width = v->cols - PAGE_COL - 3;
	struct line *l = page_row(v, sheet, NULL, heading);

	line_cut(l, PAGE_COL, width, ROLE_STRONG, d->branch);
	if (text_width(d->branch, v->ascii) + text_width(what, v->ascii) + text_width(files, v->ascii) +
		    text_width(lines, v->ascii) + 3 > width)
		line_at(l = sheet_line(sheet, NULL), PAGE_COL, ROLE_MUTED, what);
	else
		line_add(l, ROLE_MUTED, str_format(v->a, "   %s", what));
	line_add(l, ROLE_TEXT, files);
	line_add(l, ROLE_ADDED, str_format(v->a, "+%zu ", d->added));
	line_add(l, ROLE_REMOVED, str_format(v->a, "-%zu", d->removed));
	line_add(l, ROLE_MUTED, str_format(v->a, "   %s", d->url));
}

static void plan_diff_screen_add_head(struct view *v, struct sheet *sheet,
				      const struct plan_diff *d, bool first)
{
	plan_diff_screen_add_branch(v, sheet, d, first ? "diff" : NULL);
	for (size_t i = 0; i < d->ncommits && i < FEW; i++)
		line_cut(sheet_line(sheet, NULL), PAGE_COL, v->cols - PAGE_COL - 3, ROLE_MUTED,
			 d->commits[i].subject);
	if (d->is_integrated)
		sheet_text(sheet, PAGE_COL, ROLE_MUTED, "on top of what others have pushed there");
	if (d->varies)
		sheet_wrap(sheet, PAGE_COL, v->cols - PAGE_COL - 3, ROLE_WAITING,
			   "holds the id of a commit or the promotion's name, which will be others then");
}

/* Git's lines of a diff; those between "diff --git" and the first hunk are not shown. */
static void add_lines(struct view *v, struct sheet *sheet, const struct plan_diff *d, size_t which)
{
	size_t file = 0;
	bool heads = false;

	for (size_t i = 0; i < d->nlines; i++) {
		if (has_prefix(d->lines[i], "diff --git ")) {
			heads = true;
			if (file < d->nfiles)
				plan_diff_screen_add_file(v, sheet, &d->files[file++]);
			else
				sheet_text(sheet, 2, ROLE_NAME, d->lines[i]);
			continue;
		}
		heads = heads && !has_prefix(d->lines[i], "@@");
		if (!heads || has_prefix(d->lines[i], "old mode ") ||
		    has_prefix(d->lines[i], "new mode "))
			sheet_lazy(sheet, NULL, which << 32 | i);
	}
	if (d->is_cut)
		sheet_text(sheet, 2, ROLE_WARNING, "The rest is too long to be shown.");
}

void plan_diffs(struct view *v, struct sheet *sheet)
{
	const struct list *all = &v->s->dialog->plan->diffs;

	for (size_t i = 0; i < all->count; i++) {
		const struct plan_diff *d = all->items[i];

		page_gap(sheet);
		plan_diff_screen_add_head(v, sheet, d, i == 0);
		add_lines(v, sheet, d, i);
	}
	if (all->count)
		return;
	page_gap(sheet);
	page_text(v, sheet, "diff", ROLE_TEXT, "Nothing would be pushed.");
}

/* Tabs become blanks, since a canvas has cells only. */
static const char *without_tabs(struct view *v, const char *text)
{
	AUTO(buf) struct buf b;
	size_t at = 0;

	buf_init(&b, MAX_LINE);
	if (!strchr(text, '\t'))
		return text;
	for (; *text && b.len < MAX_LINE - TAB; text++) {
		size_t blanks = *text == '\t' ? TAB - at % TAB : 0;

		if (!blanks)
			buf_char(&b, *text);
		at += blanks ? blanks : 1;
		while (blanks-- > 0)
			buf_char(&b, ' ');
	}
	return buf_copy(&b, v->a);
}

void plan_diff_line(struct view *v, struct line *l, size_t index)
{
	const struct plan_diff *d = v->s->dialog->plan->diffs.items[index >> 32];
	const char *text = d->lines[index & UINT32_MAX];
	enum role role = *text == '+' ? ROLE_ADDED : *text == '-' ? ROLE_REMOVED
			 : *text == '@' || *text == '\\' ? ROLE_MUTED : ROLE_TEXT;
	char sign[2] = { *text == '+' || *text == '-' ? *text : '\0', '\0' };

	if (*text == '+' || *text == '-' || *text == ' ')
		text++;
	text = without_tabs(v, text);
	line_at(l, 2, role, str_copy(v->a, sign));
	line_at(l, 3, role, text + text_fit(text, v->s->left, v->ascii));
}

bool plan_diff_move(struct view *v, uint32_t key)
{
	struct screen *s = v->s;
	int by = key == PRESS_RIGHT || key == 'l' ? SIDEWAYS
		 : key == PRESS_LEFT || key == 'h' ? -SIDEWAYS : 0;

	if (!by || !s->dialog->plan)
		return false;
	s->left = s->left + by < 0 ? 0 : s->left + by > MOST_LEFT ? MOST_LEFT : s->left + by;
	s->filled = false;
	return true;
}

void plan_commits(struct view *v, struct sheet *sheet, const struct plan_changelog *c)
{
	size_t shown = c->ncommits < FEW || v->s->form ? c->ncommits : FEW;
	const char *name = strrchr(c->url, '/') ? strrchr(c->url, '/') + 1 : c->url;

	sheet_text(sheet, PAGE_COL, ROLE_TEXT,
		   str_format(v->a, "%s: %zu commit%s%s", name, c->commits_in_all,
			      c->commits_in_all == 1 ? "" : "s", c->is_back ? ", taken back" : ""));
	for (size_t i = 0; i < shown; i++) {
		struct line *l = sheet_line(sheet, NULL);

		line_at(l, PAGE_COL + 2, ROLE_VERSION, str_format(v->a, "%.7s", c->commits[i].id));
		line_cut(l, PAGE_COL + 11, v->cols - PAGE_COL - 34, ROLE_TEXT,
			 c->commits[i].subject);
		line_add(l, ROLE_MUTED, str_format(v->a, "  %s  %s", c->commits[i].author,
							  display_age(v, c->commits[i].at)));
	}
	if (c->commits_in_all > shown)
		sheet_text(sheet, PAGE_COL + 2, ROLE_MUTED,
			   str_format(v->a, "and %zu more", c->commits_in_all - shown));
}
