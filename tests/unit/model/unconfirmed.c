/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion that ended without success after its push: what it says, and for how long its stage does. */
#include "model/unconfirmed.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

#define COMMIT "7d21e08aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "1c2b3aabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* A promotion of test whose second step is a push; output: what the ledger keeps of that step. */
static struct promotion *ended(struct arena *a, const char *phase, const char *output)
{
	const char *text = str_format(a,
		"{\"metadata\":{\"name\":\"test.01jvq37py4jhew8kwwmkgp0001.abcdefa\"},"
		"\"spec\":{\"stage\":\"test\",\"freight\":\"abcdefa\",\"steps\":[{\"as\":\"commit\","
		"\"uses\":\"git-commit\"},{\"as\":\"push\",\"uses\":\"git-push\"},{\"as\":\"more\","
		"\"uses\":\"git-push\"}]},\"status\":{\"phase\":\"%s\",\"message\":\"timed out\",\"state\":"
		"{\"commit\":{\"commit\":\"" OTHER "\"}%s}}}", phase, output);
	struct promotion *p = NULL;
	struct value *v;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e) || !promotion_read(a, v, &p, &e))
		note("%s: %s", text, e.message);
	return p;
}

TEST(a_failed_promotion_says_what_it_pushed)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *one = ",\"push\":{\"commit\":\"" COMMIT "\",\"branch\":\"main\"}";
	const char *two = ",\"push\":{\"commit\":\"" COMMIT "\"},\"more\":{\"commit\":\"" OTHER "\"}";

	is_text(promotion_outcome(a, ended(a, "Errored", one)), "timed out; pushed 7d21e08, not confirmed",
		"errored after its push");
	is_text(promotion_unconfirmed_text(a, ended(a, "Failed", one)), "pushed 7d21e08, not confirmed",
		"failed");
	is_text(promotion_unconfirmed_text(a, ended(a, "Aborted", two)),
		"pushed 7d21e08, 1c2b3aa, not confirmed", "aborted, after two pushes");
	ok(!promotion_unconfirmed_text(a, ended(a, "Errored", "")), "a commit that was not pushed is none");
	ok(!promotion_unconfirmed_text(a, ended(a, "Running", one)), "while it runs, nothing is settled");
	is_text(promotion_outcome(a, ended(a, "Succeeded", one)), "timed out", "a success confirms");
	ok(!promotion_unconfirmed_text(a, ended(a, "Errored", ",\"push\":{\"commit\":\"\\u001b[31m\"}")),
	   "what is no commit is not shown");
	ok(!promotion_unconfirmed_text(a, NULL), "and none is none");
}

TEST(a_stage_says_so_until_a_success)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *one = ",\"push\":{\"commit\":\"" COMMIT "\"}";
	struct stage test = { .name = "test" }, prod = { .name = "prod" };
	struct stage *stages[] = { &test, &prod };
	/* Newest first. */
	struct promotion *later[] = { ended(a, "Aborted", ""), ended(a, "Errored", one),
				      ended(a, "Succeeded", "") };
	struct promotion *settled[] = { ended(a, "Succeeded", one), ended(a, "Errored", one) };
	struct world w = { .stages = stages, .nstages = 2, .promotions = later, .npromotions = 3 };

	world_fill_unconfirmed(a, &w);
	ok(test.unconfirmed == later[1], "an abort before any push does not make it forgotten");
	ok(!prod.unconfirmed, "another stage has nothing of it");
	test.unconfirmed = NULL;
	w.promotions = settled;
	w.npromotions = 2;
	world_fill_unconfirmed(a, &w);
	ok(!test.unconfirmed, "a success after it settles it");
}
