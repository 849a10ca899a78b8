/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names differ with the strategy: a branch's commits have commitDate, tags have
 * creatorDate, tag, tagger and annotation. Unknown names are nil.
 */
#include "discover/commit_filter.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/go_text.h"
#include "data/value.h"
#include "discover/source.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "model/read.h"

enum { MS_PER_S = 1000, NS_PER_MS = 1000000, LONGEST = 1 << 20 };

struct commit_filter {
	struct expr_program *program;
	int64_t now_ms;
};

static struct expr_env commit_filter_environment(int64_t now_ms)
{
	return (struct expr_env){
		.unknown = EXPR_UNKNOWN_NIL,
		.now_ms = now_ms,
		.load_zone = zone_load,
	};
}

bool commit_filter_read(struct arena *a, const struct value *spec, int64_t now_ms,
			struct commit_filter **out, struct err *e)
{
	struct expr_env env = commit_filter_environment(now_ms);
	struct commit_filter *f = arena_alloc(a, sizeof(*f));
	const char *text;

	*out = NULL;
	if (!read_text(spec, "expressionFilter", "", &text, e))
		return false;
	if (!*text)
		return true;
	f->now_ms = now_ms;
	if (!expr_compile(a, str_of(text), &env, &f->program, e))
		return err_wrap(e, "expressionFilter");
	*out = f;
	return true;
}

const char *commit_subject(struct arena *a, const char *message)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST);
	for (const char *p = message; *p;) {
		size_t len = strcspn(p, "\n"), used = len;

		while (used && strchr(" \t\r\v\f", p[used - 1]))
			used--;
		if (!used && b.len)
			break;
		if (used) {
			buf_text(&b, b.len ? " " : "");
			buf_add(&b, p, used);
		}
		p += len + (p[len] == '\n');
	}
	return buf_copy(&b, a);
}

static struct expr_value commit_filter_time_value(struct arena *a, int64_t ms)
{
	struct expr_time *time = arena_alloc(a, sizeof(*time));
	int64_t rest = ((ms % MS_PER_S) + MS_PER_S) % MS_PER_S;

	time->seconds = (ms - rest) / MS_PER_S;
	time->nanoseconds = (int32_t)(rest * NS_PER_MS);
	return (struct expr_value){ .kind = EXPR_TIME, .time = time };
}

static bool commit_filter_passes(struct arena *a, const struct commit_filter *f,
				 const struct expr_env *env, bool *out, struct err *e)
{
	struct expr_value v;
	struct str text;

	if (!expr_run(a, f->program, env, &v, e))
		return err_wrap(e, "expressionFilter");
	if (v.kind == EXPR_BOOL) {
		*out = v.boolean;
		return true;
	}
	text = expr_print(a, &v);
	return go_bool(text.at, text.len, out) ||
	       err_set(e, ERR_CONFIG, "expressionFilter is neither true nor false but \"%s\"",
		       str_clean(a, text.at, text.len, 120));
}

bool commit_filter_branch(struct arena *a, const struct commit_filter *f,
			  const struct source_commit *c, bool *out, struct err *e)
{
	const struct expr_variable names[] = {
		{ "id", expr_text(c->id), NULL },
		{ "commitDate", commit_filter_time_value(a, c->date), NULL },
		{ "author", expr_text(c->author), NULL },
		{ "committer", expr_text(c->committer), NULL },
		{ "subject", expr_text(commit_subject(a, c->message)), NULL },
	};

	*out = true;
	if (!f)
		return true;
	struct expr_env env = commit_filter_environment(f->now_ms);
	env.named = names;
	env.nnamed = COUNTOF(names);
	return commit_filter_passes(a, f, &env, out, e);
}

bool commit_filter_tag(struct arena *a, const struct commit_filter *f, const struct source_tag *t,
		       bool *out, struct err *e)
{
	const struct expr_variable names[] = {
		{ "tag", expr_text(t->name), NULL },
		{ "id", expr_text(t->commit.id), NULL },
		{ "creatorDate", commit_filter_time_value(a, t->date), NULL },
		{ "author", expr_text(t->commit.author), NULL },
		{ "committer", expr_text(t->commit.committer), NULL },
		{ "subject", expr_text(commit_subject(a, t->commit.message)), NULL },
		{ "tagger", expr_text(t->tagger), NULL },
		{ "annotation", expr_text(commit_subject(a, t->annotation)), NULL },
	};

	*out = true;
	if (!f)
		return true;
	struct expr_env env = commit_filter_environment(f->now_ms);
	env.named = names;
	env.nnamed = COUNTOF(names);
	return commit_filter_passes(a, f, &env, out, e);
}
