/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Only brackets and quotes are looked at here; the JSON reader judges the rest. What is cut out so was inside
 * balanced brackets of the same text, so no item can pretend to be another's part.
 */
#include "kube/pages.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

enum { DEEPEST = 1000 };

/* Behind the string that begins at a quote; NULL: it does not end. */
static const char *pages_skip_string(const char *at, const char *end)
{
	for (at++; at < end; at++) {
		if (*at == '\\')
			at++;
		else if (*at == '"')
			return at + 1;
	}
	return NULL;
}

static const char *pages_skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
		at++;
	return at;
}

/* Behind the value that begins here; NULL: it does not end. */
static const char *pages_skip_value(const char *at, const char *end)
{
	unsigned depth = 0;

	while (at && at < end) {
		if (*at == '"') {
			at = pages_skip_string(at, end);
		} else if (*at == '{' || *at == '[') {
			if (++depth > DEEPEST)
				return NULL;
			at++;
		} else if (*at == '}' || *at == ']') {
			if (!depth)
				return at;
			depth--;
			at++;
		} else if (!depth && *at == ',') {
			return at;
		} else {
			at++;
		}
		if (at && !depth && (at[-1] == '}' || at[-1] == ']' || at[-1] == '"'))
			return at;
	}
	return depth ? NULL : at;
}

/* The value of the outermost map's "items", when it is a list. */
static bool pages_find_items(struct str text, struct str *list)
{
	const char *end = text.at + text.len, *at = pages_skip_blanks(text.at, end);

	if (at == end || *at != '{')
		return false;
	for (at++;;) {
		const char *key, *value;

		key = at = pages_skip_blanks(at, end);
		if (at == end || *at != '"' || !(at = pages_skip_string(at, end)))
			return false;
		struct str name = { key, (size_t)(at - key) };
		at = pages_skip_blanks(at, end);
		if (at == end || *at != ':')
			return false;
		value = pages_skip_blanks(at + 1, end);
		at = pages_skip_value(value, end);
		if (!at || at == value)
			return false;
		*list = (struct str){ value, (size_t)(at - value) };
		if (str_is(name, "\"items\""))
			return true;
		at = pages_skip_blanks(at, end);
		if (at == end || *at != ',')
			return false;
		at++;
	}
}

bool kube_page_read(struct arena *a, struct str text, struct kube_page *out, struct err *e)
{
	AUTO(buf) struct buf head;
	const struct value *others;
	struct value *list;
	struct str items;
	const char *after;
	bool fine;

	buf_init(&head, text.len + 8);
	if (!pages_find_items(text, &items) || *items.at != '[')
		items = (struct str){ text.at + text.len, 0 };
	after = items.at + items.len;
	buf_add(&head, text.at, (size_t)(items.at - text.at));
	if (items.len)
		buf_text(&head, "null");
	buf_add(&head, after, (size_t)(text.at + text.len - after));
	fine = json_parse(a, buf_str(&head), head.len, &list, e);
	if (!fine || !value_is(list, VALUE_MAP) || !has_suffix(value_path_text(list, "kind", ""), "List"))
		return err_set(e, ERR_NET, "the answer is not a list of Kubernetes objects");
	/* A list without any may say null, or leave them out. */
	others = value_get(list, "items");
	if (others && !value_is(others, VALUE_NULL))
		return err_set(e, ERR_NET, "the answer's items are not a list");
	*out = (struct kube_page){
		.version = value_path_text(list, "metadata.resourceVersion", ""),
		.next = value_path_text(list, "metadata.continue", NULL),
		.items = { after, 0 },
	};
	if (out->next && !*out->next)
		out->next = NULL;
	if (items.len)
		out->items = (struct str){ items.at + 1, items.len - 2 };
	return true;
}

bool kube_page_next(struct arena *a, struct kube_page *page, struct value **item, struct err *e)
{
	const char *end = page->items.at + page->items.len, *at, *after;

	*item = NULL;
	at = pages_skip_blanks(page->items.at, end);
	if (at == end)
		return true;
	after = pages_skip_value(at, end);
	if (!after || after == at || !json_parse(a, at, (size_t)(after - at), item, e) ||
	    !value_is(*item, VALUE_MAP)) {
		*item = NULL;
		return err_set(e, ERR_NET, "the list holds something that is not an object");
	}
	after = pages_skip_blanks(after, end);
	if (after < end && *after != ',') {
		*item = NULL;
		return err_set(e, ERR_NET, "the list holds something that is not an object");
	}
	after += after < end;
	page->items = (struct str){ after, (size_t)(end - after) };
	return true;
}
