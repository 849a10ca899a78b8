/* SPDX-License-Identifier: Apache-2.0 */
/* Attached to a running Kargo: nobody takes one cluster for another, and what it denies is said beforehand. */
#include "ui/screens.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "model/attachment.h"
#include "model/world.h"
#include "tap.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/text.h"
#include "ui/dashboard.h"
#include "worlds.h"

static const struct denial denials[] = {
	{ INTENT_PROMOTE, "qa", "you may not promote stages/qa in shop" },
	{ INTENT_TRAVEL, NULL, "Kargo keeps no history" },
};
static const struct attachment staging = { .context = "staging", .server = "https://staging.test",
					   .denials = denials, .ndenials = COUNTOF(denials) };

static const struct attachment open_to_us = { .context = "staging", .server = "https://staging.test" };

struct attached_board {
	struct arena *a;
	struct fake fake;
	struct screens *screens;
	struct canvas c;
	struct buf b;
};

static int64_t many_ticks(void)
{
	static int64_t ticks;

	return ticks += 1000;
}

static void attached_begin(struct attached_board *p, const struct attachment *at, int rows, int cols)
{
	struct screens_options options = { .theme = "dark", .ticks = many_ticks };
	struct world *w;

	setenv("GANTRY_NOW", WORLD_NOW, 1);
	setenv("TZ", "UTC", 1);
	p->a = arena_new();
	w = world_make(p->a, WORLD_DEMO);
	w->attachment = at;
	fake_init(&p->fake, p->a, w);
	p->screens = screens_new(&p->fake.port, &options);
	canvas_init(&p->c, rows, cols, false);
	buf_init(&p->b, 1 << 22);
	screens_draw(p->screens, &p->c);
}

static void attached_end(struct attached_board *p)
{
	screens_free(p->screens);
	canvas_release(&p->c);
	buf_release(&p->b);
	arena_free(p->a);
}

static void keys(struct attached_board *p, const char *text)
{
	for (; *text; text++) {
		screens_key(p->screens, *text == '_' ? PRESS_ENTER : (uint32_t)*text, false);
		screens_draw(p->screens, &p->c);
	}
}

static bool shows(struct attached_board *p, const char *text)
{
	buf_clear(&p->b);
	text_write(&p->b, &p->c);
	return strstr(buf_str(&p->b), text) != NULL;
}

TEST(the_cluster_is_on_top_of_every_screen)
{
	struct attached_board p;

	attached_begin(&p, &staging, 24, 60);
	ok(shows(&p, "gantry  staging ▸ "), "of the board, however narrow");
	keys(&p, "l_");
	ok(shows(&p, "gantry  staging ▸ "), "of a stage");
	attached_end(&p);
}

TEST(what_alerts_and_what_is_logged_is_shown_of_a_cluster_too)
{
	struct attached_board p;

	attached_begin(&p, &staging, 36, 120);
	ok(shows(&p, "\xe2\x9c\x97 1 alert"), "the header says that something alerts");
	keys(&p, "D");
	ok(shows(&p, "lead time"), "delivery has the cluster's promotions");
	keys(&p, "q");
	log_line(LOG_WARN, "attach", "the cluster is slow");
	log_line(LOG_INFO, "attach", "the cluster answers");
	keys(&p, "L");
	ok(shows(&p, "the cluster answers"), "the log is there");
	keys(&p, "/level:warn_");
	ok(shows(&p, "the cluster is slow") && !shows(&p, "the cluster answers"), "and filters");
	attached_end(&p);
}

TEST(a_long_name_of_a_cluster_leaves_room_for_the_path)
{
	static const struct attachment long_name = {
		.context = "arn:aws:eks:eu-west-1:123456789012:cluster/platform-prod-eu",
		.server = "https://eks.test",
	};
	struct attached_board p;

	attached_begin(&p, &long_name, 24, 80);
	ok(shows(&p, "prod-eu ▸ kargo-demo"), "its end, which tells clusters apart, and the project");
	keys(&p, "l_");
	ok(shows(&p, "prod-eu ▸ kargo-demo ▸ "), "and the screen");
	attached_end(&p);
}

TEST(dialogs_say_which_cluster_it_is)
{
	struct attached_board p;

	attached_begin(&p, &open_to_us, 36, 120);
	keys(&p, "lp_");
	ok(shows(&p, "in Kargo at staging"), "a plan");
	attached_end(&p);
	attached_begin(&p, &open_to_us, 24, 70);
	fake_plans(&p.fake);
	keys(&p, "lp_");
	p.fake.has_plan = true;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(!shows(&p, "being tried out"), "a plan that is there,");
	ok(shows(&p, "in Kargo at staging "), "whole where there is little room");
	attached_end(&p);
	attached_begin(&p, &open_to_us, 36, 120);
	keys(&p, "llx");
	ok(shows(&p, "in Kargo at staging?"), "a dialog");
	ok(shows(&p, "Kargo cannot store a reason"), "and what is lost");
	attached_end(&p);
}

TEST(what_the_cluster_denies_is_refused_before_it_is_tried)
{
	struct attached_board p;

	attached_begin(&p, &staging, 36, 120);
	keys(&p, "lp");
	ok(shows(&p, "you may not promote stages/qa in shop"), "with the right that is missing");
	is_number(p.fake.nsent, 0, "nothing is asked for");
	keys(&p, "{");
	ok(shows(&p, "Kargo keeps no history"), "what it has not is refused, too");
	attached_end(&p);
}

TEST(what_kargo_did_is_not_put_down_to_gantry)
{
	struct attached_board p;

	attached_begin(&p, &open_to_us, 24, 100);
	keys(&p, "e");
	ok(shows(&p, "   Kargo   "), "what nobody is named for was done by Kargo");
	ok(!shows(&p, "   gantry   "), "and not by gantry");
	attached_end(&p);
}

TEST(another_cluster_closes_all_that_was_open)
{
	static const struct attachment prod = { .context = "prod", .server = "https://prod.test" };
	struct attached_board p;
	struct world *w;

	attached_begin(&p, &open_to_us, 24, 80);
	fake_plans(&p.fake);
	keys(&p, "lp_");
	is_number(p.fake.plans_asked, 1, "a plan is being made");
	w = world_make(p.a, WORLD_DEMO);
	w->attachment = &prod;
	p.fake.world = w;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(!shows(&p, "Promote qa"), "it is gone with its cluster");
	is_number(p.fake.plans_dropped, 1, "and no longer made");
	keys(&p, "_");
	is_number(p.fake.nsent, 0, "Enter confirms nothing");
	keys(&p, "b");
	ok(shows(&p, "gantry  prod ▸ "), "what is opened then is about the other");
	attached_end(&p);
}

static const char *const *attached_contexts(void *fake)
{
	static const char *const names[] = { "eu-prod", "eu-staging", NULL };

	(void)fake;
	return names;
}

TEST(the_palette_lists_the_contexts_before_their_names_are_known)
{
	static const char *const typed[] = { ":cont", ":context", ":context " };
	struct attached_board p;

	for (size_t i = 0; i < COUNTOF(typed); i++) {
		attached_begin(&p, &open_to_us, 24, 80);
		p.fake.port.contexts = attached_contexts;
		keys(&p, typed[i]);
		ok(shows(&p, "eu-prod") && shows(&p, "eu-staging"), "by \"%s\"", typed[i]);
		attached_end(&p);
	}
	attached_begin(&p, &open_to_us, 24, 80);
	p.fake.port.contexts = attached_contexts;
	keys(&p, ":context prod");
	ok(shows(&p, "eu-prod") && !shows(&p, "eu-staging"), "a name narrows them");
	attached_end(&p);
}

TEST(what_is_asked_for_names_the_cluster_that_was_seen)
{
	struct attached_board p;

	attached_begin(&p, &open_to_us, 36, 120);
	keys(&p, "r");
	is_number(p.fake.nsent, 1, "sent");
	is_text(p.fake.sent[0].seen_context, "staging", "with its context");
	attached_end(&p);
}

TEST(what_no_ledger_keeps_is_not_said_to_be_kept)
{
	static const struct attachment recorded = { .context = "staging", .server = "https://staging.test",
						    .ledger = "shop@staging" };
	struct attached_board p;

	attached_begin(&p, &open_to_us, 36, 120);
	keys(&p, "e");
	ok(shows(&p, "What Kargo's own objects tell"), "without a recorder there is no ledger to replay");
	keys(&p, "_");
	ok(shows(&p, "no ledger keeps it") && !shows(&p, "git show"), "and no commit to show");
	attached_end(&p);
	attached_begin(&p, &recorded, 36, 120);
	keys(&p, "e");
	ok(shows(&p, "gantry audit verify"), "with one there is");
	keys(&p, "_");
	ok(shows(&p, "git show of the commit"), "and each event is a commit");
	attached_end(&p);
}
