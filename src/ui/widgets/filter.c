/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters: words apart by blanks, all of which a line must hold, whatever their case. "!word" must not be
 * there; "stage:prod" is looked for in that fact alone; "since:2d" asks for what is no older. Lines
 * that belong to the one above come and go with it.
 */
#include <string.h>

#include "base/str.h"
#include "ui/moment.h"
#include "ui/widgets/sheet.h"

enum { MAX_WORDS = 16 };

/* One word of the filter. */
struct filter_word {
	bool inverse;
	const char *key;                /* NULL: anywhere */
	struct str text;
	int64_t since;                  /* ms; 0: it is about text */
};

static const char *const keys[] = { "project", "stage",   "what",    "by",       "outcome",
				    "health",  "freight", "version", "warehouse", "level", "promotion" };

static void filter_read_key(struct filter_word *w, int64_t now)
{
	int64_t ago;

	if (has_prefix(w->text.at, "since:") &&
	    moment_span((struct str){ w->text.at + 6, w->text.len - 6 }, &ago)) {
		w->since = now - ago;
		return;
	}
	for (size_t i = 0; i < COUNTOF(keys); i++) {
		size_t len = strlen(keys[i]);

		if (w->text.len > len && w->text.at[len] == ':' &&
		    same_but_case_n(w->text.at, keys[i], len)) {
			w->key = keys[i];
			w->text = (struct str){ w->text.at + len + 1, w->text.len - len - 1 };
			return;
		}
	}
}

static size_t filter_read(const char *words, int64_t now, struct filter_word out[MAX_WORDS])
{
	size_t count = 0;

	while (count < MAX_WORDS) {
		struct filter_word *w = &out[count];
		size_t len;

		words += strspn(words, " ");
		len = strcspn(words, " ");
		if (!len)
			break;
		*w = (struct filter_word){ .inverse = *words == '!', .text = { words, len } };
		words += len;
		w->text.at += w->inverse;
		w->text.len -= w->inverse;
		filter_read_key(w, now);
		/* "!" and "stage:" alone are being typed. */
		count += w->text.len > 0 || w->since;
	}
	return count;
}

static bool filter_is_in(const char *text, struct str word)
{
	for (; *text; text++)
		if (same_but_case_n(text, word.at, word.len))
			return true;
	return false;
}

static bool filter_fits(const struct line *l, const struct filter_word *w)
{
	if (w->since)
		return l->at >= w->since;
	for (size_t i = 0; i < l->nfacts; i++) {
		const struct line_fact *fact = &l->facts[i];

		if ((!w->key || same_text(w->key, fact->key)) && filter_is_in(fact->text, w->text))
			return true;
	}
	for (size_t i = 0; !w->key && i < l->count; i++)
		if (filter_is_in(l->spans[i].text, w->text))
			return true;
	return false;
}

/* Lines first to end are one entry. */
static bool filter_entry_fits(struct sheet *s, size_t first, size_t end, const struct filter_word *w)
{
	bool any = false;

	for (size_t at = first; at < end && !any; at++) {
		sheet_complete(s, &s->lines[at]);
		any = filter_fits(&s->lines[at], w);
	}
	return any != w->inverse;
}

void sheet_filter(struct sheet *s, const char *words, int64_t now)
{
	struct filter_word all[MAX_WORDS];
	size_t count = filter_read(words, now, all), kept = 0, end;

	if (!count)
		return;
	s->is_filtered = true;
	for (size_t at = 0; at < s->count; at = end) {
		bool keeps = true, head = s->lines[at].head;

		for (end = at + 1; end < s->count && s->lines[end].detail; end++)
			;
		for (size_t i = 0; !head && keeps && i < count; i++)
			keeps = filter_entry_fits(s, at, end, &all[i]);
		s->entries += !head;
		s->kept += keeps && !head;
		for (size_t i = at; keeps && i < end; i++)
			s->lines[kept++] = s->lines[i];
	}
	s->count = kept;
	if (!s->kept)
		sheet_text(s, 1, ROLE_MUTED, "0 match; Esc shows all again.");
}
