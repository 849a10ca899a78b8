/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a fleet, their order, what a filter keeps; the matrix; jumping by a few letters. */
#include "model/application.h"
#include "model/fleet.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "fleets.h"
#include "model/fleet_row.h"
#include "model/fleet_select.h"
#include "model/fleet_table.h"
#include "model/jump.h"
#include "model/matrix.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

static int64_t present(void)
{
	int64_t now = 0;

	return clock_parse(FLEET_NOW, &now) ? now : 0;
}

/* "checkout: test healthy 1.44.0, staging promoting 1.44.0" */
static const char *row_text(struct arena *a, const struct fleet_table *t, const char *project)
{
	const struct fleet_row *row = fleet_table_find(t, project);
	const char *text = "";

	if (!row)
		return "none";
	for (size_t i = 0; i < row->ncells; i++)
		text = str_format(a, "%s%s%s %s %s", text, i ? ", " : "", row->cells[i].stage->name,
				  fleet_state_word(row->cells[i].state), row->cells[i].version);
	return str_format(a, "%s: %s: %s", row->newest, text,
			  row->urgent ? todo_word(row->urgent->kind) : "nothing");
}

static const char *selected(struct arena *a, const struct fleet_table *t, const char *filter,
			    enum fleet_sort sort)
{
	const struct fleet_row **rows;
	size_t count = fleet_select(a, t, filter, sort, &rows);
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		text = str_format(a, "%s%s%s", text, i ? " " : "", rows[i]->world->project->name);
	return text;
}

TEST(fleet_rows)
{
	struct arena *a = arena_new();
	struct fleet_table *t = fleet_table_new();
	const char *names[3];
	size_t usual;

	ok(fleet_table_update(t, fleet_make(a, FLEET_SHOP), present()), "a fleet makes rows");
	is_text(row_text(a, t, "checkout"),
		"1.44.0: test healthy 1.44.0, staging promoting 1.44.0, prod healthy 1.43.2: "
		"nothing",
		"what is on its way");
	is_text(row_text(a, t, "search"),
		"3.0.0: test bad 3.0.0, staging healthy 2.9.9, prod healthy 2.9.9: unverified",
		"a stage that was not verified is bad");
	is_text(row_text(a, t, "mail"), "0.9.0: test healthy 0.9.0, prod bad 0.8.7: failed",
		"so is one that did not take its freight");
	is_text(row_text(a, t, "newcomer"), ": test empty , prod empty : nothing",
		"nothing runs in a new project");
	is_text(row_text(a, t, "nobody"), "none", "a project that is not there has no row");
	is_number((long long)fleet_table_todo_count(t), 5, "all that needs a person is counted");
	is_number((long long)fleet_table_stages(t, a, names, 3, &usual), 3,
		  "the stages of most projects");
	is_number((long long)usual, 3, "of which there are so many");
	is_text(str_format(a, "%s %s %s", names[0], names[1], names[2]), "test staging prod",
		"are named in the order in which freight goes through them");
	fleet_table_free(t);
	arena_free(a);
}

TEST(fleet_rows_change_with_their_world_alone)
{
	struct arena *a = arena_new();
	struct fleet_table *t = fleet_table_new();
	const struct fleet *f = fleet_make(a, FLEET_HUNDRED), *later;
	struct world *w = fleet_world_again(a, f->worlds[41]);
	struct fleet gone = *f;
	const struct fleet_row *kept, *changed;
	uint64_t serial;

	fleet_table_update(t, f, present());
	serial = fleet_table_serial(t);
	kept = fleet_table_row(t, 40);
	changed = fleet_table_row(t, 41);
	ok(!fleet_table_update(t, f, present()), "the same fleet changes nothing");
	ok(fleet_table_serial(t) == serial && fleet_table_row(t, 40) == kept,
	   "and no row is made anew");
	w->stages[3]->health = HEALTH_UNHEALTHY;
	later = fleet_with(a, f, w);
	ok(fleet_table_update(t, later, present()), "one world changes");
	ok(fleet_table_row(t, 41) == changed && changed->world == w, "and its row with it");
	is_number(changed->cells[3].state, FLEET_BAD, "which says so");
	ok(fleet_table_row(t, 40) == kept && kept->world == f->worlds[40], "the others stay");
	gone.worlds = later->worlds + 1;
	gone.nworlds = 98;
	ok(fleet_table_update(t, &gone, present()), "projects go");
	is_number((long long)fleet_table_count(t), 98, "and their rows with them");
	ok(fleet_table_row(t, 39) == kept, "the rest keep theirs");
	is_text(fleet_table_row(t, 0)->world->project->name, "team-0001", "by name");
	fleet_table_free(t);
	arena_free(a);
}

TEST(fleet_filters)
{
	struct arena *a = arena_new();
	struct fleet_table *t = fleet_table_new();
	struct fleet *f = fleet_make(a, FLEET_SHOP);
	struct value *labels = value_map(a);
	static const struct {
		const char *filter, *names;
	} cases[] = {
		{ "", "mail search catalogue payments accounts checkout newcomer tiles web" },
		{ "needs:me", "mail search catalogue payments" },
		{ "needs:nobody", "accounts checkout newcomer tiles web" },
		{ "needs:promote", "payments" },
		{ "needs:", "mail search catalogue payments accounts checkout newcomer tiles web" },
		{ "health:bad", "mail search" },
		{ "stage:prod health:bad", "mail" },
		{ "stage:test health:bad", "search" },
		{ "stage:prod-eu", "tiles" },
		{ "stage:staging version:1.44", "checkout" },
		{ "stage:staging !health:ok", "checkout" },
		{ "version:2.9", "search" },
		{ "needs:me !health:bad", "catalogue payments" },
		{ "label:team=money", "payments" },
		{ "label:team", "payments web" },
		{ "label:team=m needs:me", "payments" },
		{ "not signed", "mail" },
		{ "PAY", "payments" },
		{ "!a", "newcomer" },
		{ "unheard-of:field", "" },
	};

	value_set(a, labels, "team", value_string(a, "money"));
	((struct project *)unconst(fleet_world_of(f, "payments")->project))->labels = labels;
	labels = value_map(a);
	value_set(a, labels, "team", value_string(a, "site"));
	((struct project *)unconst(fleet_world_of(f, "web")->project))->labels = labels;
	fleet_table_update(t, f, present());
	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(selected(a, t, cases[i].filter, FLEET_SORT_NEED), cases[i].names,
			"filter \"%s\"", cases[i].filter);
	is_text(selected(a, t, "", FLEET_SORT_NAME),
		"accounts catalogue checkout mail newcomer payments search tiles web", "by name");
	is_text(selected(a, t, "needs:me", FLEET_SORT_NEWEST), "payments mail catalogue search",
		"by the newest freight");
	is_text(str_copy_n(a, selected(a, t, "", FLEET_SORT_CHANGED), 17), "checkout payments",
		"by what came last, what is on its way first");
	fleet_table_free(t);
	arena_free(a);
}

TEST(fleet_tells_of_what_is_shared_once)
{
	struct arena *a = arena_new();
	struct fleet_table *t = fleet_table_new();
	struct fleet *f = fleet_make(a, FLEET_SHOP);
	const struct todo **todos;
	size_t count;

	for (size_t i = 0; i < f->nworlds; i++) {
		struct world *w = unconst(f->worlds[i]);

		w->sources[0].failing_since = w->built_at - 60000;
		w->sources[0].error = "connection refused";
	}
	fleet_table_update(t, f, present());
	count = fleet_table_todos(t, a, &todos);
	is_number((long long)count, 6, "Argo CD of nine projects fails once");
	is_number((long long)fleet_table_todo_count(t), (long long)count, "and is counted once");
	for (size_t i = 1; i < count; i++)
		ok(todos[i - 1]->since <= todos[i]->since, "the oldest first (%zu)", i);
	fleet_table_free(t);
	arena_free(a);
}

/* "checkout payments/checkout test=1.44.0 prod=1.43.2!": ! differs. */
static const char *matrix_text(struct arena *a, const struct fleet *f, const char *filter)
{
	const char *text = "";
	struct matrix m;

	matrix_make(a, f->worlds, f->nworlds, filter, &m);
	for (size_t i = 0; i < m.count; i++) {
		const struct matrix_row *row = &m.rows[i];

		text = str_format(a, "%s%s%s %s/%s", text, i ? "; " : "", row->newest,
				  row->world->project->name, row->name);
		for (size_t j = 0; j < row->ncells; j++)
			text = str_format(a, "%s %s=%s%s", text, row->cells[j].stage->name,
					  row->cells[j].version, row->cells[j].differs ? "!" : "");
	}
	return text;
}

TEST(matrix_says_which_version_runs_where)
{
	struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP);
	static const struct {
		const char *filter, *rows;
	} cases[] = {
		{ "checkout", "1.44.0 checkout/checkout test=1.44.0 staging=1.43.2! prod=1.43.2!" },
		{ "mailer", "0.9.0 mail/mailer test=0.9.0 prod=0.8.7!" },
		{ "mailer differs:yes", "0.9.0 mail/mailer prod=0.8.7!" },
		{ "mailer not:0.8.7", "" },
		{ "mailer not:0.9", "0.9.0 mail/mailer prod=0.8.7!" },
		{ "shop/ stage:prod not:1.44.0",
		  "1.29.5 accounts/accounts prod=1.29.5; "
		  "1.44.0 checkout/checkout prod=1.43.2!; 0.9.0 mail/mailer prod=0.8.7!; "
		  "1.29.5 tiles/tiles prod-eu=1.29.5 prod-us=1.29.5 prod-ap=1.29.5; "
		  "1.29.5 web/web prod=1.29.5" },
		{ "kind:chart", "" },
		{ "version:9.1", "9.2.1 payments/payments prod=9.1.8!" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(matrix_text(a, f, cases[i].filter), cases[i].rows, "matrix of \"%s\"",
			cases[i].filter);
	arena_free(a);
}

static const char *jumps(struct arena *a, const struct fleet *f, const struct world *here,
			 const char *letters)
{
	struct jump found[5];
	size_t count = jump_find(f, here, letters, found, COUNTOF(found));
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		text = str_format(a, "%s%s%s %s/%s", text, i ? "; " : "",
				  jump_kind_word(found[i].kind), found[i].world->project->name,
				  found[i].name);
	return text;
}

TEST(jumping)
{
	struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP);
	const struct world *mail = fleet_world_of(f, "mail");

	is_text(jumps(a, f, mail, "pay"), "project payments/payments; warehouse payments/payments",
		"a project by the beginning of its name");
	is_text(jumps(a, f, mail, "prod-u"), "stage tiles/prod-us; stage tiles/prod-eu",
		"a stage of another project");
	ok(!strstr(jumps(a, f, mail, "prod"), "stage mail/"), "those at hand are left out");
	is_text(jumps(a, f, mail, "9.1.8"), "freight payments/9.1.8", "freight by its version");
	ok(has_prefix(jumps(a, f, mail, "soft-s"), "freight accounts/soft-squirrel; "),
	   "or by its alias");
	ok(strstr(jumps(a, f, mail, "01jvq"), "promotion mail/"),
	   "a promotion by a part of its name");
	is_text(jumps(a, f, mail, "ctlg"), "project catalogue/catalogue", "by letters alone");
	ok(has_prefix(jumps(a, f, mail, ""), "project accounts/accounts; project catalogue"),
	   "no letters: the projects");
	ok(has_prefix(jumps(a, f, mail, "prod"), "stage accounts/prod; "),
	   "whoever types a stage's name wants stages, not its promotions");
	arena_free(a);
}

/* One Argo CD shows each project the applications of all. */
static void add_shared_application(struct arena *a, const struct fleet *f, const char *name,
				   const char *stages)
{
	struct application *app = arena_alloc(a, sizeof(*app)), **page = arena_array(a, 1, sizeof(*page));
	struct application *const **pages = arena_array(a, 1, sizeof(*pages));
	const struct application **named = arena_array(a, 1, sizeof(*named));

	*app = (struct application){ .name = name, .namespace = "argocd", .authorized_stages = stages };
	page[0] = app;
	pages[0] = page;
	named[0] = app;
	for (size_t i = 0; i < f->nworlds; i++) {
		struct world *w = unconst(f->worlds[i]);

		w->applications = (struct application_list){ pages, 1 };
		for (size_t j = 0; !stages && j < w->nstages && strcmp(w->project->name, "payments") == 0; j++) {
			struct stage *s = unconst(w->stages[j]);

			s->applications = named;
			s->napplications = 1;
		}
	}
}

TEST(jumping_to_applications)
{
	struct arena *a = arena_new();
	const struct fleet *f = fleet_make(a, FLEET_SHOP);
	const struct world *mail = fleet_world_of(f, "mail");
	struct fleet alone = { .worlds = &mail, .nworlds = 1 };

	add_shared_application(a, f, "payments-live", NULL);
	is_text(jumps(a, f, mail, "payments-l"), "application payments/payments-live",
		"an application is found once, in the project whose stages name it");
	is_text(jumps(a, &alone, mail, "payments-l"), "application mail/payments-live",
		"where there is one project, all are its");
	is_text(jumps(a, &alone, mail, "mail"), "", "but there nobody jumps to the project");
	add_shared_application(a, f, "billing-live", "tiles:prod, web:prod");
	is_text(jumps(a, f, mail, "billing-l"), "application tiles/billing-live; application web/billing-live",
		"in those whose stages may change it, also while they run nothing");
	add_shared_application(a, f, "lonely-live", "");
	is_text(jumps(a, f, mail, "lonely"), "application mail/lonely-live",
		"and one that belongs to none where it is asked for");
	arena_free(a);
}
