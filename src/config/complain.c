/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about manifests. */
#include "config/complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/world.h"

/* Errors are worth more than the warnings that may come before them: an object's fault is its error. */
enum { LONGEST = 1024, MAX_COMPLAINTS = 1000, MAX_ERRORS = 100000 };

/* The same words about the same place are told once: a merge key brings a place twice. */
static bool is_told(struct complaints *c, const struct complaint *k)
{
	const char *text = str_format(c->a, "%s:%u:%u:%s", k->file, k->line, k->column, k->message);

	if (map_get(&c->told, text))
		return true;
	map_set(c->a, &c->told, text, c);
	return false;
}

static struct complaint *complain_add(struct complaints *c, const char *file, const struct value *v,
				      bool is_error, const char *message)
{
	struct complaint *made = arena_alloc(c->a, sizeof(*made));

	*made = (struct complaint){
		.file = str_copy(c->a, file),
		.line = v && v->line ? v->line : 1,
		.column = v && v->column ? v->column : 1,
		.is_error = is_error,
		.message = str_clean(c->a, message, strlen(message), LONGEST),
	};
	c->errors += is_error;
	if (!is_told(c, made) && c->list->count < (is_error ? MAX_ERRORS : MAX_COMPLAINTS))
		list_add(c->a, c->list, made);
	return made;
}

bool complain_first(struct complaints *c, const char *what, const char *name)
{
	const char *key = str_format(c->a, "%s %s", what, name);

	if (map_get(&c->told, key))
		return false;
	map_set(c->a, &c->told, key, c);
	return true;
}

const char *complaints_fault(const struct complaints *c, size_t before)
{
	for (size_t i = before; i < c->list->count; i++) {
		const struct complaint *k = c->list->items[i];

		if (k->is_error)
			return str_format(c->a, "%s:%u: %s", k->file, k->line, k->message);
	}
	return NULL;
}

void complaints_set_project(const struct complaints *c, size_t before, const char *project)
{
	for (size_t i = before; i < c->list->count; i++)
		((struct complaint *)c->list->items[i])->project = project;
}

void complain_error(struct complaints *c, const char *file, const struct value *v,
		    const char *format, ...)
{
	char message[LONGEST];
	va_list ap;

	va_start(ap, format);
	if (vsnprintf(message, sizeof(message), format, ap) > 0)
		complain_add(c, file, v, true, message);
	va_end(ap);
}

void complain_warning(struct complaints *c, const char *file, const struct value *v,
		      const char *format, ...)
{
	char message[LONGEST];
	va_list ap;

	va_start(ap, format);
	if (vsnprintf(message, sizeof(message), format, ap) > 0)
		complain_add(c, file, v, false, message);
	va_end(ap);
}

/* "stage test: line 3, column 5: spec.x: …" gives up its "line 3, column 5: ". */
void complain_err(struct complaints *c, const char *file, const struct value *v,
		  const struct err *e)
{
	char message[sizeof(e->message)];
	char *at = NULL;
	unsigned line = 0, column = 0;
	int length = 0;

	memcpy(message, e->message, sizeof(message));
	for (char *p = strstr(message, "line "); p && !at; p = strstr(p + 1, "line "))
		if (sscanf(p, "line %u, column %u: %n", &line, &column, &length) == 2 && length)
			at = p;
	if (at)
		memmove(at, at + length, strlen(at + length) + 1);
	if (at) {
		struct complaint *made = complain_add(c, file, v, true, message);

		made->line = line;
		made->column = column;
	} else {
		complain_add(c, file, v, true, message);
	}
}

static int complain_by_place(const void *x, const void *y)
{
	const struct complaint *a = *(const struct complaint *const *)x;
	const struct complaint *b = *(const struct complaint *const *)y;
	int order;

	if (a->is_error != b->is_error)
		return a->is_error ? -1 : 1;
	order = strcmp(a->file, b->file);
	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

void complaints_sort(struct list *complaints)
{
	if (complaints->count)
		qsort(complaints->items, complaints->count, sizeof(*complaints->items),
		      complain_by_place);
}
