/* SPDX-License-Identifier: Apache-2.0 */
/* How far a channel is, across a restart. */
#include "messages/cursor.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "tap.h"

TEST(a_cursor_survives_a_restart)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct cursor c = { .commit = "c0ffee", .at = 5, .partial = "beef", .done = 2 }, again;
	struct err e = { 0 };

	ok(folder_temporary(a, "cursor", &folder, &e), "a folder");
	const struct cursor_place place = { folder, "demo", "MessageChannel", "team" };
	ok(!cursor_read(a, &place, &again, &e) && e.code == ERR_NOT_FOUND, "there is none at first");
	c.threads = value_map(a);
	for (int i = 0; i < CURSOR_THREADS + 5; i++)
		cursor_set_thread(a, &c, str_format(a, "group %d", i), str_format(a, "%d.0", i));
	ok(cursor_write(&place, &c, &e) && cursor_read(a, &place, &again, &e), "it is written and read");
	is_text(again.commit, "c0ffee", "the event");
	ok(again.at == 5 && again.done == 2 && strcmp(again.partial, "beef") == 0, "and what follows it");
	is_text(cursor_thread(&again, "group 204"), "204.0", "threads");
	is_text(cursor_thread(&again, "group 4"), NULL, "the oldest are forgotten");
	ok(file_write(path_join(a, folder, "gantry-messages/demo/MessageChannel.team.json"), "{", 1, 0600, &e),
	   "a file that is cut off");
	ok(!cursor_read(a, &place, &again, &e) && e.code != ERR_NOT_FOUND, "is told: %s", e.message);
	ok(folder_remove(folder, &e), "the folder goes");
}
