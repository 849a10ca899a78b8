/* SPDX-License-Identifier: Apache-2.0 */
/* One small JSON file for each channel. */
#include "messages/cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/percent.h"
#include "data/value.h"

enum { MAX_FILE = 1 << 20, LONGEST_GROUP = 300 };

static const char *cursor_folder(struct arena *a, const struct cursor_place *place)
{
	return path_join(a, path_join(a, place->ledger, "gantry-messages"),
			 percent_encode(a, place->branch, "-_"));
}

static const char *cursor_path(struct arena *a, const struct cursor_place *place)
{
	return path_join(a, cursor_folder(a, place),
			 str_format(a, "%s.%s.json", place->kind, percent_encode(a, place->channel, "-_")));
}

bool cursor_read(struct arena *a, const struct cursor_place *place, struct cursor *out, struct err *e)
{
	const char *path = cursor_path(a, place);
	struct value *v, *threads;
	struct str text;

	if (!file_read(a, path, MAX_FILE, &text, e))
		return false;
	if (!json_parse(a, text.at, text.len, &v, e) || !value_is(v, VALUE_MAP) || !value_get(v, "at")) {
		err_set(e, ERR_CONFIG, "it is not what gantry wrote");
		return err_wrap(e, "reading %s", path);
	}
	threads = value_get(v, "threads");
	*out = (struct cursor){ .commit = value_get_text(v, "commit"),
				.partial = value_get_text(v, "partial"),
				.threads = value_is(threads, VALUE_MAP) ? threads : value_map(a) };
	value_integer(value_get(v, "at"), &out->at);
	value_integer(value_get(v, "done"), &out->done);
	return true;
}

bool cursor_write(const struct cursor_place *place, const struct cursor *c, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *v = value_map(a);
	const char *text;

	value_set(a, v, "commit", value_string(a, c->commit));
	value_set(a, v, "at", value_int(a, c->at));
	value_set(a, v, "partial", value_string(a, c->partial));
	value_set(a, v, "done", value_int(a, c->done));
	value_set(a, v, "threads", value_copy(a, c->threads));
	text = json_text(a, v, JSON_INDENT);
	return folder_make(cursor_folder(a, place), 0700, e) &&
	       file_write(cursor_path(a, place), text, strlen(text), 0600, e);
}

void cursor_set_thread(struct arena *a, struct cursor *c, const char *group, const char *thread)
{
	if (strlen(group) > LONGEST_GROUP)
		return;
	value_remove(c->threads, group);
	while (value_count(c->threads) >= CURSOR_THREADS)
		value_remove(c->threads, c->threads->map.members[0].key.at);
	value_set(a, c->threads, group, value_string(a, thread));
}

const char *cursor_thread(const struct cursor *c, const char *group)
{
	return value_text(value_get(c->threads, group), NULL);
}

struct cursor cursor_copy(struct arena *a, const struct cursor *c)
{
	return (struct cursor){ .commit = str_copy(a, c->commit), .at = c->at, .done = c->done,
				.partial = str_copy(a, c->partial), .threads = value_copy(a, c->threads) };
}
