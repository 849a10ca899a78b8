/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo 0.8 read a branch, or the freight's commit where it had one of the repository, changed
 * it, and put all of it into the branch to write: these steps do the same.
 */
#include "config/mechanism.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"

/* The folders of one update: numbered where there are several. */
struct mechanism_folders {
	const char *suffix;             /* "" or "-2" */
	const char *in, *out;
	bool is_one;                    /* what is read is what is written */
};

static const char *mechanisms_name(struct mechanism *m, const char *name,
				   const struct mechanism_folders *f)
{
	return str_format(m->a, "%s%s", name, f->suffix);
}

static void add_checkout(struct mechanism *m, struct value *all, const char *path, struct value *checkout)
{
	mechanism_put(m, checkout, "path", path);
	value_append(m->a, all, checkout);
}

static void mechanism_clone(struct mechanism *m, const struct value *update, const char *commit,
			    const struct mechanism_folders *f)
{
	struct value *config = mechanism_step(m, "git-clone", ""), *all = value_list(m->a);
	struct value *in = value_map(m->a), *out = value_map(m->a);

	mechanism_put(m, config, "repoURL", value_get_text(update, "repoURL"));
	if (value_truth(value_get(update, "insecureSkipTLSVerify"), false))
		value_set(m->a, config, "insecureSkipTLSVerify", value_bool(m->a, true));
	if (commit)
		mechanism_put(m, in, "commit", str_format(m->a, "${{ %s.ID }}", commit));
	else
		mechanism_put(m, in, "branch", value_get_text(update, "readBranch"));
	if (!f->is_one)
		add_checkout(m, all, f->in, in);
	mechanism_put(m, out, "branch", value_get_text(update, "writeBranch"));
	if (!value_get(update, "pullRequest"))
		value_set(m->a, out, "create", value_bool(m->a, true));
	add_checkout(m, all, f->out, out);
	value_set(m->a, config, "checkout", all);
	if (f->is_one)
		return;
	mechanism_put(m, mechanism_step(m, "git-clear", ""), "path", f->out);
	config = mechanism_step(m, "copy", "");
	mechanism_put(m, config, "inPath", f->in);
	mechanism_put(m, config, "outPath", f->out);
}

static struct value *pull_request_step(struct mechanism *m, const struct value *update, const char *uses,
				       const char *as)
{
	struct value *config = mechanism_step(m, uses, as);
	const struct value *wanted = value_get(update, "pullRequest");

	mechanism_put(m, config, "repoURL", value_get_text(update, "repoURL"));
	if (value_truth(value_get(update, "insecureSkipTLSVerify"), false))
		value_set(m->a, config, "insecureSkipTLSVerify", value_bool(m->a, true));
	mechanism_put(m, config, "provider", value_get(wanted, "github") ? "github"
			: value_get(wanted, "gitlab") ? "gitlab" : "");
	return config;
}

/* Where nothing differs none is opened, and there is none to wait for. */
static void mechanism_pull_request(struct mechanism *m, const struct value *update,
				   const struct mechanism_folders *f)
{
	const char *open = mechanisms_name(m, "open-pr", f);
	struct value *config = pull_request_step(m, update, "git-open-pr", open);

	mechanism_put(m, config, "sourceBranch",
		      str_format(m->a, "${{ outputs['push%s'].branch }}", f->suffix));
	mechanism_put(m, config, "targetBranch", value_get_text(update, "writeBranch"));
	config = pull_request_step(m, update, "git-wait-for-pr",
				   mechanisms_name(m, "wait-for-pr", f));
	mechanism_put(m, config, "prNumber", str_format(m->a, "${{ outputs['%s'].pr.id }}", open));
	mechanism_put(m, value_at(m->steps, value_count(m->steps) - 1), "if",
		      str_format(m->a, "${{ status('%s') == 'Succeeded' }}", open));
}

static void mechanism_pushed(struct mechanism *m, const struct value *update,
			     const struct mechanism_folders *f)
{
	struct mechanism_push *made = arena_alloc(m->a, sizeof(*made));

	*made = (struct mechanism_push){ value_get_text(update, "repoURL"),
					 str_format(m->a, "outputs['push%s'].commit", f->suffix) };
	list_add(m->a, &m->pushed, made);
}

static void mechanism_git(struct mechanism *m, const struct value *update, size_t number,
			  const struct value *around)
{
	const struct value *origin = mechanism_origin(update, around);
	const char *url = value_get_text(update, "repoURL"), *read = value_get_text(update, "readBranch");
	const char *suffix = number ? str_format(m->a, "-%zu", number) : "", *message, *commit;
	struct mechanism_folders f = { suffix, str_format(m->a, "./src%s", suffix),
				       str_format(m->a, "./out%s", suffix), false };
	bool asks = value_get(update, "pullRequest");
	struct value *config;

	if (!*url || !*value_get_text(update, "writeBranch")) {
		mechanism_fail(m, "a git update needs repoURL and writeBranch");
		return;
	}
	commit = mechanism_from(m, "git", url, "", origin);
	f.is_one = !commit && strcmp(read, value_get_text(update, "writeBranch")) == 0;
	mechanism_clone(m, update, commit, &f);
	message = mechanism_edit(m, update, f.out, origin);
	config = mechanism_step(m, "git-commit", "");
	mechanism_put(m, config, "path", f.out);
	mechanism_put(m, config, "message", *message ? message : "promote to ${{ ctx.stage }}");
	config = mechanism_step(m, "git-push", mechanisms_name(m, "push", &f));
	mechanism_put(m, config, "path", f.out);
	if (asks)
		value_set(m->a, config, "generateTargetBranch", value_bool(m->a, true));
	if (asks)
		mechanism_pull_request(m, update, &f);
	else
		mechanism_pushed(m, update, &f);
}

/* Steps work on the whole list, so that what no list is says nothing. */
static size_t mechanisms_count(const struct value *v)
{
	return value_is(v, VALUE_LIST) ? value_count(v) : 0;
}

void mechanisms_read(struct arena *a, const struct origins_stage *stage, const struct value *mechanisms,
		     struct mechanisms *out)
{
	struct mechanism m = { .a = a, .stage = stage, .steps = value_list(a) };
	const struct value *git = value_get(mechanisms, "gitRepoUpdates");
	const struct value *argocd = value_get(mechanisms, "argoCDAppUpdates");
	const struct value *origin = mechanism_origin(mechanisms, NULL);
	struct value *template = value_map(a), *spec = value_map(a);

	for (size_t i = 0; i < mechanisms_count(git); i++)
		mechanism_git(&m, value_at(git, i), mechanisms_count(git) > 1 ? i + 1 : 0, origin);
	if (mechanisms_count(argocd))
		mechanism_argocd(&m, argocd, origin);
	value_set(a, spec, "steps", m.steps);
	value_set(a, template, "spec", spec);
	*out = (struct mechanisms){ .notes = m.notes, .wrong = m.wrong,
				    .template = m.wrong || !value_count(m.steps) ? NULL : template };
}
