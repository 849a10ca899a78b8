/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror has every branch and tag, so that one fetch serves all subscriptions of a remote. */
#include "discover/fetch.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "discover/source.h"
#include "discover/discover.h"
#include "git/changes.h"
#include "git/mirror.h"
#include "git/repo.h"
#include "git/tag.h"
#include "model/credentials.h"
#include "model/read.h"
#include "model/warehouse.h"

static const char tag_prefix[] = "refs/tags/";

struct git_source {
	struct mirror *mirror;
	struct commit_source commits;
};

static const char *git_source_person(struct arena *a, const struct repo_person *p)
{
	return str_format(a, "%s <%s>", p->name, p->email);
}

static struct source_commit git_source_of(struct arena *a, const struct repo_commit *c)
{
	return (struct source_commit){
		.id = str_format(a, "%s", c->id.hex),
		.message = str_format(a, "%s", c->message),
		.author = git_source_person(a, &c->author),
		.committer = git_source_person(a, &c->committer),
		.date = c->committer.time,
	};
}

struct git_source_walk {
	struct arena *a;
	const struct commit_visit *visit;
};

static bool walk_on(void *context, const struct repo_commit *c)
{
	struct git_source_walk *w = context;
	struct source_commit found = git_source_of(w->a, c);

	return w->visit->each(w->visit->to, &found);
}

static bool git_source_walk(void *context, struct arena *a, const char *branch,
			    const struct commit_visit *visit, struct err *e)
{
	struct git_source *g = context;
	struct git_source_walk w = { a, visit };
	const char *name = *branch ? branch : mirror_default(g->mirror);
	struct repo *r = mirror_repo(g->mirror);
	struct oid head;

	if (!name)
		return err_set(e, ERR_NOT_FOUND, "the repository is empty, or has no default branch; name "
			       "one by branch:");
	if (!repo_ref(r, str_format(a, "refs/heads/%s", name), &head, e))
		return err_wrap(e, "branch %s", name);
	return repo_walk(r, &(struct repo_walk){ .from = &head, .first_parent = true }, walk_on, &w, e);
}

static bool git_source_add_tag(struct repo *r, struct arena *a, const struct repo_ref *ref,
			       struct list *tags, struct err *e)
{
	struct source_tag *t = arena_alloc(a, sizeof(*t));
	struct repo_commit commit;
	struct tag_object object;

	if (!repo_read_commit(r, a, &ref->commit, &commit, e))
		return err_wrap(e, "%s", ref->name);
	*t = (struct source_tag){
		.name = ref->name + strlen(tag_prefix),
		.commit = git_source_of(a, &commit),
		.date = commit.committer.time,
		.tagger = "",
		.annotation = "",
	};
	if (strcmp(ref->id.hex, ref->commit.hex) != 0) {
		if (!tag_read(r, a, &ref->id, &object, e))
			return err_wrap(e, "%s", ref->name);
		t->annotation = object.message;
		if (object.tagger.name) {
			t->tagger = git_source_person(a, &object.tagger);
			t->date = object.tagger.time;
		}
	}
	list_add(a, tags, t);
	return true;
}

static bool git_source_list_tags(void *context, struct arena *a, struct list *tags, struct err *e)
{
	struct git_source *g = context;
	struct repo *r = mirror_repo(g->mirror);
	struct list refs = { 0 };

	if (!repo_refs(r, a, "refs/tags/*", &refs, e))
		return false;
	for (size_t i = 0; i < refs.count; i++) {
		const struct repo_ref *ref = refs.items[i];

		if (*ref->commit.hex && !git_source_add_tag(r, a, ref, tags, e))
			return false;
	}
	return true;
}

static bool list_paths(void *context, struct arena *a, const char *id, struct list *paths,
		       struct err *e)
{
	struct git_source *g = context;
	struct oid commit;

	return repo_resolve(mirror_repo(g->mirror), id, &commit, e) &&
	       changes_of(mirror_repo(g->mirror), a, &commit, paths, e);
}

bool git_source_open(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct git_source **out, struct err *e)
{
	struct git_source *g = arena_alloc(a, sizeof(*g));
	struct remote_access access = { .cancelled = c->cancelled, .traffic = c->traffic };
	struct credentials who = { .username = NULL };

	if (!c->mirrors)
		return err_set(e, ERR_IO, "there is no folder to keep copies of repositories in");
	if (!read_truth(s->spec, "insecureSkipTLSVerify", false, &access.insecure, e))
		return false;
	if (!source_access_find(a, c, &(struct credentials_query){ "git", s->repo_url, c->project }, &who, e))
		return false;
	access.username = who.username;
	access.password = who.password;
	access.ssh_key = who.ssh_key;
	const struct git_update update = { c, &access, s->repo_url, &who };
	if (!mirror_open(a, c->mirrors, s->repo_url, &g->mirror, e))
		return false;
	if (!git_update_mirror(a, g->mirror, &update, e)) {
		mirror_close(g->mirror);
		return false;
	}
	g->commits = (struct commit_source){ .context = g, .walk = git_source_walk,
					     .tags = git_source_list_tags, .paths = list_paths };
	*out = g;
	return true;
}

void git_source_close(struct git_source *g)
{
	mirror_close(g->mirror);
}

const struct commit_source *git_source_commits(const struct git_source *g)
{
	return &g->commits;
}
