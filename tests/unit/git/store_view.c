/* SPDX-License-Identifier: Apache-2.0 */
/* Stores of one process that share what a remote has: one that gives up stops none of the others. */
#include "git/store_view.h"

#include "base/err.h"
#include "base/list.h"
#include "git/store_remote.h"
#include "tap.h"

TEST(a_question_that_was_cancelled_is_put_by_the_next)
{
	struct store_view *v = store_view_new();
	struct list none = { 0 };
	struct err e;

	is_number(store_view_begin(v, 1000, NULL, &e), STORE_VIEW_ASK, "one asks");
	err_set(&e, ERR_CANCELLED, "its project is gone");
	store_view_answer(v, NULL, &e);
	is_number(store_view_begin(v, 1000, NULL, &e), STORE_VIEW_ASK, "it gave up, so the next asks");
	err_set(&e, ERR_NET, "no route to host");
	store_view_answer(v, NULL, &e);
	is_number(store_view_begin(v, 1000, NULL, &e), STORE_VIEW_FAILED, "no answer holds for all for a moment");
	store_view_free(v);
	v = store_view_new();
	is_number(store_view_begin(v, 60000, NULL, &e), STORE_VIEW_ASK, "one asks");
	store_view_answer(v, &none, NULL);
	is_number(store_view_begin(v, 60000, NULL, &e), STORE_VIEW_KNOWN, "so does an answer");
	store_view_free(v);
}

TEST(a_push_that_was_cancelled_takes_no_other_with_it)
{
	const struct store_move move = { .ref = "refs/heads/gantry/demo", .id = "", .old = "" };
	struct store_view *v = store_view_new();
	struct err errs[3];
	struct store_view_push leader = { .move = &move, .e = &errs[0] }, other = { .move = &move, .e = &errs[1] },
			       next = { .move = &move, .e = &errs[2] }, *group = NULL;

	ok(store_view_join(v, &leader, NULL, &group) && group == &leader, "one pushes");
	group->next = &other;
	err_set(leader.e, ERR_CANCELLED, "its project is gone");
	err_set(other.e, ERR_CANCELLED, "its project is gone");
	store_view_pushed(v, &leader, group);
	ok(leader.is_done && !leader.is_fine, "it gives up");
	ok(!other.is_done, "the other, whose push went with it, does not");
	ok(store_view_join(v, &next, NULL, &group), "the next that pushes");
	ok(group == &next && next.next == &other && !other.next, "takes it along");
	ok(other.is_again && !next.is_again, "and knows that it may be there already");
	next.is_fine = true;
	err_set(other.e, ERR_NET, "no route to host");
	store_view_pushed(v, &next, group);
	ok(other.is_done && !other.is_fine, "what fails otherwise has failed");
	store_view_free(v);
}
