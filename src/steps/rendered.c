/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are cut at lines that begin with "---", as both tools separate them. */
#include "steps/rendered.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/map.h"
#include "data/value.h"
#include "data/yaml.h"
#include "steps/workdir.h"

bool rendered_is_file(const char *path)
{
	return has_suffix(path, ".yaml") || has_suffix(path, ".yml");
}

static bool rendered_add(struct arena *a, struct str text, struct list *out, struct err *e)
{
	struct list documents = { 0 };
	struct rendered *made;

	if (!yaml_parse(a, "rendered", text, &documents, e))
		return false;
	if (!documents.count || !value_is(documents.items[0], VALUE_MAP))
		return true;
	made = arena_alloc(a, sizeof(*made));
	*made = (struct rendered){ .text = text, .object = documents.items[0] };
	list_add(a, out, made);
	return true;
}

/* Where the next document begins: after a line of "---"; NULL at the end. */
static const char *next_separator(const char *from, const char *end)
{
	for (const char *p = from; p < end;) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));

		if (end - p >= 3 && memcmp(p, "---", 3) == 0 &&
		    (end - p == 3 || p[3] == '\n' || p[3] == '\r' || p[3] == ' '))
			return p;
		if (!line_end)
			return NULL;
		p = line_end + 1;
	}
	return NULL;
}

bool rendered_split(struct arena *a, struct str text, struct list *out, struct err *e)
{
	const char *end = text.at + text.len, *from = text.at;

	while (from < end) {
		const char *cut = next_separator(from, end), *stop = cut ? cut : end, *line_end;

		if (stop > from &&
		    !rendered_add(a, (struct str){ from, (size_t)(stop - from) }, out, e))
			return false;
		if (!cut)
			break;
		line_end = memchr(cut, '\n', (size_t)(end - cut));
		from = line_end ? line_end + 1 : end;
	}
	return true;
}

bool rendered_write(struct arena *a, const struct rendered_target *to, const struct list *documents,
		    struct err *e)
{
	struct map written = { 0 };

	assert(to->work && to->folder && to->name_of);
	if (!workdir_make_folder(to->work, to->folder, e))
		return false;
	for (size_t i = 0; i < documents->count; i++) {
		const struct rendered *r = documents->items[i];
		const char *name = str_lower(a, to->name_of(a, r->object)), *path, *before, *all;

		if (strchr(name, '/'))
			return err_set(e, ERR_REFUSED,
				       "an object's name makes the file name %s, which has a /", name);
		path = path_join(a, to->folder, name);
		before = map_get(&written, path);
		all = before ? str_format(a, "%s---\n%.*s", before, (int)r->text.len, r->text.at)
			     : str_text(a, r->text);
		map_set(a, &written, path, all);
		if (!workdir_write(to->work, path, all, strlen(all), e))
			return false;
	}
	return true;
}
