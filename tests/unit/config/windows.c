/* SPDX-License-Identifier: Apache-2.0 */
/* Promotion windows of manifests: whom they are for, and what is wrong with them, by file and line. */
#include "config/config.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "model/project.h"
#include "model/window.h"
#include "model/world.h"
#include "tap.h"

static const struct project *read_windows(struct arena *a, const char *kind, const char *windows,
					  struct list *complaints)
{
	bool cluster = strcmp(kind, "ClusterConfig") == 0;
	const char *text = str_format(a,
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n"
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec:\n"
		"  promotionWindows:\n  - %s\n",
		kind, cluster ? "cluster" : "demo, namespace: demo", windows);
	const struct config_file file = { .name = "demo.yaml", .text = str_of(text) };
	struct config *config = NULL;

	(void)!config_load(a, &file, 1, &config, complaints);
	return config ? config_project(config, NULL) : NULL;
}

static void refuses(const char *window, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct complaint *c;

	read_windows(a, "ProjectConfig", window, &complaints);
	if (!ok(complaints.count > 0, "%s is refused", window))
		return;
	c = complaints.items[0];
	is_text(str_format(a, "%s:%u: %s", c->file, c->line, c->message),
		str_format(a, "demo.yaml:10: projectConfig demo: spec.promotionWindows[0]: %s", want),
		"with its place and the fix");
}

TEST(a_window_that_makes_no_sense_is_refused)
{
	refuses("{name: w, kind: Allow, dtstart: yesterday}",
		"dtstart: \"yesterday\" is not a time such as TZID=Europe/Zurich:20260105T090000");
	refuses("{name: w, kind: Allow, dtstart: 20260230T090000Z}",
		"dtstart: \"20260230T090000Z\" is not a time such as TZID=Europe/Zurich:20260105T090000");
	refuses("{name: w, kind: Allow}", "dtstart or dtend is required, else it never changes");
	refuses("{name: w, kind: Deny, rrule: FREQ=DAILY, dtstart: 20260105T090000Z}",
		"rrule needs dtstart and dtend: when the first one begins and ends");
	refuses("{name: w, kind: Deny, dtstart: 20260105T090000Z, dtend: 20260105T090000Z}",
		"dtend must be after dtstart");
	refuses("{name: w, kind: Deny, dtstart: 'TZID=Mars/Olympus:20260105T090000'}",
		"no time zone is called \"Mars/Olympus\" here");
	refuses("{name: w, kind: Deny, dtstart: 'TZID=Europe/Zurich:20260105T090000', "
		"dtend: 20260106T090000Z}",
		"dtstart is in Europe/Zurich and dtend in UTC; write both in one zone");
	refuses("{name: w, kind: Deny, rrule: FREQ=OFTEN, dtstart: 20260105T090000Z, "
		"dtend: 20260105T100000Z}",
		"rrule: FREQ must be SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, not "
		"\"OFTEN\"");
	refuses("{name: w, kind: Deny, rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30, "
		"dtstart: 20260105T090000Z, dtend: 20260105T100000Z}",
		"rrule: \"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\" never happens");
}

TEST(windows_are_those_of_the_project_and_the_cluster)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = read_windows(a, "ProjectConfig",
		"{name: hours, kind: Allow, rrule: 'FREQ=WEEKLY;BYDAY=MO,TU', "
		"dtstart: 'TZID=Europe/Zurich:20260105T090000', dtend: 'TZID=Europe/Zurich:20260105T160000'}",
		&complaints);

	if (ok(p && p->nwindows == 1 && complaints.count == 0, "its own")) {
		is_text(p->windows[0].name, "hours", "by name");
		ok(p->windows[0].repeats && !p->windows[0].denies, "which allows, again and again");
	}
	p = read_windows(a, "ClusterConfig", "{name: freeze, kind: Deny, dtend: 20270103T120000Z}",
			 &complaints);
	ok(p && p->nwindows == 1 && p->windows[0].denies, "and the cluster's, with an open beginning");
	p = read_windows(a, "ClusterConfig",
			 "{name: freeze, kind: Deny, dtend: 20270103T120000Z, projectSelector: {name: shop}}",
			 &complaints);
	ok(p && p->nwindows == 0, "but not what is for another project");
	is_number(complaints.count, 0, "without a complaint");
}
