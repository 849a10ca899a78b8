/* SPDX-License-Identifier: Apache-2.0 */
/* What people want done with a pull request while git-wait-for-pr waits for it. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge.h"
#include "forge/script.h"
#include "steps/step.h"
#include "tap.h"

#define PULL_IN(state, merged)                                                                     \
	"{\"number\":7,\"state\":\"" state "\",\"html_url\":\"https://x/7\",\"mergeable\":true,"      \
	"\"mergeable_state\":\"clean\",\"merged_at\":" merged ",\"head\":{\"ref\":\"b\",\"sha\":"     \
	"\"abc\"},\"base\":{\"ref\":\"main\"}}"

struct wait_play {
	struct script script;
	const char *wish, *asked, *by, *reason;
	struct step_result result;
	const struct value *memory;
	struct err e;
};

static bool wait_forge(void *context, struct arena *a, const struct forge_options *o,
		       struct forge **out, struct err *e)
{
	struct forge_options mine = *o;

	mine.send = script_send;
	mine.context = context;
	return forge_open(a, &mine, out, e);
}

static size_t wait_count(struct wait_play *t, const char *what)
{
	size_t count = 0;

	for (const char *at = t->script.asked; (at = strstr(at, what)); at++)
		count++;
	return count;
}

/* One look, as the engine has it. */
static bool wait_look(struct wait_play *t)
{
	static const bool never;
	static const char config[] = "{\"repoURL\":\"https://github.com/octo/app\",\"prNumber\":7}";
	struct arena *a = t->script.a;
	const struct step_subject subject = { .promotion = "prod.1",
					      .wish = { t->wish, t->asked, t->by, t->reason } };
	const struct step_services services = { .context = &t->script, .forge = wait_forge };
	struct step_run r = { .arena = a, .subject = &subject, .services = &services,
			      .cancelled = &never, .memory = t->memory };
	struct value *v;
	bool fine;

	t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "", .memory = t->memory };
	if (!json_parse(a, config, strlen(config), &v, &t->e))
		return false;
	r.config = v;
	fine = step_git_wait_for_pr.run(&r, &t->result, &t->e);
	t->memory = t->result.memory;
	return fine;
}

TEST(a_merge_that_is_refused_for_good_is_asked_for_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pulls/7/merge", 405, "{\"message\":\"Squash merges are not allowed on this repository.\"}",
		  NULL, NULL },
		{ "/pulls/7", 200, PULL_IN("open", "null"), NULL, NULL },
		{ 0 }
	};
	struct wait_play t = { .script = { .a = a, .answers = answers, .asked = "" },
			       .wish = "merge", .asked = "2026-01-01T00:00:00Z" };

	ok(wait_look(&t) && t.result.status == STEP_RUNNING, "it waits on %s", t.e.message);
	is_text(t.result.message, "it was to be merged, but: Squash merges are not allowed on this repository.",
		"and says why");
	is_text(value_path_text(t.result.output, "forge.refused", ""),
		"Squash merges are not allowed on this repository.", "for the card, too");
	ok(wait_look(&t) && wait_look(&t), "at each look");
	ok(strstr(t.result.message, "not allowed"), "it still does");
	is_number(wait_count(&t, "PUT "), 1, "without asking for it again");
	t.asked = "2026-01-01T00:01:00Z";
	ok(wait_look(&t), "when somebody asks again");
	is_number(wait_count(&t, "PUT "), 2, "it is tried once more");
}

TEST(a_merge_that_may_come_is_asked_for_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pulls/7/merge", 405, "{\"message\":\"Base branch was modified\"}", NULL, NULL },
		{ "/pulls/7", 200, PULL_IN("open", "null"), NULL, NULL },
		{ 0 }
	};
	struct wait_play t = { .script = { .a = a, .answers = answers, .asked = "" }, .wish = "merge" };

	ok(wait_look(&t) && wait_look(&t), "two looks");
	is_number(wait_count(&t, "PUT "), 2, "two attempts");
}

TEST(a_closed_one_says_who_closed_it)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "PATCH https://api.github.com/repos/octo/app/pulls/7", 200, "{}", NULL, NULL },
		{ "/issues/7/comments", 403, "{\"message\":\"no\"}", NULL, NULL },
		{ "/pulls/7", 200, PULL_IN("open", "null"), NULL, NULL }, { 0 }
	};
	struct wait_play t = { .script = { .a = a, .answers = answers, .asked = "" }, .wish = "close",
			       .by = "Ada <ada@example.org>", .reason = "not today" };

	ok(wait_look(&t), "a refused comment is no reason to fail: %s", t.e.message);
	ok(strstr(t.script.asked, "/issues/7/comments {\"body\":\"Closed by Ada with gantry, which fails promotion "
				  "prod.1.\\n\\nReason: not today\"}"), "it tells who and why: %s", t.script.asked);
	t.wish = "abort";
	t.by = t.reason = NULL;
	t.script.asked = "";
	ok(wait_look(&t), "closed with an aborted promotion");
	ok(strstr(t.script.asked, "\"Closed with gantry, together with promotion prod.1.\""),
	   "nobody is named where nobody is known: %s", t.script.asked);
}

TEST(a_close_that_is_refused_for_good_is_asked_for_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "PATCH https://api.github.com/repos/octo/app/pulls/7", 403, "{\"message\":\"no\"}", NULL, NULL },
		{ "/pulls/7", 200, PULL_IN("open", "null"), NULL, NULL }, { 0 }
	};
	struct wait_play t = { .script = { .a = a, .answers = answers, .asked = "" }, .wish = "close" };

	ok(wait_look(&t) && wait_look(&t) && wait_look(&t), "three looks");
	is_number(wait_count(&t, "PATCH "), 1, "one attempt");
	t.wish = "abort";
	ok(wait_look(&t), "an abort asks for it, too");
	is_number(wait_count(&t, "PATCH "), 2, "and is tried once");
}

TEST(aborted_it_closes_and_never_goes_on)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer merged[] = {
		{ "/pulls/7", 200, PULL_IN("closed", "\"2026-01-01T00:00:00Z\""), NULL, NULL }, { 0 }
	};
	const struct script_answer open[] = {
		{ "PATCH https://api.github.com/repos/octo/app/pulls/7", 403, "{\"message\":\"no\"}", NULL, NULL },
		{ "/pulls/7", 200, PULL_IN("open", "null"), NULL, NULL }, { 0 }
	};
	const struct script_answer away[] = { { "/pulls/7", 503, "", NULL, NULL }, { 0 } };
	struct wait_play t = { .script = { .a = a, .answers = merged, .asked = "" }, .wish = "abort" };

	ok(wait_look(&t) && t.result.status == STEP_RUNNING, "merged meanwhile, no other step begins");
	is_text(t.result.message, "pull request 7 was merged before", "and it says so");
	t.script.answers = open;
	ok(wait_look(&t) && t.result.status == STEP_RUNNING, "what the forge refuses to close");
	ok(strstr(t.result.message, "pull request 7 stays open: "), "is told: %s", t.result.message);
	t.script.answers = away;
	ok(wait_look(&t) && t.result.status == STEP_RUNNING, "a forge that is away");
	ok(strstr(t.result.message, "pull request 7 stays open: "), "hinders no abort: %s", t.result.message);
}
