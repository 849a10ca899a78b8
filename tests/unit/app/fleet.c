/* SPDX-License-Identifier: Apache-2.0 */
/* Members come and go with the manifests' projects, also while the program ends. */
#include <string.h>

#include "app/app_inner.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/part.h"
#include "base/thread.h"
#include "config/settings.h"
#include "observe/manifests.h"
#include "tap.h"

#define PROJECT "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n"

/* An app that has begun nothing yet, as before the first frame, and a first reading of its manifests. */
struct stand {
	struct arena *arena;
	const char *folder;
	struct settings *settings;
	struct app *app;
	struct manifest_reading reading;
};

static bool stand_up(struct stand *s)
{
	struct arena *a = s->arena = arena_new();
	struct err e;

	return folder_temporary(a, "gantry-app-", &s->folder, &e) &&
	       file_write(path_join(a, s->folder, "demo.yaml"), PROJECT, strlen(PROJECT), 0644, &e) &&
	       settings_load(a, NULL, &s->settings, &e) &&
	       settings_set(a, s->settings, "manifests", s->folder, &e) &&
	       app_start(s->settings, APP_SHOWS, &s->app, &e) &&
	       manifests_read(s->settings, true, &s->reading, &e);
}

static void stand_down(struct stand *s)
{
	struct err e;

	part_release(s->reading.part);
	app_stop(s->app);
	ok(folder_remove(s->folder, &e), "the folder goes");
	arena_free(s->arena);
}

TEST(a_project_takes_the_place_of_what_stood_for_none)
{
	struct stand s;

	ok(stand_up(&s), "an app");
	is_number(s.app->nmembers, 1, "before the manifests are read");
	is_text(s.app->members[0]->name, "", "somebody says so");
	fleet_take(s.app, &s.reading);
	is_number(s.app->nmembers, 1, "then there is one");
	is_text(s.app->members[0]->name, "demo", "the project");
	stand_down(&s);
}

TEST(a_reading_that_comes_while_the_program_ends_changes_nothing)
{
	struct stand s;

	ok(stand_up(&s), "an app");
	flag_set(&s.app->ending);
	fleet_take(s.app, &s.reading);
	is_number(s.app->nmembers, 1, "nobody is added");
	is_text(s.app->members[0]->name, "", "nor told that there is no project");
	stand_down(&s);
}
