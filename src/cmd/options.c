/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a command against its table: long, short, "--name=value", "--" ends them. */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/field.h"

const struct option_def common_options[] = {
	{ "settings", 0, OPTION_TEXT, "FILE", "settings instead of ~/.config/gantry/config.yaml" },
	{ "manifests", 'f', OPTION_TEXT, "PATH",
	  "a file or folder of Kargo manifests, or git+URL#REF:PATH; repeatable" },
	{ "project", 'p', OPTION_TEXT, "NAME",
	  "the project, where there are several; repeatable, * and ? match" },
	{ "attach", 0, OPTION_MAYBE, "[CONTEXT]",
	  "a running Kargo instead, by kubeconfig context, else the current one; repeatable, * matches" },
	{ "ledger", 'L', OPTION_TEXT, "PATH", "the ledger's repository on this machine" },
	{ "remote", 0, OPTION_TEXT, "URL", "the repository through which operators share the ledger" },
	{ "output", 'o', OPTION_TEXT, "FORMAT", "table, wide, json, yaml, name, csv or jsonpath=…" },
	{ "read-only", 0, OPTION_FLAG, NULL, "change nothing, whatever is asked" },
	{ "help", 'h', OPTION_FLAG, NULL, "this text" },
	{ 0 },
};

/* In the order of the common options. */
static const unsigned common_of[COUNTOF(common_options)] = {
	0, COMMON_MANIFESTS, COMMON_PROJECT, COMMON_ATTACH, COMMON_LEDGER, COMMON_LEDGER, COMMON_OUTPUT,
	COMMON_READ_ONLY, 0, 0,
};

bool option_works(const struct command_def *def, const struct option_def *o)
{
	for (size_t i = 0; i < COUNTOF(common_options); i++)
		if (o == &common_options[i])
			return !common_of[i] || (common_of[i] & def->common);
	return true;
}

static const struct option_def *option_find_in(const struct option_def *table, const char *name,
					       size_t len, char letter)
{
	for (; table && table->name; table++)
		if (letter ? table->letter == letter
			   : strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table;
	return NULL;
}

const struct option_def *option_find(const struct command_def *def, const char *name, size_t len,
				     char letter)
{
	const struct option_def *o = option_find_in(def->options, name, len, letter);

	return o ? o : option_find_in(common_options, name, len, letter);
}

const char *command_option(const struct command *c, const char *name)
{
	for (size_t i = c->noptions; i-- > 0;)
		if (strcmp(c->options[i].name, name) == 0)
			return c->options[i].value;
	return NULL;
}

/* The words of a command line, and the one that is read now. */
struct option_words {
	int argc, at;
	char **argv;
};

bool option_value_follows(const char *word)
{
	return word[0] != '-' && !command_find(word);
}

/*
 * value: what is joined to the option, or NULL. A word that looks like an option is never a value: in
 * "--reason --wait" the reason was forgotten.
 */
static bool cmd_options_add(struct command *c, const struct option_def *o, const char *value,
			    struct option_words *w, struct err *e)
{
	if (o->kind == OPTION_FLAG && value)
		return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
	if (o->kind == OPTION_TEXT && !value) {
		if (w->at + 1 >= w->argc)
			return err_set(e, ERR_USAGE, "--%s needs a value: %s", o->name, o->value);
		value = w->argv[++w->at];
		if (value[0] == '-' && value[1])
			return err_set(e, ERR_USAGE, "--%s needs a value: %s; one that begins with a hyphen "
				       "is written --%s=%s", o->name, o->value, o->name, value);
	}
	if (o->kind == OPTION_MAYBE && !value && w->at + 1 < w->argc &&
	    option_value_follows(w->argv[w->at + 1]))
		value = w->argv[++w->at];
	c->options[c->noptions++] =
		(struct command_option){ .name = o->name, .value = value ? value : "" };
	return true;
}

/* Whose options come now: the command's, or those of the one that its first word has it run. */
static const struct command_def *options_of(const struct command *c)
{
	bool is_named = c->def->another && c->nwords;
	const struct command_def *inner = is_named ? c->def->another(c->words[0]) : NULL;

	return inner ? inner : c->def;
}

/* A command's own options keep their meaning behind the name of the one that it runs. */
static const struct option_def *options_look_up(const struct command *c, const char *name, size_t len,
						char letter)
{
	const struct option_def *own = option_find_in(c->def->options, name, len, letter);

	return own ? own : option_find(options_of(c), name, len, letter);
}

/* "; did you mean --freight?" or "". */
static const char *options_hint(struct command *c, const char *name)
{
	enum { MOST = 64 };
	struct field_def names[MOST + 1] = { 0 };
	const char *nearest;
	size_t count = 0;

	for (const struct option_def *o = options_of(c)->options; o && o->name && count < MOST; o++)
		names[count++].name = o->name;
	for (const struct option_def *o = common_options; o->name && count < MOST; o++)
		if (option_works(options_of(c), o))
			names[count++].name = o->name;
	nearest = field_nearest(names, name);
	return nearest ? str_format(c->arena, "; did you mean --%s?", nearest) : "";
}

static bool parse_long(struct command *c, struct option_words *w, struct err *e)
{
	const char *name = w->argv[w->at] + 2;
	size_t len = strcspn(name, "=");
	const struct option_def *o = options_look_up(c, name, len, 0);

	if (!o)
		return err_set(e, ERR_USAGE, "no option --%.*s for %s%s", (int)len, name, options_of(c)->name,
			       options_hint(c, str_copy_n(c->arena, name, len)));
	return cmd_options_add(c, o, name[len] ? name + len + 1 : NULL, w, e);
}

static bool parse_short(struct command *c, struct option_words *w, struct err *e)
{
	for (const char *p = w->argv[w->at] + 1; *p; p++) {
		const struct option_def *o = options_look_up(c, "", 0, *p);

		if (!o)
			return err_set(e, ERR_USAGE, "no option -%c for %s", *p, options_of(c)->name);
		if (o->kind != OPTION_FLAG)
			return cmd_options_add(c, o, p[1] ? p + 1 : NULL, w, e);
		if (!cmd_options_add(c, o, NULL, w, e))
			return false;
	}
	return true;
}

bool options_parse(struct command *c, int argc, char **argv, struct err *e)
{
	struct option_words w = { .argc = argc, .argv = argv };
	bool words_only = false;
	size_t room = 1;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]);
	c->options = arena_array(c->arena, room, sizeof(*c->options));
	c->words = arena_array(c->arena, (size_t)argc + 1, sizeof(*c->words));
	for (; w.at < argc; w.at++) {
		const char *word = argv[w.at];
		bool fine = true;

		if (words_only || word[0] != '-' || !word[1])
			c->words[c->nwords++] = word;
		else if (strcmp(word, "--") == 0)
			words_only = true;
		else if (word[1] == '-')
			fine = parse_long(c, &w, e);
		else
			fine = parse_short(c, &w, e);
		if (!fine)
			return false;
	}
	return true;
}

/* Of the common options those that apply to the command. */
static void print_options(const struct command_def *def, const struct option_def *table, const char *title)
{
	bool is_first = true;

	for (; table && table->name; table++) {
		char left[64], letter[8] = "    ";

		if (!option_works(def, table))
			continue;
		if (is_first)
			printf("\n%s:\n", title);
		is_first = false;
		if (table->letter)
			snprintf(letter, sizeof(letter), "-%c, ", table->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, table->name,
			 table->value ? " " : "", table->value ? table->value : "");
		printf("  %-26s %s\n", left, table->help);
	}
}

void command_usage(const struct command_def *def)
{
	printf("usage: %s\n\n%s\n", def->usage, def->summary);
	if (def->help)
		printf("\n%s\n", def->help);
	print_options(def, def->options, "options");
	print_options(def, common_options, def->options ? "as other commands have, too" : "options");
}

bool command_takes(const struct command *c, size_t most, struct err *e)
{
	return c->nwords <= most ||
	       err_set(e, ERR_USAGE, "%s takes no \"%s\"", c->def->name, c->words[most]);
}
