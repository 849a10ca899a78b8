/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys become intents: the right ones, with what was seen, and none that is refused. And
 * whatever keys and sizes come, the set of screens stands.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/freight.h"
#include "model/world.h"
#include "tap.h"
#include "term/canvas.h"
#include "term/key.h"
#include "term/text.h"
#include "ui/display.h"
#include "ui/dashboard.h"
#include "ui/port.h"
#include "ui/ui.h"
#include "worlds.h"

struct pilot {
	struct arena *a;
	struct world *w;
	struct fake fake;
	struct screens *screens;
	struct canvas c;
	struct buf b;
};

/* The tests' clock for how long a plan has been seen: all the time in the world, unless told else. */
static int64_t now_ticks, each_key_takes;

static int64_t pilot_ticks(void)
{
	return now_ticks;
}

static void board(struct pilot *p, enum world_kind kind, bool read_only)
{
	struct screens_options options = { .theme = "dark", .read_only = read_only, .ticks = pilot_ticks };

	setenv("GANTRY_NOW", WORLD_NOW, 1);
	setenv("TZ", "UTC", 1);
	now_ticks = 1000;
	each_key_takes = 1000;
	p->a = arena_new();
	p->w = world_make(p->a, kind);
	fake_init(&p->fake, p->a, p->w);
	p->screens = screens_new(&p->fake.port, &options);
	canvas_init(&p->c, 36, 120, false);
	buf_init(&p->b, 1 << 22);
	screens_draw(p->screens, &p->c);
}

static void leave(struct pilot *p)
{
	screens_free(p->screens);
	canvas_release(&p->c);
	buf_release(&p->b);
	arena_free(p->a);
}

static void press(struct pilot *p, uint32_t key)
{
	now_ticks += each_key_takes;
	screens_key(p->screens, key, false);
	screens_draw(p->screens, &p->c);
}

static void type(struct pilot *p, const char *text)
{
	for (; *text; text++)
		press(p, (uint32_t)(unsigned char)*text);
}

static const char *seen(struct pilot *p)
{
	buf_clear(&p->b);
	text_write(&p->b, &p->c);
	return buf_str(&p->b);
}

static bool shows(struct pilot *p, const char *text)
{
	return strstr(seen(p), text) != NULL;
}

/* qa may take soft-squirrel, and older freight too: the best is the first of the list. */
static void choose_qa(struct pilot *p)
{
	type(p, "lp");
	press(p, PRESS_ENTER);
}

TEST(promoting)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	choose_qa(&p);
	ok(shows(&p, "Promote qa   wise-otter → soft-squirrel"), "p shows the plan");
	is_number(p.fake.nsent, 0, "and does nothing yet");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 1, "Enter sends one intent");
	is_number(p.fake.sent[0].kind, INTENT_PROMOTE, "which promotes");
	is_text(p.fake.sent[0].stage, "qa", "the stage of the plan");
	is_text(p.fake.sent[0].freight, p.w->freight[0]->name, "to the freight of the plan");
	is_text(p.fake.sent[0].seen_freight, p.w->freight[1]->name, "from what was seen there");
	is_text(p.fake.sent[0].seen_head, p.w->ledger_head, "at the ledger's head that was seen");
	is_text(p.fake.sent[0].actor, "Ada <ada@example.org>", "by the user");
	ok(shows(&p, "promote: sent"), "it says that it was sent");
	leave(&p);
}

TEST(production_asks_for_its_name)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	/* Nothing runs in prod then. */
	p.w->promotions[0]->phase = PHASE_SUCCEEDED;
	type(&p, "ll");
	type(&p, "b");
	ok(shows(&p, "Roll back prod"), "b plans to go back");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "Enter alone does nothing in production");
	type(&p, "prox");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "nor does another name");
	press(&p, PRESS_BACKSPACE);
	type(&p, "d");
	press(&p, PRESS_TAB);
	type(&p, "checkout errors");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 1, "its name and Enter do it");
	is_number(p.fake.sent[0].kind, INTENT_ROLLBACK, "a rollback");
	is_text(p.fake.sent[0].reason, "checkout errors", "with the reason");
	leave(&p);
}

TEST(pasted_text_presses_no_keys)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	choose_qa(&p);
	screens_key(p.screens, '\r', true);
	is_number(p.fake.nsent, 0, "a pasted line end is not Enter");
	press(&p, PRESS_TAB);
	for (const char *t = "two\nlines"; *t; t++)
		screens_key(p.screens, (uint32_t)*t, true);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "two lines"), "pasted text is text");
	leave(&p);
}

/* The line that the prompt shows after its heading. */
static const char *line_of(struct pilot *p, const char *heading)
{
	const char *at = strstr(seen(p), heading), *end;

	if (!at)
		return "";
	at += strlen(heading);
	end = strchr(at, '\n');
	return str_copy_n(p->a, at, (size_t)(end - at));
}

TEST(prompts_edit_as_readline_does)
{
	static const struct { const char *typed; uint32_t keys[4]; const char *text; } cases[] = {
		{ "two words", { PRESS_ALT('b'), 'X' }, "two Xwords" },
		{ "two words", { PRESS_CTRL('a'), PRESS_ALT('f'), 'X' }, "twoX words" },
		{ "two words", { PRESS_CTRL('a'), PRESS_ALT('d'), 'X' }, "X words" },
		{ "a one/two", { PRESS_ALT(PRESS_BACKSPACE), 'X' }, "a one/X" },
		{ "a one/two", { PRESS_CTRL('w'), 'X' }, "a X" },
		{ "two words", { PRESS_CTRL('a'), PRESS_CTRL('k'), 'X' }, "X" },
		{ "two words", { PRESS_CTRL('u'), 'X' }, "X" },
		{ "two words", { PRESS_CTRL('w'), PRESS_CTRL('a'), PRESS_CTRL('y') }, "wordstwo" },
		{ "two words", { PRESS_CTRL('w'), PRESS_CTRL('w'), 'X', PRESS_CTRL('y') }, "Xtwo words" },
		{ "two words", { PRESS_HOME, PRESS_CTRL('d'), PRESS_CTRL('e'), 'X' }, "wo wordsX" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct pilot p;

		board(&p, WORLD_DEMO, false);
		choose_qa(&p);
		press(&p, PRESS_TAB);
		type(&p, cases[i].typed);
		for (size_t j = 0; j < COUNTOF(cases[i].keys) && cases[i].keys[j]; j++)
			press(&p, cases[i].keys[j]);
		is_text(line_of(&p, "\n reason   "), cases[i].text, "editing %zu: %s", i, cases[i].text);
		is_number(p.fake.nsent, 0, "and nothing else is done");
		leave(&p);
	}
}

TEST(alt_is_no_command)
{
	struct pilot p;
	const char *before;

	board(&p, WORLD_DEMO, false);
	before = str_copy(p.a, seen(&p));
	for (uint32_t key = ' '; key < 127; key++)
		press(&p, PRESS_ALT(key));
	press(&p, PRESS_ALT(PRESS_ENTER));
	is_text(seen(&p), before, "Alt and a letter does nothing on the board");
	choose_qa(&p);
	press(&p, PRESS_TAB);
	for (uint32_t key = 'a'; key <= 'z'; key++)
		press(&p, PRESS_ALT(key));
	ok(shows(&p, "Promote qa") && !p.fake.nsent, "nor does it leave a plan, nor do it");
	leave(&p);
}

TEST(copying)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "y");
	is_text(screens_copied(p.screens), "91bc44e000000000000000000000000000000000",
		"y on a stage copies the commit that runs there");
	ok(shows(&p, "copied commit 91bc44e"), "and says so");
	ok(!screens_copied(p.screens), "once");
	type(&p, "Yjy");
	is_text(screens_copied(p.screens), "sha256:4f2a0c91be", "Y chooses");
	type(&p, "e");
	type(&p, "y");
	is_text(screens_copied(p.screens), p.w->events[0].commit, "on an event its commit");
	leave(&p);
	board(&p, WORLD_PULL, false);
	type(&p, "llltjy");
	is_text(screens_copied(p.screens), "https://git.example.org/acme/gitops/pulls/41",
		"on a step that waits for a pull request its address");
	leave(&p);
}

TEST(aborting)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "x");
	ok(!shows(&p, "Abort the promotion"), "x means nothing where nothing is promoting");
	type(&p, "llx");
	ok(shows(&p, "Abort the promotion of prod to soft-squirrel?"), "it asks");
	press(&p, PRESS_ENTER);
	is_number(p.fake.sent[0].kind, INTENT_ABORT, "and aborts");
	is_text(p.fake.sent[0].promotion, p.w->promotions[0]->name, "that promotion");
	leave(&p);
}

TEST(a_pull_request_is_merged_or_closed)
{
	struct pilot p;

	board(&p, WORLD_PULL, false);
	type(&p, "lllt");
	ok(shows(&p, "PR #41 open 2h, 1 of 2 reviews"), "the promotion tells of it");
	type(&p, "m");
	ok(shows(&p, "Merge the pull request of prod to soft-squirrel?"), "m asks");
	press(&p, PRESS_ENTER);
	is_number(p.fake.sent[0].kind, INTENT_MERGE, "and merges");
	ok(p.fake.sent[0].promotion != NULL, "that of the promotion");
	leave(&p);
	board(&p, WORLD_PULL, false);
	type(&p, "lllx");
	ok(shows(&p, "pull request 41 stays open"), "aborting says what becomes of it");
	press(&p, PRESS_ESC);
	type(&p, "tc");
	press(&p, PRESS_ENTER);
	is_number(p.fake.sent[0].kind, INTENT_CLOSE, "c closes it");
	leave(&p);
	board(&p, WORLD_DEMO, false);
	type(&p, "lltmc");
	ok(!shows(&p, "pull request of"), "without one, the keys mean nothing");
	leave(&p);
}

TEST(read_only_refuses)
{
	static const char *const ways[] = { "p", "a", "b", "llx", "hp", "f_p", ":promote_" };

	for (size_t i = 0; i < COUNTOF(ways); i++) {
		struct pilot p;

		board(&p, WORLD_DEMO, true);
		for (const char *k = ways[i]; *k; k++)
			press(&p, *k == '_' ? PRESS_ENTER : (uint32_t)*k);
		for (int j = 0; j < 4; j++)
			press(&p, PRESS_ENTER);
		is_number(p.fake.nsent, 0, "read-only: %s sends nothing", ways[i]);
		leave(&p);
	}
}

TEST(refused_keys_say_why)
{
	struct pilot p;

	board(&p, WORLD_DEMO, true);
	type(&p, "p");
	ok(shows(&p, "this gantry is read-only"), "a refused key says why");
	leave(&p);
}

TEST(replies)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	p.fake.reply = (struct reply){ .done = true, .message = "promoting qa to soft-squirrel" };
	p.fake.has_reply = true;
	ok(screens_wake(p.screens), "a reply is news");
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "promoting qa to soft-squirrel"), "a good one is said above the keys");
	p.fake.reply = (struct reply){ .code = ERR_CONFLICT,
				       .message = "Lin promoted prod 4s ago: it now runs soft-squirrel" };
	p.fake.has_reply = true;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "Lin promoted prod 4s ago") && shows(&p, "Nothing was done"),
	   "a refusal is a dialog");
	ok(screens_wants_bell(p.screens) && !screens_wants_bell(p.screens), "and rings once");
	press(&p, PRESS_ENTER);
	ok(!shows(&p, "Nothing was done"), "that Enter closes");
	leave(&p);
}

TEST(a_plan_says_that_it_goes_back)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	choose_qa(&p);
	ok(!shows(&p, "This is older"), "newer freight is no step back;");
	press(&p, PRESS_ESC);
	type(&p, "j");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "This is older than wise-otter."), "older freight is, and the plan says so");
	leave(&p);
}

TEST(plans_notice_change)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	choose_qa(&p);
	struct world *w = world_make(p.a, WORLD_DEMO);
	struct stage *qa = w->stages[1];

	qa->nhistory = 0;
	w->serial = 2;
	p.fake.world = w;
	ok(screens_wake(p.screens), "a newer world is news");
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "this plan was made when it ran wise-otter"), "the plan says that it is stale");
	leave(&p);
}

static void arrive(struct pilot *p)
{
	p->fake.has_plan = true;
	ok(screens_wake(p->screens), "a plan is news");
	screens_draw(p->screens, &p->c);
}

/* Whether these stand on the screen, each further down than the one before. */
static bool shows_in_order(struct pilot *p, const char *const *texts)
{
	const char *at = seen(p);

	for (; at && *texts; texts++)
		at = strstr(at, *texts);
	return at != NULL;
}
#define IN_ORDER(p, ...) shows_in_order(p, (const char *const[]){ __VA_ARGS__, NULL })

TEST(a_list_is_sorted_by_its_columns)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "H");
	ok(IN_ORDER(&p, "when▼", "▌21:13:20", "20:14:07"), "history has the newest first, and says so");
	type(&p, "S");
	ok(IN_ORDER(&p, "stage▲", "▌21:13:20", "19 Nov", "qa ", "test ", "uat "),
	   "S sorts by the next column; of equal ones the newest is first");
	ok(shows(&p, "sorted by stage ▲"), "it is told as well");
	type(&p, "I");
	ok(IN_ORDER(&p, "stage▼", "uat ", "test ", "qa ", "▌21:13:20", "19 Nov"),
	   "I turns it round; the cursor stays on its line, and so do equal ones");
	type(&p, "S");
	ok(shows(&p, "freight▲") && !shows(&p, "stage▼"), "the next column begins its own way");
	type(&p, "SS");
	ok(IN_ORDER(&p, "took▼", "2m10s", "▌21:13:20"), "what took longest is first");
	type(&p, "SS");
	ok(IN_ORDER(&p, "when▼", "▌21:13:20", "20:14:07"), "after the last column comes the first");
	type(&p, "I");
	ok(IN_ORDER(&p, "when▲", "19 Nov", "20:14:07", "▌21:13:20"), "the oldest can be first, too");
	leave(&p);
}

TEST(an_order_is_kept_while_the_world_changes)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "HSj");
	ok(IN_ORDER(&p, "stage▲", "▌19 Nov", "qa ", "uat "), "the cursor is on one of them");
	struct world *w = world_make(p.a, WORLD_DEMO);

	w->promotions++;
	w->npromotions--;
	w->serial = 2;
	p.fake.world = w;
	ok(screens_wake(p.screens), "the list changes");
	screens_draw(p.screens, &p.c);
	ok(!shows(&p, "21:13:20") && IN_ORDER(&p, "stage▲", "▌19 Nov", "qa ", "test ", "uat "),
	   "order and cursor stay");
	type(&p, "/uat\r");
	ok(IN_ORDER(&p, "stage▲", "uat "), "a filter leaves the heads alone");
	leave(&p);
}

TEST(a_key_that_does_nothing_here_says_why)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "x");
	ok(shows(&p, "nothing is promoting in test"), "x where nothing is promoting");
	type(&p, "m");
	ok(shows(&p, "no pull request is waited for in test"), "m without a pull request");
	type(&p, "c");
	ok(shows(&p, "test is not held"), "c without a hold");
	type(&p, "hx");
	ok(shows(&p, "no stage is selected"), "x on a warehouse");
	type(&p, "lHjjx");
	ok(shows(&p, "this promotion is over"), "x on one that is over");
	leave(&p);
}

TEST(the_heads_stay_where_a_long_list_scrolls)
{
	struct pilot p;

	board(&p, WORLD_MANY, false);
	type(&p, "HG");
	ok(IN_ORDER(&p, "when", "outcome", "▌"), "at the end of the history");
	type(&p, "kkkk");
	screens_click(p.screens, 3, 20);
	screens_draw(p.screens, &p.c);
	ok(IN_ORDER(&p, "outcome", "\n▌"), "and a click below them");
	screens_click(p.screens, 2, 20);
	screens_draw(p.screens, &p.c);
	ok(IN_ORDER(&p, "outcome", "\n▌"), "but none on them selects");
	type(&p, "g");
	ok(IN_ORDER(&p, "when", "\n▌"), "at its beginning, too");
	leave(&p);
}

TEST(a_long_state_stands_apart_where_the_terminal_is_narrow)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	((struct stage *)p.w->stages[0])->health = HEALTH_PROGRESSING;
	canvas_reset(&p.c, 10, 40);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "Progressing 1.29.5"), "from the version");
	leave(&p);
}

TEST(every_list_with_heads_is_sorted)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "e");
	ok(shows(&p, "when▼"), "the audit");
	type(&p, "SS");
	ok(shows(&p, "kind▲"), "by kind");
	press(&p, PRESS_ESC);
	type(&p, "f");
	ok(IN_ORDER(&p, "age▲", "soft-squirrel", "wise-otter", "bold-crane"), "freight");
	type(&p, "SSS");
	ok(IN_ORDER(&p, "freight▲", "bold-crane", "soft-squirrel", "wise-otter"), "by name");
	press(&p, PRESS_ESC);
	type(&p, "ov");
	ok(shows(&p, "health▼"), "applications, the worst first");
	type(&p, "SSSSS");
	ok(shows(&p, "application▲"), "by name");
	press(&p, PRESS_ESC);
	type(&p, "S");
	ok(!shows(&p, "sorted by"), "a board is no list");
	leave(&p);
}

TEST(plans_come_when_they_are_ready)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	fake_plans(&p.fake);
	choose_qa(&p);
	is_number(p.fake.plans_asked, 1, "the screen asks for the plan");
	is_number(p.fake.planned.kind, INTENT_PROMOTE, "of a promotion");
	is_text(p.fake.planned.stage, "qa", "of its stage");
	is_text(p.fake.planned.freight, p.w->freight[0]->name, "to its freight");
	ok(shows(&p, "being tried out on a scratch copy"), "meanwhile it says so");
	press(&p, 'd');
	ok(shows(&p, "still being tried out"), "there is no diff yet");
	arrive(&p);
	ok(shows(&p, "would push 1 commit to stage/qa"), "it says what is only announced");
	ok(shows(&p, "unforeseen: needs what tell puts out"), "and what can't be foreseen");
	ok(!shows(&p, "nginx:1.29.5"), "the diff is further down");
	press(&p, 'd');
	ok(shows(&p, "+        image: public.ecr.aws/nginx/nginx:1.29.5"), "d goes to it");
	for (int i = 0; i < 3; i++)
		press(&p, PRESS_RIGHT);
	ok(shows(&p, "for all of it at once") && !shows(&p, "image: public"), "right shows the ends of lines");
	press(&p, 'r');
	is_number(p.fake.plans_asked, 2, "r plans again");
	is_number(p.fake.plans_dropped, 0, "a plan that came is not cancelled");
	press(&p, PRESS_ESC);
	is_number(p.fake.plans_dropped, 1, "leaving cancels the one that did not");
	p.fake.has_plan = true;
	ok(!screens_wake(p.screens), "should it come nonetheless, nobody sees it");
	leave(&p);
}

TEST(two_keys_lead_from_the_board_to_the_pull_request_that_is_waited_for)
{
	struct pilot p;

	board(&p, WORLD_PULL, false);
	fake_plans(&p.fake);
	type(&p, "lll");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "PR #41 open 2h, 1 of 2 reviews"), "the stage says what it waits for");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "title        prod: nginx 1.29.5"), "Enter opens it");
	is_number(p.fake.plans_asked, 1, "and asks for its diff");
	leave(&p);
}

TEST(a_pull_request_shows_its_diff)
{
	struct pilot p;

	board(&p, WORLD_PULL, false);
	fake_plans(&p.fake);
	type(&p, "lllt");
	is_number(p.fake.plans_asked, 0, "the promotion asks for none");
	press(&p, PRESS_ENTER);
	is_number(p.fake.plans_asked, 1, "the step does");
	is_number(p.fake.planned.kind, INTENT_MERGE, "what its merge would bring");
	is_text(p.fake.planned.promotion, p.w->promotions[0]->name, "of the promotion");
	is_number(p.fake.planned.step, 5, "at this step");
	ok(shows(&p, "being read from git"), "meanwhile it says so");
	arrive(&p);
	ok(shows(&p, "+        image: public.ecr.aws/nginx/nginx:1.29.5"), "then it is there");
	for (int i = 0; i < 3; i++)
		press(&p, PRESS_RIGHT);
	ok(shows(&p, "for all of it at once") && !shows(&p, "image: public"), "right shows the ends of lines");
	press(&p, 'r');
	is_number(p.fake.plans_asked, 2, "r reads it again");
	type(&p, "m");
	ok(shows(&p, "Merge the pull request of prod to soft-squirrel?"), "m merges it from there");
	press(&p, PRESS_ESC);
	press(&p, PRESS_ESC);
	is_number(p.fake.plans_dropped, 1, "leaving cancels the one that is not there yet");
	leave(&p);
	board(&p, WORLD_DEMO, false);
	fake_plans(&p.fake);
	type(&p, "lllt");
	press(&p, PRESS_ENTER);
	is_number(p.fake.plans_asked, 0, "another step has none");
	leave(&p);
}

/* A world whose forge has not said yet between which branches pull request 41 is. */
static struct world *world_without_source(struct arena *a)
{
	struct world *w = world_make(a, WORLD_PULL);
	struct promotion_step *step = &w->promotions[0]->steps[5];
	struct value *output = value_map(a);

	value_set(a, output, "pr", value_get(step->output, "pr"));
	step->output = output;
	return w;
}

TEST(a_diff_is_asked_for_once_its_branches_are_known)
{
	struct pilot p;
	struct world *w;

	board(&p, WORLD_PULL, false);
	fake_plans(&p.fake);
	w = world_without_source(p.a);
	w->serial = 2;
	p.fake.world = w;
	screens_wake(p.screens);
	type(&p, "lllt");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "PR #41 open"), "the step of a new pull request is open");
	is_number(p.fake.plans_asked, 0, "whose branches the forge has not said yet");
	ok(!shows(&p, "diff again"), "so there is no diff to read again");
	w = world_make(p.a, WORLD_PULL);
	w->serial = 3;
	p.fake.world = w;
	ok(screens_wake(p.screens), "then it says them");
	screens_draw(p.screens, &p.c);
	is_number(p.fake.plans_asked, 1, "and the diff is asked for by itself");
	is_number(p.fake.planned.kind, INTENT_MERGE, "what its merge would bring");
	is_number(p.fake.planned.step, 5, "at this step");
	ok(shows(&p, "being read from git"), "which it says meanwhile");
	arrive(&p);
	ok(shows(&p, "+        image: public.ecr.aws/nginx/nginx:1.29.5"), "then it is there");
	ok(shows(&p, "diff again"), "and can be read again");
	press(&p, 'r');
	is_number(p.fake.plans_asked, 2, "with r");
	leave(&p);
}

TEST(enter_does_not_jump_ahead_of_the_plan)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	fake_plans(&p.fake);
	choose_qa(&p);
	press(&p, PRESS_ENTER);
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "Enter before the plan is there does nothing, however often");
	ok(shows(&p, "type qa, then Enter"), "it says what does not wait for the plan");
	type(&p, "qa");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 1, "the stage's name does");
	type(&p, "p");
	press(&p, PRESS_ENTER);
	arrive(&p);
	each_key_takes = 0;
	now_ticks += 399;
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 1, "Enter in the first 400 ms was meant for what was there before");
	ok(shows(&p, "only just come"), "and is told so");
	now_ticks += 1;
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 2, "then once is enough");
	is_text(p.fake.sent[0].seen_plan, NULL, "the first saw no plan");
	ok(p.fake.sent[1].seen_plan && strlen(p.fake.sent[1].seen_plan) == 40, "the second says which");
	leave(&p);
}

TEST(a_plan_that_would_fail_asks_for_the_name)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	fake_plans(&p.fake);
	p.fake.plan_fails = true;
	choose_qa(&p);
	arrive(&p);
	ok(shows(&p, "It would fail") && shows(&p, "type qa to promote"), "it says that it would fail");
	for (int i = 0; i < 3; i++)
		press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "Enter does not do what would fail");
	type(&p, "qa");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 1, "the stage's name does");
	leave(&p);
}

TEST(a_plan_that_comes_takes_the_name_back)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	fake_plans(&p.fake);
	choose_qa(&p);
	press(&p, PRESS_ENTER);
	arrive(&p);
	ok(!shows(&p, "type qa to"), "the name is not asked for any more");
	press(&p, 'd');
	ok(shows(&p, "+        image:"), "and keys are commands again");
	leave(&p);
}

TEST(what_was_backed_out_is_asked_for_twice)
{
	struct pilot p;

	board(&p, WORLD_BACKED, false);
	type(&p, "j");
	ok(shows(&p, "could take soft-squirrel 1.30.2, but Lin backed it out 1h ago: checkout errors"),
	   "the board says when, by whom and why");
	type(&p, "p");
	ok(shows(&p, "⟲ wise-otter         1.29.4       older"), "it is not the first to choose");
	type(&p, "j");
	ok(shows(&p, "soft-squirrel: Lin backed it out 1h ago: checkout errors"), "the list says why");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "backed out") && shows(&p, "checkout errors"), "the plan says it, too");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "Enter alone does not bring it back");
	type(&p, "live");
	press(&p, PRESS_ENTER);
	is_text(p.fake.nsent ? p.fake.sent[0].freight : "", p.w->freight[0]->name, "the stage's name does");
	leave(&p);
}

TEST(the_best_freight_is_named_everywhere)
{
	struct pilot p;

	board(&p, WORLD_BACKED, false);
	type(&p, "l");
	ok(shows(&p, "second can take deft-bunting 1.30.0 now; 1.30.2 in 39s; p promotes it"),
	   "the board names the best that may enter, and when the newest may");
	type(&p, "w");
	ok(shows(&p, "Why is deft-bunting 1.30.0 not in second?"), "why is about the same");
	press(&p, PRESS_ESC);
	type(&p, "p");
	ok(shows(&p, "Promote second   wise-otter → deft-bunting"), "and so is p");
	leave(&p);
}

TEST(failures_are_on_the_board)
{
	struct pilot p;

	board(&p, WORLD_TRIED, false);
	p.w->promotions[0]->message = "step \"step-6\" met error threshold of 1: not signed\nmore";
	p.w->serial = 2;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "✗ 1.29.5 not taken"), "the card says what was not taken");
	ok(shows(&p, "broken did not take soft-squirrel 1.29.5 7m ago: not signed; p tries again"),
	   "the sentence begins with the cause, without Kargo's wrapping");
	type(&p, "v");
	ok(shows(&p, "✗ 1.29.5 not taken 7m: not"), "so does the row");
	type(&p, "w");
	ok(shows(&p, "its promotion failed 7m ago: not signed"), "and why");
	leave(&p);
}

/* The world has changed under the screens. */
static void newer(struct pilot *p)
{
	p->w->serial++;
	screens_wake(p->screens);
	screens_draw(p->screens, &p->c);
}

TEST(causes_come_first)
{
	struct pilot p;

	board(&p, WORLD_TRIED, false);
	p.w->promotions[0]->message = "step \"step-6\" met error threshold of 1: pushing to main: not signed";
	newer(&p);
	type(&p, "t");
	ok(shows(&p, "\n pushing to main: not signed"), "the promotion's head says the cause");
	ok(!shows(&p, "error threshold"), "without Kargo's wrapping");
	leave(&p);
	board(&p, WORLD_TRIED, false);
	p.w->promotions[0]->phase = PHASE_ABORTED;
	p.w->promotions[0]->aborted_by = "Lin <lin@example.org>";
	p.w->promotions[0]->abort_reason = "the wrong one";
	newer(&p);
	type(&p, "H");
	ok(shows(&p, "○ aborted by Lin: the wrong one"), "the history says who aborted, and why");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "\n aborted by Lin: the wrong one"), "and so does the promotion");
	leave(&p);
}

/* How much of the history a filter leaves, as the frame counts. */
static const char *filtered(struct pilot *p, const char *words)
{
	const char *found;

	press(p, '/');
	type(p, words);
	found = strstr(seen(p), "\n filter");
	found = found ? strstr(found, "   ") : NULL;
	found = found ? found + strspn(found, " ") : "";
	found = str_copy_n(p->a, found, strcspn(found, "\n"));
	press(p, PRESS_ESC);
	return found;
}

TEST(filters)
{
	static const struct { const char *words, *left; } cases[] = {
		{ "prod", "2 of 5" },              { "uat Lin", "1 of 5" },
		{ "by:lin stage:prod", "0 match" }, { "BY:LIN stage:uat", "1 of 5" },
		{ "stage:rod !rolled", "1 of 5" }, { "stage:lin", "0 match" },
		{ "outcome:failed", "1 of 5" },    { "outcome:rolled", "1 of 5" },
		{ "1.29.5 stage:prod", "1 of 5" }, { "since:2h", "2 of 5" },
		{ "!prod", "3 of 5" },             { "bastion-2 demo", "1 of 5" },
	};
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "H");
	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(filtered(&p, cases[i].words), cases[i].left, "filter %s", cases[i].words);
	press(&p, '/');
	type(&p, "nothing");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "0 match \"nothing\"; Esc shows all again"), "nothing found is said");
	ok(!shows(&p, " outcome "), "and the lower pane shows nothing that is not in the list");
	leave(&p);
}

/* What the palette does with these letters. */
static void palette(struct pilot *p, const char *letters)
{
	press(p, ':');
	type(p, letters);
	press(p, PRESS_ENTER);
}

TEST(the_palette_takes_sentences)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	palette(&p, "why prod");
	ok(shows(&p, "not in prod?"), "why prod");
	press(&p, PRESS_ESC);
	palette(&p, "promote qa");
	ok(shows(&p, "promote into qa"), "promote qa chooses");
	press(&p, PRESS_ESC);
	palette(&p, "promote qa 1.29.5");
	ok(shows(&p, "Promote qa   wise-otter → soft-squirrel"), "a version says which");
	press(&p, PRESS_ESC);
	palette(&p, "1.29.4");
	ok(shows(&p, "wise-otter  1.29.4"), "a version leads to its freight");
	press(&p, PRESS_ESC);
	palette(&p, "ecr.aws");
	ok(shows(&p, "public.ecr.aws/nginx/nginx"), "an image to the warehouse that watches it");
	press(&p, PRESS_ESC);
	press(&p, PRESS_ESC);
	palette(&p, "kargo-demo-qa");
	ok(shows(&p, "▸ kargo-demo-qa") && shows(&p, "exceeded its progress deadline"),
	   "an application to its own screen");
	press(&p, PRESS_ESC);
	palette(&p, "qa.01");
	ok(shows(&p, "▸ qa promotion"), "a promotion's name to its steps");
	press(&p, PRESS_ESC);
	palette(&p, "prod");
	ok(shows(&p, "soaked for 30m0s"), "a stage's name to what it takes, after how long a soak");
	press(&p, PRESS_ESC);
	palette(&p, "alerts");
	ok(shows(&p, "▸ todo"), "what other programs call it leads there, too");
	press(&p, PRESS_ESC);
	palette(&p, "agents");
	ok(shows(&p, "engine here"), "who executes is said");
	palette(&p, "at 16:00");
	is_number(p.fake.sent[p.fake.nsent - 1].travel, TRAVEL_TO, "at 16:00 travels");
	ok(p.fake.sent[p.fake.nsent - 1].travel_to == 1795536000000, "to the last time that it was that");
	palette(&p, "abort test");
	ok(shows(&p, "nothing is promoting in test"), "what cannot be done is said");
	press(&p, ':');
	type(&p, "qqqqq");
	ok(shows(&p, "0 match: nothing is called that."), "and what is not found");
	leave(&p);
}

/* Clicks on the text's first cell, wherever it is on the screen. */
static void click(struct pilot *p, const char *text)
{
	for (int row = 0; row < p->c.rows; row++)
		for (int col = 0; col < p->c.cols; col++) {
			size_t at = 0;

			for (int i = col; text[at] && i < p->c.cols; i++) {
				const char *cell = canvas_at(&p->c, row, i)->text;

				if (!has_prefix(text + at, cell))
					break;
				at += strlen(cell);
			}
			if (text[at])
				continue;
			screens_click(p->screens, row, col);
			screens_draw(p->screens, &p->c);
			return;
		}
	ok(false, "nothing to click says %s", text);
}

TEST(the_mouse_hits_what_it_points_at)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	click(&p, "verification fa");
	ok(shows(&p, "\n qa "), "a click within a card selects it");
	click(&p, "wise-otter      ");
	ok(shows(&p, "kargo-demo ▸ qa"), "another opens it");
	click(&p, "kargo-demo ▸");
	ok(!shows(&p, "kargo-demo ▸ qa"), "a name in the path goes back there");
	click(&p, "wise-otter 1.29.4");
	ok(shows(&p, "freight      wise-otter  1.29.4"), "freight on top opens");
	press(&p, PRESS_ESC);
	click(&p, "! 2 to do");
	ok(shows(&p, "✗ unverified qa"), "the count leads to what needs somebody");
	press(&p, PRESS_ESC);
	type(&p, "v");
	click(&p, "● uat");
	ok(shows(&p, "\n uat "), "a row is hit where it stands");
	click(&p, "w why");
	ok(shows(&p, "in uat"), "a key at the bottom does what it says");
	click(&p, "● uat");
	ok(shows(&p, "in uat"), "what a popup stands on is not hit");
	press(&p, PRESS_ESC);
	screens_wheel(p.screens, true);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "▌◇ kargo-demo"), "the wheel moves the cursor of a list by lines");
	leave(&p);
}

TEST(applications)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "lo");
	ok(shows(&p, "kargo-demo-qa") && !shows(&p, "kargo-demo-uat "), "o opens the stage's applications");
	type(&p, "v");
	ok(shows(&p, "kargo-demo-uat "), "v all of them");
	type(&p, "v");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "✗ Deployment web"), "Enter opens one, with what is wrong in it");
	is_number(p.fake.nsent, 0, "and asks for nothing that is known");
	type(&p, "jjy");
	is_text(screens_copied(p.screens), "public.ecr.aws/nginx/nginx:1.29.4", "y copies what is under the cursor");
	type(&p, "r");
	is_number(p.fake.sent[0].kind, INTENT_LOOK, "r looks again");
	is_text(p.fake.sent[0].application, "argocd/kargo-demo-qa", "at this one");
	press(&p, PRESS_ESC);
	press(&p, PRESS_ESC);
	type(&p, "jo");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "asking Argo CD"), "another is asked for");
	is_text(p.fake.sent[1].application, "argocd/kargo-demo-uat", "by its name");
	leave(&p);
}

static enum role hue(struct arena *a, const char *colour)
{
	struct value *notes = value_map(a), *meta = value_map(a), *object = value_map(a);
	struct stage s = { .object = object };

	value_set(a, notes, "kargo.akuity.io/color", value_string(a, colour));
	value_set(a, meta, "annotations", notes);
	value_set(a, object, "metadata", meta);
	return display_hue(&s, ROLE_NAME);
}

TEST(colours_of_environments)
{
	AUTO(arena) struct arena *a = arena_new();

	is_number(hue(a, "red"), ROLE_HUE_RED, "Kargo's words");
	is_number(hue(a, "amber"), ROLE_HUE_ORANGE, "all of them");
	is_number(hue(a, "fuchsia"), ROLE_HUE_PURPLE, "become one of seven");
	is_number(hue(a, "#e11d48"), ROLE_HUE_RED, "and so does any other");
	is_number(hue(a, "#22c55e"), ROLE_HUE_GREEN, "by its hue");
	is_number(hue(a, "#0ea5e9"), ROLE_HUE_CYAN, "wherever it is on the circle");
	is_number(hue(a, "#808080"), ROLE_NAME, "grey is none");
	is_number(hue(a, "#12"), ROLE_NAME, "nor is what makes no sense");
	is_number(hue(a, "chartreuse"), ROLE_NAME, "nor a word that Kargo does not know");
}

static void coached_board(struct pilot *p)
{
	struct screens_options options = { .theme = "dark", .ticks = pilot_ticks, .coaches = true };

	board(p, WORLD_DEMO, false);
	screens_free(p->screens);
	p->screens = screens_new(&p->fake.port, &options);
	screens_draw(p->screens, &p->c);
}

TEST(coaching_fits_80_columns)
{
	struct pilot p;

	coached_board(&p);
	canvas_release(&p.c);
	canvas_init(&p.c, 24, 80, false);
	screens_draw(p.screens, &p.c);
	ok(shows(&p, "? shows every key"), "the first line ends");
	type(&p, "jjj");
	ok(shows(&p, "before anything is done"), "the second ends");
	type(&p, "kkk");
	ok(shows(&p, ": goes anywhere by name"), "the third ends");
	leave(&p);
}

TEST(newcomers_are_coached)
{
	struct pilot p;

	coached_board(&p);
	ok(shows(&p, "New here?  arrows or hjkl move"), "the first keys are told");
	ok(shows(&p, "w says why"), "and on the board, that there is an answer to why");
	type(&p, "D");
	ok(shows(&p, "Enter opens, ? shows every key"), "but not where w does nothing");
	press(&p, PRESS_ESC);
	leave(&p);
	coached_board(&p);
	type(&p, "lll");
	ok(shows(&p, "p promotes: you see the whole plan"), "the next come when those were pressed");
	type(&p, "hhhlll");
	ok(shows(&p, "prod is taking soft-squirrel"), "then the line says again what comes next");
	leave(&p);
	coached_board(&p);
	choose_qa(&p);
	ok(shows(&p, "Nothing is in the way."), "a plan says what it comes to, also to a newcomer");
	leave(&p);
}

TEST(todo_is_what_needs_a_person)
{
	struct pilot p;

	board(&p, WORLD_TRIED, false);
	ok(shows(&p, "! 1 to do"), "the header counts: what is tried again by itself needs nobody");
	type(&p, "!");
	ok(shows(&p, "✗ failed     broken             7m     p again"),
	   "! lists it, with its age and its key");
	ok(shows(&p, "soft-squirrel 1.29.5 not taken: no luck"), "with its cause");
	press(&p, PRESS_ENTER);
	ok(shows(&p, "could come"), "Enter opens the stage");
	leave(&p);
	board(&p, WORLD_BACKED, false);
	type(&p, "!");
	ok(shows(&p, "promote    second             23h    p promote    can take deft-bunting 1.30.0"),
	   "freight that only a person promotes is on it");
	ok(!shows(&p, "promote    live"), "but not what was backed out");
	type(&p, "p");
	ok(shows(&p, "Promote second   wise-otter → deft-bunting"), "and p does it from there");
	leave(&p);
	board(&p, WORLD_ONE, false);
	p.w->nfreight = 0;
	p.w->serial = 2;
	screens_wake(p.screens);
	type(&p, "!");
	ok(shows(&p, "Nothing needs you."), "an empty list says so");
	leave(&p);
}

/* Ways to promote: p into the stage under the cursor, > out of it; a list wherever there is a choice. */
TEST(p_is_into_and_onward_is_out)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "p");
	ok(shows(&p, "promote into test") && !shows(&p, "Promote qa"), "p lists what test itself can take");
	press(&p, PRESS_ESC);
	type(&p, ">");
	ok(shows(&p, "Promote qa   wise-otter → soft-squirrel"), "> takes what runs here on");
	each_key_takes = 0;
	press(&p, PRESS_ESC);
	type(&p, ">");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "keys in a burst promote nothing");
	now_ticks += 400;
	press(&p, PRESS_ENTER);
	is_text(p.fake.nsent ? p.fake.sent[0].stage : "", "qa", "Enter does, once it was seen");
	leave(&p);
}

TEST(plans_are_asked_for_until_somebody_can_make_them)
{
	struct pilot p;

	board(&p, WORLD_DEMO, true);
	fake_plans(&p.fake);
	p.fake.is_full = true;
	type(&p, "l=");
	press(&p, PRESS_ENTER);
	is_number(p.fake.plans_asked, 1, "read-only, a plan may be seen");
	p.fake.is_full = false;
	screens_wake(p.screens);
	is_number(p.fake.plans_asked, 2, "it is asked for again");
	arrive(&p);
	ok(shows(&p, "would push 1 commit"), "and comes");
	press(&p, PRESS_ENTER);
	is_number(p.fake.nsent, 0, "but is not done");
	leave(&p);
}

TEST(failures_ring)
{
	struct pilot p;
	struct world *w;

	board(&p, WORLD_DEMO, false);
	w = world_make(p.a, WORLD_DEMO);
	w->serial = 2;
	p.fake.world = w;
	screens_wake(p.screens);
	ok(!screens_wants_bell(p.screens), "what failed before does not ring");
	w = world_make(p.a, WORLD_DEMO);
	w->serial = 3;
	w->promotions[0]->phase = PHASE_FAILED;
	w->promotions[0]->finished_at = w->built_at + 1;
	p.fake.world = w;
	screens_wake(p.screens);
	ok(screens_wants_bell(p.screens), "a promotion that fails rings");
	leave(&p);
}

TEST(cursor_follows_its_name)
{
	struct pilot p;

	board(&p, WORLD_MANY, false);
	type(&p, "jjj");
	const char *before = str_copy(p.a, strstr(seen(&p), "▌"));
	struct world *w = world_make(p.a, WORLD_MANY);

	for (size_t i = w->nstages; i > 0; i--)
		w->stages[i] = w->stages[i - 1];
	w->nstages++;
	w->stages[0] = world_make(p.a, WORLD_ONE)->stages[0];
	w->serial = 2;
	p.fake.world = w;
	screens_wake(p.screens);
	screens_draw(p.screens, &p.c);
	ok(before && strstr(seen(&p), str_copy_n(p.a, before, 24)), "a new stage above moves no cursor");
	leave(&p);
}

/* A world is freed when it is given back: nothing made of it may be looked at then. */
TEST(time_travel)
{
	static const char refused[] = "pabxc=";
	struct pilot p;

	board(&p, WORLD_DEMO, true);
	press(&p, '[');
	ok(p.fake.nsent == 1 && p.fake.sent[0].kind == INTENT_TRAVEL &&
		   p.fake.sent[0].travel == TRAVEL_EARLIER, "[ goes back by an event, read-only or not");
	press(&p, ']');
	is_number(p.fake.nsent, 1, "the present has no later");
	leave(&p);
	board(&p, WORLD_PAST, false);
	for (const char *k = refused; *k; k++) {
		press(&p, (uint32_t)(unsigned char)*k);
		press(&p, PRESS_ENTER);
		press(&p, PRESS_ESC);
	}
	for (size_t i = 0; i < p.fake.nsent; i++)
		ok(p.fake.sent[i].kind == INTENT_TRAVEL, "nothing is done in the past");
	p.fake.nsent = 0;
	press(&p, '0');
	ok(p.fake.nsent == 1 && p.fake.sent[0].travel == TRAVEL_PRESENT, "0 comes back");
	leave(&p);
}

/* Cells of the canvas that differ from before. */
static int changed_cells(const struct pilot *p, const struct cell *before)
{
	int changed = 0;

	for (int i = 0; i < p->c.rows * p->c.cols; i++)
		changed += strcmp(before[i].text, p->c.cells[i].text) != 0 ||
			   before[i].role != p->c.cells[i].role;
	return changed;
}

static bool own_never_runs(void *context, const struct own_command *c, const char *const *selected,
			   struct err *e)
{
	(void)context;
	(void)c;
	(void)selected;
	(void)e;
	ok(false, "only the loop runs commands");
	return true;
}

static bool own_has(const char *const *selected, const char *text)
{
	for (; *selected; selected++)
		if (strcmp(*selected, text) == 0)
			return true;
	return false;
}

TEST(keys_of_ones_own_run_a_command_about_what_is_selected)
{
	static const struct own_command own[] = {
		{ "K", "board", "pods", "The pods of the stage", "kubectl get pods", true, "s.yaml: 2" },
		{ "Alt-g", "any", "commit", "", "git show \"$GANTRY_COMMIT\"", false, "s.yaml: 5" },
	};
	const struct own_command *c;
	const char *const *selected;
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	p.fake.port.commands = own;
	p.fake.port.ncommands = COUNTOF(own);
	type(&p, "K");
	ok(!screens_run_next(p.screens, &selected), "where nothing runs commands, a key of one's own does nothing");
	p.fake.port.run_command = own_never_runs;
	type(&p, "jjK");
	c = screens_run_next(p.screens, &selected);
	if (ok(c == &own[0], "a key of one's own asks for its command")) {
		ok(own_has(selected, "GANTRY_PROJECT=kargo-demo"), "the project is in its environment");
		ok(own_has(selected, "GANTRY_SCREEN=board"), "and the screen");
		ok(own_has(selected, "GANTRY_PROMOTION="), "what is not selected is empty");
	}
	ok(!screens_run_next(p.screens, &selected), "once");
	type(&p, "?");
	ok(shows(&p, "pods: The pods of the stage"), "help shows it");
	press(&p, PRESS_ESC);
	type(&p, ":pods");
	ok(shows(&p, "own"), "the palette has it");
	press(&p, PRESS_ENTER);
	ok(screens_run_next(p.screens, &selected) == &own[0], "and runs it");
	press(&p, PRESS_ENTER);
	type(&p, "K");
	ok(!screens_run_next(p.screens, &selected), "on another screen the key is not its");
	press(&p, PRESS_ALT('g'));
	c = screens_run_next(p.screens, &selected);
	ok(c == &own[1], "one that is for any screen is");
	leave(&p);
}

static void own_is_refused(const struct own_command *all, size_t count, const char *why)
{
	const struct ui_port port = { .commands = all, .ncommands = count };
	struct err e;

	if (ok(!ui_check_commands(&port, &e), "refused"))
		ok(has_prefix(e.message, why), "%s", e.message);
}

TEST(keys_of_ones_own_that_cannot_be_are_refused)
{
	static const char place[] = "f: line 2: commands[0]";
	const struct own_command promote = { .key = "p", .where = "board", .name = "x", .place = place };
	const struct own_command word = { .key = "F12", .where = "any", .name = "x", .place = place };
	const struct own_command nowhere = { .key = "K", .where = "bord", .name = "x", .place = place };
	const struct own_command moves = { .key = "j", .where = "any", .name = "x", .place = place };
	const struct own_command dialog = { .key = "K", .where = "confirm", .name = "x", .place = place };
	const struct own_command twice[] = {
		{ .key = "K", .where = "any", .name = "pods", .place = place },
		{ .key = "K", .where = "stage", .name = "x", .place = "f: line 4: commands[1]" },
	};

	own_is_refused(&promote, 1, "f: line 2: commands[0].key: p is taken on the board screen (promote)");
	own_is_refused(&word, 1, "f: line 2: commands[0].key: \"F12\" is no key");
	own_is_refused(&nowhere, 1, "f: line 2: commands[0].where: no screen \"bord\"");
	own_is_refused(&moves, 1, "f: line 2: commands[0].key: j is taken on the ");
	own_is_refused(&dialog, 1, "f: line 2: commands[0].where: ");
	own_is_refused(twice, 2, "f: line 4: commands[1].key: K runs \"pods\" already");
	ok(ui_check_commands(&(struct ui_port){ .commands = twice, .ncommands = 1 }, &(struct err){ 0 }),
	   "a free key is fine");
}

TEST(a_key_that_means_nothing_here_says_so)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	type(&p, "Lp");
	ok(shows(&p, "p means nothing on the log screen (on board: promote)"), "nor what it is elsewhere");
	type(&p, "Q");
	ok(shows(&p, "Q means nothing on the log screen; ? shows its keys"), "or that it is nothing anywhere");
	is_number(p.fake.nsent, 0, "nothing is done");
	leave(&p);
}

TEST(the_log_is_filtered_by_what_its_lines_are_about)
{
	struct pilot p;

	{
		AUTO(log_about) struct log_about before = log_about((struct log_about){ "shop", "uat", NULL });

		log_line(LOG_WARN, "engine", "the push was rejected");
	}
	log_line(LOG_INFO, "observe", "nineteen tags");
	board(&p, WORLD_DEMO, false);
	type(&p, "L");
	ok(shows(&p, "the push was rejected") && shows(&p, "nineteen tags"), "all of it");
	type(&p, "/stage:uat");
	ok(shows(&p, "the push was rejected") && !shows(&p, "nineteen tags"), "of a stage");
	press(&p, PRESS_ESC);
	type(&p, "/level:info project:shop");
	ok(!shows(&p, "the push was rejected") && !shows(&p, "nineteen tags"), "all words count");
	press(&p, PRESS_ESC);
	type(&p, "/level:warn rejected");
	ok(shows(&p, "the push was rejected"), "a level and a text");
	leave(&p);
}

TEST(moving_is_cheap)
{
	struct screens_options options = { .theme = "dark", .rests = true };
	struct pilot p;
	struct cell *before;

	board(&p, WORLD_DEMO, false);
	screens_free(p.screens);
	p.screens = screens_new(&p.fake.port, &options);
	screens_draw(p.screens, &p.c);
	before = arena_copy(p.a, p.c.cells, 36 * 120 * sizeof(*before));
	press(&p, 'l');
	ok(changed_cells(&p, before) <= 8, "moving to another card changes its names and no more (%d cells)",
	   changed_cells(&p, before));
	ok(screens_patience(p.screens) <= 100, "what speaks of it follows soon");
	screens_settle(p.screens);
	screens_draw(p.screens, &p.c);
	ok(changed_cells(&p, before) > 8, "once the cursor rests, the sentence is about the other");
	press(&p, 'w');
	buf_clear(&p.b);
	text_write(&p.b, &p.c);
	ok(strstr(buf_str(&p.b), "why"), "and what is asked for comes at once");
	leave(&p);
}

TEST(worlds_go)
{
	static const char *const ways[] = { "", "v", "H", "e", "f", "_", "f_", "w", "p", ":", "?", "o", "y" };
	size_t count = 0;

	for (size_t i = 0; i < COUNTOF(ways); i++) {
		struct arena *old = arena_new();
		struct pilot p;

		board(&p, WORLD_DEMO, false);
		for (const char *k = ways[i]; *k; k++)
			press(&p, *k == '_' ? PRESS_ENTER : (uint32_t)*k);
		for (int j = 0; j < 24; j++) {
			struct arena *new = arena_new();
			struct world *w = world_make(new, j % 3 ? WORLD_DEMO : WORLD_ONE);

			w->serial = (uint64_t)j + 2;
			p.fake.world = w;
			screens_wake(p.screens);
			arena_free(old);
			old = new;
			/* Before anything is drawn. */
			screens_key(p.screens, j % 4 == 0 ? 'l' : j % 4 == 1 ? 'j' : j % 4 == 2 ? PRESS_DOWN
							    : j % 8 == 3 ? PRESS_ESC : PRESS_ENTER, false);
			if (j % 2)
				screens_draw(p.screens, &p.c);
			count++;
		}
		leave(&p);
		arena_free(old);
	}
	is_number(count, 24 * COUNTOF(ways), "keys between a new world and its frame are safe");
}

TEST(full_queue)
{
	struct pilot p;

	board(&p, WORLD_DEMO, false);
	p.fake.is_full = true;
	type(&p, "r");
	ok(shows(&p, "too much is waiting"), "an intent that finds no room is told");
	leave(&p);
}

TEST(any_key_at_any_size)
{
	static const uint32_t keys[] = { PRESS_ENTER, PRESS_ESC, PRESS_UP, PRESS_DOWN, PRESS_LEFT,
					 PRESS_RIGHT, PRESS_PAGE_DOWN, PRESS_PAGE_UP, PRESS_HOME,
					 PRESS_END, PRESS_TAB, PRESS_BACK_TAB, PRESS_BACKSPACE, 'p', 'a',
					 'b', 'x', 'c', 'w', 't', 'f', 'H', 'e', '/', ':', 'v', 'r', '!',
					 '=', '?', 'L', 'j', 'k', 'h', 'l', 'g', 'G', 'n', 'o', 0xe9,
					 0x6f22, PRESS_CTRL('d'), PRESS_CTRL('u'), PRESS_CTRL('w') };
	unsigned seed = 12345;
	size_t pressed = 0;

	for (int kind = 0; kind < WORLD_COUNT; kind++) {
		struct pilot p;

		board(&p, (enum world_kind)kind, false);
		for (int i = 0; i < 1500; i++) {
			seed = seed * 1103515245 + 12345;
			if (i % 40 == 0)
				canvas_reset(&p.c, 1 + (int)(seed >> 16) % 60, 1 + (int)(seed >> 20) % 200);
			if (i % 97 == 0) {
				p.w->serial++;
				screens_wake(p.screens);
			}
			p.fake.nsent = 0;
			press(&p, keys[(seed >> 18) % COUNTOF(keys)]);
			pressed++;
		}
		leave(&p);
	}
	is_number(pressed, 1500 * WORLD_COUNT, "no key at no size brings the desk down");
}

TEST(speed)
{
	struct pilot p;
	int64_t start;

	board(&p, WORLD_MANY, false);
	start = clock_ticks();
	for (int i = 0; i < 200; i++)
		press(&p, 'j');
	note("a key in a world of 1,000 stages takes %lld us", (long long)(clock_ticks() - start) * 5);
	start = clock_ticks();
	for (int i = 0; i < 100; i++) {
		p.w->serial++;
		screens_wake(p.screens);
		screens_draw(p.screens, &p.c);
	}
	note("a new world of 1,000 stages takes %lld us", (long long)(clock_ticks() - start) * 10);
	leave(&p);
}
