/* SPDX-License-Identifier: Apache-2.0 */
/* What the vectors do not hold: comments, closing, reviews, branches, and servers that mean harm.
 */
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "forge/forge.h"
#include "script.h"
#include "tap.h"

#define PULL                                                                                       \
	"{\"number\":7,\"state\":\"open\",\"html_url\":\"https://x/7\",\"mergeable\":true,"        \
	"\"mergeable_state\":\"clean\",\"head\":{\"ref\":\"b\",\"sha\":\"abc\"},\"base\":{"        \
	"\"ref\":"                                                                                 \
	"\"main\"}}"

static struct forge *open_at(struct script *s, const char *url)
{
	const struct forge_options o = {
		.url = url, .token = "tok-1", .send = script_send, .context = s
	};
	struct forge *f = NULL;
	struct err e;

	ok(forge_open(s->a, &o, &f, &e), "%s is a forge", url);
	return f;
}

TEST(a_redirect_to_another_server_does_not_get_the_token)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pulls/7", 302, "", "location", "https://evil.example/pulls/7" }, { 0 }
	};
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://github.com/octo/app");
	struct forge_pull pull;
	struct err e = { 0 };

	ok(!forge_get(f, a, 7, &pull, &e) && strstr(e.message, "redirects to another server"),
	   "it is an error: %s", e.message);
	ok(!strstr(s.asked, "evil.example"), "and nothing is sent there");
}

TEST(a_next_page_on_another_server_does_not_get_the_token)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = { { "state=open", 200, "[" PULL "]", "link",
						   "<https://evil.example/2>; rel=\"next\"" },
						 { 0 } };
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://github.com/octo/app");
	const struct forge_filter filter = { .head = "abc" };
	struct list found = { 0 };
	struct err e = { 0 };

	ok(!forge_find(f, a, &filter, &found, &e) && !strstr(s.asked, "evil.example"),
	   "it is an error: %s", e.message);
}

TEST(a_next_page_that_the_answer_itself_names_is_no_exception)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "state=OPEN", 200, "{\"values\":[],\"next\":\"https://evil.example/2.0/x\"}", NULL, NULL },
		{ "/2.0/x", 200, "{\"values\":[]}", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers, .asked = "" };
	struct forge *f = open_at(&s, "https://bitbucket.org/octo/app");
	const struct forge_filter filter = { .head = "abc" };
	struct list found = { 0 };
	struct err e = { 0 };

	ok(!forge_find(f, a, &filter, &found, &e) && strstr(e.message, "on another server, https://evil.example"),
	   "Bitbucket's pages, too: %s", e.message);
	ok(!strstr(s.asked, "evil.example"), "nothing is sent there: %s", s.asked);
}

TEST(a_rate_limit_passes)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = { { "/pulls/7", 403,
						   "{\"message\":\"API rate limit exceeded\"}",
						   "x-ratelimit-remaining", "0" },
						 { 0 } };
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://github.com/octo/app");
	struct forge_pull pull;
	struct err e = { 0 };

	ok(!forge_get(f, a, 7, &pull, &e) && e.again, "later it is answered: %s", e.message);
}

TEST(a_pull_request_is_closed_and_commented_on)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/api/v1/version", 200, "{\"version\":\"1.26.0\"}", NULL, NULL },
		{ "GET https://gitea.example/api/v1/repos/o/r/pulls/7", 200, PULL, NULL, NULL },
		{ "PATCH https://gitea.example/api/v1/repos/o/r/pulls/7", 201, PULL, NULL, NULL },
		{ "POST https://gitea.example/api/v1/repos/o/r/issues/7/comments", 201, "{}", NULL,
		  NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://gitea.example/o/r.git");
	struct err e = { 0 };

	ok(forge_comment(f, a, 7, "superseded", &e), "a comment: %s", e.message);
	ok(strstr(s.asked, "comments {\"body\":\"superseded\"}") != NULL, "with its text");
	ok(forge_close(f, a, 7, &e), "closed: %s", e.message);
	ok(strstr(s.asked,
		  "PATCH https://gitea.example/api/v1/repos/o/r/pulls/7 {\"state\":\"closed\"}") !=
		   NULL,
	   "by its state");
	is_text(s.token, "token tok-1", "with the token");
}

/* What is counted of pull request 7, whose commit is abc, where the forge answers so. */
static struct forge_review review_answered(struct arena *a, const char *url, const struct script_answer *answers)
{
	struct script s = { .a = a, .answers = answers };
	const struct forge_pull pull = { .number = 7, .head = "abc", .target = "main" };
	struct forge_review review = { 0 };
	struct err e = { 0 };

	ok(forge_review(open_at(&s, url), a, &pull, &review, &e), "reviews and checks: %s", e.message);
	return review;
}

TEST(reviews_and_checks_are_counted)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pulls/7/reviews?per_page=100", 200,
		  "[{\"state\":\"APPROVED\",\"user\":{\"login\":\"ada\"}},"
		  "{\"state\":\"CHANGES_REQUESTED\",\"user\":{\"login\":\"bob\"}},"
		  "{\"state\":\"APPROVED\",\"user\":{\"login\":\"bob\"}},"
		  "{\"state\":\"COMMENTED\",\"user\":{\"login\":\"ada\"}}]",
		  NULL, NULL },
		{ "/commits/abc/check-runs?per_page=100", 200,
		  "{\"check_runs\":[{\"status\":\"completed\",\"conclusion\":\"success\"},"
		  "{\"status\":\"completed\",\"conclusion\":\"failure\"},{\"status\":\"queued\"}]}",
		  NULL, NULL },
		{ 0 }
	};
	const struct forge_review review = review_answered(a, "https://github.com/octo/app", answers);

	is_number(review.approvals, 2, "each person's newest review counts");
	is_number(review.refusals, 0, "one that was taken back does not");
	is_number(review.checks_passed, 1, "a check passed");
	is_number(review.checks_failed, 1, "one failed");
	is_number(review.checks_pending, 1, "one runs");
}

TEST(gitea_reviews_are_counted_as_gitea_does)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/api/v1/version", 200, "{\"version\":\"1.26.0\"}", NULL, NULL },
		{ "/pulls/7/reviews?limit=50", 200,
		  "[{\"state\":\"APPROVED\",\"official\":true,\"user\":{\"login\":\"ada\"}},"
		  "{\"state\":\"APPROVED\",\"official\":true,\"user\":{\"login\":\"ada\"}},"
		  "{\"state\":\"APPROVED\",\"official\":false,\"user\":{\"login\":\"eve\"}},"
		  "{\"state\":\"REQUEST_CHANGES\",\"official\":true,\"user\":{\"login\":\"bob\"}}]",
		  NULL, NULL },
		{ "/commits/abc/status", 200, "{\"statuses\":null}", NULL, NULL },
		{ "/branches/main", 200, "{\"required_approvals\":2}", NULL, NULL },
		{ 0 }
	};
	const struct forge_review review = review_answered(a, "https://gitea.example/o/r", answers);

	is_number(review.approvals, 1, "one person approves once; who may not write does not count");
	is_number(review.refusals, 1, "one asks for changes");
	is_number(review.approvals_wanted, 2, "the branch tells how many are wanted");
}

/* One merge of an open pull request on Gitea that is refused with these words. */
static bool gitea_merge_refused(struct arena *a, const char *words, struct forge_merge *m,
				struct err *e)
{
	const struct script_answer answers[] = {
		{ "/api/v1/version", 200, "{\"version\":\"1.26.0\"}", NULL, NULL },
		{ "/pulls/7", 200,
		  "{\"number\":7,\"state\":\"open\",\"mergeable\":true,\"head\":{\"sha\":\"abc\"}}",
		  NULL, NULL },
		{ "/pulls/7/merge", 405, str_format(a, "{\"message\":\"%s\"}", words), NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };

	*m = (struct forge_merge){ 0 };
	return forge_merge(open_at(&s, "https://gitea.example/o/r"), a, 7, m, e);
}

TEST(gitea_waits_for_approvals_but_not_for_the_right_to_merge)
{
	AUTO(arena) struct arena *a = arena_new();
	struct forge_merge m;
	struct err e = { 0 };

	ok(gitea_merge_refused(a, "Does not have enough approvals", &m, &e) && !m.merged,
	   "approvals may come: %s", e.message);
	is_text(m.waits_for, "Does not have enough approvals", "that is what it waits for");
	ok(!gitea_merge_refused(a, "User not allowed to merge PR", &m, &e) &&
		   e.code == ERR_REFUSED,
	   "a right does not: %s", e.message);
}

/* A merge on GitHub that is answered so; what is asked before it is fine. */
static bool github_merge_answered(struct arena *a, struct script_answer merge, struct forge_merge *m,
				  struct err *e)
{
	const struct script_answer answers[] = { { "GET https://api.github.com/repos/octo/app/pulls/7", 200,
						   PULL, NULL, NULL },
						 merge, { 0 } };
	struct script s = { .a = a, .answers = answers };

	*m = (struct forge_merge){ 0 };
	return forge_merge(open_at(&s, "https://github.com/octo/app"), a, 7, m, e);
}

TEST(a_merge_that_meets_a_rate_limit_or_a_proxys_page_is_no_verdict)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *reset = str_format(a, "%lld", (long long)(clock_now() / 1000 + 600));
	struct forge_merge m;
	struct err e = { 0 };

	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 403, "{\"message\":\"slow\"}",
							     "retry-after", "70" }, &m, &e) && e.again,
	   "Retry-After: %s", e.message);
	is_number(e.after_ms, 70000, "for as long as GitHub says");
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 403,
			"{\"message\":\"You have exceeded a secondary rate limit\"}", NULL, NULL }, &m, &e) &&
		   e.again, "the limit that has no header: %s", e.message);
	is_number(e.after_ms, 60000, "for a minute");
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 429, "", "ratelimit-reset",
							     reset }, &m, &e) && e.again,
	   "too many requests: %s", e.message);
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 200, "<html>sign in</html>",
							     NULL, NULL }, &m, &e) && e.again,
	   "a page: %s", e.message);
	ok(strstr(e.message, "a proxy or a sign-in page"), "which is told");
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 403,
			"{\"message\":\"Resource not accessible\"}", NULL, NULL }, &m, &e) && !e.again,
	   "a missing right is one: %s", e.message);
}

/* As servers write dates. */
static const char *http_date_at(struct arena *a, int64_t ms)
{
	char *text = arena_alloc(a, 64);
	time_t at = (time_t)(ms / 1000);
	struct tm tm;

	strftime(text, 64, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
	return text;
}

TEST(a_rate_limits_end_is_waited_for)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script_answer answers[] = { { "/pulls/7", 403, "{\"message\":\"API rate limit exceeded\"}",
					     "x-ratelimit-reset", NULL }, { 0 } };
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://github.com/octo/app");
	struct forge_pull pull;
	struct err e = { 0 };

	answers[0].value = "9999999999999999999999";
	ok(!forge_get(f, a, 7, &pull, &e) && e.again && e.after_ms == 60000, "no time is no promise");
	answers[0].header = "retry-after";
	answers[0].value = http_date_at(a, clock_now() + 300000);
	ok(!forge_get(f, a, 7, &pull, &e) && e.after_ms > 290000 && e.after_ms <= 300000,
	   "a date is a time: %lld", (long long)e.after_ms);
}

TEST(a_long_rest_is_not_cut_short_by_a_forges_own_repeats)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = { { "/merge_requests/7", 429, "", "retry-after", "60" },
						 { 0 } };
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://gitlab.example/g/r");
	struct forge_pull pull;
	struct err e = { 0 };

	ok(!forge_get(f, a, 7, &pull, &e) && e.again, "it is told: %s", e.message);
	is_number(e.after_ms, 60000, "with how long");
	is_text(s.asked, "GET https://gitlab.example/api/v4/projects/g%2Fr/merge_requests/7 \n", "asked once");
}

TEST(a_renamed_repository_is_written_to_where_it_is_now)
{
	AUTO(arena) struct arena *a = arena_new();
	struct forge_merge m;
	struct err e = { 0 };
	const struct script_answer answers[] = {
		{ "POST https://api.github.com/repos/octo/app/issues/7/comments", 307, "", "location",
		  "https://api.github.com/repositories/1/issues/7/comments" },
		{ "POST https://api.github.com/repositories/1/issues/7/comments", 201, "{}", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };

	ok(forge_comment(open_at(&s, "https://github.com/octo/app"), a, 7, "x", &e), "followed: %s",
	   e.message);
	ok(strstr(s.asked, "repositories/1/issues/7/comments {\"body\":\"x\"}"), "with what is written: %s",
	   s.asked);
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 307, "", "location",
							     "https://evil.example/merge" }, &m, &e) &&
		   strstr(e.message, "another server"), "not to another server: %s", e.message);
	ok(!github_merge_answered(a, (struct script_answer){ "/pulls/7/merge", 302, "", "location",
							     "https://api.github.com/x" }, &m, &e),
	   "and not where it would become a GET: %s", e.message);
}

TEST(a_page_that_is_no_answer_has_done_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "GET https://dev.azure.com/o/p/_apis/git/repositories/r/pullRequests/7", 200,
		  "{\"pullRequestId\":7,\"status\":\"active\","
		  "\"lastMergeSourceCommit\":{\"commitId\":\"abc\"}}",
		  NULL, NULL },
		{ "PATCH https://dev.azure.com/o/p/_apis/git/repositories/r/pullRequests/7", 203,
		  "<html>Sign In</html>", NULL, NULL },
		{ "/refs?filter=heads/b", 200, "{\"value\":[{\"name\":\"refs/heads/b\",\"objectId\":\"1\"}]}",
		  NULL, NULL },
		{ "/refs", 200,
		  "{\"value\":[{\"success\":false,\"updateStatus\":\"rejectedByPolicy\"}]}", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://dev.azure.com/o/p/_git/r");
	struct err e = { 0 };

	ok(!forge_close(f, a, 7, &e) && strstr(e.message, "HTTP status 203"), "an ended token: %s", e.message);
	ok(!forge_delete_branch(f, a, "b", &e) && strstr(e.message, "rejectedByPolicy"),
	   "a branch that is kept: %s", e.message);
}

TEST(azures_newest_status_counts_and_a_group_does_not_vote_twice)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pullRequests/7", 200,
		  "{\"pullRequestId\":7,\"reviewers\":[{\"vote\":10},{\"vote\":10,\"isContainer\":true}]}",
		  NULL, NULL },
		{ "/pullRequests/7/statuses", 200,
		  "{\"value\":[{\"state\":\"failed\",\"context\":{\"genre\":\"ci\",\"name\":\"b\"}},"
		  "{\"state\":\"failed\",\"context\":{\"genre\":\"qa\",\"name\":\"b\"}},"
		  "{\"state\":\"succeeded\",\"context\":{\"genre\":\"ci\",\"name\":\"b\"}}]}", NULL, NULL },
		{ 0 }
	};
	const struct forge_review review = review_answered(a, "https://dev.azure.com/o/p/_git/r", answers);

	is_number(review.approvals, 1, "one person");
	is_number(review.checks_passed, 1, "the build was repeated");
	is_number(review.checks_failed, 1, "the other has failed");
}

TEST(reviews_beyond_the_first_page_and_statuses_of_older_tools_count)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pulls/7/reviews?per_page=100", 200,
		  "[{\"state\":\"CHANGES_REQUESTED\",\"user\":{\"login\":\"ada\"}}]", "link",
		  "<https://api.github.com/repos/octo/app/pulls/7/reviews?page=2>; rel=\"next\"" },
		{ "/pulls/7/reviews?page=2", 200, "[{\"state\":\"APPROVED\",\"user\":{\"login\":\"ada\"}}]",
		  NULL, NULL },
		{ "/check-runs?per_page=100", 200, "{\"check_runs\":[]}", NULL, NULL },
		{ "/commits/abc/status?per_page=100", 200,
		  "{\"statuses\":[{\"state\":\"success\"},{\"state\":\"error\"},"
		  "{\"state\":\"pending\"}]}",
		  NULL, NULL },
		{ 0 }
	};
	const struct forge_review review = review_answered(a, "https://github.com/octo/app", answers);

	is_number(review.approvals, 1, "the newest review is on the second page");
	is_number(review.refusals, 0, "what it took back is gone");
	is_number(review.checks_passed, 1, "a status passed");
	is_number(review.checks_failed, 1, "one failed");
	is_number(review.checks_pending, 1, "one is pending");
}

TEST(a_merge_that_bitbucket_goes_on_with_alone_is_looked_at_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "/pullrequests/7", 200, "{\"id\":7,\"state\":\"OPEN\"}", NULL, NULL },
		{ "/pullrequests/7/merge", 202, "", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	struct forge_merge m = { 0 };
	struct err e = { 0 };

	ok(!forge_merge(open_at(&s, "https://bitbucket.org/w/r"), a, 7, &m, &e) && e.again, "%s", e.message);
}

TEST(gitlabs_pages_are_asked_for_by_number_whatever_its_links_say)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = {
		{ "merge_requests?per_page=100&source_branch=b&target_branch=", 200, "[]", "x-next-page",
		  "2" },
		{ "merge_requests?page=2&per_page=100&source_branch=b&target_branch=", 200,
		  "[{\"iid\":7,\"state\":\"opened\",\"sha\":\"abc\"}]", NULL, NULL },
		{ 0 }
	};
	struct script s = { .a = a, .answers = answers };
	const struct forge_filter filter = { .source = "b" };
	struct list found = { 0 };
	struct err e = { 0 };

	ok(forge_find(open_at(&s, "https://gitlab.example/g/s/t/r.git/"), a, &filter, &found, &e), "%s",
	   e.message);
	is_number((long long)found.count, 1, "the second page has it");
}

TEST(a_path_that_is_too_deep_or_too_short_is_refused_and_not_cut)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .a = a };
	struct forge_options o = { .url = "https://gitlab.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/"
					  "17/18/19/20/21/22/23/24/25",
				   .token = "t", .send = script_send, .context = &s };
	struct forge *f;
	struct err e = { 0 };

	ok(!forge_open(a, &o, &f, &e) && e.code == ERR_CONFIG, "a project that is nested too deep: %s",
	   e.message);
	o.url = "https://gitlab.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/r";
	ok(forge_open(a, &o, &f, &e), "twenty subgroups are allowed: %s", e.message);
	o.url = "https://gitea.example/git/o/r";
	ok(!forge_open(a, &o, &f, &e) && strstr(e.message, "below a path"), "a forge below a path: %s",
	   e.message);
}

TEST(a_branch_that_is_gone_is_deleted_already)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct script_answer answers[] = { { "/git/refs/heads/b", 422,
						   "{\"message\":\"Reference does not exist\"}",
						   NULL, NULL },
						 { 0 } };
	struct script s = { .a = a, .answers = answers };
	struct forge *f = open_at(&s, "https://github.com/octo/app");
	struct err e = { 0 };

	ok(forge_delete_branch(f, a, "b", &e), "fine: %s", e.message);
}

TEST(the_forge_is_told_by_its_host)
{
	AUTO(arena) struct arena *a = arena_new();
	struct script s = { .a = a };
	const struct forge_options o = { .url = "https://git.example/o/r",
					 .send = script_send,
					 .context = &s };
	struct forge *f;
	struct err e = { 0 };

	ok(!forge_open(a, &o, &f, &e) && strstr(e.message, "set provider:"), "or by a word: %s",
	   e.message);
}

static void page(const char *provider, const char *url, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(forge_commit_url(a, provider, url, "abc"), want, "%s", url);
}

TEST(pages_of_commits)
{
	page(NULL, "https://github.com/o/r.git", "https://github.com/o/r/commit/abc");
	page(NULL, "git@github.com:o/r.git", "https://github.com/o/r/commit/abc");
	page(NULL, "https://gitlab.example.org:8443/g/s/r",
	     "https://gitlab.example.org:8443/g/s/r/-/commit/abc");
	page("gitea", "ssh://git@code.example.org:2222/o/r", "https://code.example.org/o/r/commit/abc");
	page(NULL, "https://bitbucket.org/w/r", "https://bitbucket.org/w/r/commits/abc");
	page(NULL, "https://user@dev.azure.com/o/p/_git/r",
	     "https://dev.azure.com/o/p/_git/r/commit/abc");
	page(NULL, "git@ssh.dev.azure.com:v3/o/p/r", NULL);
	page("azure", "git@ssh.dev.azure.com:v3/o/p/r", "https://dev.azure.com/o/p/_git/r/commit/abc");
	page(NULL, "https://octo.visualstudio.com/p/_git/r",
	     "https://dev.azure.com/octo/p/_git/r/commit/abc");
	page(NULL, "https://code.example.org/o/r", NULL);
	page(NULL, "/srv/git/r", NULL);
}
