/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index may write a version without quotes, which YAML takes for a number: it is read
 * from the text again, so that 1.10 does not become 1.1.
 */
#include "discover/chart_index.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "data/yaml.h"

enum { NAMED = 5 };

/* A text that is read from its beginning to its end, line by line. */
struct chart_index_text {
	struct str text;
	const char *at;                 /* the beginning of line */
	unsigned line;
};

/* The plain scalar at line and column, as written. Mostly each lies behind the one before. */
static const char *chart_index_written(struct arena *a, struct chart_index_text *t, const struct value *v)
{
	const char *end = t->text.at + t->text.len, *p;
	struct str token;

	if (v->line < t->line)
		*t = (struct chart_index_text){ t->text, t->text.at, 1 };
	for (; t->at && t->line < v->line; t->line++) {
		t->at = memchr(t->at, '\n', (size_t)(end - t->at));
		t->at = t->at ? t->at + 1 : NULL;
	}
	if (!t->at) {
		*t = (struct chart_index_text){ t->text, t->text.at, 1 };
		return "";
	}
	if ((size_t)(end - t->at) < v->column)
		return "";
	p = t->at + v->column - 1;
	token = (struct str){ p, strcspn(p, "\r\n#,}") };
	return str_text(a, str_trim(token));
}

/* A wrong name is seen at once beside the right ones. */
static const char *other_charts(struct arena *a, const struct value *entries)
{
	size_t count = value_is(entries, VALUE_MAP) ? value_count(entries) : 0;
	const char *names = "";

	for (size_t i = 0; i < count && i < NAMED; i++)
		names = str_format(a, "%s%s%s", names, i ? ", " : "",
				   str_text(a, entries->map.members[i].key));
	if (count > NAMED)
		names = str_format(a, "%s and %zu more", names, count - NAMED);
	return str_format(a, "%s%s", count ? "; it has " : ", nor any other", names);
}

/* The key that stands twice is one of this map, not of what is in it. */
static bool chart_index_is_of(const struct value *map, const struct yaml_duplicate *d)
{
	const struct value_member *m = value_member_n(map, d->key);

	return m && m->column == d->column;
}

/* A name that stands twice within a chart harms no other; of two charts, or lists of them, none counts. */
static bool chart_index_is_clear(const struct value *top, const struct list *duplicates, struct err *e)
{
	const struct value *entries = value_get(top, "entries");

	for (size_t i = 0; i < duplicates->count; i++) {
		const struct yaml_duplicate *d = duplicates->items[i];

		if (chart_index_is_of(entries, d) || (str_is(d->key, "entries") && chart_index_is_of(top, d)))
			return err_set(e, ERR_CONFIG, "index.yaml:%u:%u: the key \"%.*s\" is there already, "
				       "at line %u", d->line, d->column, (int)d->key.len, d->key.at,
				       d->first_line);
	}
	return true;
}

bool chart_index_read(struct arena *a, struct str index, struct value **out, struct err *e)
{
	const struct yaml_source source = { .name = "index.yaml", .text = index };
	struct chart_index_text text = { index, index.at, 1 };
	struct list documents = { 0 }, duplicates = { 0 };
	struct value *all = value_map(a);
	const struct value *top, *entries;

	if (!yaml_read(a, &source, &documents, &duplicates, e))
		return false;
	top = documents.count ? documents.items[0] : NULL;
	if (!value_is(top, VALUE_MAP))
		return err_set(e, ERR_NET, "index.yaml holds no map: this is not a chart repository");
	if (!chart_index_is_clear(top, &duplicates, e))
		return false;
	entries = value_get(top, "entries");
	value_set(a, all, CHART_INDEX_OTHERS, value_string(a, other_charts(a, entries)));
	for (size_t i = 0; value_is(entries, VALUE_MAP) && i < value_count(entries); i++) {
		const struct value *of = entries->map.members[i].value;
		struct value *versions = value_list(a);

		for (size_t j = 0; j < value_count(of); j++) {
			const struct value *v = value_get(value_at(of, j), "version");

			if (value_is(v, VALUE_STRING))
				value_append(a, versions, value_string(a, v->string.at));
			else if (v && v->line)
				value_append(a, versions,
					     value_string(a, chart_index_written(a, &text, v)));
		}
		if (value_count(of))
			value_set(a, all, str_text(a, entries->map.members[i].key), versions);
	}
	*out = all;
	return true;
}

void chart_index_choose(struct arena *a, const struct value *all, const char *chart,
			       struct chart_versions *out)
{
	const struct value *of = *chart ? value_get(all, chart) : NULL;

	out->missing = of ? NULL : str_format(a, "the repository has no chart \"%s\"%s", chart,
					      value_text(value_get(all, CHART_INDEX_OTHERS), ""));
	for (size_t i = 0; i < value_count(of); i++)
		list_add(a, &out->versions, str_copy(a, value_text(value_at(of, i), "")));
}
