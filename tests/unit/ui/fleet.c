/* SPDX-License-Identifier: Apache-2.0 */
/* Many projects: the fleet, what needs somebody, the matrix; the way from one board to the next;
 * acting on many. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "fleets.h"
#include "frames.h"
#include "model/fleet.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/text.h"
#include "ui/dashboard.h"
#include "worlds.h"

struct crew {
	struct arena *a;
	struct fleet *fleet;
	struct fake fake;
	struct screens *screens;
	struct canvas c;
	struct buf b;
};

static int64_t crew_now;

static int64_t crew_ticks(void)
{
	return crew_now;
}

static void crew_begin(struct crew *p, enum fleet_kind kind, bool read_only)
{
	struct screens_options options = { .theme = "dark",
					   .ticks = crew_ticks,
					   .read_only = read_only };

	setenv("GANTRY_NOW", FLEET_NOW, 1);
	setenv("TZ", "UTC", 1);
	crew_now = 1000;
	p->a = arena_new();
	p->fleet = fleet_make(p->a, kind);
	fake_init(&p->fake, p->a, NULL);
	fake_fleet(&p->fake, p->fleet);
	p->screens = screens_new(&p->fake.port, &options);
	canvas_init(&p->c, 36, 120, false);
	buf_init(&p->b, 1 << 22);
	screens_draw(p->screens, &p->c);
}

static void crew_end(struct crew *p)
{
	screens_free(p->screens);
	canvas_release(&p->c);
	buf_release(&p->b);
	arena_free(p->a);
}

static void crew_press(struct crew *p, uint32_t key)
{
	crew_now += 1000;
	screens_key(p->screens, key, false);
	screens_draw(p->screens, &p->c);
}

/* < is Esc, _ is Enter, > is Tab. */
static void crew_type(struct crew *p, const char *keys)
{
	for (const char *k = keys; *k; k++)
		crew_press(p, *k == '<'   ? PRESS_ESC
			      : *k == '_' ? PRESS_ENTER
			      : *k == '>' ? PRESS_TAB
					  : (uint32_t)(unsigned char)*k);
}

static const char *crew_sees(struct crew *p)
{
	buf_clear(&p->b);
	text_write(&p->b, &p->c);
	return buf_str(&p->b);
}

static bool crew_shows(struct crew *p, const char *text)
{
	return strstr(crew_sees(p), text) != NULL;
}

static const struct {
	const char *name, *keys;
	enum fleet_kind kind;
	int cols, rows;
	bool ascii;
} shots[] = {
	{ "fleet-80x24", "", FLEET_SHOP, 80, 24, false },
	{ "fleet-120x36", "j", FLEET_SHOP, 120, 36, false },
	{ "fleet-200x50", "jjj", FLEET_SHOP, 200, 50, false },
	{ "fleet-40x10", "", FLEET_SHOP, 40, 10, false },
	{ "fleet-ascii-80x24", "", FLEET_SHOP, 80, 24, true },
	{ "fleet-marked-120x36", "/needs:me_  j ", FLEET_SHOP, 120, 36, false },
	{ "fleet-filter-80x24", "/stage:prod health:bad", FLEET_SHOP, 80, 24, false },
	{ "fleet-none-80x24", "/nobody", FLEET_SHOP, 80, 24, false },
	{ "fleet-broken-120x36", "", FLEET_BROKEN, 120, 36, false },
	{ "fleet-broken-80x24", "", FLEET_BROKEN, 80, 24, false },
	{ "fleet-many-120x36", "G", FLEET_HUNDRED, 120, 36, false },
	{ "fleet-many-80x24", "", FLEET_HUNDRED, 80, 24, false },
	{ "fleet-many-200x50", "", FLEET_HUNDRED, 200, 50, false },
	{ "fleet-board-120x36", "jjj_", FLEET_SHOP, 120, 36, false },
	{ "fleet-board-80x24", "jjj_", FLEET_SHOP, 80, 24, false },
	{ "fleet-batch-120x36", "jjj jjk p", FLEET_SHOP, 120, 36, false },
	{ "fleet-batch-80x24", "/needs:me_    z", FLEET_SHOP, 80, 24, false },
	{ "fleet-todo-80x24", "!", FLEET_SHOP, 80, 24, false },
	{ "fleet-todo-120x36", "!", FLEET_SHOP, 120, 36, false },
	{ "fleet-todo-200x50", "!", FLEET_SHOP, 200, 50, false },
	{ "fleet-todo-40x24", "!", FLEET_BROKEN, 40, 24, false },
	{ "fleet-todo-ascii-80x24", "!", FLEET_BROKEN, 80, 24, true },
	{ "fleet-delivery-80x24", "D", FLEET_SHOP, 80, 24, false },
	{ "fleet-delivery-120x36", "Dvjjj", FLEET_SHOP, 120, 36, false },
	{ "matrix-80x24", "x", FLEET_SHOP, 80, 24, false },
	{ "matrix-120x36", "xjj", FLEET_SHOP, 120, 36, false },
	{ "matrix-200x50", "x", FLEET_HUNDRED, 200, 50, false },
	{ "matrix-ascii-80x24", "x", FLEET_SHOP, 80, 24, true },
	{ "matrix-not-120x36", "x/not:1.44.0_", FLEET_SHOP, 120, 36, false },
	{ "fleet-jump-80x24", ":pay", FLEET_SHOP, 80, 24, false },
};

TEST(frames_of_fleets)
{
	for (size_t i = 0; i < COUNTOF(shots); i++) {
		struct crew p;
		AUTO(buf) struct buf b;

		buf_init(&b, 1 << 22);
		crew_begin(&p, shots[i].kind, false);
		canvas_release(&p.c);
		canvas_init(&p.c, shots[i].rows, shots[i].cols, shots[i].ascii);
		screens_draw(p.screens, &p.c);
		crew_type(&p, shots[i].keys);
		frame_write(&b, &p.c);
		frame_compare(shots[i].name, &b);
		crew_end(&p);
	}
}

TEST(the_fleet_is_home)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	ok(crew_shows(&p, "fleet   9 projects"), "several projects are a fleet");
	ok(crew_shows(&p, "! 5 to do"), "the header counts what needs somebody, in all of them");
	crew_type(&p, "/pay__");
	ok(crew_shows(&p, "gantry  payments") && crew_shows(&p, "9.2.1"),
	   "Enter opens the project's board");
	crew_type(&p, "<");
	ok(crew_shows(&p, "payments") && crew_shows(&p, "project "), "Esc leads back");
	crew_type(&p, "<");
	ok(crew_shows(&p, "checkout"), "and another Esc drops the filter");
	crew_type(&p, "g_]");
	ok(crew_shows(&p, "gantry  search"), "] goes to the next project in the fleet's order");
	crew_type(&p, "[");
	ok(crew_shows(&p, "gantry  mail"), "and [ back to the one before");
	crew_type(&p, "[");
	ok(crew_shows(&p, "this is the first project"), "which is the first");
	crew_type(&p, "l_");
	ok(crew_shows(&p, "gantry  mail ▸ "), "its screens are of this project");
	crew_type(&p, "q");
	crew_type(&p, "q");
	ok(!screens_wants_quit(p.screens) && crew_shows(&p, "fleet   9 projects"),
	   "q closes up to the fleet");
	crew_type(&p, "q");
	ok(screens_wants_quit(p.screens), "and leaves from there");
	crew_end(&p);
}

TEST(a_fleet_comes_and_goes)
{
	struct crew p;
	struct fleet one;

	crew_begin(&p, FLEET_SHOP, false);
	one = *p.fleet;
	one.nworlds = 1;
	one.serial = 2;
	p.fake.fleet = &one;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(crew_shows(&p, "fleet   1 project"), "projects go");
	crew_type(&p, "_");
	ok(crew_shows(&p, "gantry  accounts"), "the last one is there");
	p.fake.fleet = p.fleet;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(crew_shows(&p, "gantry  accounts"), "others come, and what is open stays");
	crew_type(&p, "<");
	ok(crew_shows(&p, "fleet   9 projects"), "over the fleet");
	crew_end(&p);
}

static void crew_has(struct crew *p, const struct fleet *fleet)
{
	p->fake.fleet = fleet;
	screens_wake(p->screens);
	screens_draw(p->screens, &p->c);
}

TEST(the_cursor_waits_on_what_is_worst)
{
	struct crew p;
	struct fleet few;

	crew_begin(&p, FLEET_SHOP, false);
	few = *p.fleet;
	few.nworlds = 2;
	few.serial = 2;
	crew_has(&p, &few);
	ok(crew_shows(&p, "▌  catalogue"), "two projects have been read");
	p.fleet->serial = 3;
	crew_has(&p, p.fleet);
	ok(crew_shows(&p, "▌  mail"), "then all, and one of them failed");
	few.serial = 4;
	crew_has(&p, &few);
	crew_type(&p, "g");
	p.fleet->serial = 5;
	crew_has(&p, p.fleet);
	ok(crew_shows(&p, "▌  catalogue"), "once a key was pressed, it stays where it is");
	crew_end(&p);
}

TEST(todo_is_filtered_by_what_it_is_about)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "!/project:pay");
	ok(crew_shows(&p, "1 of 5") && crew_shows(&p, "payments"), "by project");
	crew_type(&p, "<");
	crew_type(&p, "/what:held");
	ok(crew_shows(&p, "1 of 5") && crew_shows(&p, "catalogue"), "by what it needs");
	crew_end(&p);
}

TEST(todo_without_a_stage_opens_nothing)
{
	struct crew p;

	crew_begin(&p, FLEET_BROKEN, false);
	crew_type(&p, "!/manifests__");
	ok(crew_shows(&p, "this is about no stage"), "Enter on a file says so");
	crew_type(&p, "p");
	ok(crew_shows(&p, "no stage is selected"), "p does, too");
	crew_end(&p);
}

TEST(a_fleet_is_found_while_the_manifests_are_read)
{
	struct crew p;
	struct screens_options options = { .theme = "dark", .ticks = crew_ticks };
	struct world *loading;
	const struct world *worlds[1];
	struct fleet first = { .serial = 1, .worlds = worlds, .nworlds = 1 };

	crew_begin(&p, FLEET_SHOP, false);
	screens_free(p.screens);
	loading = world_make(p.a, WORLD_LOADING);
	worlds[0] = loading;
	p.fake.fleet = &first;
	p.screens = screens_new(&p.fake.port, &options);
	screens_draw(p.screens, &p.c);
	ok(!crew_shows(&p, "fleet"), "nothing is known of a fleet yet");
	p.fleet->serial = 7;
	p.fake.fleet = p.fleet;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(crew_shows(&p, "fleet   9 projects"), "once it is, it is what is shown");
	crew_end(&p);
}

/* The first project's ledger may be read before the second project is known. */
TEST(a_fleet_whose_first_project_is_quick_is_home)
{
	struct crew p;
	struct fleet loading, one;
	const struct world *none[1];

	for (int pressed = 0; pressed < 2; pressed++) {
		struct screens_options options = { .theme = "dark", .ticks = crew_ticks };

		crew_begin(&p, FLEET_SHOP, false);
		screens_free(p.screens);
		none[0] = world_make(p.a, WORLD_LOADING);
		loading = (struct fleet){ .serial = 1, .worlds = none, .nworlds = 1 };
		one = *p.fleet;
		one.nworlds = 1;
		one.serial = 2;
		p.fleet->serial = 3;
		p.fake.fleet = &loading;
		p.screens = screens_new(&p.fake.port, &options);
		crew_has(&p, &loading);
		crew_has(&p, &one);
		ok(crew_shows(&p, "gantry  accounts"), "one project has its board");
		if (pressed)
			crew_type(&p, "j");
		crew_has(&p, p.fleet);
		ok(crew_shows(&p, pressed ? "gantry  accounts" : "fleet   9 projects"),
		   pressed ? "which stays when others come, for who uses it" : "and many the fleet");
		crew_end(&p);
	}
}

TEST(intents_name_their_project)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "/payments_p");
	ok(crew_shows(&p, "Promote prod   wise-otter → soft-squirrel"),
	   "p on a row plans what it waits for");
	crew_type(&p, "_prod_");
	is_number(p.fake.nsent, 1, "production is asked for by its name");
	is_number(p.fake.sent[0].kind, INTENT_PROMOTE, "and promoted");
	is_text(p.fake.sent[0].project, "payments", "in this project");
	is_text(p.fake.sent[0].stage, "prod", "into this stage");
	is_text(p.fake.sent[0].seen_head, "4f2a1c9000000000000000000000000000000000",
		"at its ledger's head");
	crew_type(&p, "r");
	is_text(p.fake.sent[1].project, "payments", "r looks again at that project");
	crew_type(&p, "[");
	ok(crew_shows(&p, "one project has a past"), "a fleet does not travel");
	is_number(p.fake.nsent, 2, "and asks for nothing");
	crew_type(&p, "_{");
	is_number(p.fake.sent[2].kind, INTENT_TRAVEL, "a board does");
	is_text(p.fake.sent[2].project, "payments", "with its own project");
	crew_end(&p);
}

TEST(todo_of_all_projects)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "g_n");
	ok(crew_shows(&p, "held") && crew_shows(&p, "catalogue"),
	   "n is what needs somebody, from any board");
	crew_type(&p, "/promote__");
	ok(crew_shows(&p, "todo ▸ payments ▸ prod"), "Enter opens the stage of that project");
	crew_type(&p, "<");
	ok(crew_shows(&p, "payments"), "Esc leads back to the list");
	crew_type(&p, "p");
	ok(crew_shows(&p, "Promote prod"), "and its key acts");
	crew_end(&p);
}

/* Every operation of a mark, and what was sent. */
TEST(marks_act_together)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "/needs:me_    ");
	ok(crew_shows(&p, "4 marked"), "Space marks");
	crew_type(&p, "p");
	ok(crew_shows(&p, "2 to promote, of 4 marked:") && crew_shows(&p, "payments") &&
		   crew_shows(&p, "9.1.8 → 9.2.1") && crew_shows(&p, "0.8.7 → 0.9.0"),
	   "p lists every operation: what waits for it, and what failed");
	is_number(p.fake.nsent, 0, "and does none yet");
	crew_type(&p, "_");
	ok(crew_shows(&p, "type promote, then Enter"),
	   "production is among them: a word is asked for");
	crew_type(&p, "promot_");
	is_number(p.fake.nsent, 0, "a part of it is not enough");
	crew_type(&p, "e_");
	is_number(p.fake.nsent, 2, "then each is sent");
	is_text(p.fake.sent[0].project, "mail", "with its project");
	is_text(p.fake.sent[1].project, "payments", "and the other's");
	ok(p.fake.sent[0].seen_freight != NULL, "and what was seen there");
	ok(crew_shows(&p, "promote: 2 sent") && !crew_shows(&p, "marked"),
	   "it says so, and the marks are gone");
	crew_type(&p, "g   r_");
	is_number(p.fake.nsent, 5, "r looks again at all that are marked");
	crew_type(&p, "g   ");
	crew_type(&p, "<");
	ok(!crew_shows(&p, "marked"), "Esc drops marks first");
	crew_end(&p);
	crew_begin(&p, FLEET_SHOP, true);
	crew_type(&p, "  p");
	ok(crew_shows(&p, "read-only"), "a gantry that only reads does nothing to many, too");
	crew_end(&p);
}

TEST(a_field_that_is_none_is_told_which_there_are)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "/team:payments_");
	ok(crew_shows(&p, "0 match \"team:payments\"") && crew_shows(&p, "needs: stage: health: version: label:"),
	   "the fleet has fields of its own");
	crew_type(&p, "<x/wher:prod_");
	ok(crew_shows(&p, "fields are stage: version: not: differs: kind:"), "and so has the matrix");
	crew_type(&p, "<<H/who:ada_");
	ok(crew_shows(&p, "fields are stage: by: outcome:"), "other lists share theirs");
	crew_type(&p, "</nobody_");
	ok(crew_shows(&p, "0 match") && !crew_shows(&p, "fields are"), "who asked for no field is told nothing of them");
	crew_end(&p);
}

TEST(the_fleet_leads_to_the_lists_of_a_project)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "/mail_");
	crew_type(&p, "f");
	ok(crew_shows(&p, "gantry  mail ▸ freight"), "f leads to the freight of the project under the cursor");
	crew_type(&p, "<o");
	ok(crew_shows(&p, "gantry  mail ▸ apps"), "o to its applications");
	crew_type(&p, "<e");
	ok(crew_shows(&p, "gantry  mail ▸ audit"), "e to its events");
	crew_type(&p, "<D");
	ok(crew_shows(&p, "gantry  delivery"), "D to the delivery of all");
	crew_type(&p, "<");
	ok(crew_shows(&p, "fleet   9 projects"), "and Esc back");
	crew_end(&p);
}

TEST(the_sorted_column_is_marked)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	ok(crew_shows(&p, "waits for▼"), "what needs somebody comes first");
	crew_type(&p, "?");
	ok(crew_shows(&p, " s  S "), "help has both keys of the sort in one line");
	crew_type(&p, "<");
	crew_type(&p, "S");
	ok(crew_shows(&p, "project▲") && !crew_shows(&p, "waits for▼"), "then it is sorted by name");
	crew_type(&p, "S");
	ok(crew_shows(&p, "newest▼"), "then by what is newest");
	crew_type(&p, "Sg_]");
	ok(crew_shows(&p, ", 2 of 9"), "and ] says how far the board's project is in that order");
	crew_end(&p);
}

TEST(marks_of_what_was_not_sent_stay)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_type(&p, "/needs:me_    p");
	p.fake.nsent = COUNTOF(p.fake.sent) - 1;
	crew_type(&p, "_promote_");
	is_text(p.fake.sent[COUNTOF(p.fake.sent) - 1].project, "mail", "there was room for one of two");
	ok(crew_shows(&p, "1 of 2 sent, the rest stays marked: too much is waiting"), "it says so");
	p.fake.nsent = 0;
	crew_type(&p, "j");
	ok(crew_shows(&p, "1 marked"), "and the mark of the other stays");
	crew_type(&p, "p");
	ok(crew_shows(&p, "1 to promote:") && !crew_shows(&p, "0.8.7 → 0.9.0"), "p lists the rest alone");
	crew_type(&p, "_promote_");
	is_number(p.fake.nsent, 1, "which is sent");
	is_text(p.fake.sent[0].project, "payments", "with its project");
	crew_type(&p, "j");
	ok(!crew_shows(&p, "marked"), "and now no mark is left");
	crew_end(&p);
}

TEST(operations_that_change_are_asked_for_again)
{
	struct crew p;
	struct world *w;

	crew_begin(&p, FLEET_SHOP, false);
	w = fleet_world_again(p.a, fleet_world_of(p.fleet, "checkout"));
	crew_type(&p, "/checkout_ z");
	ok(crew_shows(&p, "3 to hold"), "three stages would be held");
	w->stages[0]->auto_promotion = false;
	p.fake.fleet = fleet_with(p.a, p.fleet, w);
	screens_wake(p.screens);
	crew_press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "another list than the one that was read is not done");
	ok(crew_shows(&p, "2 to hold"), "but shown");
	screens_draw(p.screens, &p.c);
	crew_press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 2, "and done when it has been read");
	crew_end(&p);
}

TEST(jumping_anywhere)
{
	struct crew p;

	crew_begin(&p, FLEET_SHOP, false);
	crew_press(&p, PRESS_CTRL('p'));
	crew_type(&p, "prod-us_");
	ok(crew_shows(&p, "tiles ▸ prod-us"), "^P leads to a stage of any project");
	crew_type(&p, "<");
	ok(crew_shows(&p, "gantry  tiles"), "Esc to that project's board");
	crew_type(&p, ":9.1.8_");
	ok(crew_shows(&p, "payments ▸ wise-otter"), "a version to its freight");
	crew_type(&p, ":search_");
	ok(crew_shows(&p, "search"), "and a name to its project");
	crew_end(&p);
}

/* Whatever keys come, in whatever order, a fleet stands and sends nothing without being asked
 * twice. */
TEST(keys_at_random_do_nothing_to_a_fleet)
{
	static const char keys[] = "jkgG_<  /pay:!nxsS[]{}()0rfHeowtbpacz>_";
	unsigned state = 20261124;
	struct crew p;
	bool fine = true;

	crew_begin(&p, FLEET_SHOP, true);
	for (int i = 0; i < 6000; i++) {
		char one[2] = { 0 };

		state = state * 1103515245 + 12345;
		one[0] = keys[(state >> 16) % (sizeof(keys) - 1)];
		crew_type(&p, one);
		p.fake.nsent = p.fake.nsent > 8 ? 0 : p.fake.nsent;
		for (size_t j = 0; j < p.fake.nsent; j++)
			fine = fine && (p.fake.sent[j].kind == INTENT_TRAVEL ||
					p.fake.sent[j].kind == INTENT_REFRESH);
	}
	ok(fine, "a read-only fleet only ever asks to look again, or to travel");
	crew_end(&p);
}

/* Bounds of a machine that is busy with something else; make bench measures. */
TEST(a_thousand_projects_are_usable)
{
	struct crew p;
	int64_t start = clock_ticks(), keys;

	crew_begin(&p, FLEET_THOUSAND, false);
	ok(crew_shows(&p, "fleet   1000 projects"), "a thousand projects are shown");
	keys = clock_ticks();
	crew_type(&p, "jjjj/stage:stage-06");
	note("1,000 projects: %lld ms to begin, %lld ms for 19 keys", (long long)(keys - start),
	     (long long)(clock_ticks() - keys));
	ok(clock_ticks() - keys < 5000, "and keys stay quick");
	crew_end(&p);
}
