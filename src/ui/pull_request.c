/* SPDX-License-Identifier: Apache-2.0 */
/* The pull request of a step, read from the output that git-wait-for-pr leaves in the ledger. */
#include "ui/pull_request.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/promotion.h"
#include "ui/display.h"
#include "ui/page.h"

/* -1: the forge does not report it. */
static int64_t pull_request_count(const struct promotion_step *step, const char *key)
{
	int64_t count;

	return value_integer(value_get(value_get(step->output, "forge"), key), &count) ? count : -1;
}

/* "1 of 2 reviews, changes requested"; "" when the forge does not report them, or there are none. */
static const char *pull_request_reviews(struct view *v, const struct promotion_step *step)
{
	long long approvals = (long long)pull_request_count(step, "approvals");
	long long wanted = (long long)pull_request_count(step, "approvalsWanted");
	const char *refused = pull_request_count(step, "refusals") > 0 ? ", changes requested" : "";

	if (approvals < 0)
		return "";
	if (wanted > 0)
		return str_format(v->a, "%lld of %lld review%s%s", approvals, wanted,
				  wanted == 1 ? "" : "s", refused);
	if (approvals == 0)
		return *refused ? refused + strlen(", ") : "";
	return str_format(v->a, "%lld review%s%s", approvals, approvals == 1 ? "" : "s", refused);
}

/* "checks ✓", "checks ✗ 1 failed", "2 checks run"; "" when there are none. */
static const char *pull_request_checks(struct view *v, const struct promotion_step *step)
{
	long long failed = (long long)pull_request_count(step, "checksFailed");
	long long pending = (long long)pull_request_count(step, "checksPending");

	if (failed > 0)
		return str_format(v->a, "checks %s %lld failed", glyph_text(GLYPH_BAD, v->ascii), failed);
	if (pending > 0)
		return str_format(v->a, "%lld check%s", pending, pending == 1 ? " runs" : "s run");
	if (pull_request_count(step, "checksPassed") > 0)
		return str_format(v->a, "checks %s", glyph_text(GLYPH_PASSED, v->ascii));
	return "";
}

static const struct value *pull_request_of(const struct promotion_step *step)
{
	return step && value_is(step->output, VALUE_MAP) && strcmp(step->uses, "git-wait-for-pr") == 0
		       ? value_get(step->output, "pr") : NULL;
}

const char *pull_request_url(const struct promotion_step *step)
{
	return value_text(value_get(pull_request_of(step), "url"), NULL);
}

/* "" when nothing that somebody wants done was refused for good. */
static const char *pull_request_refused(const struct promotion_step *step)
{
	return value_path_text(step->output, "forge.refused", "");
}

enum role pull_request_role(const struct promotion_step *step)
{
	return *pull_request_refused(step) ? ROLE_BAD : ROLE_WAITING;
}

bool pull_request_has_diff(const struct promotion_step *step)
{
	return pull_request_of(step) && *value_path_text(step->output, "forge.source", "");
}

/* Also says whether it is open. */
static const char *pull_request_state(struct view *v, const struct promotion_step *step, bool *open)
{
	const struct value *pr = pull_request_of(step);
	int64_t number, since = pull_request_count(step, "openedAt");

	*open = value_truth(value_get(pr, "open"), false);
	if (!value_integer(value_get(pr, "id"), &number))
		return NULL;
	if (!*open)
		return str_format(v->a, "PR #%lld %s", (long long)number,
				  value_truth(value_get(pr, "merged"), false) ? "merged" : "closed");
	if (*pull_request_refused(step))
		return str_format(v->a, "PR #%lld refused", (long long)number);
	return str_format(v->a, "PR #%lld open%s%s", (long long)number, since > 0 ? " " : "",
			  since > 0 ? clock_age(v->a, v->now > since ? v->now - since : 0) : "");
}

const char *pull_request_brief(struct view *v, const struct promotion_step *step)
{
	bool open;

	return pull_request_state(v, step, &open);
}

const char *pull_request_line(struct view *v, const struct promotion_step *step)
{
	const char *reviews, *checks, *state;
	bool open;

	state = pull_request_state(v, step, &open);
	if (!state || !open)
		return state;
	if (*pull_request_refused(step))
		return str_format(v->a, "%s: %s", state, pull_request_refused(step));
	reviews = pull_request_reviews(v, step);
	checks = pull_request_checks(v, step);
	return str_format(v->a, "%s%s%s%s%s", state, *reviews ? ", " : "", reviews,
			  *checks ? ", " : "", checks);
}

/* "PR #41 open 2h 1/2 ✓". */
static const char *pull_request_short(struct view *v, const struct promotion_step *step)
{
	long long approvals = (long long)pull_request_count(step, "approvals");
	long long wanted = (long long)pull_request_count(step, "approvalsWanted");
	enum glyph checks = pull_request_count(step, "checksFailed") > 0    ? GLYPH_BAD
			    : pull_request_count(step, "checksPending") > 0 ? GLYPH_WAITING
									    : GLYPH_PASSED;
	const char *text = pull_request_brief(v, step);

	if (approvals >= 0 && wanted > 0)
		text = str_format(v->a, "%s %lld/%lld", text, approvals, wanted);
	return *pull_request_checks(v, step)
		       ? str_format(v->a, "%s %s", text, glyph_text(checks, v->ascii))
		       : text;
}

const char *pull_request_fit(struct view *v, const struct promotion_step *step, int width)
{
	const char *line = pull_request_line(v, step);
	bool is_refused = line && *pull_request_refused(step);

	return line && !is_refused && pull_request_count(step, "refusals") <= 0 &&
			       text_width(line, v->ascii) > width
		       ? pull_request_short(v, step)
		       : line;
}

void pull_request_rows(struct view *v, struct sheet *sheet, const struct promotion_step *step)
{
	const struct value *pr = pull_request_of(step);
	const char *title = value_path_text(step->output, "forge.title", "");
	const char *merged = value_truth(value_get(pr, "merged"), false)
				     ? value_path_text(step->output, "commit", "") : "";
	const char *checks = pull_request_checks(v, step);

	if (!pr || !pull_request_brief(v, step))
		return;
	page_gap(sheet);
	if (*title)
		page_text(v, sheet, "title", ROLE_STRONG, title);
	page_text(v, sheet, "state", pull_request_role(step), pull_request_brief(v, step));
	if (*pull_request_refused(step))
		page_text(v, sheet, "refused", ROLE_BAD, pull_request_refused(step));
	if (*merged)
		page_text(v, sheet, "merged as", ROLE_VERSION, merged);
	if (*pull_request_reviews(v, step))
		page_text(v, sheet, "reviews", ROLE_TEXT, pull_request_reviews(v, step));
	if (*checks)
		page_text(v, sheet, "checks", ROLE_TEXT,
			  has_prefix(checks, "checks ") ? checks + strlen("checks ") : checks);
	page_text(v, sheet, "url", ROLE_TEXT, value_text(value_get(pr, "url"), ""));
}
