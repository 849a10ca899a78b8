/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry complete: what a shell offers for the last of the words. Names come from this machine alone: the
 * local ledger, without its remote, and manifests that are files. Errors offer nothing.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/get_kinds.h"
#include "cmd/manifests.h"
#include "cmd/past.h"
#include "config/settings.h"
#include "data/value.h"
#include "ledger/ledger.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"

/* What is being completed. */
struct completion {
	struct command *command;        /* the words before the last, as far as they make sense */
	const char *prefix;             /* of the last word */
	const char *before;             /* what stands before it in the same word: "--freight=", or "" */
	const struct state *state;      /* of the ledger; NULL: not read */
	const struct project *project;  /* of the manifests; NULL: not read */
};

/* Lets the shell complete names of files instead. */
static const char files_word[] = ":file";

static void complete_offer(const struct completion *k, const char *text)
{
	if (*text && has_prefix(text, k->prefix))
		printf("%s%s\n", k->before, text);
}

static void complete_each(const struct completion *k, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		complete_offer(k, str_copy_n(k->command->arena, words, len));
		words += len + strspn(words + len, " ");
	}
}

static void complete_stages(const struct completion *k)
{
	for (size_t i = 0; k->project && i < k->project->nstages; i++)
		complete_offer(k, k->project->stages[i]->name);
	for (size_t i = 0; k->state && i < k->state->nstages; i++)
		if (!k->project || !project_stage(k->project, k->state->stages[i]->name))
			complete_offer(k, k->state->stages[i]->name);
}

static void complete_promotions(const struct completion *k)
{
	for (size_t i = 0; k->state && i < k->state->nstages; i++)
		for (size_t j = 0; j < k->state->stages[i]->npromotions; j++)
			complete_offer(k, k->state->stages[i]->promotions[j]->name);
}

static void complete_freight(const struct completion *k)
{
	for (size_t b = 0; k->state && b < COUNTOF(k->state->freight); b++)
		for (size_t i = 0; k->state->freight[b] && i < k->state->freight[b]->count; i++) {
			const struct state_object *o = k->state->freight[b]->items[i];
			const char *alias = value_get_text(o->object, "alias");

			complete_offer(k, *alias ? alias : o->name);
		}
}

static void complete_warehouses(const struct completion *k)
{
	for (size_t i = 0; k->project && i < k->project->nwarehouses; i++)
		complete_offer(k, k->project->warehouses[i]->name);
}

static void complete_projects(const struct completion *k)
{
	struct list found = { 0 };
	struct err ignored;

	if (!manifests_projects(k->command, &found, &ignored))
		return;
	for (size_t i = 0; i < found.count; i++)
		complete_offer(k, ((const struct project *)found.items[i])->name);
}

static void complete_commands(const struct completion *k)
{
	size_t count;
	const struct command_def *const *table = command_table(&count);

	for (size_t i = 0; i < count; i++)
		if (!table[i]->is_hidden)
			complete_offer(k, table[i]->name);
}

/* Names of one sort: a word in angle brackets, as in command_def's completes, or an option's name. */
static bool complete_sort(const struct completion *k, const char *sort)
{
	static const struct {
		const char *sort, *option;
		void (*offer)(const struct completion *k);
	} sorts[] = {
		{ "<stage>", "stage", complete_stages },       { "<freight>", "freight", complete_freight },
		{ "<warehouse>", "warehouse", complete_warehouses },
		{ "<promotion>", "promotion", complete_promotions },
		{ "<command>", "", complete_commands },
	};

	for (size_t i = 0; i < COUNTOF(sorts); i++)
		if (strcmp(sorts[i].sort, sort) == 0 || strcmp(sorts[i].option, sort) == 0) {
			sorts[i].offer(k);
			return true;
		}
	return false;
}

static void complete_words(const struct completion *k)
{
	const char *at = k->command->def->completes;

	while (at && *at) {
		size_t len = strcspn(at, " ");
		const char *word = str_copy_n(k->command->arena, at, len);

		if (!complete_sort(k, word))
			complete_offer(k, word);
		at += len + strspn(at + len, " ");
	}
	if (!k->command->def->completes)
		puts(files_word);
}

static void complete_value(const struct completion *k, const struct option_def *o)
{
	if (complete_sort(k, o->name))
		return;
	if (strcmp(o->name, "output") == 0)
		complete_each(k, "table wide json yaml name csv jsonpath=");
	else if (strcmp(o->name, "theme") == 0)
		complete_each(k, "dark light high-contrast colour-blind mono");
	else if (strcmp(o->name, "project") == 0)
		complete_projects(k);
	else if (strcmp(o->name, "reason") != 0)
		puts(files_word);
}

static void complete_options(const struct completion *k)
{
	const struct option_def *const tables[] = { k->command->def->options, common_options };

	for (size_t t = 0; t < COUNTOF(tables); t++)
		for (const struct option_def *o = tables[t]; o && o->name; o++)
			if (option_works(k->command->def, o))
				complete_offer(k, str_format(k->command->arena, "--%s", o->name));
}

/* The option whose value the word is, with what stands before it; NULL: it is no value. */
static const struct option_def *complete_option_of(struct completion *k, const char *previous)
{
	const struct command_def *def = k->command->def;
	const char *equals = strchr(k->prefix, '=');
	const struct option_def *o = NULL;

	if (has_prefix(k->prefix, "--") && equals) {
		o = option_find(def, k->prefix + 2, (size_t)(equals - k->prefix) - 2, 0);
		k->before = str_copy_n(k->command->arena, k->prefix, (size_t)(equals - k->prefix) + 1);
		k->prefix = equals + 1;
	} else if (has_prefix(previous, "--")) {
		o = option_find(def, previous + 2, strlen(previous) - 2, 0);
	} else if (previous[0] == '-' && previous[1] && !previous[2]) {
		o = option_find(def, "", 0, previous[1]);
	}
	return o && o->kind == OPTION_TEXT ? o : NULL;
}

/* What this machine knows: remotes are not asked, so that it is quick. */
static struct ledger *complete_read(struct completion *k)
{
	struct command *c = k->command;
	struct settings *here;
	struct ledger *l = NULL;
	struct project *p = NULL;
	const char *project;
	struct err ignored;

	if (!command_load_settings(c, &ignored))
		return NULL;
	here = arena_copy(c->arena, c->settings, sizeof(*here));
	here->remote = NULL;
	c->settings = here;
	if (here->manifests && manifests_project(c, NULL, &p, &ignored))
		k->project = p;
	project = p ? p->name : here->project;
	if (project && past_open_of(c, project, &l, &ignored))
		k->state = ledger_state(l);
	return l;
}

static bool cmd_complete_run(struct command *c, struct err *e)
{
	char **argv = arena_array(c->arena, c->nwords + 2, sizeof(*argv));
	struct command inner = { .arena = c->arena, .began = c->began };
	struct completion k = { .command = &inner, .prefix = "", .before = "" };
	const char *previous = c->nwords > 1 ? c->words[c->nwords - 2] : "";
	const struct option_def *o;
	int count = 1, at = 0;
	struct ledger *l;

	argv[0] = arena_copy(c->arena, "gantry", sizeof("gantry"));
	for (size_t i = 0; i + 1 < c->nwords; i++) {
		/* bash makes three words of "--freight=x". */
		if (strcmp(c->words[i], "=") == 0)
			continue;
		argv[count++] = arena_copy(c->arena, c->words[i], strlen(c->words[i]) + 1);
	}
	if (c->nwords > 2 && strcmp(previous, "=") == 0)
		previous = c->words[c->nwords - 3];
	k.prefix = c->nwords ? c->words[c->nwords - 1] : "";
	inner.def = command_of_words(count, argv, &at);
	if (!inner.def)
		return true;
	o = complete_option_of(&k, previous);
	if (!o && k.prefix[0] == '-') {
		complete_options(&k);
		return true;
	}
	if (!o && !at) {
		complete_commands(&k);
		return true;
	}
	argv[at] = argv[0];
	if (!options_parse(&inner, count - 1 - (o && !*k.before), argv + 1, e))
		inner.nwords = 0;
	l = complete_read(&k);
	if (o)
		complete_value(&k, o);
	else
		complete_words(&k);
	ledger_close(l);
	return true;
}

const struct command_def command_complete = {
	.name = "complete",
	.summary = "What a shell offers for the last word of a command line.",
	.usage = "gantry complete -- [WORD…]",
	.help = "For the scripts of gantry completion.",
	.is_hidden = true,
	.run = cmd_complete_run,
};
