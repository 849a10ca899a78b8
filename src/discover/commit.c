/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Branches are walked and filtered commit by commit; tags are filtered by name and
 * expression, put into order, and only then by path, since that costs a diff each.
 */
#include "discover/select.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "discover/commit_filter.h"
#include "discover/fetch.h"
#include "discover/path_rules.h"
#include "discover/source.h"
#include "discover/tag_rules.h"
#include "discover/tally.h"
#include "model/read.h"
#include "model/warehouse.h"

enum { LONGEST_SUBJECT = 80, CUT_SUBJECT = 77, LONGEST_WALK = 100000 };

struct commit_choice {
	struct arena *a;
	const struct subscription *s;
	const struct commit_source *source;
	struct tag_rules rules;
	struct path_rules paths;
	struct commit_filter *filter;
	bool is_branch;
	const char *branch;
	int64_t since;                  /* ms; 0: from the beginning */
	struct value *chosen;
	size_t looked_at;
	struct tally tally;
	bool failed;
	struct err *e;
};

static bool commit_read_strategy(const struct subscription *s, struct commit_choice *c,
				 enum tag_order *order)
{
	static const struct {
		const char *name;
		bool is_branch;
		enum tag_order order;
	} known[] = { { "NewestFromBranch", true, TAGS_NEWEST }, { "", true, TAGS_NEWEST },
		      { "SemVer", false, TAGS_SEMVER }, { "Lexical", false, TAGS_LEXICAL },
		      { "NewestTag", false, TAGS_NEWEST } };

	for (size_t i = 0; i < COUNTOF(known); i++) {
		if (strcmp(s->strategy, known[i].name) == 0) {
			c->is_branch = known[i].is_branch;
			*order = known[i].order;
			return true;
		}
	}
	return err_set(c->e, ERR_CONFIG, "commitSelectionStrategy \"%s\": use NewestFromBranch, SemVer, "
		       "Lexical or NewestTag", s->strategy);
}

static bool commit_read_choice(struct arena *a, const struct subscription *s, int64_t now_ms,
			       struct commit_choice *c, struct err *e)
{
	enum tag_order order = TAGS_NEWEST;

	*c = (struct commit_choice){ .a = a, .s = s, .e = e, .tally = { .noun = "commit" } };
	return commit_read_strategy(s, c, &order) &&
	       tag_rules_read(a, s, order, &c->rules, e) &&
	       path_rules_read(a, s->spec, &c->paths, e) &&
	       commit_filter_read(a, s->spec, now_ms, &c->filter, e) &&
	       read_text(s->spec, "branch", "", &c->branch, e) &&
	       read_time(s->spec, "since", &c->since, e);
}

/* Kargo counts bytes; half a character at the cut becomes U+FFFD. */
static const char *short_subject(struct arena *a, const char *message)
{
	const char *subject = commit_subject(a, message);
	size_t whole = 0;

	if (strlen(subject) <= LONGEST_SUBJECT)
		return subject;
	while (whole < CUT_SUBJECT) {
		uint32_t point;
		size_t len = utf8_decode(subject + whole, CUT_SUBJECT - whole, &point);

		if (!len)
			break;
		whole += len;
	}
	return str_format(a, "%.*s%s...", (int)whole, subject,
			  whole < CUT_SUBJECT ? "\xef\xbf\xbd" : "");
}

static void commit_add(struct commit_choice *c, const struct source_commit *commit, const char *tag,
		       int64_t date)
{
	struct value *v = value_map(c->a);

	value_set(c->a, v, "id", value_string(c->a, commit->id));
	if (tag)
		value_set(c->a, v, "tag", value_string(c->a, tag));
	else if (*c->branch)
		value_set(c->a, v, "branch", value_string(c->a, c->branch));
	value_set(c->a, v, "subject", value_string(c->a, short_subject(c->a, commit->message)));
	value_set(c->a, v, "author", value_string(c->a, commit->author));
	value_set(c->a, v, "committer", value_string(c->a, commit->committer));
	value_set(c->a, v, "creatorDate", value_string(c->a, clock_rfc3339(c->a, date)));
	value_append(c->a, c->chosen, v);
}

static bool is_full(const struct commit_choice *c)
{
	return c->rules.limit && value_count(c->chosen) >= c->rules.limit;
}

static bool paths_pass(struct commit_choice *c, const char *id, bool *out)
{
	struct list paths = { 0 };

	*out = true;
	if (!path_rules_any(&c->paths))
		return true;
	if (!c->source->paths(c->source->context, c->a, id, &paths, c->e))
		return false;
	*out = path_rules_pass(&c->paths, &paths);
	return true;
}

/* Goes on while it returns true. */
static bool take_commit(void *to, const struct source_commit *commit)
{
	struct commit_choice *c = to;
	bool passes;

	c->tally.is_cut = c->since && commit->date < c->since;
	if (is_full(c) || c->tally.is_cut)
		return false;
	c->tally.seen++;
	c->failed = !commit_filter_branch(c->a, c->filter, commit, &passes, c->e);
	c->tally.filtered += !c->failed && !passes;
	if (!c->failed && passes) {
		c->failed = !paths_pass(c, commit->id, &passes);
		c->tally.untouched += !passes;
	}
	if (c->failed)
		return false;
	if (passes)
		commit_add(c, commit, NULL, commit->date);
	return !is_full(c) && ++c->looked_at < LONGEST_WALK;
}

struct candidate {
	struct tag tag;                 /* first, for the orders of tag_rules.h */
	const struct source_tag *from;
};

static int by_date(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->from->date != b->from->date)
		return a->from->date < b->from->date ? 1 : -1;
	return strcmp(a->tag.name, b->tag.name);
}

static bool choose_tags(struct commit_choice *c)
{
	static int (*const orders[])(const void *, const void *) = {
		[TAGS_SEMVER] = tag_by_version,
		[TAGS_LEXICAL] = tag_by_text,
		[TAGS_NEWEST] = by_date,
	};
	struct candidate *all;
	struct list tags = { 0 };
	size_t count = 0;

	if (!c->source->tags(c->source->context, c->a, &tags, c->e))
		return false;
	all = arena_array(c->a, tags.count, sizeof(*all));
	for (size_t i = 0; i < tags.count; i++) {
		const struct source_tag *from = tags.items[i];
		struct tag tag = { .name = from->name };
		enum tag_verdict verdict = tag_rules_judge(&c->rules, from->name, &tag);
		bool passes;

		tally_name(&c->tally, verdict, &tag);
		if (verdict != TAG_ACCEPTED)
			continue;
		if (!commit_filter_tag(c->a, c->filter, from, &passes, c->e))
			return false;
		all[count] = (struct candidate){ tag, from };
		count += passes;
		c->tally.filtered += !passes;
	}
	if (count)
		qsort(all, count, sizeof(*all), orders[c->rules.order]);
	for (size_t i = 0; i < count && !is_full(c); i++) {
		bool passes;

		if (!paths_pass(c, all[i].from->commit.id, &passes))
			return false;
		c->tally.untouched += !passes;
		if (passes)
			commit_add(c, &all[i].from->commit, all[i].from->name, all[i].from->date);
	}
	return true;
}

bool commit_select(struct arena *a, const struct subscription *s, const struct commit_source *source,
		   struct selection *out, struct err *e)
{
	struct commit_choice c;
	const struct commit_visit visit = { take_commit, &c };

	assert(source->walk && source->tags && source->paths);
	if (!commit_read_choice(a, s, source->now_ms, &c, e))
		return false;
	c.source = source;
	c.chosen = value_list(a);
	if (!c.is_branch) {
		c.tally.noun = "tag";
		if (!choose_tags(&c))
			return false;
	} else if (!source->walk(source->context, a, c.branch, &visit, e) || c.failed) {
		return false;
	}
	*out = (struct selection){ c.chosen, value_count(c.chosen) ? NULL : tally_sentence(a, &c.tally, s) };
	return true;
}

bool discover_commit(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct value **out, struct err *e)
{
	struct value *v = value_map(a);
	struct selection best;
	struct git_source *git;
	bool fine;

	if (!git_source_open(a, s, c, &git, e))
		return err_wrap(e, "git %s", s->repo_url);
	struct commit_source source = *git_source_commits(git);
	source.now_ms = clock_now();
	fine = commit_select(a, s, &source, &best, e);
	git_source_close(git);
	if (!fine)
		return err_wrap(e, "git %s", s->repo_url);
	value_set(a, v, "repoURL", value_string(a, s->repo_url));
	if (*s->name)
		value_set(a, v, "subscriptionName", value_string(a, s->name));
	value_set(a, v, "commits", best.chosen);
	if (best.reason)
		value_set(a, v, "reason", value_string(a, best.reason));
	*out = v;
	return true;
}
