/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list index and a map key that is a number look alike; which it is depends on
 * what is found there. White space around the whole key is not part of it.
 */
#include "data/key_path.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"

struct splitter {
	struct arena *a;
	const char *key;
	char *at;                       /* the part being written */
	size_t len;
	struct list *parts;
	struct err *e;
};

static bool end_part(struct splitter *s)
{
	struct str *part;

	if (!s->len)
		return err_set(s->e, ERR_CONFIG, "key \"%s\" has an empty part", s->key);
	part = arena_alloc(s->a, sizeof(*part));
	*part = (struct str){ str_copy_n(s->a, s->at, s->len), s->len };
	list_add(s->a, s->parts, part);
	s->len = 0;
	return true;
}

static bool key_path_split_text(struct splitter *s, struct str key)
{
	bool begins = true;

	for (size_t i = 0; i < key.len; i++) {
		char c = key.at[i];

		if (c == '.') {
			if (!end_part(s))
				return false;
			begins = true;
			continue;
		}
		if (c == ':' && !begins)
			return err_set(s->e, ERR_CONFIG,
				       "key \"%s\" holds a colon: write it as \\:", s->key);
		if (c == '\\') {
			if (++i >= key.len || (key.at[i] != '.' && key.at[i] != ':'))
				return err_set(s->e, ERR_CONFIG,
					       "key \"%s\": only \\. and \\: are escapes", s->key);
			c = key.at[i];
			s->at[s->len++] = c;
		} else if (c != ':') {
			s->at[s->len++] = c;
		}
		begins = false;
	}
	return end_part(s);
}

bool key_path_split(struct arena *a, const char *key, struct list *parts, struct err *e)
{
	struct str trimmed = str_trim(str_of(key));
	struct list found = { 0 };
	struct splitter s = { .a = a, .key = key, .parts = &found, .e = e };

	s.at = arena_alloc(a, trimmed.len + 1);
	if (!key_path_split_text(&s, trimmed))
		return false;
	*parts = found;
	return true;
}

bool key_path_index(struct str part, int64_t *out)
{
	bool negative = part.len && part.at[0] == '-';
	size_t i = negative || (part.len && part.at[0] == '+');
	int64_t n = 0;

	if (i == part.len)
		return false;
	for (; i < part.len; i++) {
		if (part.at[i] < '0' || part.at[i] > '9' || n > (INT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (part.at[i] - '0');
	}
	*out = negative ? -n : n;
	return true;
}
